/* An open Vulkan device: what the files of this folder share. */
#ifndef IVQ_DEVICE_VULKAN_CONTEXT_H
#define IVQ_DEVICE_VULKAN_CONTEXT_H
#include "device/vulkan/adapter.h"
#include "device/vulkan/vulkan.h"

/* A kernel that has been prepared. Known by its address, which must stay what it is. */
struct vulkan_kernel {
    const struct ivq_kernel *kernel;
    VkDescriptorSetLayout set_layout;
    VkPipelineLayout layout;
    VkPipeline pipeline;
};

struct vulkan_device {
    struct ivq_device base;
    struct vulkan_instance instance;
    struct vulkan_adapter adapter;
    struct vulkan_device_functions vk;
    VkDevice handle;
    VkQueue queue; /* all work goes through it, in the order of submission */
    uint32_t family;
    uint32_t timestamp_bits; /* of the queue; 0 if it has no clock */
    VkCommandPool commands;
    VkPipelineCache cache; /* pipelines of earlier runs */
    struct vulkan_kernel *kernels;
    int kernel_count, kernel_room;
    bool lost;
};

struct vulkan_buffer {
    struct ivq_buffer base;
    VkBuffer handle;
    VkDeviceMemory memory; /* its own, from offset 0 */
    bool incoherent;       /* mapped, and to be invalidated before the host reads */
};

/* IVQ_DEVICE, with what could not be done (a format) and why. VK_ERROR_DEVICE_LOST also marks the device. */
enum ivq_status ivq_vulkan_fail(struct vulkan_device *device, struct ivq_error *error, VkResult result,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Every call that works with the device begins with this: IVQ_DEVICE once the device is lost. */
enum ivq_status ivq_vulkan_usable(const struct vulkan_device *device, struct ivq_error *error);

/* context.c */

/* buffer.c */
enum ivq_status ivq_vulkan_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                         struct ivq_buffer **buffer, struct ivq_error *error);
void ivq_vulkan_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer);
enum ivq_status ivq_vulkan_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                       struct ivq_error *error);

/* cache.c. A cache that cannot be read is an empty one; one that cannot be written is not kept. */
void ivq_vulkan_cache_open(struct vulkan_device *device);
void ivq_vulkan_cache_close(struct vulkan_device *device);

/* kernel.c. The kernel is built at the first call for it; the entry is good until the next kernel is built.
 */
enum ivq_status ivq_vulkan_kernel(struct vulkan_device *device, const struct ivq_kernel *kernel,
                                  const struct vulkan_kernel **built, struct ivq_error *error);
enum ivq_status ivq_vulkan_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                   struct ivq_error *error);
void ivq_vulkan_kernels_destroy(struct vulkan_device *device);

/* plan.c */
enum ivq_status ivq_vulkan_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                       struct ivq_plan **plan, struct ivq_error *error);
void ivq_vulkan_plan_destroy(struct ivq_device *device, struct ivq_plan *plan);
enum ivq_status ivq_vulkan_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
enum ivq_status ivq_vulkan_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
double ivq_vulkan_plan_seconds(struct ivq_device *device, struct ivq_plan *plan);

/* submit.c: command buffers on their way through the queue. await also fails once the validation layer has
   found an error; run ends the recording, submits it, and waits. */
enum ivq_status ivq_vulkan_begin(struct vulkan_device *device, VkCommandBuffer *commands,
                                 struct ivq_error *error);
enum ivq_status ivq_vulkan_end(struct vulkan_device *device, VkCommandBuffer commands,
                               struct ivq_error *error);
enum ivq_status ivq_vulkan_fence(struct vulkan_device *device, VkFence *fence, struct ivq_error *error);
enum ivq_status ivq_vulkan_queue(struct vulkan_device *device, VkCommandBuffer commands, VkFence fence,
                                 struct ivq_error *error);
enum ivq_status ivq_vulkan_await(struct vulkan_device *device, VkFence fence, struct ivq_error *error);
enum ivq_status ivq_vulkan_run(struct vulkan_device *device, VkCommandBuffer commands,
                               struct ivq_error *error);

#endif
