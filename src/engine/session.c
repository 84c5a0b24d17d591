/* Questions about a session, and its scores. */
#include <string.h>

#include "engine/session_impl.h"

#include "metrics/options.h"

bool ivq_session_every_frame(const struct ivq_session *s, const struct ivq_instance *instance)
{
    const struct ivq_metric *const metric = instance->metric;
    bool aggregate = false;
    for (const struct ivq_output *o = metric->outputs; o->name; o++)
        aggregate |= o->aggregate && ivq_output_exists(metric, o, instance->options, &s->params.format);
    return metric->every_frame || aggregate;
}

int ivq_session_series_count(const struct ivq_session *s)
{
    return s->columns ? s->series_count : 0;
}

const char *ivq_session_series_name(const struct ivq_session *s, int series)
{
    return s->series[s->columns[series]].name;
}

bool ivq_session_series_aggregate(const struct ivq_session *s, int series)
{
    return s->series[s->columns[series]].aggregate;
}

int ivq_session_series_find(const struct ivq_session *s, const char *name)
{
    for (int i = 0; i < ivq_session_series_count(s); i++)
        if (!strcmp(ivq_session_series_name(s, i), name))
            return i;
    return -1;
}

bool ivq_session_score(const struct ivq_session *s, int series, int frame, double *value)
{
    const struct ivq_series *found = &s->series[s->columns[series]];
    if (!found->aggregate)
        return frame >= 0 && ivq_session_scores_frame(s, frame) &&
               ivq_score_table_get(s->scores, s->columns[series], frame, value);
    if (found->known)
        *value = found->value;
    return found->known;
}

enum ivq_status ivq_session_scores_status(const struct ivq_session *s, struct ivq_error *error)
{
    return s->scores ? ivq_score_table_status(s->scores, error) : IVQ_OK;
}

int ivq_session_frames(const struct ivq_session *s)
{
    return s->finished;
}
