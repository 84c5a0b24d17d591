/* The fast evaluation: double-double arithmetic with a known error bound. Where the bound leaves two numbers
   possible (Ziv's test), the 256-bit evaluation decides. */
#include "base/exactmath.h"

#include "base/exactmath_wide.h"

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __FAST_MATH__
#error "exact arithmetic cannot be built with -ffast-math"
#endif
_Static_assert(FLT_EVAL_METHOD == 0, "double arithmetic must be rounded to double");

static const double INF = __builtin_inf();
static const double QUIET_NAN = __builtin_nan("");

/* Error bounds, with reserve: the errors seen against binary128 are at most 2^-68.1 (exp) and 2^-70.1 (log).
 */
static const double EXP_ERROR = 0x1p-65;         /* absolute, of a value in [0.99, 2) */
static const double LOG_ERROR = 0x1p-66;         /* relative */
static const double EXP_NORMAL_LIMIT = 708.0;    /* exp is a normal binary64 below it in magnitude */
static const double EXP_RANGE_LIMIT = 750.0;     /* exp overflows or is zero from here on */
static const double ROUND_TO_INTEGER = 0x1.8p52; /* added and subtracted: rounds to an integer */
static const double EXP_STEPS_PER_E = 0x1.71547652b82fep7; /* 128 / ln 2 */

/* Of the series of atanh(s) / s in s^2 <= 0.0295, from the term of s^26 down to that of s^6; the first term
   left out, s^28 / 29, is below 2^-76. */
static const double ATANH_TAIL[] = {1.0 / 27, 1.0 / 25, 1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17,
                                    1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9,  1.0 / 7};

static uint64_t to_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double magnitude(double x)
{
    return x < 0.0 ? -x : x;
}

/* a + b exactly, |a| >= |b| (Dekker). */
static struct ivq_pair fast_sum(double a, double b)
{
    const double high = a + b;
    return (struct ivq_pair){high, b - (high - a)};
}

/* a + b exactly (Knuth). */
static struct ivq_pair exact_sum(double a, double b)
{
    const double high = a + b;
    const double b_part = high - a;
    return (struct ivq_pair){high, (a - (high - b_part)) + (b - b_part)};
}

/* a = high + low with 26 bits each (Veltkamp); |a| below 2^996. */
static struct ivq_pair split(double a)
{
    const double c = 0x1.0000002p27 * a;
    const double high = c - (c - a);
    return (struct ivq_pair){high, a - high};
}

/* a * b exactly unless it underflows (Dekker). */
static struct ivq_pair exact_product(double a, double b)
{
    const struct ivq_pair x = split(a), y = split(b);
    const double high = a * b;
    const double low = ((x.high * y.high - high) + x.high * y.low + x.low * y.high) + x.low * y.low;
    return (struct ivq_pair){high, low};
}

static struct ivq_pair pair_sum(struct ivq_pair a, struct ivq_pair b)
{
    const struct ivq_pair sum = exact_sum(a.high, b.high);
    return fast_sum(sum.high, sum.low + (a.low + b.low));
}

