/* The life of a session, and its scores. */
#include <stdlib.h>
#include <string.h>

#include "engine/session_impl.h"
#include "metrics/options.h"

enum ivq_status ivq_session_create(const struct ivq_session_params *params, struct ivq_session **session,
                                   struct ivq_error *error)
{
    const struct ivq_format *f = &params->format;
    *session = NULL;
    const enum ivq_status status = ivq_format_check(f->width[0], f->height[0], f->depth, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_session *s = calloc(1, sizeof *s);
    if (!s)
        return ivq_fail_memory(error, "a session");
    s->params = *params;
    s->graph = ivq_graph_create(params->device, f);
    if (!s->graph) {
        free(s);
        return ivq_fail_memory(error, "a session");
    }
    *session = s;
    return IVQ_OK;
}

static void free_instance(struct ivq_instance *instance)
{
    ivq_options_free(instance->metric, instance->options);
    free(instance->state);
    free(instance->results);
    free(instance->made);
    free(instance->series);
}

void ivq_session_destroy(struct ivq_session *s)
{
    if (!s)
        return;
    ivq_session_wait_for_all(s);
    ivq_session_end_host(s);
    ivq_session_close_planes(s, NULL);
    ivq_session_free_memory(s);
    for (int i = 0; i < s->instance_count; i++)
        free_instance(&s->instances[i]);
    for (int i = 0; i < s->model_count; i++) {
        free(s->models[i].features);
        free(s->models[i].outputs);
    }
    for (int i = 0; i < s->series_count; i++)
        free(s->series[i].name);
    ivq_score_table_destroy(s->scores);
    free(s->series);
    free(s->columns);
    ivq_graph_destroy(s->graph);
    free(s);
}

/* --- scores --- */

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
