#include "device/vulkan/context.h"

#include <stdlib.h>

enum { TIMES = 2 }; /* timestamps: begin and end */

struct vulkan_plan {
    VkCommandBuffer commands;
    VkDescriptorPool sets;
    VkFence fence;
    VkQueryPool times;
    VkMappedMemoryRange *ranges; /* incoherent memory the plan writes: invalidated once it is over */
    uint32_t range_count;
    bool running; /* submitted, and not waited for */
    double seconds;
};

#define ALL_COMMANDS VK_PIPELINE_STAGE_ALL_COMMANDS_BIT
#define WORK (VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT)
#define WORK_READS (VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_TRANSFER_READ_BIT)
#define WORK_WRITES (VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT)

static void barrier(const struct vulkan_device *device, VkCommandBuffer commands, VkPipelineStageFlags from,
                    VkAccessFlags written, VkPipelineStageFlags to, VkAccessFlags used)
{
    const VkMemoryBarrier memory = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER, .srcAccessMask = written, .dstAccessMask = used};
    device->vk.CmdPipelineBarrier(commands, from, to, 0, 1, &memory, 0, NULL, 0, NULL);
}

static enum ivq_status check_step(const struct vulkan_device *device, const struct ivq_step *step,
                                  struct ivq_error *error)
{
    const VkPhysicalDeviceLimits *limits = &device->adapter.properties.limits;
    if (step->kind != IVQ_STEP_LAUNCH)
        return IVQ_OK;
    for (int i = 0; i < step->kernel->buffers; i++)
        if (step->bindings[i].size > limits->maxStorageBufferRange)
            return ivq_fail(error, IVQ_DEVICE,
                            "%s: %s: binding %d has %zu bytes; the device takes %u at most",
                            device->base.info.id, step->kernel->name, i, step->bindings[i].size,
                            limits->maxStorageBufferRange);
    if ((uint32_t)step->groups_x > limits->maxComputeWorkGroupCount[0] ||
        (uint32_t)step->groups_y > limits->maxComputeWorkGroupCount[1])
        return ivq_fail(error, IVQ_DEVICE, "%s: %s: %d x %d tiles are more than the device takes",
                        device->base.info.id, step->kernel->name, step->groups_x, step->groups_y);
    return IVQ_OK;
}

/* One pool for all descriptor sets of the plan. */
static enum ivq_status create_pool(struct vulkan_device *device, const struct ivq_step *steps, int count,
                                   struct vulkan_plan *plan, struct ivq_error *error)
{
    VkDescriptorPoolSize size = {.type = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER};
    uint32_t launches = 0;
    for (int i = 0; i < count; i++) {
        if (steps[i].kind == IVQ_STEP_LAUNCH) {
            launches++;
            size.descriptorCount += (uint32_t)steps[i].kernel->buffers;
        }
    }
    if (!launches)
        return IVQ_OK;
    const VkDescriptorPoolCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
                                             .maxSets = launches,
                                             .poolSizeCount = 1,
                                             .pPoolSizes = &size};
    const VkResult result = device->vk.CreateDescriptorPool(device->handle, &info, NULL, &plan->sets);
    return result == VK_SUCCESS ? IVQ_OK : ivq_vulkan_fail(device, error, result, "no descriptor pool");
}

static enum ivq_status create_set(struct vulkan_device *device, const struct vulkan_plan *plan,
                                  const struct vulkan_kernel *built, const struct ivq_step *step,
                                  VkDescriptorSet *set, struct ivq_error *error)
{
    VkDescriptorBufferInfo buffers[IVQ_KERNEL_MAX_BUFFERS];
    VkWriteDescriptorSet writes[IVQ_KERNEL_MAX_BUFFERS];
    const VkDescriptorSetAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
                                              .descriptorPool = plan->sets,
                                              .descriptorSetCount = 1,
                                              .pSetLayouts = &built->set_layout};
    const VkResult result = device->vk.AllocateDescriptorSets(device->handle, &info, set);
    if (result != VK_SUCCESS)
        return ivq_vulkan_fail(device, error, result, "no descriptor set for %s", step->kernel->name);
    for (int i = 0; i < step->kernel->buffers; i++) {
        const struct ivq_binding *b = &step->bindings[i];
        buffers[i] = (VkDescriptorBufferInfo){.buffer = ((const struct vulkan_buffer *)b->buffer)->handle,
                                              .offset = b->offset,
                                              .range = b->size};
        writes[i] = (VkWriteDescriptorSet){.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
                                           .dstSet = *set,
                                           .dstBinding = (uint32_t)i,
                                           .descriptorCount = 1,
                                           .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                           .pBufferInfo = &buffers[i]};
    }
    device->vk.UpdateDescriptorSets(device->handle, (uint32_t)step->kernel->buffers, writes, 0, NULL);
    return IVQ_OK;
}

