/* What stands in front of every backend: checks once, for all. */
#include "device/device.h"

#include <stdio.h>
#include <string.h>

#include "device/cpu/cpu.h"
#include "device/cuda/cuda.h"
#include "device/opencl/opencl.h"
#include "device/vulkan/vulkan.h"

const struct ivq_backend *const ivq_backends[] = {&ivq_backend_cpu, &ivq_backend_cuda, &ivq_backend_vulkan,
                                                  &ivq_backend_opencl, NULL};

const struct ivq_backend *ivq_backend_find(const char *name)
{
    for (int i = 0; ivq_backends[i]; i++)
        if (!strcmp(ivq_backends[i]->name, name))
            return ivq_backends[i];
    return NULL;
}

const char *ivq_device_type_name(enum ivq_device_type type)
{
    static const char *const names[] = {[IVQ_TYPE_CPU] = "cpu",
                                        [IVQ_TYPE_SOFTWARE] = "software",
                                        [IVQ_TYPE_INTEGRATED] = "integrated",
                                        [IVQ_TYPE_DISCRETE] = "discrete"};
    return names[type];
}

void ivq_device_set_pci(struct ivq_device_info *info, unsigned domain, unsigned bus, unsigned device,
                        unsigned function)
{
    snprintf(info->pci, sizeof info->pci, "%04x:%02x:%02x.%x", domain & 0xffff, bus & 0xff, device & 0xff,
             function & 0xf);
}

bool ivq_device_is_inherited(const struct ivq_device *device)
{
    return device->owner != ivq_device_process();
}

static enum ivq_status check_owner(const struct ivq_device *device, struct ivq_error *error)
{
    if (!ivq_device_is_inherited(device))
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "%s was opened before this process was forked; open it again here",
                    device->info.id);
}

/* Of an inherited device only memory can be given back; what a driver holds ends with the process. */
static bool may_free(const struct ivq_device *device)
{
    return device->backend->without_driver || !ivq_device_is_inherited(device);
}

void ivq_device_close(struct ivq_device *device)
{
    if (device && may_free(device))
        device->backend->close(device);
}

const struct ivq_tile_shape *ivq_device_tile(const struct ivq_device *device, const struct ivq_kernel *kernel)
{
    return &kernel->shape[device->info.shape];
}

enum ivq_status ivq_device_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                   struct ivq_error *error)
{
    const enum ivq_status status = check_owner(device, error);
    return status == IVQ_OK ? device->backend->prepare(device, kernel, error) : status;
}

enum ivq_status ivq_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                  struct ivq_buffer **buffer, struct ivq_error *error)
{
    *buffer = NULL;
    if (!size)
        return ivq_fail(error, IVQ_USAGE, "%s: a buffer of 0 bytes was asked for", device->info.id);
    const enum ivq_status status = check_owner(device, error);
    return status == IVQ_OK ? device->backend->buffer_create(device, size, kind, buffer, error) : status;
}

void ivq_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer)
{
    if (buffer && may_free(device))
        device->backend->buffer_destroy(device, buffer);
}

enum ivq_status ivq_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                struct ivq_error *error)
{
    const enum ivq_status status = check_owner(device, error);
    return status == IVQ_OK ? device->backend->buffer_fill(device, buffer, word, error) : status;
}

static enum ivq_status check_binding(const struct ivq_device *device, const struct ivq_step *step, int n,
                                     struct ivq_error *error)
{
    const struct ivq_binding *b = &step->bindings[n];
    if (b->buffer && b->size && b->offset % IVQ_BUFFER_ALIGN == 0 && b->offset <= b->buffer->size &&
        b->size <= b->buffer->size - b->offset)
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "%s: binding %d of %s lies outside its buffer", device->info.id, n,
                    step->kind == IVQ_STEP_COPY ? "a copy" : step->kernel->name);
}

static enum ivq_status check_step(const struct ivq_device *device, const struct ivq_step *step,
                                  struct ivq_error *error)
{
    const int bindings = step->kind == IVQ_STEP_COPY ? 2 : step->kernel->buffers;
    for (int n = 0; n < bindings; n++) {
        const enum ivq_status status = check_binding(device, step, n, error);
        if (status != IVQ_OK)
            return status;
    }
    if (step->kind == IVQ_STEP_COPY && step->bindings[0].size != step->bindings[1].size)
        return ivq_fail(error, IVQ_USAGE, "%s: a copy between ranges of different size", device->info.id);
    if (step->kind == IVQ_STEP_LAUNCH &&
        (step->groups_x < 1 || step->groups_y < 1 || step->groups_x > 65535 || step->groups_y > 65535))
        return ivq_fail(error, IVQ_USAGE, "%s: %s launched over %d x %d tiles", device->info.id,
                        step->kernel->name, step->groups_x, step->groups_y);
    return IVQ_OK;
}

enum ivq_status ivq_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                struct ivq_plan **plan, struct ivq_error *error)
{
    *plan = NULL;
    enum ivq_status status = check_owner(device, error);
    for (int i = 0; i < count; i++) {
        if (status == IVQ_OK)
            status = check_step(device, &steps[i], error);
        if (status != IVQ_OK)
            return status;
        if (i && steps[i].stage < steps[i - 1].stage)
            return ivq_fail(error, IVQ_USAGE, "%s: stages of a launch list decrease at step %d",
                            device->info.id, i);
    }
    return status == IVQ_OK ? device->backend->plan_create(device, steps, count, plan, error) : status;
}

void ivq_plan_destroy(struct ivq_device *device, struct ivq_plan *plan)
{
    if (plan && may_free(device))
        device->backend->plan_destroy(device, plan);
}

enum ivq_status ivq_plan_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    const enum ivq_status status = check_owner(device, error);
    return status == IVQ_OK ? device->backend->submit(device, plan, error) : status;
}

enum ivq_status ivq_plan_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    const enum ivq_status status = check_owner(device, error);
    return status == IVQ_OK ? device->backend->wait(device, plan, error) : status;
}

double ivq_plan_seconds(struct ivq_device *device, struct ivq_plan *plan)
{
    return device->backend->plan_seconds ? device->backend->plan_seconds(device, plan) : -1.0;
}
