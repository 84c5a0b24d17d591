/* The driver's compiled pipelines, kept from run to run. A file is a header of ours and the driver's data;
   the digest in the header keeps damaged data away from drivers, which trust theirs. */
#include "device/vulkan/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/cache.h"

static const char cache_magic[8] = "isovqvk1";

struct cache_header {
    char magic[8];
    uint64_t size; /* of the data that follows */
    uint64_t digest;
};

enum { CACHE_LIMIT = 256 << 20 }; /* bytes; a larger file is not ours */

/* FNV-1a, 64 bits; never 0. */
static uint64_t digest(const uint8_t *data, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * 0x100000001b3u;
    return hash ? hash : 1;
}

/* Named by all that must be equal for the data to be of use: device, driver build, kernels. */
static bool cache_path(const struct vulkan_device *device, bool create, char path[IVQ_CACHE_PATH])
{
    const VkPhysicalDeviceProperties *properties = &device->adapter.properties;
    char uuid[2 * VK_UUID_SIZE + 1], name[100];
    for (unsigned i = 0; i < VK_UUID_SIZE; i++)
        snprintf(uuid + 2 * i, 3, "%02x", properties->pipelineCacheUUID[i]);
    snprintf(name, sizeof name, "vulkan-%04x-%04x-%s-%s", properties->vendorID, properties->deviceID, uuid,
             ivq_kernel_fingerprint);
    return ivq_cache_path(name, create, path);
}

static uint32_t word_at(const uint8_t *data)
{
    uint32_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* The header that every driver's data begins with (Vulkan 1.1, VkPipelineCacheHeaderVersionOne). */
static bool is_of_this_driver(const struct vulkan_device *device, const uint8_t *data, size_t size)
{
    enum { VERSION_AT = 4, VENDOR_AT = 8, DEVICE_AT = 12, UUID_AT = 16, HEADER_BYTES = 32 };
    const VkPhysicalDeviceProperties *properties = &device->adapter.properties;
    return size >= HEADER_BYTES && word_at(data) >= HEADER_BYTES &&
           word_at(data + VERSION_AT) == VK_PIPELINE_CACHE_HEADER_VERSION_ONE &&
           word_at(data + VENDOR_AT) == properties->vendorID &&
           word_at(data + DEVICE_AT) == properties->deviceID &&
           !memcmp(data + UUID_AT, properties->pipelineCacheUUID, VK_UUID_SIZE);
}

/* The data of a whole and fitting file, to be freed; NULL otherwise. */
static uint8_t *read_data(const struct vulkan_device *device, FILE *file, struct cache_header *header)
{
    if (fread(header, sizeof *header, 1, file) != 1 ||
        memcmp(header->magic, cache_magic, sizeof cache_magic) || header->size > CACHE_LIMIT)
        return NULL;
    uint8_t *data = malloc(header->size + 1);
    if (data && fread(data, 1, header->size + 1, file) == header->size &&
        digest(data, header->size) == header->digest && is_of_this_driver(device, data, header->size))
        return data;
    free(data);
    return NULL;
}

void ivq_vulkan_cache_open(struct vulkan_device *device)
{
    char path[IVQ_CACHE_PATH];
    struct cache_header header;
    uint8_t *data = NULL;
    FILE *file = cache_path(device, false, path) ? fopen(path, "rb") : NULL;
    if (file) {
        data = read_data(device, file, &header);
        fclose(file);
    }
    VkPipelineCacheCreateInfo info = {.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
    if (data) {
        info.initialDataSize = header.size;
        info.pInitialData = data;
        device->cache.stored_digest = header.digest;
    }
    if (device->vk.CreatePipelineCache(device->handle, &info, NULL, &device->cache.handle) != VK_SUCCESS)
        device->cache.handle = VK_NULL_HANDLE; /* pipelines can be built without one */
    free(data);
}

/* Into a new file that then takes the name: a reader sees all of the old or all of the new. */
static void write_data(const char *path, const uint8_t *data, size_t size)
{
    struct cache_header header = {.size = size, .digest = digest(data, size)};
    char temporary[IVQ_CACHE_PATH + 8];
    memcpy(header.magic, cache_magic, sizeof cache_magic);
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    const int descriptor = mkstemp(temporary);
    if (descriptor < 0)
        return;
    FILE *file = fdopen(descriptor, "wb");
    bool written =
        file && fwrite(&header, sizeof header, 1, file) == 1 && fwrite(data, 1, size, file) == size;
    if (file)
        written = !fclose(file) && written;
    else
        close(descriptor);
    if (!written || rename(temporary, path))
        unlink(temporary);
}

static void store(const struct vulkan_device *device)
{
    char path[IVQ_CACHE_PATH];
    size_t size = 0;
    const VkPipelineCache cache = device->cache.handle;
    if (device->vk.GetPipelineCacheData(device->handle, cache, &size, NULL) != VK_SUCCESS || !size ||
        size > CACHE_LIMIT)
        return;
    uint8_t *data = malloc(size);
    if (data && device->vk.GetPipelineCacheData(device->handle, cache, &size, data) == VK_SUCCESS &&
        digest(data, size) != device->cache.stored_digest && cache_path(device, true, path))
        write_data(path, data, size);
    free(data);
}

void ivq_vulkan_cache_close(struct vulkan_device *device)
{
    if (!device->cache.handle)
        return;
    if (!device->lost && device->kernel_count)
        store(device);
    device->vk.DestroyPipelineCache(device->handle, device->cache.handle, NULL);
}
