#include "poison.h"

static struct poison *of(struct ivq_device *device)
{
    return (struct poison *)device;
}

static enum ivq_status prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                               struct ivq_error *error)
{
    return ivq_device_prepare(of(device)->real, kernel, error);
}

static enum ivq_status buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                     struct ivq_buffer **buffer, struct ivq_error *error)
{
    struct poison *const poison = of(device);
    const enum ivq_status status = ivq_buffer_create(poison->real, size, kind, buffer, error);
    if (status != IVQ_OK)
        return status;
    poison->filled++;
    return ivq_buffer_fill(poison->real, *buffer, poison->word, error);
}

static void buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer)
{
    ivq_buffer_destroy(of(device)->real, buffer);
}

static enum ivq_status buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                   struct ivq_error *error)
{
    return ivq_buffer_fill(of(device)->real, buffer, word, error);
}

static enum ivq_status plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                   struct ivq_plan **plan, struct ivq_error *error)
{
    return ivq_plan_create(of(device)->real, steps, count, plan, error);
}

static void plan_destroy(struct ivq_device *device, struct ivq_plan *plan)
{
    ivq_plan_destroy(of(device)->real, plan);
}

static enum ivq_status submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    return ivq_plan_submit(of(device)->real, plan, error);
}

static enum ivq_status wait_for(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    return ivq_plan_wait(of(device)->real, plan, error);
}

struct ivq_device *poison_device(struct poison *poison, struct ivq_device *real, uint32_t word)
{
    *poison = (struct poison){
        .backend = {.name = "poison",
                    .prepare = prepare,
                    .buffer_create = buffer_create,
                    .buffer_destroy = buffer_destroy,
                    .buffer_fill = buffer_fill,
                    .plan_create = plan_create,
                    .plan_destroy = plan_destroy,
                    .submit = submit,
                    .wait = wait_for},
        .real = real,
        .word = word,
    };
    poison->base.info = real->info;
    poison->base.backend = &poison->backend;
    return &poison->base;
}
