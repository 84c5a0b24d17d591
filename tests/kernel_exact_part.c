/* -DPART=kernel_exact_... names the table; -DGAIN_IN_INTEGERS and -mfma or -march choose what is in it. */
#include "kernel_exact.h"

static int disturbance;

#define TARGET_C 1
#define COLS 1
#define TILE_H 1
#define DISTURB_F32(x) disturbed(x)
#include "kernel/dialect.h"

/* An estimate of 0 is right on every device. */
FN f32 disturbed(f32 x)
{
    static int turn = 1;
    turn = disturbance % 2 ? 1 : -turn;
    return x == 0.0f ? x : BITS_F32(F32_BITS(x) + (u32)(disturbance * turn));
}

#ifdef GAIN_IN_INTEGERS /* as on GPUs, also for 1: the C target's own may be built for 2 and more only */
#undef FLOOR_LOG2
#define FLOOR_LOG2(x) (31 - __builtin_clz(x))
#endif
#include "kernel/exact_math.kh"
#include "metrics/vif/vif_gain.kh"
#include "metrics/vif/vif_log.kh"
#ifndef GAIN_IN_INTEGERS
#include "kernel/divide.kh"
#endif

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

static int runs_here(void)
{
#if defined(__x86_64__) && defined(__FMA__)
    return __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2");
#else
    return 1;
#endif
}

static struct kernel_information gain(int32_t var_x, int32_t var_y, int32_t cov, uint64_t limit,
                                      uint64_t limit_squared)
{
    double value;
    memcpy(&value, &limit, sizeof value);
    const uint32_t whole = value == (double)(uint32_t)value ? (uint32_t)value : 0;
    const information terms = gain_terms(var_x, var_y, cov, limit, limit_squared, whole);
    return (struct kernel_information){terms.residual, terms.signal};
}

/* With an estimate of a as far off as the kernel allows: 2^-22. */
static uint32_t divide(uint64_t a, uint32_t b, int side)
{
    return divide_u64_u32(a, (float)a * (1.0f + (float)side * 0x1p-22f), b);
}

const struct kernel_exact_part PART = {
    .name = TEXT(PART),
    .runs_here = runs_here,
    .disturbance = &disturbance,
    .log2_q11 = log2_q11,
    .gain_terms = gain,
    .divide_u64_u32 = divide,
    .divide_f32 = divide_f32_exact,
    .sqrt_f32 = sqrt_f32_exact,
    .log2_f32 = log2_f32,
};
