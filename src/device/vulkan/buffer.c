#include "device/vulkan/context.h"

#include <stdlib.h>

#define LOCAL VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT
#define VISIBLE VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT
#define COHERENT VK_MEMORY_PROPERTY_HOST_COHERENT_BIT
#define CACHED VK_MEMORY_PROPERTY_HOST_CACHED_BIT
#define PLAIN (LOCAL | VISIBLE | COHERENT | CACHED)

enum { WISHES = 3, WORD = 4 };

/* What memory each kind of buffer is best put in, then second best. Among types that fit, the driver's own
   order decides. Cached memory is asked for on both ways: uncached memory is ruinous to read, by accident
   too. Some VISIBLE | COHERENT type exists on every device (Vulkan 1.1, section 11.2). */
static const VkMemoryPropertyFlags wishes[][WISHES] = {
    [IVQ_BUFFER_DEVICE] = {LOCAL, 0, 0},
    [IVQ_BUFFER_UPLOAD] = {VISIBLE | COHERENT | CACHED, VISIBLE | COHERENT, VISIBLE | COHERENT},
    [IVQ_BUFFER_READBACK] = {VISIBLE | COHERENT | CACHED, VISIBLE | CACHED, VISIBLE | COHERENT},
};

static const VkMemoryPropertyFlags unified_wishes[WISHES] = {LOCAL | VISIBLE | COHERENT | CACHED,
                                                             VISIBLE | COHERENT | CACHED, VISIBLE | COHERENT};

/* An index of a memory type, or -1. Types with flags of any other kind need features that are not enabled. */
static int find_type(const struct vulkan_device *device, uint32_t allowed, VkMemoryPropertyFlags wish)
{
    const VkPhysicalDeviceMemoryProperties *memory = &device->adapter.memory;
    for (uint32_t i = 0; i < memory->memoryTypeCount; i++) {
        const VkMemoryPropertyFlags flags = memory->memoryTypes[i].propertyFlags;
        if ((allowed >> i & 1) && (flags & wish) == wish && (flags | PLAIN) == PLAIN)
            return (int)i;
    }
    return -1;
}

static int choose_type(const struct vulkan_device *device, uint32_t allowed, enum ivq_buffer_kind kind)
{
    const VkMemoryPropertyFlags *list = device->base.info.unified ? unified_wishes : wishes[kind];
    for (int i = 0; i < WISHES; i++) {
        const int type = find_type(device, allowed, list[i]);
        if (type >= 0)
            return type;
    }
    return -1;
}

static enum ivq_status fail_full(struct vulkan_device *device, size_t size, uint32_t heap, VkResult result,
                                 struct ivq_error *error)
{
    const unsigned long long room = device->adapter.memory.memoryHeaps[heap].size;
    return ivq_vulkan_fail(device, error, result, "no %zu bytes of memory in heap %u (%llu MiB in all)", size,
                           heap, room >> 20);
}

static enum ivq_status bind_memory(struct vulkan_device *device, struct vulkan_buffer *buffer,
                                   struct ivq_error *error)
{
    const struct vulkan_device_functions *vk = &device->vk;
    const VkPhysicalDeviceMemoryProperties *memory = &device->adapter.memory;
    VkMemoryRequirements needs;
    vk->GetBufferMemoryRequirements(device->handle, buffer->handle, &needs);
    const int type = choose_type(device, needs.memoryTypeBits, buffer->base.kind);
    if (type < 0)
        return ivq_fail(error, IVQ_DEVICE, "%s: no memory for buffers of kind %d", device->base.info.id,
                        (int)buffer->base.kind);
    const uint32_t heap = memory->memoryTypes[type].heapIndex;
    if (needs.size > memory->memoryHeaps[heap].size)
        return fail_full(device, buffer->base.size, heap, VK_ERROR_OUT_OF_DEVICE_MEMORY, error);
    const VkMemoryAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                       .allocationSize = needs.size,
                                       .memoryTypeIndex = (uint32_t)type};
    VkResult result = vk->AllocateMemory(device->handle, &info, NULL, &buffer->memory);
    if (result != VK_SUCCESS)
        return fail_full(device, buffer->base.size, heap, result, error);
    result = vk->BindBufferMemory(device->handle, buffer->handle, buffer->memory, 0);
    if (result == VK_SUCCESS && (buffer->base.kind != IVQ_BUFFER_DEVICE || device->base.info.unified)) {
        buffer->incoherent = !(memory->memoryTypes[type].propertyFlags & COHERENT);
        result = vk->MapMemory(device->handle, buffer->memory, 0, VK_WHOLE_SIZE, 0, &buffer->base.host);
    }
    if (result != VK_SUCCESS)
        return ivq_vulkan_fail(device, error, result, "memory of %zu bytes cannot be used",
                               buffer->base.size);
    return IVQ_OK;
}

