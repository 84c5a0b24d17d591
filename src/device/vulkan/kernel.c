#include "device/vulkan/context.h"

#include <stdlib.h>

static enum ivq_status check_limits(const struct vulkan_device *device, const struct ivq_kernel *kernel,
                                    size_t shared_bytes, struct ivq_error *error)
{
    const VkPhysicalDeviceLimits *limits = &device->adapter.properties.limits;
    const uint32_t lanes = (uint32_t)kernel->shape[IVQ_SHAPE_GPU].group_size;
    const uint32_t buffers = (uint32_t)kernel->buffers;
    const char *id = device->base.info.id;
    if (shared_bytes > limits->maxComputeSharedMemorySize)
        return ivq_fail(error, IVQ_DEVICE, "%s: %s needs %zu bytes of shared memory; it has %u", id,
                        kernel->name, shared_bytes, limits->maxComputeSharedMemorySize);
    if (lanes > limits->maxComputeWorkGroupInvocations || lanes > limits->maxComputeWorkGroupSize[0])
        return ivq_fail(error, IVQ_DEVICE, "%s: %s needs groups of %u lanes; it has %u", id, kernel->name,
                        lanes, limits->maxComputeWorkGroupInvocations);
    if (buffers > limits->maxPerStageDescriptorStorageBuffers)
        return ivq_fail(error, IVQ_DEVICE, "%s: %s binds %u buffers; it takes %u", id, kernel->name, buffers,
                        limits->maxPerStageDescriptorStorageBuffers);
    return IVQ_OK;
}

static const struct ivq_code *code_of(const struct vulkan_device *device, const struct ivq_kernel *kernel)
{
    return ivq_code_choose(&kernel->spirv, &kernel->spirv_integers,
                           device->adapter.abilities & VULKAN_FLOAT64);
}

static enum ivq_status check_kernel(const struct vulkan_device *device, const struct ivq_kernel *kernel,
                                    struct ivq_error *error)
{
    struct spirv_needs needs;
    const struct ivq_code *code = code_of(device, kernel);
    if (!code->data)
        return ivq_fail(error, IVQ_DEVICE, "%s: this build has no Vulkan kernels (%s): glslang was missing",
                        device->base.info.id, kernel->name);
    const enum ivq_status status = ivq_spirv_needs(kernel->name, code->data, code->size, &needs, error);
    if (status != IVQ_OK)
        return status;
    const unsigned missing = needs.abilities & ~device->adapter.abilities;
    if (missing)
        return ivq_fail(error, IVQ_DEVICE, "%s: %s needs %s, which this device lacks", device->base.info.id,
                        kernel->name, ivq_vulkan_ability_name(missing));
    return check_limits(device, kernel, needs.shared_bytes, error);
}

static void destroy_kernel(const struct vulkan_device *device, const struct vulkan_kernel *built)
{
    device->vk.DestroyPipeline(device->handle, built->pipeline, NULL);
    device->vk.DestroyPipelineLayout(device->handle, built->layout, NULL);
    device->vk.DestroyDescriptorSetLayout(device->handle, built->set_layout, NULL);
}

static VkResult create_layouts(const struct vulkan_device *device, struct vulkan_kernel *built)
{
    const struct ivq_kernel *kernel = built->kernel;
    VkDescriptorSetLayoutBinding bindings[IVQ_KERNEL_MAX_BUFFERS];
    for (int i = 0; i < kernel->buffers; i++)
        bindings[i] = (VkDescriptorSetLayoutBinding){.binding = (uint32_t)i,
                                                     .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                                     .descriptorCount = 1,
                                                     .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT};
    const VkDescriptorSetLayoutCreateInfo set = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
                                                 .bindingCount = (uint32_t)kernel->buffers,
                                                 .pBindings = bindings};
    const VkResult result =
        device->vk.CreateDescriptorSetLayout(device->handle, &set, NULL, &built->set_layout);
    if (result != VK_SUCCESS)
        return result;
    const VkPushConstantRange push = {.stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
                                      .size = (uint32_t)kernel->params_size};
    const VkPipelineLayoutCreateInfo layout = {.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                               .setLayoutCount = 1,
                                               .pSetLayouts = &built->set_layout,
                                               .pushConstantRangeCount = kernel->params_size ? 1 : 0,
                                               .pPushConstantRanges = &push};
    return device->vk.CreatePipelineLayout(device->handle, &layout, NULL, &built->layout);
}

