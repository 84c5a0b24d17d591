#include "device/vulkan/loader.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#define LIBRARY "libvulkan.so.1"

/* The only state the backend shares between devices: written once, under loader_once. */
static pthread_once_t loader_once = PTHREAD_ONCE_INIT;
static struct vulkan_loader_functions loader;
static char why_not[256];

#define LOAD_LOADER(name)                                                                                    \
    loader.name = (PFN_vk##name)loader.GetInstanceProcAddr(NULL, "vk" #name);                                \
    if (!loader.name && !why_not[0])                                                                         \
        snprintf(why_not, sizeof why_not, LIBRARY " is older than Vulkan 1.1: no vk" #name);

/* An instance for as long as the process lives. Without one the loader unloads the drivers with the last
   device, while threads that have used them still have to end: NVIDIA's driver has something to do then, and
   its code is gone. */
static void keep_drivers_loaded(void)
{
    static VkInstance keeper; /* static, so that leak checkers see it */
    const VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    loader.CreateInstance(&info, NULL, &keeper); /* no driver: nothing to keep */
}

static void open_library(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library)
        loader.GetInstanceProcAddr = (PFN_vkGetInstanceProcAddr)dlsym(library, "vkGetInstanceProcAddr");
    if (!loader.GetInstanceProcAddr) {
        snprintf(why_not, sizeof why_not, "no Vulkan loader: %s", dlerror());
        return;
    }
    VULKAN_LOADER_FUNCTIONS(LOAD_LOADER)
    if (!why_not[0])
        keep_drivers_loaded();
}

const struct vulkan_loader_functions *ivq_vulkan_loader(struct ivq_error *error)
{
    pthread_once(&loader_once, open_library);
    if (!why_not[0])
        return &loader;
    ivq_fail(error, IVQ_DEVICE, "%s", why_not);
    return NULL;
}

#define LOAD_INSTANCE(name)                                                                                  \
    table->name = (PFN_vk##name)loader.GetInstanceProcAddr(instance, "vk" #name);                            \
    if (!table->name)                                                                                        \
        return ivq_fail(error, IVQ_DEVICE, "the Vulkan loader has no vk" #name);

enum ivq_status ivq_vulkan_load_instance(VkInstance instance, struct vulkan_instance_functions *table,
                                         struct ivq_error *error)
{
    VULKAN_INSTANCE_FUNCTIONS(LOAD_INSTANCE)
    return IVQ_OK;
}

#define LOAD_DEVICE(name)                                                                                    \
    table->name = (PFN_vk##name)vi->GetDeviceProcAddr(device, "vk" #name);                                   \
    if (!table->name)                                                                                        \
        return ivq_fail(error, IVQ_DEVICE, "the Vulkan driver has no vk" #name);

enum ivq_status ivq_vulkan_load_device(const struct vulkan_instance_functions *vi, VkDevice device,
                                       struct vulkan_device_functions *table, struct ivq_error *error)
{
    VULKAN_DEVICE_FUNCTIONS(LOAD_DEVICE)
    return IVQ_OK;
}

#define RESULT(name)                                                                                         \
    case name:                                                                                               \
        return #name;

const char *ivq_vulkan_result(VkResult result)
{
    switch ((int)result) {
        RESULT(VK_SUCCESS)
        RESULT(VK_TIMEOUT)
        RESULT(VK_INCOMPLETE)
        RESULT(VK_ERROR_OUT_OF_HOST_MEMORY)
        RESULT(VK_ERROR_OUT_OF_DEVICE_MEMORY)
        RESULT(VK_ERROR_INITIALIZATION_FAILED)
        RESULT(VK_ERROR_DEVICE_LOST)
        RESULT(VK_ERROR_MEMORY_MAP_FAILED)
        RESULT(VK_ERROR_LAYER_NOT_PRESENT)
        RESULT(VK_ERROR_EXTENSION_NOT_PRESENT)
        RESULT(VK_ERROR_FEATURE_NOT_PRESENT)
        RESULT(VK_ERROR_INCOMPATIBLE_DRIVER)
        RESULT(VK_ERROR_TOO_MANY_OBJECTS)
        RESULT(VK_ERROR_OUT_OF_POOL_MEMORY)
        RESULT(VK_ERROR_FRAGMENTED_POOL)
        RESULT(VK_ERROR_INVALID_SHADER_NV)
    default:
        return "an unknown VkResult";
    }
}
