/* The kernels' arithmetic by itself: vif's logarithm against the spec's table, its gain in binary64 against
   the gain in integers, adm's decoupling for CPUs against that for GPUs, and divisions and roots whose
   estimates are off by as much as a device may have them.

   Usage: kernel_exact_test [ROUNDS [SEED]]   ROUNDS multiplies the number of random arguments (default 1) */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_exact.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum {
    GAIN_TRIPLES = 1500000, /* a round, with each limit */
    DIVISIONS = 60000,      /* a round, with each disturbance and part */
    ROOT_STEP = 61,         /* in the mantissas of a round; 1: every one */
    DISTURBANCE = 6,        /* ulps: twice what OpenCL and Vulkan allow */
    SHOWN = 5,
};

static long rounds = 1;
static uint64_t seed = 20240229;

static const struct kernel_exact_part *const parts[] = {
    &kernel_exact_double,
    &kernel_exact_integers,
#ifdef WITH_FUSED
    &kernel_exact_double_fused,
    &kernel_exact_integers_fused,
#endif
};

/* --- random numbers: xorshift64* --- */

static uint64_t next(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * UINT64_C(0x2545f4914f6cdd1d);
}

static uint64_t below(uint64_t n)
{
    return (next() >> 1) % n;
}

/* From low to high, of every magnitude as often. */
static double spread(double low, double high)
{
    return low * exp2(log2(high / low) * (double)(next() >> 11) * 0x1p-53);
}

static int64_t nudge(void)
{
    return (int64_t)below(7) - 3;
}

/* --- vif's logarithm --- */

