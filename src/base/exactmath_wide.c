#include "base/exactmath_wide.h"

#include <stdbool.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

enum {
    LIMB_BITS = 64,
    PRODUCT_LIMBS = IVQ_WIDE_LIMBS + 1, /* of a wide number and one limb */
    /* Results are first rounded to a grid of 2^-112 of their last place, so that exact ones and exact ties
       are seen as such. The evaluation's error is smaller (relative 2^-187 or better). Other results do not
       come that close to a tie: exp stays 2^-106 away (Lefevre and Muller); for the rest, by counting the
       arguments, the closest are expected near 2^-65 (log10). */
    FRACTION_GRID_BITS = 16,
    MANTISSA_BITS = 52, /* stored ones of binary64 */
    EXPONENT_BIAS = 1023,
    LOWEST_EXPONENT = -1074 /* of the last place of a subnormal binary64 */
};

struct signed_wide {
    struct ivq_wide magnitude;
    bool negative;
};

/* integer * 2^exponent, integer below 2^53. */
struct scaled_integer {
    uint64_t integer;
    int exponent;
    bool negative;
};

static struct scaled_integer take_apart(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int field = (int)(bits >> MANTISSA_BITS) & 0x7ff;
    const uint64_t fraction = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
    const bool normal = field != 0;
    return (struct scaled_integer){
        .integer = fraction | (uint64_t)normal << MANTISSA_BITS,
        .exponent = (normal ? field : 1) + LOWEST_EXPONENT - 1,
        .negative = bits >> 63 != 0,
    };
}

static struct ivq_wide add(const struct ivq_wide *a, const struct ivq_wide *b)
{
    struct ivq_wide sum;
    uint128 carry = 0;
    for (int i = 0; i < IVQ_WIDE_LIMBS; i++) {
        carry += (uint128)a->limb[i] + b->limb[i];
        sum.limb[i] = (uint64_t)carry;
        carry >>= LIMB_BITS;
    }
    return sum;
}

/* Modulo 2^64: is_negative tells whether b was larger. */
static struct ivq_wide subtract(const struct ivq_wide *a, const struct ivq_wide *b)
{
    struct ivq_wide difference;
    uint64_t borrow = 0;
    for (int i = 0; i < IVQ_WIDE_LIMBS; i++) {
        const uint128 d = (uint128)a->limb[i] - b->limb[i] - borrow;
        difference.limb[i] = (uint64_t)d;
        borrow = (uint64_t)(d >> LIMB_BITS) & 1;
    }
    return difference;
}

static bool is_negative(const struct ivq_wide *a)
{
    return a->limb[IVQ_WIDE_LIMBS - 1] >> 63 != 0;
}

static bool is_zero(const struct ivq_wide *a)
{
    uint64_t any = 0;
    for (int i = 0; i < IVQ_WIDE_LIMBS; i++)
        any |= a->limb[i];
    return any == 0;
}

/* Rounds down; the product must be below 2^64. */
static struct ivq_wide multiply(const struct ivq_wide *a, const struct ivq_wide *b)
{
    uint64_t product[2 * IVQ_WIDE_LIMBS] = {0};
    for (int i = 0; i < IVQ_WIDE_LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < IVQ_WIDE_LIMBS; j++) {
            const uint128 t = (uint128)a->limb[i] * b->limb[j] + product[i + j] + carry;
            product[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> LIMB_BITS);
        }
        product[i + IVQ_WIDE_LIMBS] = carry;
    }
    struct ivq_wide result;
    memcpy(result.limb, product + IVQ_WIDE_FRACTION_BITS / LIMB_BITS, sizeof result.limb);
    return result;
}

static void multiply_limb(const struct ivq_wide *a, uint64_t b, uint64_t product[PRODUCT_LIMBS])
{
    uint64_t carry = 0;
    for (int i = 0; i < IVQ_WIDE_LIMBS; i++) {
        const uint128 t = (uint128)a->limb[i] * b + carry;
        product[i] = (uint64_t)t;
        carry = (uint64_t)(t >> LIMB_BITS);
    }
    product[IVQ_WIDE_LIMBS] = carry;
}

