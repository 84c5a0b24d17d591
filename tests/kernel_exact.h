/* Arithmetic of the kernels as C functions, built several ways: kernel_exact_part.c is compiled once for
 * each. */
#ifndef KERNEL_EXACT_H
#define KERNEL_EXACT_H
#include <stdint.h>

struct kernel_information {
    int32_t residual, signal;
};

struct kernel_exact_part {
    const char *name;
    int (*runs_here)(void); /* does this processor have the part's instructions? */
    int *disturbance; /* units in the last place by which every estimate of the float unit is off; even: above
                         and below in turn */
    int32_t (*log2_q11)(uint32_t x);
    struct kernel_information (*gain_terms)(int32_t var_x, int32_t var_y, int32_t cov, uint64_t limit,
                                            uint64_t limit_squared);
    uint32_t (*divide_u64_u32)(uint64_t a, uint32_t b, int side); /* side: -1, 0, 1 */
    float (*divide_f32)(float a, float b);
    float (*sqrt_f32)(float a);
    float (*log2_f32)(float x);
};

/* Gain in binary64, and in integers; each without and (where the compiler can) with fused multiply-add. */
extern const struct kernel_exact_part kernel_exact_double, kernel_exact_integers, kernel_exact_double_fused,
    kernel_exact_integers_fused;

/* Binary64 in integers (binary64.kh), on positive numbers. */
struct kernel_exact_binary64 {
    double (*multiply_u32)(double a, uint32_t b);
    double (*square)(double a);
    double (*divide)(double a, double b);
    uint64_t (*trunc)(double a);
    uint64_t (*trunc_difference)(uint32_t a, double b);
    int (*above)(double a, double b);
};

extern const struct kernel_exact_binary64 kernel_exact_binary64;

/* What adm_decouple.kh says twice, for CPUs in floats and for GPUs in integers. */
struct kernel_exact_adm_part {
    const char *name;
    int32_t (*same_direction)(int32_t oh, int32_t ov, int32_t th, int32_t tv);
    uint32_t (*reciprocal_q30)(uint32_t m);
    uint32_t (*enhanced)(uint32_t r, uint32_t t, uint64_t gain);
    int32_t (*restored)(int32_t o, int32_t t, int32_t direction, uint64_t gain);
    double (*to_24_bits)(int64_t v); /* as binary32 rounds it; v > 0 */
};

extern const struct kernel_exact_adm_part kernel_exact_adm_cpu, kernel_exact_adm_gpu,
    kernel_exact_adm_finest_cpu, kernel_exact_adm_finest_gpu;

#endif
