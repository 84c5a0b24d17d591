/* Vulkan devices: which there are, opening and closing them. */
#include "device/vulkan/vulkan.h"

#include <stdlib.h>

#include "device/vulkan/context.h"

/* Having no device is no error here: its text says why there is none. */
static enum ivq_status none(struct ivq_error *error)
{
    if (error)
        error->status = IVQ_OK;
    return IVQ_OK;
}

static enum ivq_status list(struct ivq_device_info *infos, int max, int *count, struct ivq_error *error)
{
    struct vulkan_instance instance;
    struct vulkan_adapter adapters[IVQ_DEVICE_MAX];
    *count = 0;
    if (ivq_vulkan_instance_create(false, &instance, error) != IVQ_OK)
        return none(error);
    const int room = max < IVQ_DEVICE_MAX ? max : IVQ_DEVICE_MAX;
    const enum ivq_status status = ivq_vulkan_adapters(&instance, adapters, room, count, error);
    ivq_vulkan_instance_destroy(&instance);
    for (int i = 0; i < *count; i++)
        ivq_vulkan_adapter_info(&adapters[i], i, &infos[i]);
    return status == IVQ_OK ? IVQ_OK : none(error);
}

/* The contract's alignment of bindings has to be enough for this device. */
static enum ivq_status check_adapter(const struct vulkan_device *device, struct ivq_error *error)
{
    const VkPhysicalDeviceProperties *properties = &device->adapter.properties;
    const VkDeviceSize align = properties->limits.minStorageBufferOffsetAlignment;
    if (properties->apiVersion < VK_API_VERSION_1_1)
        return ivq_fail(error, IVQ_DEVICE, "%s: its driver is for Vulkan 1.0; 1.1 is needed",
                        device->base.info.id);
    if (align > IVQ_BUFFER_ALIGN)
        return ivq_fail(error, IVQ_DEVICE, "%s: it binds buffers at multiples of %llu bytes only",
                        device->base.info.id, (unsigned long long)align);
    return IVQ_OK;
}

/* Computing implies copying, so the first family that computes will do. */
static enum ivq_status choose_family(struct vulkan_device *device, struct ivq_error *error)
{
    enum { FAMILIES = 32 };
    VkQueueFamilyProperties families[FAMILIES];
    uint32_t count = FAMILIES;
    device->instance.vi.GetPhysicalDeviceQueueFamilyProperties(device->adapter.handle, &count, families);
    for (uint32_t i = 0; i < count; i++) {
        if (families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) {
            device->family = i;
            device->timestamp_bits = families[i].timestampValidBits;
            return IVQ_OK;
        }
    }
    return ivq_fail(error, IVQ_DEVICE, "%s: none of its queues computes", device->base.info.id);
}

/* The extensions that Vulkan 1.2 took in, as far as this device needs them for its abilities. */
static uint32_t choose_extensions(const struct vulkan_adapter *adapter, const char **names)
{
    uint32_t count = 0;
    if (adapter->properties.apiVersion >= VK_API_VERSION_1_2)
        return 0;
    if (adapter->abilities & VULKAN_STORAGE8)
        names[count++] = VK_KHR_8BIT_STORAGE_EXTENSION_NAME;
    if (adapter->abilities & VULKAN_INT8)
        names[count++] = VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME;
    if (adapter->abilities & VULKAN_ROUND_TO_EVEN)
        names[count++] = VK_KHR_SHADER_FLOAT_CONTROLS_EXTENSION_NAME;
    return count;
}

/* With all abilities the adapter has: which of them a kernel needs is checked when it is prepared. */
static VkResult create_device(struct vulkan_device *device)
{
    const unsigned abilities = device->adapter.abilities;
    VkPhysicalDeviceShaderFloat16Int8Features int8 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES, .shaderInt8 = VK_TRUE};
    VkPhysicalDevice8BitStorageFeatures storage8 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES, .storageBuffer8BitAccess = VK_TRUE};
    VkPhysicalDevice16BitStorageFeatures storage16 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES,
        .storageBuffer16BitAccess = (abilities & VULKAN_STORAGE16) != 0};
    VkPhysicalDeviceFeatures2 features = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
                                          .pNext = &storage16,
                                          .features.shaderFloat64 = (abilities & VULKAN_FLOAT64) != 0,
                                          .features.shaderInt64 = (abilities & VULKAN_INT64) != 0,
                                          .features.shaderInt16 = (abilities & VULKAN_INT16) != 0};
    if (abilities & VULKAN_STORAGE8) {
        storage8.pNext = features.pNext;
        features.pNext = &storage8;
    }
    if (abilities & VULKAN_INT8) {
        int8.pNext = features.pNext;
        features.pNext = &int8;
    }
    const char *extensions[3];
    const VkDeviceQueueCreateInfo queue = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                           .queueFamilyIndex = device->family,
                                           .queueCount = 1,
                                           .pQueuePriorities = &(const float){1.0f}};
    const VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                     .pNext = &features,
                                     .queueCreateInfoCount = 1,
                                     .pQueueCreateInfos = &queue,
                                     .enabledExtensionCount = choose_extensions(&device->adapter, extensions),
                                     .ppEnabledExtensionNames = extensions};
    return device->instance.vi.CreateDevice(device->adapter.handle, &info, NULL, &device->handle);
}

