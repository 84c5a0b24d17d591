#include "device/vulkan/context.h"

#include <stdarg.h>
#include <stdio.h>

enum ivq_status ivq_vulkan_usable(const struct vulkan_device *device, struct ivq_error *error)
{
    if (!device->lost)
        return IVQ_OK;
    return ivq_fail(error, IVQ_DEVICE,
                    "%s: the device was lost (a hang, a reset, or a fault of its driver); open it again",
                    device->base.info.id);
}

enum ivq_status ivq_vulkan_fail(struct vulkan_device *device, struct ivq_error *error, VkResult result,
                                const char *format, ...)
{
    if (result == VK_ERROR_DEVICE_LOST) {
        device->lost = true;
        return ivq_vulkan_usable(device, error);
    }
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return ivq_fail(error, IVQ_DEVICE, "%s: %s: %s", device->base.info.id, what, ivq_vulkan_result(result));
}
