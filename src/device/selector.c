/* From the text that names a device to the device. */
#include <limits.h>
#include <string.h>

#include "base/number.h"
#include "device/cpu/cpu.h"
#include "device/device.h"

/* The first device of a backend that is real hardware; -1 if there is none. */
static int first_hardware(const struct ivq_backend *backend)
{
    struct ivq_device_info infos[IVQ_DEVICE_MAX];
    int count = 0;
    if (ivq_device_list(backend, infos, IVQ_DEVICE_MAX, &count, NULL) != IVQ_OK)
        return -1;
    for (int i = 0; i < count; i++)
        if (infos[i].type > IVQ_TYPE_SOFTWARE)
            return infos[i].index;
    return -1;
}

static enum ivq_status open_auto(struct ivq_device_params *params, struct ivq_device **device,
                                 struct ivq_error *error)
{
    for (int i = 0; ivq_backends[i]; i++) {
        if (ivq_backends[i] == &ivq_backend_cpu)
            continue;
        params->index = first_hardware(ivq_backends[i]);
        if (params->index >= 0)
            return ivq_device_open_on(ivq_backends[i], params, device, error);
    }
    params->index = 0;
    return ivq_device_open_on(&ivq_backend_cpu, params, device, error);
}

/* The text after the colon: a CPU level's name, or an index. */
static enum ivq_status parse_choice(const struct ivq_backend *backend, const char *choice,
                                    struct ivq_device_params *params, struct ivq_error *error)
{
    int64_t index;
    if (backend == &ivq_backend_cpu) {
        params->cpu_level = ivq_cpu_level_find(choice);
        return params->cpu_level >= 0 ? IVQ_OK : ivq_device_fail_absent(backend, choice, IVQ_USAGE, error);
    }
    if (!ivq_number_parse_int(choice, 0, INT_MAX, &index))
        return ivq_fail(error, IVQ_USAGE, "--device %s:%s: a number from 0 is expected after the colon",
                        backend->name, choice);
    params->index = (int)index;
    return IVQ_OK;
}

enum ivq_status ivq_device_open(const char *selector, const struct ivq_device_params *params,
                                struct ivq_device **device, struct ivq_error *error)
{
    struct ivq_device_params chosen = {.cpu_level = -1};
    if (params)
        chosen = *params;
    *device = NULL;
    if (!strcmp(selector, "auto"))
        return open_auto(&chosen, device, error);
    char name[16] = "";
    const size_t length = strcspn(selector, ":");
    if (length < sizeof name)
        memcpy(name, selector, length);
    const struct ivq_backend *backend = ivq_backend_find(name);
    if (!backend)
        return ivq_fail(error, IVQ_USAGE,
                        "--device %s: unknown; one of auto, cpu[:LEVEL], vulkan[:N], cuda[:N], opencl[:N]",
                        selector);
    if (selector[length] == ':') {
        const enum ivq_status status = parse_choice(backend, selector + length + 1, &chosen, error);
        if (status != IVQ_OK)
            return status;
    }
    return ivq_device_open_on(backend, &chosen, device, error);
}
