/* What this process may use of the machine. */
#ifndef IVQ_BASE_LIMITS_H
#define IVQ_BASE_LIMITS_H
#include <stddef.h>

/* Processors that it may run on, at least 1. */
int ivq_limits_processors(void);

/* Bytes of memory: the least of what the machine has, what the control groups of the process allow (both
   versions, the groups above included), and RLIMIT_AS. root: in front of /proc and /sys, "" but in tests. */
size_t ivq_limits_memory(const char *root);

#endif
