/* One kernel of tests/kernels on one device: buffers up, a launch, buffers down. */
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H
#include <stdbool.h>
#include <stddef.h>

#include "device/device.h"

/* A buffer of the kernel, in the order of its head: read or filled, as the kernel does. */
struct kernel_data {
    void *data;
    size_t size; /* bytes */
};

const struct ivq_kernel *kernel_named(const char *name);

/* False, and why, where the device lacks what the kernel needs. */
bool kernel_can_run(struct ivq_device *device, const char *name);

/* Covers width x height with tiles. What is written starts as poison. Ends the program on a device's error.
 */
void kernel_run(struct ivq_device *device, const char *name, const void *params, int width, int height,
                const struct kernel_data *data);

/* Runs test(device, rows) on each device named, or on all; GPUs once more without binary64. 1 if any returned
 * more than 0. */
int kernel_on_devices(int count, char **names, int rows, int (*test)(struct ivq_device *device, int rows));

#endif
