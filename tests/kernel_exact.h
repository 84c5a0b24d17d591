/* Arithmetic of the kernels as C functions, built several ways: kernel_exact_part.c is compiled once for each. */
#ifndef KERNEL_EXACT_H
#define KERNEL_EXACT_H
#include <stdint.h>

struct kernel_information {
    int32_t residual, signal;
};

struct kernel_exact_part {
    const char *name;
    int (*runs_here)(void); /* does this processor have the part's instructions? */
    int *disturbance;       /* units in the last place by which every estimate of the float unit is off */
    int32_t (*log2_q11)(uint32_t x);
    struct kernel_information (*gain_terms)(int32_t var_x, int32_t var_y, int32_t cov, uint64_t limit,
                                            uint64_t limit_squared);
    uint64_t (*divide_u64_u32)(uint64_t a, uint32_t b);
    float (*divide_f32)(float a, float b);
    float (*sqrt_f32)(float a);
    float (*log2_f32)(float x);
};

/* Gain in binary64, and in integers; each without and (where the compiler can) with fused multiply-add. */
extern const struct kernel_exact_part kernel_exact_double, kernel_exact_integers, kernel_exact_double_fused,
    kernel_exact_integers_fused;

#endif
