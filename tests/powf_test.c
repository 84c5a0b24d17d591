/* ivq_powf: against the second writing of powf.md in tests/plain, against the C library where that is the
   reference's, and against the correctly rounded power, from which it must differ.

   Usage: powf_test [ROUNDS [SEED]]   ROUNDS multiplies the number of random arguments (default 1) */
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

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "base/exactmath.h"
#include "plain/plain_util.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
    USUAL_ARGUMENTS = 10000000, /* of metrics: from 2^-25 to 2^35, to the powers below */
    WILD_ARGUMENTS = 1000000,   /* any positive x and any y, most results zero, infinite or near one */
    EDGE_ARGUMENTS = 1000000,   /* results near the ends of binary32 */
    ROUNDED_ARGUMENTS = 3000000,
};

static const float POWERS[] = {0x1.555556p-2f, 0.5f, 1 / 2.2f, 2.4f, 0.3f, 3.0f, 1.7f, 7.0f};

/* Results of glibc 2.36 that are not the correctly rounded ones. */
static const float LIBRARY_VECTORS[][3] = {
    {0x1.af72d4p-14f, 0x1.555556p-2f, 0x1.7fd626p-5f},  {0x1.f2321ep-5f, 0x1.555556p-2f, 0x1.92b07p-2f},
    {0x1.dd3c26p+12f, 0x1.555556p-2f, 0x1.3b116p+4f},   {0x1.cc1386p+22f, 0x1.555556p-2f, 0x1.88251ep+7f},
    {0x1.5f847ep+32f, 0x1p-1f, 0x1.2bfb18p+16f},        {0x1.eef186p+17f, 0x1p-1f, 0x1.f76646p+8f},
    {0x1.65634ep+6f, 0x1p-1f, 0x1.2e79aep+3f},          {0x1.d81c96p-7f, 0x1p-1f, 0x1.eba6c8p-4f},
    {0x1.e4f464p+24f, 0x1.d1745cp-2f, 0x1.415c3ap+11f}, {0x1.a7d4p+9f, 0x1.d1745cp-2f, 0x1.56de9ap+4f},
    {0x1.5bc4acp+5f, 0x1.d1745cp-2f, 0x1.637b1ep+2f},   {0x1.87b09cp-13f, 0x1.d1745cp-2f, 0x1.4acc2p-6f},
    {0x1.5073a4p+2f, 0x1.333334p+1f, 0x1.ad691cp+5f},   {0x1.13dd16p+5f, 0x1.333334p+1f, 0x1.3249e2p+12f},
    {0x1.8719bep-12f, 0x1.333334p+1f, 0x1.96911ep-28f}, {0x1.e6b5eep+22f, 0x1.333334p+1f, 0x1.04679ap+55f},
    {0x1.3a8328p-14f, 0x1.333334p-2f, 0x1.da1d5p-5f},   {0x1.a4fc88p+5f, 0x1.333334p-2f, 0x1.a44dcep+1f},
    {0x1.a18c36p-12f, 0x1.333334p-2f, 0x1.873192p-4f},  {0x1.4da35p-10f, 0x1.333334p-2f, 0x1.152c3cp-3f},
    {0x1.0ac304p-13f, 0x1.8p+1f, 0x1.21a95ep-39f},      {0x1.3c20e6p-1f, 0x1.8p+1f, 0x1.e21232p-3f},
    {0x1.4dfa6ap-5f, 0x1.8p+1f, 0x1.1c369ap-14f},       {0x1.780452p+30f, 0x1.8p+1f, 0x1.959cfcp+91f},
    {0x1.11bf28p-6f, 0x1.b33334p+0f, 0x1.f384p-11f},    {0x1.d23d9p-6f, 0x1.b33334p+0f, 0x1.34c4bap-9f},
    {0x1.2211c2p+15f, 0x1.b33334p+0f, 0x1.bfb6b8p+25f}, {0x1.67c4b6p-20f, 0x1.b33334p+0f, 0x1.c8881ap-34f},
    {0x1.3dab8p-12f, 0x1.cp+2f, 0x1.21f4ep-82f},        {0x1.33c214p-9f, 0x1.cp+2f, 0x1.d0830ap-62f},
    {0x1.93b226p+16f, 0x1.cp+2f, 0x1.83fd72p+116f},     {0x1.4cbfd2p-13f, 0x1.cp+2f, 0x1.912996p-89f},
};

static long rounds = 1;
static uint64_t seed = 20261124;

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

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

struct arguments {
    float x, y;
};

typedef struct arguments draw_fn(struct random *random);

static struct arguments usual(struct random *random)
{
    const uint64_t bits = next_bits(random);
    const uint32_t exponent = 127 - 25 + (uint32_t)(bits >> 32) % 60;
    return (struct arguments){from_bits(exponent << 23 | (bits & 0x7fffff)), POWERS[bits >> 61]};
}

