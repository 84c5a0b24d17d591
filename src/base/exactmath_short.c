#include "base/exactmath_short.h"

#ifdef __FAST_MATH__
#error "exact arithmetic cannot be built with -ffast-math"
#endif

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "every operation must be rounded to its own format");

static const double ROUND_TO_INTEGER = 0x1.8p52; /* added and subtracted: rounds to an integer */

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* To 2^-19.7: a division of the exponent, then Newton's method twice. */
static float cbrt_estimate(float x)
{
    float y = float_of(bits_of(x) / 3 + 0x2a5137a0);
    for (int i = 0; i < 2; i++)
        y = (2.0f * y + x / (y * y)) * 0x1.555556p-2f;
    return y;
}

/* Halley's method triples the correct bits. The square of a binary32 is exact. */
double ivq_short_cbrt(double x)
{
    const double y = (double)cbrt_estimate((float)x);
    const double cube = y * y * y;
    return y + y * ((x - cube) / (2.0 * cube + x));
}

/* To 2^-21, as the cube root. */
static float fifth_root_estimate(float x)
{
    float y = float_of(bits_of(x) / 5 + 0x32c9f5e0);
    for (int i = 0; i < 3; i++) {
        const float square = y * y;
        y = (4.0f * y + x / (square * square)) * 0.2f;
    }
    return y;
}

/* x^2 times its fifth root, found by Halley's method too. */
double ivq_short_pow_2_4(double x)
{
    const double square = x * x;
    const double y = (double)fifth_root_estimate((float)square);
    const double y2 = y * y;
    const double y5 = y2 * y2 * y;
    const double root = y + y * ((square - y5) / (3.0 * y5 + 2.0 * square));
    return square * root;
}

/* e^x = 2^n e^r, |r| <= ln 2 / 2; the first term left out is below 2^-57. */
double ivq_short_exp(double x)
{
    static const double coefficients[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800,
                                          1.0 / 362880,     1.0 / 40320,     1.0 / 5040,     1.0 / 720,
                                          1.0 / 120,        1.0 / 24,        1.0 / 6,        0.5};
    const double n = (x * 0x1.71547652b82fep+0 + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
    /* ln 2 in two parts, the first of 42 bits, so that its product with n is exact */
    const double r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
    double tail = coefficients[0];
    for (int i = 1; i < 12; i++)
        tail = tail * r + coefficients[i];
    const uint64_t power_bits = (uint64_t)(1023 + (int)n) << 52;
    double power;
    memcpy(&power, &power_bits, sizeof power);
    return (1.0 + (r + r * r * tail)) * power;
}

/* The angle of (x, y), 0 <= y <= x: that of the nearest sixteenth of y / x and what is left,
   atan((y - c x) / (x + c y)), at most 1/32 in magnitude. For c > 0 the quotient's two sides are exact. */
static double first_octant(float y, float x)
{
    static const double sixteenths[17] = {
        0x0.0p+0,
        0x1.ff55bb72cfdeap-5,
        0x1.fd5ba9aac2f6ep-4,
        0x1.7b97b4bce5b02p-3,
        0x1.f5b75f92c80ddp-3,
        0x1.362773707ebccp-2,
        0x1.6f61941e4def1p-2,
        0x1.a64eec3cc23fdp-2,
        0x1.dac670561bb4fp-2,
        0x1.0657e94db30d0p-1,
        0x1.1e00babdefeb4p-1,
        0x1.345f01cce37bbp-1,
        0x1.4978fa3269ee1p-1,
        0x1.5d58987169b18p-1,
        0x1.700a7c5784634p-1,
        0x1.819d0b7158a4dp-1,
        0x1.921fb54442d18p-1,
    };
    const int step = (int)(y / x * 16.0f + 0.5f);
    const double c = (double)step * 0.0625;
    const double s = ((double)y - c * (double)x) / ((double)x + c * (double)y);
    const double z = s * s;
    const double tail = z * (1.0 / 3 - z * (1.0 / 5 - z * (1.0 / 7 - z * (1.0 / 9 - z * (1.0 / 11)))));
    return sixteenths[step] + (s - s * tail);
}

double ivq_short_atan2(float y, float x)
{
    const double pi = 0x1.921fb54442d18p+1;
    const float height = y < 0.0f ? -y : y, width = x < 0.0f ? -x : x;
    const bool steep = height > width;
    const double octant = first_octant(steep ? width : height, steep ? height : width);
    const double quadrant = steep ? 0.5 * pi - octant : octant;
    const double angle = x < 0.0f ? pi - quadrant : quadrant;
    return y < 0.0f ? -angle : angle;
}

/* sin(x + quarters * pi / 2). The series of sine and cosine have one shape, b + b z (c0 + c1 z + ...), with
   b = r and b = 1; |r| <= pi / 4, and the first terms left out are below 2^-57. */
static double sine(double x, int quarters)
{
    static const double coefficients[2][8] = {
        {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0,
         -1.0 / 1307674368000.0, 1.0 / 355687428096000.0},
        {-1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200.0,
         1.0 / 20922789888000.0},
    };
    const double n = (x * 0x1.45f306dc9c883p-1 + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
    /* pi / 2 in two parts, the first of 46 bits, so that its product with n is exact */
    const double r = (x - n * 0x1.921fb54442d00p+0) - n * 0x1.8469898cc5170p-48;
    const int quadrant = ((int)n + quarters) & 3;
    const double *c = coefficients[quadrant & 1];
    const double base = (quadrant & 1) != 0 ? 1.0 : r;
    const double z = r * r;
    double tail = c[7];
    for (int i = 6; i >= 0; i--)
        tail = tail * z + c[i];
    const double result = base + base * (z * tail);
    return quadrant >= 2 ? -result : result;
}

double ivq_short_sin(double x)
{
    return sine(x, 0);
}

double ivq_short_cos(double x)
{
    return sine(x, 1);
}
