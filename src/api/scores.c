/* Scores of a meter: its own, and those imported beside them. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "api/meter_impl.h"
#include "model/pool.h"

static int own_count(const struct ivq_meter *m)
{
    return m->session ? ivq_session_series_count(m->session) : 0;
}

int ivq_meter_series_count(const struct ivq_meter *m)
{
    return own_count(m) + m->import_count;
}

static bool exists(const struct ivq_meter *m, int series)
{
    return series >= 0 && series < ivq_meter_series_count(m);
}

const char *ivq_meter_series_name(const struct ivq_meter *m, int series)
{
    if (!exists(m, series))
        return NULL;
    return series < own_count(m) ? ivq_session_series_name(m->session, series)
                                 : m->imports[series - own_count(m)].name;
}

bool ivq_meter_series_aggregate(const struct ivq_meter *m, int series)
{
    return exists(m, series) && series < own_count(m) && ivq_session_series_aggregate(m->session, series);
}

int ivq_meter_series_find(const struct ivq_meter *m, const char *name)
{
    for (int i = 0; i < ivq_meter_series_count(m); i++)
        if (!strcmp(ivq_meter_series_name(m, i), name))
            return i;
    return -1;
}

int ivq_meter_submitted(const struct ivq_meter *m)
{
    return m->submitted;
}

int ivq_meter_frames(const struct ivq_meter *m)
{
    return m->session ? ivq_session_frames(m->session) : 0;
}

bool ivq_meter_score(const struct ivq_meter *m, int series, int frame, double *score)
{
    if (!exists(m, series) || frame < 0)
        return false;
    if (series < own_count(m))
        return ivq_session_score(m->session, series, frame, score);
    return ivq_series_get(&m->imports[series - own_count(m)], frame, score);
}

static enum ivq_status add_import(struct ivq_meter *m, const char *name, struct ivq_error *error)
{
    struct ivq_series *grown = realloc(m->imports, (size_t)(m->import_count + 1) * sizeof *grown);
    if (!grown)
        return ivq_fail_memory(error, "scores");
    m->imports = grown;
    const enum ivq_status status = ivq_series_init(&grown[m->import_count], name, false, 0, error);
    if (status == IVQ_OK)
        m->import_count++;
    return status;
}

enum ivq_status ivq_meter_import(struct ivq_meter *m, const char *name, int frame, double score,
                                 struct ivq_error *error)
{
    enum { MAX_FRAME = INT_MAX / 4 }; /* room for the growth of a series */
    enum ivq_status status = IVQ_OK;
    double there;
    if (!m->session || frame < 0 || frame > MAX_FRAME)
        return ivq_fail(error, IVQ_USAGE,
                        "%s, frame %d: scores are imported after ivq_meter_start, for frames "
                        "from 0",
                        name, frame);
    int series = ivq_meter_series_find(m, name);
    if (series >= 0 && series < own_count(m))
        return ivq_fail(error, IVQ_USAGE, "%s is measured here; import it under another name", name);
    if (series < 0) {
        status = add_import(m, name, error);
        series = own_count(m) + m->import_count - 1;
    }
    if (status != IVQ_OK)
        return status;
    struct ivq_series *const import = &m->imports[series - own_count(m)];
    if (ivq_series_get(import, frame, &there))
        return ivq_fail(error, IVQ_USAGE, "%s has a score for frame %d already", name, frame);
    status = ivq_series_reserve(import, frame + 1, error);
    if (status == IVQ_OK)
        ivq_series_put(import, frame, score);
    return status;
}

static enum ivq_status pool_frames(const struct ivq_meter *m, int series,
                                   const struct ivq_pool_method *method, int first, int last, double *score,
                                   struct ivq_error *error)
{
    double *values = calloc((size_t)last + 1, sizeof *values);
    unsigned char *present = calloc((size_t)last + 1, 1);
    enum ivq_status status = IVQ_MEMORY;
    if (values && present) {
        for (int i = first; i <= last; i++)
            present[i] = ivq_meter_score(m, series, i, &values[i]);
        const struct ivq_pool_series pooled = {
            ivq_meter_series_name(m, series), values, present, first, last, m->params.subsample};
        status = ivq_pool(&pooled, method, score, error);
    } else {
        ivq_fail_memory(error, "pooling");
    }
    free(values);
    free(present);
    return status;
}

enum ivq_status ivq_meter_pool(const struct ivq_meter *m, int series, const char *pooling, int first,
                               int last, double *score, struct ivq_error *error)
{
    struct ivq_pool_method method;
    const int end = last < 0 ? ivq_meter_frames(m) - 1 : last;
    if (!ivq_pool_method_parse(pooling, &method))
        return ivq_fail(error, IVQ_USAGE,
                        "there is no pooling '%s'; one of min, max, mean, harmonic_mean, median, p1 to p99",
                        pooling);
    if (!exists(m, series) || ivq_meter_series_aggregate(m, series))
        return ivq_fail(error, IVQ_USAGE, "series %d has no scores of frames", series);
    if (first < 0 || first > end || end == INT_MAX)
        return ivq_fail(error, IVQ_USAGE, "%s cannot be pooled over frames %d to %d",
                        ivq_meter_series_name(m, series), first, end);
    return pool_frames(m, series, &method, first, end, score, error);
}