static struct ivq_pair pair_product(struct ivq_pair a, struct ivq_pair b)
{
    const struct ivq_pair product = exact_product(a.high, b.high);
    return fast_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/* value * 2^exponent, both normal. */
static double scale(double value, int exponent)
{
    return value * from_bits((uint64_t)(exponent + 1023) << 52);
}

/* exp(x.high + x.low) = result * 2^*exponent to EXP_ERROR; |x.high| <= EXP_NORMAL_LIMIT. The result's low
   part can be as large as 2^-17. */
static struct ivq_pair exp_pair(struct ivq_pair x, int *exponent)
{
    const double steps = (x.high * EXP_STEPS_PER_E + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
    const int step = (int)steps;
    const int index = step & 127;
    /* The first product and difference are exact: ln2_128th.high has 35 bits, steps 17. */
    const struct ivq_pair r =
        exact_sum(x.high - steps * ivq_pair_ln2_128th.high, x.low - steps * ivq_pair_ln2_128th.low);
    const double r2 = r.high * r.high; /* |r| <= ln 2 / 256: terms beyond r^6 are below 2^-72 */
    const double tail =
        r2 * (0.5 + r.high * (1.0 / 6) + r2 * ((1.0 / 24) + r.high * (1.0 / 120) + r2 * (1.0 / 720)));
    const struct ivq_pair base = ivq_pair_exp2[index];
    const struct ivq_pair first = exact_product(base.high, r.high);
    const struct ivq_pair sum = fast_sum(base.high, first.high);
    const double small = sum.low + (first.low + base.low * (1.0 + r.high));
    *exponent = (step - index) / 128;
    return (struct ivq_pair){sum.high, base.high * (r.low * (1.0 + r.high) + tail) + small};
}

/* log(x) to LOG_ERROR; x positive and finite. */
static struct ivq_pair log_pair(double x)
{
    const bool subnormal = x < DBL_MIN;
    const uint64_t bits = to_bits(subnormal ? x * 0x1p54 : x);
    const uint64_t sqrt_half_bits = UINT64_C(0x3fe6a09e667f3bcd);
    const int64_t octave = (int64_t)(bits - sqrt_half_bits) >> 52;
    const double m = from_bits(bits - ((uint64_t)octave << 52)); /* in [sqrt(1/2), sqrt(2)) */
    const double exponent = (double)(octave - (subnormal ? 54 : 0));

