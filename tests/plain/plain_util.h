/* What the plain references share among themselves. */
#ifndef PLAIN_UTIL_H
#define PLAIN_UTIL_H
#include "plain.h"

/* Scores pass through the project's exact functions (DECISIONS 6); -DPLAIN_LIBM takes the C library's
   instead, which differs from them in the last bit now and then. */
#ifdef PLAIN_LIBM
#include <math.h>
#define plain_log10 log10
#define plain_log2 log2
#define plain_exp exp
#define plain_pow pow
#define plain_pow_2_4(x) pow(x, 2.4)
#define plain_cbrt(x) pow(x, 1.0 / 3.0)
#define plain_short_exp exp
#define plain_atan2(y, x) atan2((double)(y), (double)(x))
#define plain_sin sin
#define plain_cos cos
#else
#include "base/exactmath.h"
#include "base/exactmath_short.h"
#define plain_log10 ivq_log10
#define plain_log2 ivq_log2
#define plain_exp ivq_exp
#define plain_pow ivq_pow
#define plain_pow_2_4 ivq_short_pow_2_4
#define plain_cbrt ivq_short_cbrt
#define plain_short_exp ivq_short_exp
#define plain_atan2 ivq_short_atan2
#define plain_sin ivq_short_sin
#define plain_cos ivq_short_cos
#endif

/* x^y as powf.md has it; x positive and finite, or 0 with a positive y; y finite. */
float plain_powf(float x, float y);

/* Records the message and returns 1. */
int plain_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed; ends the program where memory runs out. */
void *plain_alloc(size_t count, size_t size);

/* Refuses an empty clip, frames that differ in shape, depths outside 8 .. 16, and luma below min_size each
 * way. */
int plain_check_frames(const char *feature, const struct plain_clip_frame *frames, int count, int min_size);

/* Mirrors about the first and last sample, which are not repeated. Valid for -n < i < 2n - 1. */
static inline int plain_mirror(int i, int n)
{
    if (i < 0)
        return -i;
    return i >= n ? 2 * n - 2 - i : i;
}

/* floor((v + 2^(n-1)) / 2^n), or v for n = 0. Both compilers shift negative numbers arithmetically. */
static inline int64_t plain_rsh(int64_t v, int n)
{
    return n == 0 ? v : (v + ((int64_t)1 << (n - 1))) >> n;
}

static inline uint64_t plain_rsh_u(uint64_t v, int n)
{
    return n == 0 ? v : (v + ((uint64_t)1 << (n - 1))) >> n;
}

#endif