static struct ivq_wide multiply_integer(const struct ivq_wide *a, uint64_t b)
{
    uint64_t product[PRODUCT_LIMBS];
    multiply_limb(a, b, product);
    struct ivq_wide result;
    memcpy(result.limb, product, sizeof result.limb);
    return result;
}

/* Rounds down. */
static struct ivq_wide divide(const struct ivq_wide *a, uint64_t b)
{
    struct ivq_wide quotient;
    uint64_t rest = 0;
    for (int i = IVQ_WIDE_LIMBS - 1; i >= 0; i--) {
        const uint128 t = (uint128)rest << LIMB_BITS | a->limb[i];
        quotient.limb[i] = (uint64_t)(t / b);
        rest = (uint64_t)(t % b);
    }
    return quotient;
}

/* 64 bits of a limb array, from bit `position` up; bits outside of the array are zero. */
static uint64_t bits_at(const uint64_t *limbs, int count, int position)
{
    const int offset = position & (LIMB_BITS - 1);
    const int word = (position - offset) / LIMB_BITS;
    const uint64_t low = word >= 0 && word < count ? limbs[word] : 0;
    const uint64_t high = word + 1 >= 0 && word + 1 < count ? limbs[word + 1] : 0;
    return offset == 0 ? low : low >> offset | high << (LIMB_BITS - offset);
}

static int top_bit(const struct ivq_wide *a)
{
    int i = IVQ_WIDE_LIMBS - 1;
    while (a->limb[i] == 0)
        i--;
    return i * LIMB_BITS + LIMB_BITS - 1 - __builtin_clzll(a->limb[i]);
}