    /* log m = 2 atanh(s) = 2 s (1 + z/3 + z^2/5 + ...), s = (m - 1) / (m + 1), z = s^2 <= 0.0295 */
    const struct ivq_pair divisor = fast_sum(m < 1.0 ? 1.0 : m, m < 1.0 ? m : 1.0);
    const double quotient = (m - 1.0) / divisor.high;
    const struct ivq_pair back = exact_product(quotient, divisor.high);
    const double rest = (((m - 1.0) - back.high) - back.low) - quotient * divisor.low;
    const struct ivq_pair s = fast_sum(quotient, rest / divisor.high);
    const struct ivq_pair z = pair_product(s, s);
    double tail = ATANH_TAIL[0];
    for (size_t i = 1; i < sizeof ATANH_TAIL / sizeof ATANH_TAIL[0]; i++)
        tail = ATANH_TAIL[i] + z.high * tail;
    struct ivq_pair series = pair_sum(ivq_pair_one_fifth, exact_product(z.high, tail));
    series = pair_sum(ivq_pair_one_third, pair_product(z, series));
    series = pair_sum((struct ivq_pair){1.0, 0.0}, pair_product(z, series));
    const struct ivq_pair log_m = pair_product((struct ivq_pair){2.0 * s.high, 2.0 * s.low}, series);
    return pair_sum((struct ivq_pair){exponent * ivq_pair_ln2.high, exponent * ivq_pair_ln2.low}, log_m);
}

/* Ziv's test: rounds value to *result if an error of that size cannot change the outcome. */
static bool round_pair(struct ivq_pair value, double error, double *result)
{
    *result = value.high + (value.low + error);
    return *result == value.high + (value.low - error);
}

double ivq_exp(double x)
{
    if (magnitude(x) < EXP_NORMAL_LIMIT) {
        int exponent;
        double result;
        if (round_pair(exp_pair((struct ivq_pair){x, 0.0}, &exponent), EXP_ERROR, &result))
            return scale(result, exponent);
    }
    if (x != x)
        return QUIET_NAN;
    if (magnitude(x) >= EXP_RANGE_LIMIT)
        return x > 0.0 ? INF : 0.0;
    return ivq_wide_exp(x, &ivq_wide_one);
}

double ivq_exp10(double x)
{
    const double log_result = x * ivq_pair_ln10.high;
    if (magnitude(log_result) < EXP_NORMAL_LIMIT) {
        int exponent;
        double result;
        const struct ivq_pair argument = pair_product((struct ivq_pair){x, 0.0}, ivq_pair_ln10);
        if (round_pair(exp_pair(argument, &exponent), EXP_ERROR, &result))
            return scale(result, exponent);
    }
    if (x != x)
        return QUIET_NAN;
    if (magnitude(log_result) >= EXP_RANGE_LIMIT)
        return x > 0.0 ? INF : 0.0;
    return ivq_wide_exp(x, &ivq_wide_ln10);
}

static double log_to_base(double x, struct ivq_pair inverse_log_base,
                          const struct ivq_wide *wide_inverse_log_base)
{
    if (x == 0.0)
        return -INF;
    if (!(x > 0.0))
        return QUIET_NAN;
    if (x == INF)
        return INF;
    double result;
    const struct ivq_pair value = pair_product(log_pair(x), inverse_log_base);
    if (round_pair(value, LOG_ERROR * magnitude(value.high), &result))
        return result;
    return ivq_wide_log(x, wide_inverse_log_base);
}

double ivq_log(double x)
{
    return log_to_base(x, (struct ivq_pair){1.0, 0.0}, &ivq_wide_one);
}

double ivq_log2(double x)
{
    return log_to_base(x, ivq_pair_inverse_ln2, &ivq_wide_inverse_ln2);
}

double ivq_log10(double x)
{
    return log_to_base(x, ivq_pair_inverse_ln10, &ivq_wide_inverse_ln10);
}

static bool is_integer(double x)
{
    return magnitude(x) >= 0x1p53 || (double)(int64_t)x == x;
}

static bool is_odd_integer(double x)
{
    return magnitude(x) < 0x1p53 && is_integer(x) && ((int64_t)x & 1) != 0;
}

/* The cases of C11 F.10.4.4 that are not exp(y log|x|) with a sign. */
static bool special_power(double x, double y, double *result)
{
    const bool grows = (magnitude(x) > 1.0) == (y > 0.0);
    if (y == 0.0 || x == 1.0) {
        *result = 1.0;
    } else if (x != x || y != y) {
        *result = QUIET_NAN;
    } else if (x == 0.0 || magnitude(x) == INF) {
        const bool negative = to_bits(x) >> 63 != 0 && is_odd_integer(y);
        *result = (grows ? INF : 0.0) * (negative ? -1.0 : 1.0);
    } else if (x == -1.0 && is_integer(y)) {
        *result = is_odd_integer(y) ? -1.0 : 1.0;
    } else if (magnitude(y) == INF) {
        *result = grows ? INF : 0.0;
    } else if (x < 0.0 && !is_integer(y)) {
        *result = QUIET_NAN;
    } else {
        return false;
    }
    return true;
}

/* x^y without its sign for the cases special_power leaves, x positive. */
static double positive_power(double x, double y)
{
    const struct ivq_pair log_x = log_pair(x);
    const double estimate = log_x.high * y;
    if (magnitude(estimate) >= EXP_RANGE_LIMIT)
        return estimate > 0.0 ? INF : 0.0;
    if (magnitude(estimate) < EXP_NORMAL_LIMIT) {
        int exponent;
        double result;
        const struct ivq_pair value = exp_pair(pair_product(log_x, (struct ivq_pair){y, 0.0}), &exponent);
        /* Twice, as the value can be near 2. */
        if (round_pair(value, EXP_ERROR + 2.0 * LOG_ERROR * magnitude(estimate), &result))
            return scale(result, exponent);
    }
    return ivq_wide_pow(x, y);
}

double ivq_pow(double x, double y)
{
    double result;
    if (special_power(x, y, &result))
        return result;
    result = positive_power(magnitude(x), y);
    return x < 0.0 && is_odd_integer(y) ? -result : result;
}

/* --- powf (powf.md) --- */

/* x = z * 2^k, z from 0x1.66p-1 to twice that; each run of 2^19 floats z has a centre near it, given by its
   inverse and its logarithm. */
enum { POWF_LOWEST_BITS = 0x3f330000, POWF_RUN_BITS = 19, POWF_RUNS = 16, POWF_ROOTS = 32 };
static const struct {
    double inverse, log2;
} POWF_CENTRES[POWF_RUNS] = {
    {0x1.661ec79f8f3bep+0, -0x1.efec65b963019p-2}, {0x1.571ed4aaf883dp+0, -0x1.b0b6832d4fca4p-2},
    {0x1.49539f0f010bp+0, -0x1.7418b0a1fb77bp-2},  {0x1.3c995b0b80385p+0, -0x1.39de91a6dcf7bp-2},
    {0x1.30d190c8864a5p+0, -0x1.01d9bf3f2b631p-2}, {0x1.25e227b0b8eap+0, -0x1.97c1d1b3b7afp-3},
    {0x1.1bb4a4a1a343fp+0, -0x1.2f9e393af3c9fp-3}, {0x1.12358f08ae5bap+0, -0x1.960cbbf788d5cp-4},
    {0x1.0953f419900a7p+0, -0x1.a6f9db6475fcep-5}, {0x1p+0, 0.0},
    {0x1.e608cfd9a47acp-1, 0x1.338ca9f24f53dp-4},  {0x1.ca4b31f026aap-1, 0x1.476a9543891bap-3},
    {0x1.b2036576afce6p-1, 0x1.e840b4ac4e4d2p-3},  {0x1.9c2d163a1aa2dp-1, 0x1.40645f0c6651cp-2},
    {0x1.886e6037841edp-1, 0x1.88e9c2c1b9ff8p-2},  {0x1.767dcf5534862p-1, 0x1.ce0a44eb17bccp-2},
};
/* log2(1 + r) and 2^r - 1, without a constant term, highest power first */
static const double POWF_LOG2[] = {0x1.27616c9496e0bp-2, -0x1.71969a075c67ap-2, 0x1.ec70a6ca7baddp-2,
                                   -0x1.7154748bef6c8p-1, 0x1.71547652ab82bp0};
static const double POWF_EXP2[] = {0x1.c6af84b912394p-5, 0x1.ebfce50fac4f3p-3, 0x1.62e42ff0c52d6p-1};
static const double POWF_ROUND = 0x1.8p47;       /* added: the last place is 1 / POWF_ROOTS */
static const double POWF_EXPONENT_LIMIT = 160.0; /* from here on binary32 overflows or is zero */

static uint32_t to_bits_binary32(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float from_bits_binary32(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double powf_log2(float x)
{
    const bool subnormal = x < FLT_MIN;
    const uint32_t bits =
        to_bits_binary32(subnormal ? x * 0x1p23f : x) - (subnormal ? UINT32_C(23) << 23 : 0);
    const uint32_t above = bits - POWF_LOWEST_BITS;
    const uint32_t octaves = above & UINT32_C(0xff800000);
    const uint32_t run = above >> POWF_RUN_BITS & (POWF_RUNS - 1);
    const double *c = POWF_LOG2;

    const double r = (double)from_bits_binary32(bits - octaves) * POWF_CENTRES[run].inverse - 1.0;
    const double r2 = r * r, r4 = r2 * r2;
    const double constant = POWF_CENTRES[run].log2 + (double)((int32_t)octaves >> 23);
    return (c[0] * r + c[1]) * r4 + ((c[2] * r + c[3]) * r2 + (c[4] * r + constant));
}

static float powf_exp2(double exponent)
{
    if (magnitude(exponent) >= POWF_EXPONENT_LIMIT)
        return exponent > 0.0 ? (float)INF : 0.0f;
    const double rounded = exponent + POWF_ROUND;
    const uint64_t steps = to_bits(rounded); /* of 1 / POWF_ROOTS, in the low bits */
    const uint64_t step = steps & (POWF_ROOTS - 1);
    const struct ivq_pair *root = &ivq_pair_exp2[step * (128 / POWF_ROOTS)];
    const double base = from_bits(to_bits(root->high) + ((steps - step) << 47));
    const double *c = POWF_EXP2;

    const double r = exponent - (rounded - POWF_ROUND);
    return (float)(((c[0] * r + c[1]) * (r * r) + (c[2] * r + 1.0)) * base);
}

float ivq_powf(float x, float y)
{
    double special;
    if (special_power(x, y, &special))
        return (float)special;
    const float result = powf_exp2((double)y * powf_log2(x < 0.0f ? -x : x));
    return x < 0.0f && is_odd_integer(y) ? -result : result;
}
