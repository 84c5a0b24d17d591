#include "kernel_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "targets.h"

extern const struct ivq_kernel test_kernels[];
extern const int test_kernel_count;

static void must(struct ivq_device *device, const char *what, enum ivq_status status,
                 const struct ivq_error *error)
{
    if (status == IVQ_OK)
        return;
    printf("%s: %s: %s\n", device->info.id, what, error->text);
    exit(1);
}

const struct ivq_kernel *kernel_named(const char *name)
{
    for (int i = 0; i < test_kernel_count; i++)
        if (!strcmp(test_kernels[i].name, name))
            return &test_kernels[i];
    printf("no kernel %s\n", name);
    exit(1);
}

bool kernel_can_run(struct ivq_device *device, const char *name)
{
    struct ivq_error error = {0};
    if (ivq_device_prepare(device, kernel_named(name), &error) == IVQ_OK)
        return true;
    printf("skipped: %s\n", error.text);
    return false;
}

static size_t aligned(size_t size)
{
    return (size + IVQ_BUFFER_ALIGN - 1) / IVQ_BUFFER_ALIGN * IVQ_BUFFER_ALIGN;
}

enum { MAX_STEPS = 2 * IVQ_KERNEL_MAX_BUFFERS + 1 };

struct bench {
    struct ivq_buffer *up, *work, *down;
    struct ivq_step steps[MAX_STEPS];
    int count;
};

static void copy(struct bench *b, int stage, struct ivq_binding from, struct ivq_binding to)
{
    b->steps[b->count++] = (struct ivq_step){.kind = IVQ_STEP_COPY, .stage = stage, .bindings = {from, to}};
}

static void record(struct bench *b, struct ivq_device *device, const struct ivq_kernel *kernel,
                   const void *params, int width, int height, const struct kernel_data *data)
{
    const struct ivq_tile_shape *tile = ivq_device_tile(device, kernel);
    struct ivq_step launch = {.kind = IVQ_STEP_LAUNCH,
                              .stage = 1,
                              .kernel = kernel,
                              .groups_x = (width + tile->w - 1) / tile->w,
                              .groups_y = (height + tile->h - 1) / tile->h};
    memcpy(launch.params, params, kernel->params_size);
    size_t at = 0;
    for (int i = 0; i < kernel->buffers; i++) {
        launch.bindings[i] = (struct ivq_binding){b->work, at, data[i].size};
        if (!(kernel->written >> i & 1)) {
            memcpy((char *)b->up->host + at, data[i].data, data[i].size);
            copy(b, 0, (struct ivq_binding){b->up, at, data[i].size}, launch.bindings[i]);
        }
        at += aligned(data[i].size);
    }
    b->steps[b->count++] = launch;
    for (int i = 0; i < kernel->buffers; i++)
        if (kernel->written >> i & 1)
            copy(b, 2, launch.bindings[i],
                 (struct ivq_binding){b->down, launch.bindings[i].offset, data[i].size});
}

void kernel_run(struct ivq_device *device, const char *name, const void *params, int width, int height,
                const struct kernel_data *data)
{
    const struct ivq_kernel *kernel = kernel_named(name);
    struct ivq_error error = {0};
    struct bench b = {0};
    struct ivq_plan *plan;
    size_t size = 0;
    for (int i = 0; i < kernel->buffers; i++)
        size += aligned(data[i].size);
    must(device, name, ivq_device_prepare(device, kernel, &error), &error);
    must(device, name, ivq_buffer_create(device, size, IVQ_BUFFER_UPLOAD, &b.up, &error), &error);
    must(device, name, ivq_buffer_create(device, size, IVQ_BUFFER_DEVICE, &b.work, &error), &error);
    must(device, name, ivq_buffer_create(device, size, IVQ_BUFFER_READBACK, &b.down, &error), &error);
    must(device, name, ivq_buffer_fill(device, b.work, 0xa5a5a5a5, &error), &error);
    record(&b, device, kernel, params, width, height, data);
    must(device, name, ivq_plan_create(device, b.steps, b.count, &plan, &error), &error);
    must(device, name, ivq_plan_submit(device, plan, &error), &error);
    must(device, name, ivq_plan_wait(device, plan, &error), &error);
    size_t at = 0;
    for (int i = 0; i < kernel->buffers; at += aligned(data[i++].size))
        if (kernel->written >> i & 1)
            memcpy(data[i].data, (const char *)b.down->host + at, data[i].size);
    ivq_plan_destroy(device, plan);
    ivq_buffer_destroy(device, b.up);
    ivq_buffer_destroy(device, b.work);
    ivq_buffer_destroy(device, b.down);
}

static int run_on(const struct target *target, bool without_binary64, int rows,
                  int (*test)(struct ivq_device *, int))
{
    struct ivq_error error = {0};
    const struct ivq_device_params params = {.cpu_level = -1, .without_binary64 = without_binary64};
    struct ivq_device *device;
    if (ivq_device_open(target->selector, &params, &device, &error) != IVQ_OK) {
        printf("skipped: %s: %s\n", target->selector, error.text);
        return 0;
    }
    const int wrong = test(device, rows);
    printf("%s%s: %d wrong\n", target->selector, without_binary64 ? ", binary64 in integers" : "", wrong);
    ivq_device_close(device);
    return wrong;
}

int kernel_on_devices(int count, char **names, int rows, int (*test)(struct ivq_device *device, int rows))
{
    struct target targets[MAX_TARGETS];
    char only[512] = "";
    for (int i = 0; i < count; i++)
        snprintf(only + strlen(only), sizeof only - strlen(only), "%s%s", i ? " " : "", names[i]);
    int wrong = 0;
    const int found = targets_find(targets, only[0] ? only : NULL);
    for (int i = 0; i < found; i++) {
        wrong += run_on(&targets[i], false, rows, test);
        if (strncmp(targets[i].selector, "cpu:", 4) != 0)
            wrong += run_on(&targets[i], true, rows, test);
    }
    return wrong ? 1 : 0;
}