static enum ivq_status record_launch(struct vulkan_device *device, const struct vulkan_plan *plan,
                                     const struct ivq_step *step, struct ivq_error *error)
{
    const struct vulkan_device_functions *vk = &device->vk;
    const struct vulkan_kernel *built;
    VkDescriptorSet set;
    enum ivq_status status = ivq_vulkan_kernel(device, step->kernel, &built, error);
    if (status == IVQ_OK)
        status = create_set(device, plan, built, step, &set, error);
    if (status != IVQ_OK)
        return status;
    vk->CmdBindPipeline(plan->commands, VK_PIPELINE_BIND_POINT_COMPUTE, built->pipeline);
    vk->CmdBindDescriptorSets(plan->commands, VK_PIPELINE_BIND_POINT_COMPUTE, built->layout, 0, 1, &set, 0,
                              NULL);
    if (step->kernel->params_size)
        vk->CmdPushConstants(plan->commands, built->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                             (uint32_t)step->kernel->params_size, step->params);
    vk->CmdDispatch(plan->commands, (uint32_t)step->groups_x, (uint32_t)step->groups_y, 1);
    return IVQ_OK;
}

static void record_copy(const struct vulkan_device *device, const struct vulkan_plan *plan,
                        const struct ivq_step *step)
{
    const struct ivq_binding *from = &step->bindings[0], *to = &step->bindings[1];
    const VkBufferCopy region = {.srcOffset = from->offset, .dstOffset = to->offset, .size = from->size};
    device->vk.CmdCopyBuffer(plan->commands, ((const struct vulkan_buffer *)from->buffer)->handle,
                             ((const struct vulkan_buffer *)to->buffer)->handle, 1, &region);
}

static enum ivq_status record_steps(struct vulkan_device *device, const struct vulkan_plan *plan,
                                    const struct ivq_step *steps, int count, struct ivq_error *error)
{
    for (int i = 0; i < count; i++) {
        enum ivq_status status = check_step(device, &steps[i], error);
        if (i && steps[i].stage != steps[i - 1].stage)
            barrier(device, plan->commands, WORK, WORK_WRITES, WORK, WORK_READS | WORK_WRITES);
        if (status == IVQ_OK && steps[i].kind == IVQ_STEP_LAUNCH)
            status = record_launch(device, plan, &steps[i], error);
        else if (status == IVQ_OK)
            record_copy(device, plan, &steps[i]);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

/* Times are taken at the bottom of the pipe, after the barrier: the first when all earlier work is over, not
   when the queue merely gets here. */
static enum ivq_status record(struct vulkan_device *device, struct vulkan_plan *plan,
                              const struct ivq_step *steps, int count, struct ivq_error *error)
{
    const struct vulkan_device_functions *vk = &device->vk;
    if (plan->times)
        vk->CmdResetQueryPool(plan->commands, plan->times, 0, TIMES);
    barrier(device, plan->commands, ALL_COMMANDS, VK_ACCESS_MEMORY_WRITE_BIT, ALL_COMMANDS,
            VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT);
    if (plan->times)
        vk->CmdWriteTimestamp(plan->commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, plan->times, 0);
    const enum ivq_status status = record_steps(device, plan, steps, count, error);
    if (status != IVQ_OK)
        return status;
    barrier(device, plan->commands, WORK, WORK_WRITES, VK_PIPELINE_STAGE_HOST_BIT,
            VK_ACCESS_HOST_READ_BIT | VK_ACCESS_HOST_WRITE_BIT);
    if (plan->times)
        vk->CmdWriteTimestamp(plan->commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, plan->times, 1);
    return ivq_vulkan_end(device, plan->commands, error);
}

static void add_range(struct vulkan_plan *plan, const struct ivq_buffer *written)
{
    const struct vulkan_buffer *buffer = (const struct vulkan_buffer *)written;
    if (!buffer->incoherent)
        return;
    for (uint32_t i = 0; i < plan->range_count; i++)
        if (plan->ranges[i].memory == buffer->memory)
            return;
    plan->ranges[plan->range_count++] = (VkMappedMemoryRange){
        .sType = VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE, .memory = buffer->memory, .size = VK_WHOLE_SIZE};
}

static enum ivq_status collect_ranges(struct vulkan_plan *plan, const struct ivq_step *steps, int count,
                                      struct ivq_error *error)
{
    size_t most = 1;
    for (int i = 0; i < count; i++)
        most += steps[i].kind == IVQ_STEP_LAUNCH ? (size_t)steps[i].kernel->buffers : 1;
    plan->ranges = calloc(most, sizeof *plan->ranges);
    if (!plan->ranges)
        return ivq_fail_memory(error, "a launch list");
    for (int i = 0; i < count; i++) {
        if (steps[i].kind == IVQ_STEP_COPY)
            add_range(plan, steps[i].bindings[1].buffer);
        else
            for (int n = 0; n < steps[i].kernel->buffers; n++)
                if (steps[i].kernel->written >> n & 1)
                    add_range(plan, steps[i].bindings[n].buffer);
    }
    return IVQ_OK;
}

/* A queue without a clock, or a driver without room for one, only costs the times. */
static void create_times(const struct vulkan_device *device, struct vulkan_plan *plan)
{
    const VkQueryPoolCreateInfo info = {.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                                        .queryType = VK_QUERY_TYPE_TIMESTAMP,
                                        .queryCount = TIMES};
    if (device->timestamp_bits &&
        device->vk.CreateQueryPool(device->handle, &info, NULL, &plan->times) != VK_SUCCESS)
        plan->times = VK_NULL_HANDLE;
}

static enum ivq_status fill_plan(struct vulkan_device *device, const struct ivq_step *steps, int count,
                                 struct vulkan_plan *plan, struct ivq_error *error)
{
    enum ivq_status status = ivq_vulkan_begin(device, &plan->commands, error);
    if (status == IVQ_OK)
        status = ivq_vulkan_fence(device, &plan->fence, error);
    if (status == IVQ_OK)
        status = create_pool(device, steps, count, plan, error);
    if (status == IVQ_OK)
        status = collect_ranges(plan, steps, count, error);
    if (status != IVQ_OK)
        return status;
    create_times(device, plan);
    return record(device, plan, steps, count, error);
}

enum ivq_status ivq_vulkan_plan_create(struct ivq_device *base, const struct ivq_step *steps, int count,
                                       struct ivq_plan **created, struct ivq_error *error)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    struct vulkan_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return ivq_fail_memory(error, "a launch list");
    plan->seconds = -1;
    const enum ivq_status status = fill_plan(device, steps, count, plan, error);
    if (status != IVQ_OK)
        ivq_vulkan_plan_destroy(base, (struct ivq_plan *)plan);
    else
        *created = (struct ivq_plan *)plan;
    return status;
}

void ivq_vulkan_plan_destroy(struct ivq_device *base, struct ivq_plan *destroyed)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    const struct vulkan_device_functions *vk = &device->vk;
    struct vulkan_plan *plan = (struct vulkan_plan *)destroyed;
    if (plan->running) /* an error elsewhere may have kept its owner from waiting */
        ivq_vulkan_await(device, plan->fence, NULL);
    vk->DestroyQueryPool(device->handle, plan->times, NULL);
    vk->DestroyDescriptorPool(device->handle, plan->sets, NULL);
    vk->DestroyFence(device->handle, plan->fence, NULL);
    if (plan->commands)
        vk->FreeCommandBuffers(device->handle, device->commands, 1, &plan->commands);
    free(plan->ranges);
    free(plan);
}

