#ifndef IVQ_DEVICE_CPU_H
#define IVQ_DEVICE_CPU_H
#include "device/device.h"

extern const struct ivq_backend ivq_backend_cpu;

/* "scalar", "v2", "v3", "v4", "arm64", "awkward" (tests): an enum ivq_cpu_level, or -1. */
int ivq_cpu_level_find(const char *name);

/* Does this processor run this level, and was it built? */
bool ivq_cpu_level_usable(int level);

/* As ids spell it; level is valid. */
const char *ivq_cpu_level_name(int level);

/* The fastest usable level that needs nothing of what cpumask forbids (spec cli_and_logs, section 1). */
int ivq_cpu_level_best(unsigned cpumask);

#endif
