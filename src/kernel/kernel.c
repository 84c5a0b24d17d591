#include "kernel/kernel.h"

#include <string.h>

const struct ivq_kernel *ivq_kernel_find(const char *name)
{
    for (int i = 0; i < ivq_kernel_count; i++)
        if (!strcmp(ivq_kernels[i].name, name))
            return &ivq_kernels[i];
    return NULL;
}

const struct ivq_code *ivq_code_choose(const struct ivq_code *native, const struct ivq_code *integers,
                                       bool has_binary64)
{
    return !has_binary64 && integers->data ? integers : native;
}