enum ivq_status ivq_vulkan_buffer_create(struct ivq_device *base, size_t size, enum ivq_buffer_kind kind,
                                         struct ivq_buffer **created, struct ivq_error *error)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    enum ivq_status status = ivq_vulkan_usable(device, error);
    if (status != IVQ_OK)
        return status;
    if (size > SIZE_MAX - WORD)
        return ivq_fail(error, IVQ_DEVICE, "%s: no buffer has %zu bytes", base->info.id, size);
    struct vulkan_buffer *buffer = calloc(1, sizeof *buffer);
    if (!buffer)
        return ivq_fail_memory(error, "a Vulkan buffer");
    buffer->base.size = size;
    buffer->base.kind = kind;
    const VkBufferCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
        .size = (size + WORD - 1) / WORD * WORD, /* so that filling by words reaches the end */
        .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                 VK_BUFFER_USAGE_TRANSFER_DST_BIT,
    };
    const VkResult result = device->vk.CreateBuffer(device->handle, &info, NULL, &buffer->handle);
    status = result == VK_SUCCESS ? bind_memory(device, buffer, error)
                                  : ivq_vulkan_fail(device, error, result, "no buffer of %zu bytes", size);
    if (status != IVQ_OK)
        ivq_vulkan_buffer_destroy(base, &buffer->base);
    else
        *created = &buffer->base;
    return status;
}

void ivq_vulkan_buffer_destroy(struct ivq_device *base, struct ivq_buffer *destroyed)
{
    const struct vulkan_device *device = (const struct vulkan_device *)base;
    struct vulkan_buffer *buffer = (struct vulkan_buffer *)destroyed;
    device->vk.DestroyBuffer(device->handle, buffer->handle, NULL);
    device->vk.FreeMemory(device->handle, buffer->memory, NULL); /* ends the mapping as well */
    free(buffer);
}

static void record_fill(const struct vulkan_device *device, const struct vulkan_buffer *buffer, uint32_t word,
                        VkCommandBuffer commands)
{
    const VkMemoryBarrier barrier = {.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                     .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
                                     .dstAccessMask = VK_ACCESS_HOST_READ_BIT | VK_ACCESS_HOST_WRITE_BIT};
    device->vk.CmdFillBuffer(commands, buffer->handle, 0, VK_WHOLE_SIZE, word);
    device->vk.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1,
                                  &barrier, 0, NULL, 0, NULL);
}

/* By the device, even where the host could: then incoherent memory needs no care of its own. */
enum ivq_status ivq_vulkan_buffer_fill(struct ivq_device *base, struct ivq_buffer *filled, uint32_t word,
                                       struct ivq_error *error)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    const struct vulkan_buffer *buffer = (const struct vulkan_buffer *)filled;
    VkCommandBuffer commands;
    enum ivq_status status = ivq_vulkan_begin(device, &commands, error);
    if (status != IVQ_OK)
        return status;
    record_fill(device, buffer, word, commands);
    status = ivq_vulkan_run(device, commands, error);
    device->vk.FreeCommandBuffers(device->handle, device->commands, 1, &commands);
    if (status != IVQ_OK || !buffer->incoherent)
        return status;
    const VkMappedMemoryRange range = {
        .sType = VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE, .memory = buffer->memory, .size = VK_WHOLE_SIZE};
    const VkResult result = device->vk.InvalidateMappedMemoryRanges(device->handle, 1, &range);
    return result == VK_SUCCESS ? IVQ_OK : ivq_vulkan_fail(device, error, result, "a buffer cannot be read");
}
