/* libvulkan is opened at run time, and every function is called through a table: one table for an instance,
   one for a device, whose entries skip the loader's dispatch. */
#ifndef IVQ_DEVICE_VULKAN_LOADER_H
#define IVQ_DEVICE_VULKAN_LOADER_H
#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#include "base/error.h"

#define VULKAN_LOADER_FUNCTIONS(X)                                                                           \
    X(EnumerateInstanceVersion)                                                                              \
    X(EnumerateInstanceLayerProperties)                                                                      \
    X(CreateInstance)

#define VULKAN_INSTANCE_FUNCTIONS(X)                                                                         \
    X(DestroyInstance)                                                                                       \
    X(EnumeratePhysicalDevices)                                                                              \
    X(GetPhysicalDeviceProperties)                                                                           \
    X(GetPhysicalDeviceProperties2)                                                                          \
    X(GetPhysicalDeviceFeatures2)                                                                            \
    X(GetPhysicalDeviceMemoryProperties)                                                                     \
    X(GetPhysicalDeviceQueueFamilyProperties)                                                                \
    X(EnumerateDeviceExtensionProperties)                                                                    \
    X(CreateDevice)                                                                                          \
    X(GetDeviceProcAddr)

#define VULKAN_DEVICE_FUNCTIONS(X)                                                                           \
    X(DestroyDevice)                                                                                         \
    X(GetDeviceQueue)                                                                                        \
    X(QueueSubmit)                                                                                           \
    X(AllocateMemory)                                                                                        \
    X(FreeMemory)                                                                                            \
    X(MapMemory)                                                                                             \
    X(InvalidateMappedMemoryRanges)                                                                          \
    X(CreateBuffer)                                                                                          \
    X(DestroyBuffer)                                                                                         \
    X(GetBufferMemoryRequirements)                                                                           \
    X(BindBufferMemory)                                                                                      \
    X(CreateShaderModule)                                                                                    \
    X(DestroyShaderModule)                                                                                   \
    X(CreateDescriptorSetLayout)                                                                             \
    X(DestroyDescriptorSetLayout)                                                                            \
    X(CreatePipelineLayout)                                                                                  \
    X(DestroyPipelineLayout)                                                                                 \
    X(CreatePipelineCache)                                                                                   \
    X(DestroyPipelineCache)                                                                                  \
    X(GetPipelineCacheData)                                                                                  \
    X(CreateComputePipelines)                                                                                \
    X(DestroyPipeline)                                                                                       \
    X(CreateDescriptorPool)                                                                                  \
    X(DestroyDescriptorPool)                                                                                 \
    X(AllocateDescriptorSets)                                                                                \
    X(UpdateDescriptorSets)                                                                                  \
    X(CreateCommandPool)                                                                                     \
    X(DestroyCommandPool)                                                                                    \
    X(AllocateCommandBuffers)                                                                                \
    X(FreeCommandBuffers)                                                                                    \
    X(BeginCommandBuffer)                                                                                    \
    X(EndCommandBuffer)                                                                                      \
    X(CmdPipelineBarrier)                                                                                    \
    X(CmdCopyBuffer)                                                                                         \
    X(CmdFillBuffer)                                                                                         \
    X(CmdBindPipeline)                                                                                       \
    X(CmdBindDescriptorSets)                                                                                 \
    X(CmdPushConstants)                                                                                      \
    X(CmdDispatch)                                                                                           \
    X(CmdResetQueryPool)                                                                                     \
    X(CmdWriteTimestamp)                                                                                     \
    X(CreateQueryPool)                                                                                       \
    X(DestroyQueryPool)                                                                                      \
    X(GetQueryPoolResults)                                                                                   \
    X(CreateFence)                                                                                           \
    X(DestroyFence)                                                                                          \
    X(ResetFences)                                                                                           \
    X(WaitForFences)

#define VULKAN_MEMBER(name) PFN_vk##name name;

struct vulkan_loader_functions {
    PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
    VULKAN_LOADER_FUNCTIONS(VULKAN_MEMBER)
};

struct vulkan_instance_functions {
    VULKAN_INSTANCE_FUNCTIONS(VULKAN_MEMBER)
};

struct vulkan_device_functions {
    VULKAN_DEVICE_FUNCTIONS(VULKAN_MEMBER)
};

/* What the process knows of libvulkan: opened once, by whichever thread comes first, and never closed. NULL
   with a reason where there is none. Any thread. */
const struct vulkan_loader_functions *ivq_vulkan_loader(struct ivq_error *error);

/* Fill a table; IVQ_DEVICE where the driver lacks one of its functions. */
enum ivq_status ivq_vulkan_load_instance(VkInstance instance, struct vulkan_instance_functions *table,
                                         struct ivq_error *error);
enum ivq_status ivq_vulkan_load_device(const struct vulkan_instance_functions *vi, VkDevice device,
                                       struct vulkan_device_functions *table, struct ivq_error *error);

/* The name of a result, as the specification writes it. */
const char *ivq_vulkan_result(VkResult result);

#endif