static uint32_t crc32_of(const uint16_t *values, int count)
{
    uint32_t crc = 0xffffffff;
    for (int i = 0; i < 2 * count; i++) {
        crc ^= (uint32_t)(values[i / 2] >> (i % 2 * 8)) & 0xff;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* The table is known by its checksum (spec vif, section 3); under every exponent the logarithm is the table's
   entry plus 2048 an octave, whatever follows the top 16 bits, up to the 31 bits that arguments have. */
static void log_table(void **state)
{
    enum { FIRST = 32768, ENTRIES = 32768, TABLE_CRC = 0x42ad4d4f };
    static uint16_t table[ENTRIES];
    (void)state;
    for (int p = 0; p < LENGTH(parts); p++) {
        if (!parts[p]->runs_here())
            continue;
        int wrong = 0;
        for (uint32_t m = 0; m < ENTRIES; m++)
            table[m] = (uint16_t)parts[p]->log2_q11(FIRST + m);
        assert_int_equal(crc32_of(table, ENTRIES), TABLE_CRC);
        for (uint32_t m = 0; m < ENTRIES; m++)
            for (uint32_t shift = 1; shift <= 15; shift++) {
                const uint32_t x = (FIRST + m) << shift, tail = (1u << shift) - 1;
                const uint32_t tails[] = {0, tail, (uint32_t)next() & tail};
                for (int i = 0; i < LENGTH(tails); i++)
                    wrong += parts[p]->log2_q11(x | tails[i]) != table[m] + 2048 * (int32_t)shift;
            }
        assert_int_equal(wrong, 0);
    }
}

/* --- vif's gain --- */

struct triple {
    int32_t var_x, var_y, cov;
};

enum { LEAST_VARIANCE = 131072, MOST_VARIANCE = 1 << 30 };

/* The quotient cov^2 / var_x and the noise, 2^17 at least, stay below 2^31 together (spec vif, section 6). */
static const double most_quotient = 2147483648.0 - LEAST_VARIANCE - 2;

static struct triple legal(double var_x, double var_y, double cov)
{
    struct triple t;
    t.var_x = (int32_t)fmin(fmax(var_x, LEAST_VARIANCE), MOST_VARIANCE);
    t.var_y = (int32_t)fmin(fmax(var_y, 0), MOST_VARIANCE);
    t.cov = (int32_t)fmin(fmax(cov, 0), floor(fmin(sqrt(most_quotient * t.var_x), most_quotient)) - 1);
    return t;
}

static struct triple natural_triple(void)
{
    const double x = spread(LEAST_VARIANCE, MOST_VARIANCE), y = spread(1, MOST_VARIANCE);
    return legal(x, y, 1.4 * sqrt(x * y) * (double)(next() >> 11) * 0x1p-53);
}

/* cov^2 is a multiple of var_x, or nearly: where truncation and the roundings disagree. */
static struct triple whole_quotient(void)
{
    const double s = floor(spread(363, 32768)), t = floor(spread(1, 32768));
    return legal(s * s + (double)nudge(), t * t + (double)nudge(), s * t + (double)(nudge() / 2));
}

/* cov = qk + d and var_x = qk^2 + 2kd leave the remainder d^2 of the quotient q; and their neighbours. */
static struct triple small_remainder(void)
{
    const double q = floor(spread(1, 0x1p24)), x = spread(LEAST_VARIANCE, MOST_VARIANCE);
    const double k = floor(sqrt(x / q)), d = floor(spread(1, 400)) - 1;
    return legal(q * k * k + 2 * k * d + (double)(nudge() / 2), q + (double)nudge(), q * k + d);
}

static struct triple any_quotient(void)
{
    const double x = floor(spread(LEAST_VARIANCE, MOST_VARIANCE)), q = floor(spread(1, most_quotient));
    return legal(x, q + (double)nudge(), floor(sqrt(x * q)) + (double)nudge());
}

static struct triple same_pictures(void)
{
    const double x = floor(spread(LEAST_VARIANCE, MOST_VARIANCE));
    return legal(x, x + (double)nudge(), x + (double)nudge());
}

static struct triple powers_of_two(void)
{
    return legal(exp2(17 + (double)below(14)) + (double)nudge(), exp2((double)below(31)) + (double)nudge(),
                 exp2((double)below(31)) + (double)nudge());
}

static struct triple near_limit(double limit)
{
    const double x = floor(spread(LEAST_VARIANCE, most_quotient / (limit * limit)));
    const double y = spread(1, MOST_VARIANCE);
    return legal(x, y, floor(x * limit) + (double)nudge());
}

static struct triple pick_triple(double limit)
{
    switch (below(8)) {
    case 0:
        return whole_quotient();
    case 5:
    case 6:
        return any_quotient();
    case 1:
        return small_remainder();
    case 2:
        return same_pictures();
    case 3:
        return powers_of_two();
    case 4:
        return near_limit(limit);
    default:
        return natural_triple();
    }
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void compare_gains(const struct kernel_exact_part *a, const struct kernel_exact_part *b, double limit,
                          long count)
{
    int wrong = 0;
    for (long i = 0; i < count; i++) {
        const struct triple t = pick_triple(limit);
        const uint64_t bits = bits_of(limit), squared = bits_of(limit * limit);
        const struct kernel_information x = a->gain_terms(t.var_x, t.var_y, t.cov, bits, squared);
        const struct kernel_information y = b->gain_terms(t.var_x, t.var_y, t.cov, bits, squared);
        if (x.residual == y.residual && x.signal == y.signal)
            continue;
        if (wrong++ < SHOWN)
            print_error("var_x %d, var_y %d, cov %d, limit %.17g: %s %d %d, %s %d %d\n", t.var_x, t.var_y,
                        t.cov, limit, a->name, x.residual, x.signal, b->name, y.residual, y.signal);
    }
    assert_int_equal(wrong, 0);
}

static void gain_in_integers(void **state)
{
    static const double limits[] = {1, 1.2, 100, 1 + 0x1p-52, 1.4142135623730951, 3, 17.3};
    (void)state;
    for (int i = 0; i < LENGTH(limits); i++)
        for (int p = 1; p < LENGTH(parts); p++)
            if (parts[p]->runs_here())
                compare_gains(parts[0], parts[p], limits[i], GAIN_TRIPLES / LENGTH(limits) * rounds);
    kernel_exact_integers.disturbance[0] = DISTURBANCE;
    compare_gains(&kernel_exact_double, &kernel_exact_integers, 100, GAIN_TRIPLES / 4 * rounds);
    kernel_exact_integers.disturbance[0] = -DISTURBANCE;
    compare_gains(&kernel_exact_double, &kernel_exact_integers, 1.2, GAIN_TRIPLES / 4 * rounds);
    kernel_exact_integers.disturbance[0] = 0;
}

/* --- binary64 in integers --- */

/* Of any magnitude from 2^-60 to 2^31, its mantissa ending in as many zeros as it happens: products that need
   a bit or two too many are ties. */
static double some_double(void)
{
    const uint64_t fraction = (next() >> 12) & ~UINT64_C(0) << below(53);
    return ldexp((double)(fraction | UINT64_C(1) << 52), (int)below(91) - 60 - 52);
}

static void binary64_in_integers(void **state)
{
    const struct kernel_exact_binary64 *const ops = &kernel_exact_binary64;
    (void)state;
    for (long i = 0; i < GAIN_TRIPLES * rounds; i++) {
        const double a = some_double(), b = below(4) ? some_double() : nextafter(a, (double)below(2));
        const uint32_t n = (uint32_t)(next() >> (33 + below(30))) + 1;
        const double less = fmax(b, 0x1p-43), difference = (double)n - less; /* vif's are above 2^-31 */
        if (ops->multiply_u32(a, n) != a * n || ops->square(a) != a * a || ops->divide(a, b) != a / b ||
            ops->trunc(a) != (uint64_t)a || ops->above(a, b) != (a > b) ||
            ops->trunc_difference(n, less) != (difference > 0 ? (uint64_t)difference : 0))
            fail_msg("%a, %a, %u: product %a, square %a, quotient %a, difference %" PRIu64, a, b, n,
                     ops->multiply_u32(a, n), ops->square(a), ops->divide(a, b),
                     ops->trunc_difference(n, less));
    }
}

/* --- divisions and roots --- */

/* Runs a check of every part with every disturbance; it returns how many results were wrong. */
static void with_disturbed_estimates(long (*check)(const struct kernel_exact_part *part))
{
    for (int p = 0; p < LENGTH(parts); p++)
        for (int ulps = -DISTURBANCE; ulps <= DISTURBANCE && parts[p]->runs_here(); ulps++) {
            *parts[p]->disturbance = ulps;
            const long wrong = check(parts[p]);
            *parts[p]->disturbance = 0;
            if (wrong)
                fail_msg("%s, estimates off by %+d: %ld wrong", parts[p]->name, ulps, wrong);
        }
}

/* Quotients from nothing to 31 bits, with remainders at both ends. */
#define LARGEST_QUOTIENT 2147483646.0
static long wrong_integer_quotients(const struct kernel_exact_part *part)
{
    long wrong = 0;
    for (long i = 0; i < DIVISIONS * rounds; i++) {
        const uint32_t b = below(8) ? (uint32_t)spread(LEAST_VARIANCE, 2147483647.0)
                                    : (below(2) ? LEAST_VARIANCE : UINT32_C(0x7fffffff));
        const uint64_t q = below(4) ? (uint64_t)spread(1, LARGEST_QUOTIENT) : below(3);
        const uint64_t rest = below(3) ? below(2) * (b - 1) : below(b);
        const uint64_t a = q * b + rest;
        const int side = (int)below(3) - 1;
        const uint32_t quotient = part->divide_u64_u32(a, b, side);
        if (quotient == a / b)
            continue;
        if (wrong++ < SHOWN)
            print_error("%" PRIu64 " / %" PRIu32 ": %" PRIu32 "\n", a, b, quotient);
    }
    return wrong;
}

static void integer_division(void **state)
{
    (void)state;
    with_disturbed_estimates(wrong_integer_quotients);
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Mantissas near 0, near 1 and near each other are where a wrong rounding hides. */
static uint32_t hard_mantissa(uint32_t other)
{
    const uint32_t most = 0x7fffff;
    switch (below(8)) {
    case 0:
        return (uint32_t)below(8);
    case 1:
        return most - (uint32_t)below(8);
    case 2:
        return (other + (uint32_t)nudge()) & most;
    default:
        return (uint32_t)next() & most;
    }
}

static bool same_float(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static long wrong_quotients(const struct kernel_exact_part *part)
{
    long wrong = 0;
    for (long i = 0; i < 4 * DIVISIONS * rounds; i++) {
        const uint32_t m = hard_mantissa(0), n = hard_mantissa(m), signs = (uint32_t)next() & 0x80000000;
        const uint32_t exponent = 66 + (uint32_t)below(120), other = exponent - 60 + (uint32_t)below(120);
        const float a = float_of(exponent << 23 | m | signs), b = float_of(other << 23 | n);
        volatile const float wanted = a / b;
        if (!same_float(part->divide_f32(a, b), wanted) && wrong++ < SHOWN)
            print_error("%a / %a: %a\n", (double)a, (double)b, (double)part->divide_f32(a, b));
    }
    wrong += !same_float(part->divide_f32(0, 3), 0) + !same_float(part->divide_f32(-0.0f, 3), -0.0f);
    return wrong;
}

static long wrong_roots(const struct kernel_exact_part *part)
{
    const uint32_t one = UINT32_C(127) << 23, four = UINT32_C(129) << 23;
    const uint32_t step = rounds >= ROOT_STEP ? 1 : ROOT_STEP / (uint32_t)rounds;
    long wrong = 0;
    for (uint32_t bits = one + (uint32_t)below(step); bits < four; bits += step) {
        const float x = float_of(bits);
        wrong += !same_float(part->sqrt_f32(x), sqrtf(x));
    }
    for (int i = 0; i < DIVISIONS; i++) {
        const float x = float_of((1 + (uint32_t)below(254)) << 23 | hard_mantissa(0));
        wrong += !same_float(part->sqrt_f32(x), sqrtf(x));
    }
    return wrong + !same_float(part->sqrt_f32(0), 0);
}

static void float_division(void **state)
{
    (void)state;
    with_disturbed_estimates(wrong_quotients);
}

static void float_roots(void **state)
{
    (void)state;
    with_disturbed_estimates(wrong_roots);
}

/* The bound that exact_math.kh states, and the same bits from every part. */
static void float_logarithm(void **state)
{
    double worst = 0;
    (void)state;
    for (long i = 0; i < 400000 * rounds; i++) {
        const float x = float_of((1 + (uint32_t)below(254)) << 23 | hard_mantissa(0)),
                    y = parts[0]->log2_f32(x);
        const double exact = log2((double)x), error = fabs((double)y - exact) / fmax(1, fabs(exact));
        worst = fmax(worst, error);
        for (int p = 1; p < LENGTH(parts); p++)
            assert_true(!parts[p]->runs_here() || same_float(y, parts[p]->log2_f32(x)));
    }
    print_message("log2_f32: worst error 2^%.2f\n", log2(worst));
    assert_true(worst < 0x1p-23);
}

/* --- adm's decoupling --- */

/* Both sides of the finest scale, whose coefficients have 16 bits, and of the others. */
static const struct {
    const struct kernel_exact_adm_part *cpu, *gpu;
    double largest;
} adm_sides[] = {
    {&kernel_exact_adm_finest_cpu, &kernel_exact_adm_finest_gpu, 32767},
    {&kernel_exact_adm_cpu, &kernel_exact_adm_gpu, 0x1p30},
};

static int32_t coefficient(double largest)
{
    const int64_t size = below(8) ? (int64_t)spread(1, largest) + nudge() : nudge();
    const int64_t limited = size > (int64_t)largest ? (int64_t)largest : size;
    return (int32_t)(below(2) ? limited : -limited);
}

/* A vector one degree away from (h, v), as near as integers come, of another length. */
static void one_degree_off(const int32_t o[2], double largest, int32_t t[2])
{
    const double degree = (below(2) ? 1 : -1) * acos(-1.0) / 180, length = hypot(o[0], o[1]) + 1;
    const double factor = spread(0.25, 1) * fmin(2, largest / length);
    t[0] =
        (int32_t)(fmax(fmin(factor * (o[0] * cos(degree) - o[1] * sin(degree)), largest - 3), 3 - largest));
    t[1] =
        (int32_t)(fmax(fmin(factor * (o[0] * sin(degree) + o[1] * cos(degree)), largest - 3), 3 - largest));
    t[0] += (int32_t)(nudge() / 2);
    t[1] += (int32_t)(nudge() / 2);
}

static void adm_directions(void **state)
{
    (void)state;
    for (int s = 0; s < LENGTH(adm_sides); s++) {
        int near = 0, wrong = 0;
        for (long i = 0; i < GAIN_TRIPLES / 2 * rounds; i++) {
            const int32_t o[2] = {coefficient(adm_sides[s].largest), coefficient(adm_sides[s].largest)};
            int32_t t[2] = {coefficient(adm_sides[s].largest), coefficient(adm_sides[s].largest)};
            if (below(4))
                one_degree_off(o, adm_sides[s].largest, t);
            const int32_t cpu = adm_sides[s].cpu->same_direction(o[0], o[1], t[0], t[1]);
            near += cpu != 0;
            if (cpu != adm_sides[s].gpu->same_direction(o[0], o[1], t[0], t[1]) && wrong++ < SHOWN)
                print_error("(%d, %d) and (%d, %d): %s %d\n", o[0], o[1], t[0], t[1], adm_sides[s].cpu->name,
                            cpu);
        }
        assert_true(near > GAIN_TRIPLES / 20);
        assert_int_equal(wrong, 0);
    }
}

/* Sums of 63 bits, with ties and what lies beside them (spec adm, section 9.2). */
static void adm_rounding(void **state)
{
    (void)state;
    for (long i = 0; i < GAIN_TRIPLES * rounds; i++) {
        const int shift = (int)below(39);
        const int64_t tie = (int64_t)((UINT64_C(0x1000001) | (next() & 0xffffff)) << shift);
        const int64_t any = (int64_t)(next() >> (1 + below(62))) + 1, v = below(2) ? any : tie + nudge() / 2;
        const double wanted = (double)(float)v;
        assert_true(kernel_exact_adm_cpu.to_24_bits(v) == wanted);
        assert_true(kernel_exact_adm_gpu.to_24_bits(v) == wanted);
    }
}

static void adm_restored(void **state)
{
    static const double gains[] = {1, 1.2, 100, 1 + 0x1p-52, 3, 1.9999999999999998, 17.3};
    (void)state;
    for (uint32_t m = 1; m <= 32768; m++) {
        assert_int_equal(kernel_exact_adm_cpu.reciprocal_q30(m), (1u << 30) / m);
        assert_int_equal(kernel_exact_adm_gpu.reciprocal_q30(m), (1u << 30) / m);
    }
    for (int s = 0; s < LENGTH(adm_sides); s++)
        for (long i = 0; i < GAIN_TRIPLES * rounds; i++) {
            const double gain = gains[below(LENGTH(gains))], largest = adm_sides[s].largest;
            const int32_t o = coefficient(largest), any = coefficient(largest);
            const double aim = fmin(fmax(o * (below(2) ? gain : 1) + (double)nudge(), -largest), largest);
            const int32_t t = below(2) ? any : (int32_t)aim, direction = below(2) ? -1 : 0;
            const int32_t cpu = adm_sides[s].cpu->restored(o, t, direction, bits_of(gain));
            const int32_t gpu = adm_sides[s].gpu->restored(o, t, direction, bits_of(gain));
            if (cpu != gpu)
                fail_msg("o %d, t %d, direction %d, gain %.17g: %s %d, %s %d", o, t, direction, gain,
                         adm_sides[s].cpu->name, cpu, adm_sides[s].gpu->name, gpu);
        }
}

int main(int argc, char **argv)
{
    if (argc > 1)
        rounds = strtol(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    print_message("rounds %ld, seed %" PRIu64 "\n", rounds, seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_table),
        cmocka_unit_test(gain_in_integers),
        cmocka_unit_test(binary64_in_integers),
        cmocka_unit_test(integer_division),
        cmocka_unit_test(float_division),
        cmocka_unit_test(float_roots),
        cmocka_unit_test(float_logarithm),
        cmocka_unit_test(adm_directions),
        cmocka_unit_test(adm_rounding),
        cmocka_unit_test(adm_restored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
