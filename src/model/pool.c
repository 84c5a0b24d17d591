#include "model/pool.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
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
static int begin_of(const struct ivq_pool_series *series)
{
    const int step = step_of(series), over = series->first % step;
    return over == 0 ? series->first : series->first + (step - over);
}

static enum ivq_status check(const struct ivq_pool_series *series, int *count, struct ivq_error *error)
{
    *count = 0;
    for (int i = begin_of(series); i <= series->last; i += step_of(series)) {
        if (series->present && !series->present[i])
            return ivq_fail(error, IVQ_USAGE, "%s cannot be pooled: frame %d has no score", series->name, i);
        ++*count;
    }
    return *count > 0 ? IVQ_OK
                      : ivq_fail(error, IVQ_USAGE, "%s cannot be pooled: no frame counts", series->name);
}

static double extreme(const struct ivq_pool_series *series, bool highest)
{
    double best = series->values[begin_of(series)];
    for (int i = begin_of(series); i <= series->last; i += step_of(series)) {
        const double value = series->values[i];
        if (highest ? value > best : value < best)
            best = value;
    }
    return best;
}

static double mean(const struct ivq_pool_series *series, int count)
{
    double sum = 0;
    for (int i = begin_of(series); i <= series->last; i += step_of(series))
        sum = sum + series->values[i];
    return sum / count;
}

static double harmonic_mean(const struct ivq_pool_series *series, int count)
{
    double sum = 0;
    for (int i = begin_of(series); i <= series->last; i += step_of(series))
        sum = sum + 1 / (series->values[i] + 1);
    return count / sum - 1;
}

/* A total order, zeros by their sign too: the result must not depend on how the C library sorts. */
static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    if (a != b)
        return a < b ? -1 : 1;
    return (signbit(b) != 0) - (signbit(a) != 0);
}

static enum ivq_status percentile(const struct ivq_pool_series *series, int count, double percent,
                                  double *out, struct ivq_error *error)
{
    double *sorted = malloc((size_t)count * sizeof *sorted);
    if (!sorted)
        return ivq_fail_memory(error, "a percentile");
    int n = 0;
    bool has_nan = false;
    for (int i = begin_of(series); i <= series->last; i += step_of(series)) {
        sorted[n++] = series->values[i];
        has_nan |= isnan(series->values[i]) != 0;
    }
    if (!has_nan)
        qsort(sorted, (size_t)count, sizeof *sorted, compare);
    *out = has_nan ? (double)NAN : ivq_percentile(sorted, count, percent);
    free(sorted);
    return IVQ_OK;
}

enum ivq_status ivq_pool(const struct ivq_pool_series *series, const struct ivq_pool_method *method,
                         double *out, struct ivq_error *error)
{
    int count;
    const enum ivq_status status = check(series, &count, error);
    if (status != IVQ_OK)
        return status;
    switch (method->kind) {
    case IVQ_POOL_MIN:
    case IVQ_POOL_MAX:
        *out = extreme(series, method->kind == IVQ_POOL_MAX);
        break;
    case IVQ_POOL_MEAN:
        *out = mean(series, count);
        break;
    case IVQ_POOL_HARMONIC_MEAN:
        *out = harmonic_mean(series, count);
        break;
    case IVQ_POOL_PERCENTILE:
        return percentile(series, count, method->percent, out, error);
    }
    return IVQ_OK;
}