static enum ivq_status open_device(struct vulkan_device *device, struct ivq_error *error)
{
    enum ivq_status status = check_adapter(device, error);
    if (status == IVQ_OK)
        status = choose_family(device, error);
    if (status != IVQ_OK)
        return status;
    VkResult result = create_device(device);
    if (result != VK_SUCCESS)
        return ivq_vulkan_fail(device, error, result, "it cannot be opened");
    status = ivq_vulkan_load_device(&device->instance.vi, device->handle, &device->vk, error);
    if (status != IVQ_OK)
        return status;
    device->vk.GetDeviceQueue(device->handle, device->family, 0, &device->queue);
    const VkCommandPoolCreateInfo pool = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                          .queueFamilyIndex = device->family};
    result = device->vk.CreateCommandPool(device->handle, &pool, NULL, &device->commands);
    if (result != VK_SUCCESS)
        return ivq_vulkan_fail(device, error, result, "no command pool");
    ivq_vulkan_cache_open(device);
    return IVQ_OK;
}

/* The adapter of that index, into the device. */
static enum ivq_status choose_adapter(struct vulkan_device *device, int index, struct ivq_error *error)
{
    struct vulkan_adapter adapters[IVQ_DEVICE_MAX];
    int count;
    const enum ivq_status status =
        ivq_vulkan_adapters(&device->instance, adapters, IVQ_DEVICE_MAX, &count, error);
    if (status != IVQ_OK)
        return status;
    if (index < 0 || index >= count)
        return ivq_device_fail_index(&ivq_backend_vulkan, index, error);
    device->adapter = adapters[index];
    ivq_vulkan_adapter_info(&device->adapter, index, &device->base.info);
    return IVQ_OK;
}

/* Also ends a device that was opened half-way. */
static void vulkan_close(struct ivq_device *base)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    if (device->commands) {
        ivq_vulkan_cache_close(device);
        ivq_vulkan_kernels_destroy(device);
        device->vk.DestroyCommandPool(device->handle, device->commands, NULL);
    }
    if (device->handle && device->vk.DestroyDevice)
        device->vk.DestroyDevice(device->handle, NULL);
    ivq_vulkan_instance_destroy(&device->instance);
    free(device);
}

static enum ivq_status vulkan_open(const struct ivq_device_params *params, struct ivq_device **opened,
                                   struct ivq_error *error)
{
    struct vulkan_device *device = calloc(1, sizeof *device);
    if (!device)
        return ivq_fail_memory(error, "a Vulkan device");
    device->base.backend = &ivq_backend_vulkan;
    enum ivq_status status = ivq_vulkan_instance_create(params->validate, &device->instance, error);
    if (status == IVQ_OK)
        status = choose_adapter(device, params->index, error);
    if (params->without_binary64)
        device->adapter.abilities &= ~(unsigned)VULKAN_FLOAT64;
    if (status == IVQ_OK)
        status = open_device(device, error);
    if (status != IVQ_OK)
        vulkan_close(&device->base);
    else
        *opened = &device->base;
    return status;
}

const struct ivq_backend ivq_backend_vulkan = {
    .name = "vulkan",
    .list = list,
    .open = vulkan_open,
    .close = vulkan_close,
    .prepare = ivq_vulkan_prepare,
    .buffer_create = ivq_vulkan_buffer_create,
    .buffer_destroy = ivq_vulkan_buffer_destroy,
    .buffer_fill = ivq_vulkan_buffer_fill,
    .plan_create = ivq_vulkan_plan_create,
    .plan_destroy = ivq_vulkan_plan_destroy,
    .submit = ivq_vulkan_submit,
    .wait = ivq_vulkan_wait,
    .plan_seconds = ivq_vulkan_plan_seconds,
};
