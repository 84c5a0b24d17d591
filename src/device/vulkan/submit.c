#include "device/vulkan/context.h"

enum ivq_status ivq_vulkan_begin(struct vulkan_device *device, VkCommandBuffer *commands,
                                 struct ivq_error *error)
{
    const struct vulkan_device_functions *vk = &device->vk;
    const VkCommandBufferAllocateInfo allocate = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                                  .commandPool = device->commands,
                                                  .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                                  .commandBufferCount = 1};
    const VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    const enum ivq_status status = ivq_vulkan_usable(device, error);
    if (status != IVQ_OK)
        return status;
    VkResult result = vk->AllocateCommandBuffers(device->handle, &allocate, commands);
    if (result != VK_SUCCESS)
        return ivq_vulkan_fail(device, error, result, "no command buffer");
    result = vk->BeginCommandBuffer(*commands, &begin);
    if (result == VK_SUCCESS)
        return IVQ_OK;
    vk->FreeCommandBuffers(device->handle, device->commands, 1, commands);
    *commands = NULL;
    return ivq_vulkan_fail(device, error, result, "no command buffer");
}

enum ivq_status ivq_vulkan_fence(struct vulkan_device *device, VkFence *fence, struct ivq_error *error)
{
    const VkFenceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
    const VkResult result = device->vk.CreateFence(device->handle, &info, NULL, fence);
    return result == VK_SUCCESS ? IVQ_OK : ivq_vulkan_fail(device, error, result, "no fence");
}

enum ivq_status ivq_vulkan_queue(struct vulkan_device *device, VkCommandBuffer commands, VkFence fence,
                                 struct ivq_error *error)
{
    const VkSubmitInfo info = {
        .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .commandBufferCount = 1, .pCommandBuffers = &commands};
    const VkResult result = device->vk.QueueSubmit(device->queue, 1, &info, fence);
    return result == VK_SUCCESS ? IVQ_OK : ivq_vulkan_fail(device, error, result, "work cannot be submitted");
}

enum ivq_status ivq_vulkan_end(struct vulkan_device *device, VkCommandBuffer commands,
                               struct ivq_error *error)
{
    const VkResult result = device->vk.EndCommandBuffer(commands);
    return result == VK_SUCCESS ? IVQ_OK
                                : ivq_vulkan_fail(device, error, result, "a launch list was refused");
}

enum ivq_status ivq_vulkan_await(struct vulkan_device *device, VkFence fence, struct ivq_error *error)
{
    /* No limit of our own: a slow device is not a lost one, and the driver knows the difference. */
    const VkResult result = device->vk.WaitForFences(device->handle, 1, &fence, VK_TRUE, UINT64_MAX);
    if (result != VK_SUCCESS)
        return ivq_vulkan_fail(device, error, result, "work cannot be waited for");
    const int errors = __atomic_load_n(&device->instance.validation_errors, __ATOMIC_RELAXED);
    if (errors)
        return ivq_fail(error, IVQ_DEVICE, "%s: %d errors found by the Vulkan validation layer",
                        device->base.info.id, errors);
    return IVQ_OK;
}

enum ivq_status ivq_vulkan_run(struct vulkan_device *device, VkCommandBuffer commands,
                               struct ivq_error *error)
{
    VkFence fence;
    enum ivq_status status = ivq_vulkan_end(device, commands, error);
    if (status == IVQ_OK)
        status = ivq_vulkan_fence(device, &fence, error);
    if (status != IVQ_OK)
        return status;
    status = ivq_vulkan_queue(device, commands, fence, error);
    if (status == IVQ_OK)
        status = ivq_vulkan_await(device, fence, error);
    device->vk.DestroyFence(device->handle, fence, NULL);
    return status;
}
