#include "fake/fake.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "device/cpu/cpu.h"

struct fake_device {
    struct ivq_device base;
    struct ivq_device *inner;
    bool lost;
};

struct ivq_plan {
    struct ivq_plan *inner;
    bool running; /* submitted and not waited for */
};

/* All fake devices share this; the lock is for engines that drive several devices. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct fake_failure failure;
static bool armed;
static int calls[FAKE_OPS];
static struct fake_live live;

static const char *const texts[FAKE_OPS] = {
    [FAKE_OPEN] = "fake: vkCreateDevice: VK_ERROR_INITIALIZATION_FAILED",
    [FAKE_PREPARE] = "fake: cuModuleLoadDataEx: CUDA_ERROR_INVALID_PTX",
    [FAKE_BUFFER_CREATE] = "fake: cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY",
    [FAKE_BUFFER_FILL] = "fake: clEnqueueFillBuffer: CL_OUT_OF_HOST_MEMORY",
    [FAKE_PLAN_CREATE] = "fake: vkAllocateCommandBuffers: VK_ERROR_OUT_OF_DEVICE_MEMORY",
    [FAKE_SUBMIT] = "fake: vkQueueSubmit: VK_ERROR_OUT_OF_HOST_MEMORY",
    [FAKE_WAIT] = "fake: cuEventSynchronize: CUDA_ERROR_LAUNCH_TIMEOUT",
};

const char *ivq_fake_text(enum fake_op op, bool lost)
{
    return lost ? "fake: the device was lost" : texts[op];
}

void ivq_fake_set(const struct fake_failure *next)
{
    pthread_mutex_lock(&lock);
    armed = next != NULL;
    if (next)
        failure = *next;
    memset(calls, 0, sizeof calls);
    pthread_mutex_unlock(&lock);
}

int ivq_fake_calls(enum fake_op op)
{
    pthread_mutex_lock(&lock);
    const int count = calls[op];
    pthread_mutex_unlock(&lock);
    return count;
}

struct fake_live ivq_fake_live(void)
{
    pthread_mutex_lock(&lock);
    const struct fake_live now = live;
    pthread_mutex_unlock(&lock);
    return now;
}

static void count_live(int *count, int change)
{
    pthread_mutex_lock(&lock);
    *count += change;
    pthread_mutex_unlock(&lock);
}

static struct fake_device *of(struct ivq_device *device)
{
    return (struct fake_device *)device;
}

/* Comes first in every entry that can fail; fake is NULL before the device exists. */
static enum ivq_status enter(struct fake_device *fake, enum fake_op op, struct ivq_error *error)
{
    pthread_mutex_lock(&lock);
    const bool was_lost = fake && fake->lost;
    const bool fails = armed && op == failure.op && calls[op] == failure.after;
    calls[op]++;
    if (fake && fails && failure.lost)
        fake->lost = true;
    pthread_mutex_unlock(&lock);
    if (was_lost || fails)
        return ivq_fail(error, IVQ_DEVICE, "%s", ivq_fake_text(op, was_lost));
    return IVQ_OK;
}

static enum ivq_status fake_list(struct ivq_device_info *infos, int max, int *count, struct ivq_error *error)
{
    return ivq_backend_cpu.list(infos, max, count, error);
}

static enum ivq_status fake_open(const struct ivq_device_params *params, struct ivq_device **device,
                                 struct ivq_error *error)
{
    enum ivq_status status = enter(NULL, FAKE_OPEN, error);
    if (status != IVQ_OK)
        return status;
    struct fake_device *const fake = calloc(1, sizeof *fake);
    if (!fake)
        return ivq_fail_memory(error, "a fake device");
    status = ivq_device_open_on(&ivq_backend_cpu, params, &fake->inner, error);
    if (status != IVQ_OK) {
        free(fake);
        return status;
    }
    fake->base = (struct ivq_device){&ivq_backend_fake, fake->inner->info};
    count_live(&live.devices, 1);
    *device = &fake->base;
    return IVQ_OK;
}

static void fake_close(struct ivq_device *device)
{
    ivq_device_close(of(device)->inner);
    free(of(device));
    count_live(&live.devices, -1);
}

static enum ivq_status fake_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                    struct ivq_error *error)
{
    const enum ivq_status status = enter(of(device), FAKE_PREPARE, error);
    return status == IVQ_OK ? ivq_backend_cpu.prepare(of(device)->inner, kernel, error) : status;
}

static enum ivq_status fake_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                          struct ivq_buffer **buffer, struct ivq_error *error)
{
    enum ivq_status status = enter(of(device), FAKE_BUFFER_CREATE, error);
    if (status == IVQ_OK)
        status = ivq_backend_cpu.buffer_create(of(device)->inner, size, kind, buffer, error);
    if (status == IVQ_OK)
        count_live(&live.buffers, 1);
    return status;
}

static void fake_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer)
{
    ivq_backend_cpu.buffer_destroy(of(device)->inner, buffer);
    count_live(&live.buffers, -1);
}

static enum ivq_status fake_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                        struct ivq_error *error)
{
    const enum ivq_status status = enter(of(device), FAKE_BUFFER_FILL, error);
    return status == IVQ_OK ? ivq_backend_cpu.buffer_fill(of(device)->inner, buffer, word, error) : status;
}

static enum ivq_status fake_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                        struct ivq_plan **plan, struct ivq_error *error)
{
    enum ivq_status status = enter(of(device), FAKE_PLAN_CREATE, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_plan *const p = calloc(1, sizeof *p);
    if (!p)
        return ivq_fail_memory(error, "a fake launch list");
    status = ivq_backend_cpu.plan_create(of(device)->inner, steps, count, &p->inner, error);
    if (status != IVQ_OK) {
        free(p);
        return status;
    }
    count_live(&live.plans, 1);
    *plan = p;
    return IVQ_OK;
}

/* The CPU goes on after a failure that only the table reports: nothing is freed under it. */
static void settle(struct fake_device *fake, struct ivq_plan *plan)
{
    if (plan->running)
        ivq_backend_cpu.wait(fake->inner, plan->inner, NULL);
    plan->running = false;
}

static void fake_plan_destroy(struct ivq_device *device, struct ivq_plan *plan)
{
    settle(of(device), plan);
    ivq_backend_cpu.plan_destroy(of(device)->inner, plan->inner);
    free(plan);
    count_live(&live.plans, -1);
}

static enum ivq_status fake_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    enum ivq_status status = enter(of(device), FAKE_SUBMIT, error);
    if (status == IVQ_OK)
        status = ivq_backend_cpu.submit(of(device)->inner, plan->inner, error);
    if (status == IVQ_OK)
        plan->running = true;
    return status;
}

static enum ivq_status fake_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    settle(of(device), plan);
    return enter(of(device), FAKE_WAIT, error);
}

static double fake_plan_seconds(struct ivq_device *device, struct ivq_plan *plan)
{
    return ivq_backend_cpu.plan_seconds(of(device)->inner, plan->inner);
}

const struct ivq_backend ivq_backend_fake = {
    .name = "fake",
    .list = fake_list,
    .open = fake_open,
    .close = fake_close,
    .prepare = fake_prepare,
    .buffer_create = fake_buffer_create,
    .buffer_destroy = fake_buffer_destroy,
    .buffer_fill = fake_buffer_fill,
    .plan_create = fake_plan_create,
    .plan_destroy = fake_plan_destroy,
    .submit = fake_submit,
    .wait = fake_wait,
    .plan_seconds = fake_plan_seconds,
};
