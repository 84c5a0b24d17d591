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
    return ivq_meter_is_usable(m) ? own_count(m) + m->import_count : 0;
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
    for (int i = 0; name && i < ivq_meter_series_count(m); i++)
        if (!strcmp(ivq_meter_series_name(m, i), name))
            return i;
    return -1;
}

int ivq_meter_submitted(const struct ivq_meter *m)
{
    return ivq_meter_is_usable(m) ? m->submitted : 0;
}

int ivq_meter_frames(const struct ivq_meter *m)
{
    return ivq_meter_is_usable(m) && m->session ? ivq_session_frames(m->session) : 0;
}

bool ivq_meter_score(const struct ivq_meter *m, int series, int frame, double *score)
{
    if (!exists(m, series) || !score)
        return false;
    if (series < own_count(m))
        return ivq_session_score(m->session, series, frame, score);
    return frame >= 0 && ivq_score_table_get(m->imports[series - own_count(m)].scores, 0, frame, score);
}

static enum ivq_status add_import(struct ivq_meter *m, const char *name, struct ivq_error *error)
{
    struct ivq_import *grown = realloc(m->imports, (size_t)(m->import_count + 1) * sizeof *grown);
    if (!grown)
        return ivq_fail_memory(error, "scores");
    m->imports = grown;
    struct ivq_import *import = &grown[m->import_count];
    *import = (struct ivq_import){strdup(name), ivq_score_table_create(1)};
    if (import->name && import->scores) {
        m->import_count++;
        return IVQ_OK;
    }
    free(import->name);
    ivq_score_table_destroy(import->scores);
    return ivq_fail_memory(error, "scores");
}

enum ivq_status ivq_meter_import(struct ivq_meter *m, const char *name, int frame, double score,
                                 struct ivq_error *error)
{
    enum ivq_status status = ivq_meter_check(m, "ivq_meter_import", error);
    double there;
    if (status == IVQ_OK && !name)
        status = ivq_fail_null("ivq_meter_import", "name", error);
    if (status != IVQ_OK)
        return status;
    if (!m->session || frame < 0)
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
    struct ivq_score_table *const scores = m->imports[series - own_count(m)].scores;
    if (ivq_score_table_get(scores, 0, frame, &there))
        return ivq_fail(error, IVQ_USAGE, "%s has a score for frame %d already", name, frame);
    ivq_score_table_put(scores, 0, frame, score);
    return ivq_score_table_status(scores, error);
}

struct pooled_series {
    const struct ivq_meter *meter;
    int series;
};

static bool pooled_score(const void *user, int frame, double *score)
{
    const struct pooled_series *pooled = user;
    return ivq_meter_score(pooled->meter, pooled->series, frame, score);
}

static enum ivq_status scores_status(const struct ivq_meter *m, int series, struct ivq_error *error)
{
    return series < own_count(m) ? ivq_session_scores_status(m->session, error)
                                 : ivq_score_table_status(m->imports[series - own_count(m)].scores, error);
}

static enum ivq_status check_pooling(const struct ivq_meter *m, const char *pooling, const double *score,
                                     struct ivq_error *error)
{
    const enum ivq_status status = ivq_meter_check(m, "ivq_meter_pool", error);
    if (status != IVQ_OK || (pooling && score))
        return status;
    return ivq_fail_null("ivq_meter_pool", pooling ? "score" : "pooling", error);
}

enum ivq_status ivq_meter_pool(const struct ivq_meter *m, int series, const char *pooling, int first,
                               int last, double *score, struct ivq_error *error)
{
    struct ivq_pool_method method;
    const enum ivq_status checked = check_pooling(m, pooling, score, error);
    if (checked != IVQ_OK)
        return checked;
    const int end = last == -1 ? ivq_meter_frames(m) - 1 : last;
    if (!ivq_pool_method_parse(pooling, &method))
        return ivq_fail(error, IVQ_USAGE,
                        "there is no pooling '%s'; one of min, max, mean, harmonic_mean, median, p1 to p99",
                        pooling);
    if (!exists(m, series) || ivq_meter_series_aggregate(m, series))
        return ivq_fail(error, IVQ_USAGE, "series %d has no scores of frames", series);
    if (first < 0 || first > end)
        return ivq_fail(error, IVQ_USAGE, "%s cannot be pooled over frames %d to %d",
                        ivq_meter_series_name(m, series), first, end);
    const struct pooled_series user = {m, series};
    const struct ivq_pool_series pooled = {
        ivq_meter_series_name(m, series), pooled_score, &user, first, end, m->params.subsample};
    const enum ivq_status status = ivq_pool(&pooled, &method, score, error);
    const enum ivq_status lost = scores_status(m, series, error); /* says more than "no score" */
    return lost != IVQ_OK ? lost : status;
}
