#include "model/pool.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"
#include "model/percentile.h"

const struct ivq_pool_method ivq_pool_methods[] = {
    {"min", IVQ_POOL_MIN, 0},
    {"max", IVQ_POOL_MAX, 0},
    {"mean", IVQ_POOL_MEAN, 0},
    {"harmonic_mean", IVQ_POOL_HARMONIC_MEAN, 0},
    {"median", IVQ_POOL_PERCENTILE, 50},
    {NULL, IVQ_POOL_MEAN, 0},
};

bool ivq_pool_method_parse(const char *name, struct ivq_pool_method *method)
{
    for (const struct ivq_pool_method *known = ivq_pool_methods; known->name; known++) {
        if (strcmp(name, known->name) == 0) {
            *method = *known;
            return true;
        }
    }
    int64_t percent;
    const bool plain = name[0] == 'p' && name[1] >= '1' && name[1] <= '9'; /* no sign, no leading zero */
    if (!plain || !ivq_number_parse_int(name + 1, 1, 99, &percent))
        return false;
    *method = (struct ivq_pool_method){name, IVQ_POOL_PERCENTILE, (double)percent};
    return true;
}

static int step_of(const struct ivq_pool_series *series)
{
    return series->step > 1 ? series->step : 1;
}

/* The first frame that counts. */
static int64_t begin_of(const struct ivq_pool_series *series)
{
    const int step = step_of(series), over = series->first % step;
    return over == 0 ? series->first : (int64_t)series->first + step - over;
}

/* What one look at every score gives. */
struct summary {
    int count;
    bool has_nan;
    double min, max, sum, inverse_sum;
};

static void add(struct summary *sum, double value)
{
    if (!sum->count || value < sum->min)
        sum->min = value;
    if (!sum->count || value > sum->max)
        sum->max = value;
    sum->has_nan |= isnan(value) != 0;
    sum->sum = sum->sum + value;
    sum->inverse_sum = sum->inverse_sum + 1 / (value + 1);
    sum->count++;
}

static enum ivq_status summarise(const struct ivq_pool_series *series, struct summary *sum,
                                 struct ivq_error *error)
{
    double value;
    *sum = (struct summary){0};
    for (int64_t i = begin_of(series); i <= series->last; i += step_of(series)) {
        if (!series->score(series->user, (int)i, &value))
            return ivq_fail(error, IVQ_USAGE, "%s cannot be pooled: frame %d has no score", series->name,
                            (int)i);
        add(sum, value);
    }
    return sum->count ? IVQ_OK
                      : ivq_fail(error, IVQ_USAGE, "%s cannot be pooled: no frame counts", series->name);
}

/* Integers in the order of their doubles, -0 before 0. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double value_of(uint64_t key)
{
    const uint64_t bits = key >> 63 ? key & ~((uint64_t)1 << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* How many scores whose key begins with the bytes of `prefix` above `shift` have which next byte. */
static void count_bytes(const struct ivq_pool_series *series, uint64_t prefix, int shift, int counts[256])
{
    double value;
    memset(counts, 0, 256 * sizeof *counts);
    for (int64_t i = begin_of(series); i <= series->last; i += step_of(series)) {
        if (!series->score(series->user, (int)i, &value))
            continue;
        const uint64_t key = key_of(value);
        if (shift == 56 || key >> (shift + 8) == prefix >> (shift + 8))
            counts[key >> shift & 255]++;
    }
}

/* The score of a rank from 0, found byte by byte from the most significant one: without sorting, and so
   without a copy. */
static double select_rank(const struct ivq_pool_series *series, int rank)
{
    uint64_t prefix = 0;
    int counts[256];
    for (int shift = 56; shift >= 0; shift -= 8) {
        uint64_t byte = 0;
        count_bytes(series, prefix, shift, counts);
        for (; byte < 255 && rank >= counts[byte]; byte++)
            rank -= counts[byte];
        prefix |= byte << shift;
    }
    return value_of(prefix);
}

static double percentile(const struct ivq_pool_series *series, const struct summary *sum, double percent)
{
    if (sum->has_nan)
        return (double)NAN;
    const double rank = ivq_percentile_rank(sum->count, percent);
    const double low = select_rank(series, (int)rank);
    return (int)rank == rank ? low : ivq_percentile_between(rank, low, select_rank(series, (int)rank + 1));
}

enum ivq_status ivq_pool(const struct ivq_pool_series *series, const struct ivq_pool_method *method,
                         double *out, struct ivq_error *error)
{
    struct summary sum;
    const enum ivq_status status = summarise(series, &sum, error);
    if (status != IVQ_OK)
        return status;
    switch (method->kind) {
    case IVQ_POOL_MIN:
        *out = sum.min;
        break;
    case IVQ_POOL_MAX:
        *out = sum.max;
        break;
    case IVQ_POOL_MEAN:
        *out = sum.sum / sum.count;
        break;
    case IVQ_POOL_HARMONIC_MEAN:
        *out = sum.count / sum.inverse_sum - 1;
        break;
    case IVQ_POOL_PERCENTILE:
        *out = percentile(series, &sum, method->percent);
        break;
    }
    return IVQ_OK;
}
