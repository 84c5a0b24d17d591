/* The driver's compiled pipelines, kept from run to run. */
#include "device/cache.h"

#include <stdio.h>
#include <stdlib.h>

#include "device/vulkan/context.h"

enum { KEY_SIZE = 120 };

/* All that must be equal for the data to be of use: device, driver build, kernels. */
static struct ivq_cache_key key_of(const struct vulkan_device *device, char text[KEY_SIZE])
{
    const VkPhysicalDeviceProperties *properties = &device->adapter.properties;
    char uuid[2 * VK_UUID_SIZE + 1];
    for (unsigned i = 0; i < VK_UUID_SIZE; i++)
        snprintf(uuid + 2 * i, 3, "%02x", properties->pipelineCacheUUID[i]);
    snprintf(text, KEY_SIZE, "%04x %04x %s %s", properties->vendorID, properties->deviceID, uuid,
             ivq_kernel_fingerprint);
    return (struct ivq_cache_key){"vulkan", text};
}

void ivq_vulkan_cache_open(struct vulkan_device *device)
{
    char text[KEY_SIZE];
    const struct ivq_cache_key key = key_of(device, text);
    VkPipelineCacheCreateInfo info = {.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
    unsigned char *const data = ivq_cache_load(&key, &info.initialDataSize, &device->base.remark);
    info.pInitialData = data;
    if (!data)
        info.initialDataSize = 0;
    if (device->vk.CreatePipelineCache(device->handle, &info, NULL, &device->cache) != VK_SUCCESS)
        device->cache = VK_NULL_HANDLE; /* pipelines can be built without one */
    free(data);
}

static void store(struct vulkan_device *device)
{
    char text[KEY_SIZE];
    const struct ivq_cache_key key = key_of(device, text);
    size_t size = 0;
    if (device->vk.GetPipelineCacheData(device->handle, device->cache, &size, NULL) != VK_SUCCESS || !size)
        return;
    unsigned char *const data = malloc(size);
    if (data && device->vk.GetPipelineCacheData(device->handle, device->cache, &size, data) == VK_SUCCESS)
        ivq_cache_store(&key, data, size, &device->base.remark);
    free(data);
}

void ivq_vulkan_cache_close(struct vulkan_device *device)
{
    if (!device->cache)
        return;
    if (!device->lost && device->kernel_count)
        store(device);
    device->vk.DestroyPipelineCache(device->handle, device->cache, NULL);
}