enum ivq_status ivq_vulkan_submit(struct ivq_device *base, struct ivq_plan *submitted,
                                  struct ivq_error *error)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    struct vulkan_plan *plan = (struct vulkan_plan *)submitted;
    enum ivq_status status = ivq_vulkan_usable(device, error);
    if (status != IVQ_OK)
        return status;
    const VkResult result = device->vk.ResetFences(device->handle, 1, &plan->fence);
    if (result != VK_SUCCESS)
        return ivq_vulkan_fail(device, error, result, "work cannot be submitted");
    status = ivq_vulkan_queue(device, plan->commands, plan->fence, error);
    plan->running = status == IVQ_OK;
    return status;
}

static double read_seconds(const struct vulkan_device *device, const struct vulkan_plan *plan)
{
    uint64_t ticks[TIMES];
    const uint64_t mask =
        device->timestamp_bits < 64 ? ((uint64_t)1 << device->timestamp_bits) - 1 : UINT64_MAX;
    if (!plan->times ||
        device->vk.GetQueryPoolResults(device->handle, plan->times, 0, TIMES, sizeof ticks, ticks,
                                       sizeof ticks[0], VK_QUERY_RESULT_64_BIT) != VK_SUCCESS)
        return -1;
    const double nanoseconds = device->adapter.properties.limits.timestampPeriod;
    return (double)((ticks[1] - ticks[0]) & mask) * nanoseconds * 1e-9;
}

enum ivq_status ivq_vulkan_wait(struct ivq_device *base, struct ivq_plan *awaited, struct ivq_error *error)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    struct vulkan_plan *plan = (struct vulkan_plan *)awaited;
    enum ivq_status status = ivq_vulkan_usable(device, error);
    if (status != IVQ_OK || !plan->running)
        return status;
    status = ivq_vulkan_await(device, plan->fence, error);
    if (status != IVQ_OK)
        return status;
    plan->running = false;
    plan->seconds = read_seconds(device, plan);
    if (!plan->range_count)
        return IVQ_OK;
    const VkResult result =
        device->vk.InvalidateMappedMemoryRanges(device->handle, plan->range_count, plan->ranges);
    return result == VK_SUCCESS ? IVQ_OK : ivq_vulkan_fail(device, error, result, "results cannot be read");
}

double ivq_vulkan_plan_seconds(struct ivq_device *base, struct ivq_plan *plan)
{
    (void)base;
    return ((const struct vulkan_plan *)plan)->seconds;
}
