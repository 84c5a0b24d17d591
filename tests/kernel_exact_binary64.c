/* binary64.kh on doubles, in the words of GPUs. */
#include <math.h>

#include "kernel_exact.h"

#define TARGET_C 1
#define COLS 1
#define TILE_H 1
#include "kernel/dialect.h"
#undef FLOOR_LOG2
#define FLOOR_LOG2(x) (31 - __builtin_clz(x))
#include "kernel/binary64.kh"

static binary64 from(double a)
{
    return b64_from_bits(F64_BITS(a));
}

static double to(binary64 a)
{
    return ldexp((double)a.mantissa, a.exponent);
}

static double multiply_u32(double a, uint32_t b)
{
    return to(b64_multiply_u32(from(a), b));
}

static double square(double a)
{
    return to(b64_square(from(a)));
}

static double divide(double a, double b)
{
    return to(b64_divide(from(a), from(b)));
}

static uint64_t trunc_of(double a)
{
    return b64_trunc(from(a));
}

static uint64_t trunc_difference(uint32_t a, double b)
{
    return b64_trunc_difference(a, from(b));
}

static int above(double a, double b)
{
    return b64_above(from(a), from(b));
}

const struct kernel_exact_binary64 kernel_exact_binary64 = {
    .multiply_u32 = multiply_u32,
    .square = square,
    .divide = divide,
    .trunc = trunc_of,
    .trunc_difference = trunc_difference,
    .above = above,
};