/* integer * 2^exponent as binary64: integer is at most 2^53, and below 2^52 only with the lowest exponent. */
static double put_together(uint64_t integer, int exponent)
{
    const uint64_t infinity = UINT64_C(0x7ff) << MANTISSA_BITS;
    const int field = exponent - LOWEST_EXPONENT;
    uint64_t bits = field > 2 * EXPONENT_BIAS ? infinity : ((uint64_t)field << MANTISSA_BITS) + integer;
    bits = bits > infinity ? infinity : bits;
    double result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

/* a * 2^scale to nearest, ties to even. */
static double round_wide(const struct ivq_wide *a, int scale)
{
    if (is_zero(a))
        return 0.0;
    const int top = top_bit(a);
    const int exponent = top - IVQ_WIDE_FRACTION_BITS + scale;
    const int last_place =
        exponent - MANTISSA_BITS > LOWEST_EXPONENT ? exponent - MANTISSA_BITS : LOWEST_EXPONENT;
    const int position = last_place - scale + IVQ_WIDE_FRACTION_BITS;
    if (position > top + 1) /* below half of the smallest number */
        return 0.0;
    uint64_t integer = bits_at(a->limb, IVQ_WIDE_LIMBS, position);
    const uint128 half = (uint128)1 << 127;
    const uint128 grid = (uint128)1 << FRACTION_GRID_BITS;
    const uint128 fraction = (uint128)bits_at(a->limb, IVQ_WIDE_LIMBS, position - LIMB_BITS) << LIMB_BITS |
                             bits_at(a->limb, IVQ_WIDE_LIMBS, position - 2 * LIMB_BITS);
    const uint128 moved = fraction + grid / 2;
    integer += moved < fraction;
    const uint128 on_grid = moved - moved % grid;
    integer += on_grid > half || (on_grid == half && (integer & 1) != 0);
    return put_together(integer, last_place);
}

/* exp(a) = result * 2^*scale, result in [1, 2.001). */
static struct ivq_wide exponential(const struct signed_wide *a, int *scale)
{
    const double log2_e = 1.4426950408889634;
    const uint64_t *limb = a->magnitude.limb;
    const double magnitude = (double)limb[IVQ_WIDE_LIMBS - 1] + (double)limb[IVQ_WIDE_LIMBS - 2] * 0x1p-64;
    const int estimate = (int)(magnitude * log2_e); /* may be one off */
    int k = a->negative ? -estimate - 1 : estimate;
    struct ivq_wide multiple = multiply_integer(&ivq_wide_ln2, (uint64_t)(k < 0 ? -k : k));
    struct ivq_wide rest =
        a->negative ? subtract(&multiple, &a->magnitude) : subtract(&a->magnitude, &multiple);
    if (is_negative(&rest)) {
        rest = add(&rest, &ivq_wide_ln2);
        k--;
    }
    struct ivq_wide sum = ivq_wide_one, term = ivq_wide_one;
    for (uint64_t n = 1; !is_zero(&term); n++) {
        const struct ivq_wide power = multiply(&term, &rest);
        term = divide(&power, n);
        sum = add(&sum, &term);
    }
    *scale = k;
    return sum;
}

/* log of m / 2^52, m in [2^52, 2^53): 2 atanh(s), s = (m - 2^52) / (m + 2^52) at most 1/3. */
static struct ivq_wide mantissa_logarithm(uint64_t m)
{
    const uint64_t one = UINT64_C(1) << MANTISSA_BITS;
    const struct ivq_wide numerator = {.limb = {[IVQ_WIDE_LIMBS - 1] = m - one}};
    struct ivq_wide power = divide(&numerator, m + one);
    const struct ivq_wide square = multiply(&power, &power);
    struct ivq_wide sum = {{0}};
    for (uint64_t n = 1; !is_zero(&power); n += 2) {
        const struct ivq_wide term = divide(&power, n);
        sum = add(&sum, &term);
        power = multiply(&power, &square);
    }
    return add(&sum, &sum);
}

static struct signed_wide logarithm(double x)
{
    struct scaled_integer parts = take_apart(x);
    const int shift = MANTISSA_BITS - (LIMB_BITS - 1 - __builtin_clzll(parts.integer));
    const int exponent = parts.exponent - shift + MANTISSA_BITS;
    const struct ivq_wide fraction = mantissa_logarithm(parts.integer << shift);
    const struct ivq_wide whole =
        multiply_integer(&ivq_wide_ln2, (uint64_t)(exponent < 0 ? -exponent : exponent));
    if (exponent >= 0)
        return (struct signed_wide){add(&whole, &fraction), false};
    return (struct signed_wide){subtract(&whole, &fraction), true};
}

static struct signed_wide multiply_double(const struct signed_wide *a, double b)
{
    const struct scaled_integer factor = take_apart(b);
    uint64_t product[PRODUCT_LIMBS];
    multiply_limb(&a->magnitude, factor.integer, product);
    struct signed_wide result = {.negative = a->negative != factor.negative};
    for (int i = 0; i < IVQ_WIDE_LIMBS; i++)
        result.magnitude.limb[i] = bits_at(product, PRODUCT_LIMBS, i * LIMB_BITS - factor.exponent);
    return result;
}

static double power(const struct signed_wide *log_base, double y)
{
    const struct signed_wide argument = multiply_double(log_base, y);
    int scale;
    const struct ivq_wide result = exponential(&argument, &scale);
    return round_wide(&result, scale);
}

double ivq_wide_exp(double x, const struct ivq_wide *log_base)
{
    const struct signed_wide base = {*log_base, false};
    return power(&base, x);
}

double ivq_wide_log(double x, const struct ivq_wide *inverse_log_base)
{
    const struct signed_wide natural = logarithm(x);
    const struct ivq_wide result = multiply(&natural.magnitude, inverse_log_base);
    const double magnitude = round_wide(&result, 0);
    return natural.negative ? -magnitude : magnitude;
}

double ivq_wide_pow(double x, double y)
{
    const struct signed_wide base = logarithm(x);
    return power(&base, y);
}