static struct arguments wild(struct random *random)
{
    const uint64_t bits = next_bits(random);
    const uint32_t infinity = UINT32_C(0x7f800000);
    const uint32_t x = 1 + (uint32_t)(bits >> 32) % (infinity - 1), y = (uint32_t)bits & 0x7fffffff;
    return (struct arguments){from_bits(x), from_bits(y % infinity | (bits & UINT32_C(0x80000000)))};
}

static struct arguments edge(struct random *random)
{
    const uint64_t bits = next_bits(random);
    const float x = from_bits(1 + (uint32_t)(bits >> 32) % (UINT32_C(0x7f800000) - 1));
    const double exponent = bits & 1 ? 128.0 : bits & 2 ? -149.5 : -126.0;
    const double near = exponent + ((double)(bits >> 2 & 0xffff) / 0x8000 - 1.0) * (bits & 4 ? 2.0 : 1e-6);
    return (struct arguments){x, (float)(near / (x == 1.0f ? 1.0 : ivq_log2((double)x)))};
}

static bool same_bits(float a, float b)
{
    uint32_t a_bits, b_bits;
    memcpy(&a_bits, &a, sizeof a_bits);
    memcpy(&b_bits, &b, sizeof b_bits);
    return a_bits == b_bits;
}

static void expect(const char *whose, float x, float y, float want)
{
    const float got = ivq_powf(x, y);
    if (!same_bits(got, want))
        fail_msg("powf(%a, %a) = %a, but %a is %s", (double)x, (double)y, (double)got, (double)want, whose);
}

static void compare(const char *whose, float (*power)(float, float), draw_fn *draw, long count)
{
    struct random random = {seed};
    for (long i = 0; i < count * rounds; i++) {
        const struct arguments a = draw(&random);
        expect(whose, a.x, a.y, power(a.x, a.y));
    }
}

static void compare_all(const char *whose, float (*power)(float, float))
{
    compare(whose, power, usual, USUAL_ARGUMENTS);
    compare(whose, power, wild, WILD_ARGUMENTS);
    compare(whose, power, edge, EDGE_ARGUMENTS);
}

static void stored_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(LIBRARY_VECTORS); i++)
        expect("stored", LIBRARY_VECTORS[i][0], LIBRARY_VECTORS[i][1], LIBRARY_VECTORS[i][2]);
}

static void equals_the_second_writing(void **state)
{
    (void)state;
    compare_all("plain_powf's", plain_powf);
}

/* Why this machine's powf cannot be asked; NULL: it is the reference's, which came with glibc 2.28. */
static const char *library_differs(void)
{
#if !defined(__GLIBC__)
    return "the C library is not glibc";
#elif !defined(__x86_64__) && !defined(__aarch64__)
    return "glibc's powf has a text of its own on this processor";
#else
    int major = 0, minor = 0;
    if (sscanf(gnu_get_libc_version(), "%d.%d", &major, &minor) != 2 || major * 1000 + minor < 2028)
        return "glibc is older than 2.28";
    return NULL;
#endif
}

static void equals_the_c_library(void **state)
{
    (void)state;
    const char *why = library_differs();
    if (why) {
        print_message("skipped: %s\n", why);
        skip();
    }
    compare_all("the C library's", powf);
}

/* The float nearest to x^y. 0: the power lies so close to a tie that its binary64 cannot tell. */
static float rounded_power(struct arguments a)
{
    const double power = ivq_pow((double)a.x, (double)a.y);
    const float below = (float)nextafter(power, 0.0), above = (float)nextafter(power, INFINITY);
    return same_bits(below, above) ? below : 0.0f;
}

/* It is the reference's function and no better one: a change to the rounded power would show. */
static void differs_from_the_rounded_power(void **state)
{
    (void)state;
    struct random random = {seed};
    long differ = 0;
    for (long i = 0; i < ROUNDED_ARGUMENTS; i++) {
        const struct arguments a = usual(&random);
        const float rounded = rounded_power(a), got = ivq_powf(a.x, a.y);
        if (rounded == 0.0f || same_bits(got, rounded))
            continue;
        differ++;
        if (got != nextafterf(rounded, 0.0f) && got != nextafterf(rounded, INFINITY))
            fail_msg("powf(%a, %a) = %a is not beside %a", (double)a.x, (double)a.y, (double)got,
                     (double)rounded);
    }
    print_message("%ld of %d arguments (%.4f %%) are not rounded correctly, as in the reference\n", differ,
                  ROUNDED_ARGUMENTS, 100.0 * (double)differ / ROUNDED_ARGUMENTS);
    assert_in_range(differ, 1000, ROUNDED_ARGUMENTS / 1000);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        rounds = strtol(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    print_message("rounds %ld, seed %" PRIu64 "\n", rounds, seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_vectors),
        cmocka_unit_test(equals_the_second_writing),
        cmocka_unit_test(equals_the_c_library),
        cmocka_unit_test(differs_from_the_rounded_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
