#include "device/vulkan/vulkan.h"

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

const struct ivq_backend ivq_backend_vulkan = {
    .name = "vulkan",
    .list = list,
    .open = ivq_vulkan_open,
    .close = ivq_vulkan_close,
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
