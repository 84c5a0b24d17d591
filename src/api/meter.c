/* What the functions of a meter ask first, and what a meter says of itself. */
#include "api/meter_impl.h"

#include "api/catalog_impl.h"

enum ivq_status ivq_fail_null(const char *function, const char *argument, struct ivq_error *error)
{
    return ivq_fail(error, IVQ_USAGE, "%s: %s is NULL", function, argument);
}

bool ivq_meter_is_usable(const struct ivq_meter *m)
{
    return m && !ivq_device_is_inherited(m->device);
}

enum ivq_status ivq_meter_check(const struct ivq_meter *m, const char *function, struct ivq_error *error)
{
    if (!m)
        return ivq_fail_null(function, "meter", error);
    if (ivq_meter_is_usable(m))
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE,
                    "%s: the meter was opened before this process was forked, and can only be closed here",
                    function);
}

enum ivq_status ivq_check_sampling(enum ivq_sampling sampling, struct ivq_error *error)
{
    if ((unsigned)sampling <= IVQ_SAMPLING_444)
        return IVQ_OK;
    return ivq_fail(error, IVQ_INPUT, "chroma sampling %d is none of enum ivq_sampling", (int)sampling);
}

void ivq_meter_device(const struct ivq_meter *m, struct ivq_catalog_device *device)
{
    if (ivq_meter_is_usable(m) && device)
        ivq_catalog_describe(m->device->backend, &m->device->info, device);
    else if (device)
        *device = (struct ivq_catalog_device){.type = ""};
}

void ivq_meter_keep_first(struct ivq_meter *m, void (*on_repeat)(void *user, const char *text), void *user)
{
    m->selection.on_repeat = on_repeat;
    m->selection.user = user;
}

const char *ivq_meter_remark(const struct ivq_meter *m, int index)
{
    return ivq_meter_is_usable(m) && index == 0 && *m->device->remark.text ? m->device->remark.text : NULL;
}
