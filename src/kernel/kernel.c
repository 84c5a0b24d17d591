#include "kernel/kernel.h"

#include <string.h>

const struct ivq_kernel *ivq_kernel_find(const char *name)
{
    for (int i = 0; i < ivq_kernel_count; i++)
        if (!strcmp(ivq_kernels[i].name, name))
            return &ivq_kernels[i];
    return NULL;
}
