/* exactmath: stored vectors, special cases, the fast against the 256-bit evaluation, and binary128 as an
   oracle. Of powf the special cases only: powf_test has the rest.

   Usage: exactmath_test [ROUNDS [SEED]]   ROUNDS multiplies the number of random arguments (default 1).
   Built with -DIVQ_TEST_QUADMATH -lquadmath it compares with libquadmath too. */
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

#ifdef IVQ_TEST_QUADMATH
#include <quadmath.h>
#endif

#include "base/exactmath.h"
#include "base/exactmath_short.h"
#include "base/exactmath_wide.h"
#include "exactmath_vectors.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static long rounds = 1;
static uint64_t seed = 20240917;

struct random {
    uint64_t state;
};

/* Steele, Lea, Flood: splitmix64. */
static uint64_t next_bits(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double uniform(struct random *random, double low, double high)
{
    return low + (high - low) * ((double)(next_bits(random) >> 11) * 0x1p-53);
}

/* Uniform in the logarithm. */
static double log_uniform(struct random *random, double low, double high)
{
    return ivq_exp(uniform(random, ivq_log(low), ivq_log(high)));
}

/* Every bit pattern of a positive finite number is equally likely. */
static double any_positive(struct random *random)
{
    const uint64_t bits = 1 + next_bits(random) % (UINT64_C(0x7ff0000000000000) - 1);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void expect(const char *what, double x, double y, double got, double want)
{
    if (!same_bits(got, want))
        fail_msg("%s(%a, %a) = %a, not %a", what, x, y, got, want);
}

static void check_vectors(const char *name, double (*function)(double), const double (*vectors)[2],
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(name, vectors[i][0], 0.0, function(vectors[i][0]), vectors[i][1]);
}

static void stored_vectors(void **state)
{
    (void)state;
    check_vectors("exp", ivq_exp, exp_vectors, COUNT(exp_vectors));
    check_vectors("exp10", ivq_exp10, exp10_vectors, COUNT(exp10_vectors));
    check_vectors("log", ivq_log, log_vectors, COUNT(log_vectors));
    check_vectors("log2", ivq_log2, log2_vectors, COUNT(log2_vectors));
    check_vectors("log10", ivq_log10, log10_vectors, COUNT(log10_vectors));
    for (size_t i = 0; i < COUNT(pow_vectors); i++) {
        const double *v = pow_vectors[i];
        expect("pow", v[0], v[1], ivq_pow(v[0], v[1]), v[2]);
    }
}

static void special_exponentials(void **state)
{
    (void)state;
    double (*const functions[])(double) = {ivq_exp, ivq_exp10};
    for (size_t i = 0; i < COUNT(functions); i++) {
        expect("exp", 0.0, 0.0, functions[i](0.0), 1.0);
        expect("exp", -0.0, 0.0, functions[i](-0.0), 1.0);
        expect("exp", INFINITY, 0.0, functions[i](INFINITY), INFINITY);
        expect("exp", -INFINITY, 0.0, functions[i](-INFINITY), 0.0);
        expect("exp", 1e308, 0.0, functions[i](1e308), INFINITY);
        expect("exp", -1e308, 0.0, functions[i](-1e308), 0.0);
        expect("exp", 0x1p-1074, 0.0, functions[i](0x1p-1074), 1.0);
        assert_true(isnan(functions[i](NAN)));
    }
    expect("exp", 709.79, 0.0, ivq_exp(709.79), INFINITY);
    expect("exp", -745.14, 0.0, ivq_exp(-745.14), 0.0);
    expect("exp", -745.13, 0.0, ivq_exp(-745.13), 0x1p-1074);
    expect("exp10", -323.7, 0.0, ivq_exp10(-323.7), 0.0);
    expect("exp10", 308.26, 0.0, ivq_exp10(308.26), INFINITY);
}

static void special_logarithms(void **state)
{
    (void)state;
    double (*const functions[])(double) = {ivq_log, ivq_log2, ivq_log10};
    for (size_t i = 0; i < COUNT(functions); i++) {
        expect("log", 0.0, 0.0, functions[i](0.0), -INFINITY);
        expect("log", -0.0, 0.0, functions[i](-0.0), -INFINITY);
        expect("log", 1.0, 0.0, functions[i](1.0), 0.0);
        expect("log", INFINITY, 0.0, functions[i](INFINITY), INFINITY);
        assert_true(isnan(functions[i](-1.0)));
        assert_true(isnan(functions[i](-0x1p-1074)));
        assert_true(isnan(functions[i](-INFINITY)));
        assert_true(isnan(functions[i](NAN)));
    }
    double power = 1.0;
    for (int k = 0; k <= 22; k++, power *= 10.0) /* 10^22 is the last exact one */
        expect("log10", power, 0.0, ivq_log10(power), k);
    for (int k = -1074; k <= 1023; k++)
        expect("log2", ldexp(1.0, k), 0.0, ivq_log2(ldexp(1.0, k)), k);
}

/* C11 F.10.4.4, for both formats. */
static void special_powers(void **state)
{
    (void)state;
    static const double cases[][3] = {
        {0.0, 1.0 / 3, 0.0},
        {0.0, 3.0, 0.0},
        {-0.0, 3.0, -0.0},
        {-0.0, 2.0, 0.0},
        {0.0, -1.0, INFINITY},
        {-0.0, -1.0, -INFINITY},
        {-0.0, -2.0, INFINITY},
        {0.0, -INFINITY, INFINITY},
        {0.0, INFINITY, 0.0},
        {0.0, 0.0, 1.0},
        {NAN, 0.0, 1.0},
        {1.0, NAN, 1.0},
        {1.0, INFINITY, 1.0},
        {-1.0, INFINITY, 1.0},
        {-1.0, -INFINITY, 1.0},
        {-1.0, 3.0, -1.0},
        {-1.0, 0x1p100, 1.0},
        {0.5, INFINITY, 0.0},
        {0.5, -INFINITY, INFINITY},
        {2.0, INFINITY, INFINITY},
        {2.0, -INFINITY, 0.0},
        {INFINITY, 0.5, INFINITY},
        {INFINITY, -0.5, 0.0},
        {-INFINITY, 3.0, -INFINITY},
        {-INFINITY, 2.0, INFINITY},
        {-INFINITY, -3.0, -0.0},
        {-INFINITY, -2.0, 0.0},
        {-2.0, 3.0, -8.0},
        {-2.0, 4.0, 16.0},
        {2.0, 2000.0, INFINITY},
        {-2.0, 2001.0, -INFINITY},
        {-2.0, -2001.0, -0.0},
        {4.0, 0.5, 2.0},
        {8.0, -1.0, 0.125},
        {2.0, 0x1p-149, 1.0},
        {0.5, 0x1p127, 0.0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const double x = cases[i][0], y = cases[i][1], want = cases[i][2];
        expect("pow", x, y, ivq_pow(x, y), want);
        expect("powf", x, y, (double)ivq_powf((float)x, (float)y), want);
    }
    assert_true(isnan(ivq_pow(-1.5, 0.5)) && isnan(ivq_powf(-1.5f, 0.5f)));
    assert_true(isnan(ivq_pow(NAN, 1.0)) && isnan(ivq_pow(2.0, NAN)));
    assert_true(isnan(ivq_pow(-1.0, 0.5)));
    expect("pow", 2.0, -1074.0, ivq_pow(2.0, -1074.0), 0x1p-1074);
    expect("powf", 2.0, 127.0, (double)ivq_powf(2.0f, 127.0f), 0x1p127);
}

static void fast_equals_wide(void **state)
{
    (void)state;
    struct random random = {seed + 1};
    for (long i = 0; i < 20000 * rounds; i++) {
        const double x = uniform(&random, -745.0, 709.0), y = any_positive(&random),
                     p = uniform(&random, -0.9, 0.9);
        expect("exp", x, 0.0, ivq_exp(x), ivq_wide_exp(x, &ivq_wide_one));
        expect("exp10", x / 3, 0.0, ivq_exp10(x / 3), ivq_wide_exp(x / 3, &ivq_wide_ln10));
        expect("log10", y, 0.0, ivq_log10(y), ivq_wide_log(y, &ivq_wide_inverse_ln10));
        expect("log2", y, 0.0, ivq_log2(y), ivq_wide_log(y, &ivq_wide_inverse_ln2));
        expect("pow", y, p, ivq_pow(y, p), ivq_wide_pow(y, p));
    }
}

/* --- exactmath_short.h --- */

/* Arguments of a short function, and the function where it takes one. */
struct short_function {
    const char *name;
    double (*function)(double);
    double low, high;
    bool logarithmic; /* uniform in the logarithm */
    uint64_t digest;  /* of SHORT_DIGEST_COUNT results */
};

enum { SHORT_DIGEST_COUNT = 20000 };
#define SHORT_ATAN2_DIGEST UINT64_C(0x7ea986202a3e0aa3)
static const struct short_function short_functions[] = {
    {"cbrt", ivq_short_cbrt, 0x1p-20, 0x1p20, true, UINT64_C(0xac87cbcede48d7c6)},
    {"pow_2_4", ivq_short_pow_2_4, 0x1p-10, 0x1p10, true, UINT64_C(0x38f1b712fdb6f8e4)},
    {"exp", ivq_short_exp, -700.0, 700.0, false, UINT64_C(0xb3969d80ec0d8634)},
    {"sin", ivq_short_sin, -32.0, 32.0, false, UINT64_C(0x7958004524e05311)},
    {"cos", ivq_short_cos, -32.0, 32.0, false, UINT64_C(0x51a5d4539e17f692)},
};

static double short_argument(struct random *random, const struct short_function *f)
{
    return f->logarithmic ? log_uniform(random, f->low, f->high) : uniform(random, f->low, f->high);
}

/* Coordinates of all sizes and signs, and now and then 0. */
static float coordinate(struct random *random)
{
    const float size = (float)log_uniform(random, 0x1p-40, 0x1p40);
    const uint64_t bits = next_bits(random);
    return bits % 64 == 0 ? 0.0f : bits % 2 == 0 ? size : -size;
}

static uint64_t digest(uint64_t hash, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (hash ^ bits) * UINT64_C(0x100000001b3); /* FNV-1a by words */
}

/* Kernels have to give these bits too. */
static void short_bits(void **state)
{
    (void)state;
    struct random random = {1};
    for (size_t i = 0; i < COUNT(short_functions); i++) {
        const struct short_function *f = &short_functions[i];
        uint64_t hash = 0;
        for (int k = 0; k < SHORT_DIGEST_COUNT; k++)
            hash = digest(hash, f->function(short_argument(&random, f)));
        if (hash != f->digest)
            fail_msg("short %s: digest 0x%016" PRIx64 ", not 0x%016" PRIx64, f->name, hash, f->digest);
    }
    uint64_t hash = 0;
    for (int k = 0; k < SHORT_DIGEST_COUNT; k++) {
        const float y = coordinate(&random), x = y == 0.0f ? 1.0f : coordinate(&random);
        hash = digest(hash, ivq_short_atan2(y, x));
    }
    if (hash != SHORT_ATAN2_DIGEST)
        fail_msg("short atan2: digest 0x%016" PRIx64, hash);
}

static void short_special_values(void **state)
{
    (void)state;
    const double half_pi = 0x1.921fb54442d18p+0;
    expect("atan2", 0.0, 1.0, ivq_short_atan2(0.0f, 1.0f), 0.0);
    expect("atan2", 0.0, -1.0, ivq_short_atan2(0.0f, -1.0f), 2.0 * half_pi);
    expect("atan2", -0.0, -1.0, ivq_short_atan2(-0.0f, -1.0f), 2.0 * half_pi);
    expect("atan2", 1.0, 0.0, ivq_short_atan2(1.0f, 0.0f), half_pi);
    expect("atan2", -1.0, -0.0, ivq_short_atan2(-1.0f, -0.0f), -half_pi);
    expect("atan2", 1.0, 1.0, ivq_short_atan2(1.0f, 1.0f), half_pi / 2.0);
    expect("sin", 0.0, 0.0, ivq_short_sin(0.0), 0.0);
    expect("cos", 0.0, 0.0, ivq_short_cos(0.0), 1.0);
    expect("exp", 0.0, 0.0, ivq_short_exp(0.0), 1.0);
    expect("cbrt", 27.0, 0.0, ivq_short_cbrt(27.0), 3.0);
    expect("pow_2_4", 32.0, 0.0, ivq_short_pow_2_4(32.0), 4096.0);
}

#ifdef IVQ_TEST_QUADMATH
/* Above libquadmath's own error, in units of its result. */
#define QUAD_ERROR 0x1p-105Q

struct tally {
    const char *name;
    long count, undecided;
};

/* The result must be the rounding of every number within the oracle's error of its value. */
static void compare(struct tally *tally, double x, double y, double got, __float128 oracle)
{
    const __float128 low = oracle - oracle * QUAD_ERROR, high = oracle + oracle * QUAD_ERROR;
    const double a = (double)low, b = (double)high;
    tally->count++;
    tally->undecided += !same_bits(a, b);
    if (!same_bits(got, a) && !same_bits(got, b))
        fail_msg("%s(%a, %a) = %a, not %a", tally->name, x, y, got, a);
}

static void report(const struct tally *tally)
{
    print_message("%-6s %9ld correctly rounded, %ld of them too close for the oracle\n", tally->name,
                  tally->count, tally->undecided);
}

static void exp_against_quad(void **state)
{
    (void)state;
    struct random random = {seed + 2};
    struct tally exp_tally = {.name = "exp"}, exp10_tally = {.name = "exp10"};
    for (long i = 0; i < 350000 * rounds; i++) {
        const double x[] = {uniform(&random, -30.0, 30.0), uniform(&random, -745.2, 709.8),
                            -log_uniform(&random, 1e-17, 10.0)};
        for (size_t k = 0; k < COUNT(x); k++)
            compare(&exp_tally, x[k], 0.0, ivq_exp(x[k]), expq((__float128)x[k]));
    }
    for (long i = 0; i < 100000 * rounds; i++) {
        const double x = uniform(&random, -320.0, 308.0);
        compare(&exp10_tally, x, 0.0, ivq_exp10(x), powq(10.0Q, (__float128)x));
    }
    report(&exp_tally);
    report(&exp10_tally);
}

static void log_against_quad(void **state)
{
    (void)state;
    struct random random = {seed + 3};
    struct tally log10_tally = {.name = "log10"}, log2_tally = {.name = "log2"}, log_tally = {.name = "log"};
    for (long i = 0; i < 350000 * rounds; i++) {
        const double x[] = {log_uniform(&random, 1e-20, 1e30), any_positive(&random),
                            uniform(&random, 0.7, 1.5)};
        for (size_t k = 0; k < COUNT(x); k++)
            compare(&log10_tally, x[k], 0.0, ivq_log10(x[k]), log10q((__float128)x[k]));
        const double other = x[i % 3];
        compare(&log_tally, other, 0.0, ivq_log(other), logq((__float128)other));
        compare(&log2_tally, other, 0.0, ivq_log2(other), log2q((__float128)other));
    }
    report(&log10_tally);
    report(&log_tally);
    report(&log2_tally);
}

static void pow_against_quad(void **state)
{
    (void)state;
    struct random random = {seed + 4};
    struct tally pow_tally = {.name = "pow"};
    for (long i = 0; i < 150000 * rounds; i++) {
        const double x = log_uniform(&random, 1e-12, 1e12), y = uniform(&random, -3.5, 3.5);
        compare(&pow_tally, x, y, ivq_pow(x, y), powq((__float128)x, (__float128)y));
    }
    report(&pow_tally);
}

/* The error in units of what exactmath_short.h promises. */
static double short_error(double got, __float128 oracle)
{
    const bool zero = fabsq(oracle) < 0x1p-44Q;
    return (double)(fabsq((__float128)got - oracle) / (zero ? 0x1p-95Q : fabsq(oracle) * 0x1p-51Q));
}

static __float128 power_2_4(__float128 x)
{
    return powq(x, 2.4Q);
}

static void short_against_quad(void **state)
{
    (void)state;
    static __float128 (*const oracles[])(__float128) = {cbrtq, power_2_4, expq, sinq, cosq};
    struct random random = {seed + 5};
    for (size_t i = 0; i < COUNT(short_functions); i++) {
        const struct short_function *f = &short_functions[i];
        double worst = 0.0;
        for (long k = 0; k < 100000 * rounds; k++) {
            /* sine and cosine every other time as near to a zero of one of them as binary64 comes */
            const bool at_zero = f->low == -32.0 && k % 2 == 0;
            const double x =
                at_zero ? (double)(k % 41 - 20) * 0x1.921fb54442d18p+0 : short_argument(&random, f);
            const double error = short_error(f->function(x), oracles[i]((__float128)x));
            worst = error > worst ? error : worst;
        }
        print_message("short %-7s off by up to %.3f of its bound\n", f->name, worst);
        assert_true(worst < 1.0);
    }
}

static void short_atan2_against_quad(void **state)
{
    (void)state;
    struct random random = {seed + 6};
    double worst = 0.0;
    for (long k = 0; k < 200000 * rounds; k++) {
        const bool near = k % 2 == 0;
        const float y = near ? (float)uniform(&random, -100.0, 100.0) : coordinate(&random);
        const float x = near || y == 0.0f ? (float)uniform(&random, -100.0, 100.0) : coordinate(&random);
        const double error = short_error(ivq_short_atan2(y, x), atan2q((__float128)y, (__float128)x));
        worst = error > worst ? error : worst;
    }
    print_message("short atan2   off by up to %.3f of its bound\n", worst);
    assert_true(worst < 1.0);
}
#endif

int main(int argc, char **argv)
{
    if (argc > 1)
        rounds = strtol(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    print_message("rounds %ld, seed %" PRIu64 "\n", rounds, seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_vectors),           cmocka_unit_test(special_exponentials),
        cmocka_unit_test(special_logarithms),       cmocka_unit_test(special_powers),
        cmocka_unit_test(fast_equals_wide),         cmocka_unit_test(short_bits),
        cmocka_unit_test(short_special_values),
#ifdef IVQ_TEST_QUADMATH
        cmocka_unit_test(exp_against_quad),         cmocka_unit_test(log_against_quad),
        cmocka_unit_test(pow_against_quad),         cmocka_unit_test(short_against_quad),
        cmocka_unit_test(short_atan2_against_quad),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
