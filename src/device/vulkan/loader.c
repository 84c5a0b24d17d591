#include "device/vulkan/loader.h"

#include "device/library.h"

static struct vulkan_loader_functions loader;
static const struct ivq_symbol symbols[] = {
    {"vkGetInstanceProcAddr", offsetof(struct vulkan_loader_functions, GetInstanceProcAddr)}};

#define LOAD_LOADER(name)                                                                                    \
    loader.name = (PFN_vk##name)loader.GetInstanceProcAddr(NULL, "vk" #name);                                \
    if (!loader.name) {                                                                                      \
        ivq_fail(failure, IVQ_DEVICE, "the Vulkan loader is older than Vulkan 1.1: no vk" #name);            \
        return;                                                                                              \
    }

/* Ends with an instance for as long as the process lives. Without one the loader unloads the drivers with the
   last device, while threads that have used them still have to end: NVIDIA's driver has something to do then,
   and its code is gone. */
static void start(struct ivq_error *failure)
{
    static VkInstance keeper; /* static, so that leak checkers see it */
    const VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    VULKAN_LOADER_FUNCTIONS(LOAD_LOADER)
    loader.CreateInstance(&info, NULL, &keeper); /* no driver: nothing to keep */
}

const struct vulkan_loader_functions *ivq_vulkan_loader(struct ivq_error *error)
{
    static struct ivq_library library = {.file = "libvulkan.so.1",
                                         .title = "Vulkan loader",
                                         .needed = "Vulkan 1.1",
                                         .symbols = symbols,
                                         .symbol_count = 1,
                                         .table = &loader,
                                         .start = start};
    return ivq_library_open(&library, error) ? &loader : NULL;
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