static VkResult create_pipeline(const struct vulkan_device *device, struct vulkan_kernel *built)
{
    const struct ivq_code *code = code_of(device, built->kernel);
    const VkShaderModuleCreateInfo module_info = {.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
                                                  .codeSize = code->size,
                                                  .pCode = (const uint32_t *)(const void *)code->data};
    VkShaderModule module;
    VkResult result = device->vk.CreateShaderModule(device->handle, &module_info, NULL, &module);
    if (result != VK_SUCCESS)
        return result;
    const VkComputePipelineCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                  .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                  .module = module,
                  .pName = "main"},
        .layout = built->layout,
    };
    result =
        device->vk.CreateComputePipelines(device->handle, device->cache, 1, &info, NULL, &built->pipeline);
    device->vk.DestroyShaderModule(device->handle, module, NULL);
    return result;
}

/* Room for one more entry. */
static bool grow(struct vulkan_device *device)
{
    enum { FIRST_ROOM = 64 };
    if (device->kernel_count < device->kernel_room)
        return true;
    const int room = device->kernel_room ? 2 * device->kernel_room : FIRST_ROOM;
    struct vulkan_kernel *kernels = realloc(device->kernels, (size_t)room * sizeof *kernels);
    if (!kernels)
        return false;
    device->kernels = kernels;
    device->kernel_room = room;
    return true;
}

static enum ivq_status build(struct vulkan_device *device, const struct ivq_kernel *kernel,
                             struct ivq_error *error)
{
    const enum ivq_status status = check_kernel(device, kernel, error);
    if (status != IVQ_OK)
        return status;
    if (!grow(device))
        return ivq_fail_memory(error, "a kernel");
    struct vulkan_kernel *built = &device->kernels[device->kernel_count];
    *built = (struct vulkan_kernel){.kernel = kernel};
    VkResult result = create_layouts(device, built);
    if (result == VK_SUCCESS)
        result = create_pipeline(device, built);
    if (result != VK_SUCCESS) {
        destroy_kernel(device, built);
        return ivq_vulkan_fail(device, error, result, "its driver cannot build %s", kernel->name);
    }
    device->kernel_count++;
    return IVQ_OK;
}

enum ivq_status ivq_vulkan_kernel(struct vulkan_device *device, const struct ivq_kernel *kernel,
                                  const struct vulkan_kernel **built, struct ivq_error *error)
{
    int n = 0;
    while (n < device->kernel_count && device->kernels[n].kernel != kernel)
        n++;
    if (n == device->kernel_count) {
        const enum ivq_status status = build(device, kernel, error);
        if (status != IVQ_OK)
            return status;
    }
    *built = &device->kernels[n];
    return IVQ_OK;
}

enum ivq_status ivq_vulkan_prepare(struct ivq_device *base, const struct ivq_kernel *kernel,
                                   struct ivq_error *error)
{
    struct vulkan_device *device = (struct vulkan_device *)base;
    const struct vulkan_kernel *built;
    const enum ivq_status status = ivq_vulkan_usable(device, error);
    return status == IVQ_OK ? ivq_vulkan_kernel(device, kernel, &built, error) : status;
}

void ivq_vulkan_kernels_destroy(struct vulkan_device *device)
{
    for (int i = 0; i < device->kernel_count; i++)
        destroy_kernel(device, &device->kernels[i]);
    free(device->kernels);
}
