/* Every device of this machine, as the product's tests take them. */
#ifndef TARGETS_H
#define TARGETS_H
#include "device/device.h"

struct target {
    char selector[40]; /* as --device takes it: cpu:v3, vulkan:0 */
    struct ivq_device_info info;
};

enum { MAX_TARGETS = 64 };

/* cpu:scalar, the other CPU levels and cpu:awkward, then every device that a backend lists; `only`, or else
   $ISOVQ_TEST_DEVICES, names the ones to take, with blanks between. What is not there is printed with its
   reason. Returns how many, at most MAX_TARGETS. */
int targets_find(struct target targets[MAX_TARGETS], const char *only);

/* Opens one with so many CPU workers (0: as many as there are processors); a failure is printed, and NULL. */
struct ivq_device *target_open(const struct target *target, int threads);

#endif
