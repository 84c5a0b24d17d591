/* The device contract (device/device.h) as tests that run on any open device. No test framework in here:
   every call counts what went wrong and prints it to stderr, so that a thread may run it as well. */
#ifndef DEVICE_SUITE_H
#define DEVICE_SUITE_H
#include "device/device.h"

struct device_case {
    const char *name;
    int (*run)(struct ivq_device *device); /* how many checks failed; 0 is good */
};

/* Ended by an entry without a name. */
extern const struct device_case device_suite[];

/* Both devices at work at the same time, a thread each; then one after the other with the same pictures, to
   the same sums. They may be two openings of one device. */
int device_suite_pair(struct ivq_device *a, struct ivq_device *b);

/* False where the build left out the kernels for this backend. */
bool device_suite_has_code(const struct ivq_backend *backend);

#endif
