#include "parity/compare.h"

#include <math.h>
#include <string.h>

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Puts all numbers in the order of their values, so that neighbours differ by 1; -0 stands below +0. */
static uint64_t ordered(double value)
{
    const uint64_t bits = bits_of(value), sign = UINT64_C(1) << 63;
    return bits & sign ? ~bits : bits | sign;
}

uint64_t ivq_ulp_distance(double a, double b)
{
    if (isnan(a) || isnan(b))
        return UINT64_MAX;
    const uint64_t x = ordered(a), y = ordered(b);
    return x > y ? x - y : y - x;
}

/* Equal infinities are no difference, although their difference is NaN. */
static double distance(double a, double b)
{
    if (a == b)
        return 0;
    const double d = fabs(a - b);
    return isnan(d) ? (double)INFINITY : d;
}

/* Zeros of unlike sign differ in bits only. */
static bool is_worse(const struct ivq_difference *d, double absolute, uint64_t ulp)
{
    return absolute > d->max_abs_diff || (!d->max_ulp_diff && ulp);
}

static bool compare_values(int frame, double a, double b, double tolerance, struct ivq_difference *d)
{
    const bool same_bits = bits_of(a) == bits_of(b), is_nan = isnan(a) || isnan(b);
    const double absolute = is_nan ? (double)INFINITY : distance(a, b);
    const uint64_t ulp = ivq_ulp_distance(a, b);
    const bool worse = is_worse(d, absolute, ulp);
    if (!d->values || isnan(d->min_a) || a < d->min_a)
        d->min_a = a;
    if (!d->values || isnan(d->max_a) || a > d->max_a)
        d->max_a = a;
    d->values++;
    d->bit_equal += same_bits && !is_nan;
    d->nan_a += isnan(a) != 0;
    d->nan_b += isnan(b) != 0;
    d->infinite += isinf(a) || isinf(b);
    d->mismatches += tolerance == 0 ? !same_bits || is_nan : !(absolute <= tolerance);
    if (ulp > d->max_ulp_diff)
        d->max_ulp_diff = ulp;
    if (!worse)
        return false;
    d->max_abs_diff = absolute;
    d->frame_of_max = frame;
    d->a = a;
    d->b = b;
    return true;
}

bool ivq_compare_series(const struct ivq_series *a, const struct ivq_series *b, double tolerance,
                        struct ivq_difference *d)
{
    bool worst = false;
    int i = 0, k = 0;
    while (i < a->count || k < b->count) {
        const bool only_a = k == b->count || (i < a->count && a->points[i].frame < b->points[k].frame);
        const bool only_b = i == a->count || (k < b->count && b->points[k].frame < a->points[i].frame);
        if (only_a || only_b) {
            d->unpaired++;
            i += only_a;
            k += only_b;
            continue;
        }
        worst |= compare_values(a->points[i].frame, a->points[i].value, b->points[k].value, tolerance, d);
        i++;
        k++;
    }
    return worst;
}
