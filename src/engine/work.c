/* What a session has done, for records that have to prove it. */
#include "engine/session_impl.h"

void ivq_session_work(const struct ivq_session *s, struct ivq_work *work)
{
    *work = (struct ivq_work){.frames = s->finished, .device_seconds = s->finished ? s->device_seconds : -1};
    for (int list = 0; list < IVQ_LISTS; list++) {
        const size_t to = ivq_graph_bytes_to_device(s->graph, (enum ivq_list)list);
        const size_t from = ivq_graph_bytes_from_device(s->graph, (enum ivq_list)list);
        work->bytes_to_device += s->submissions[list] * (int64_t)to;
        work->bytes_from_device += s->submissions[list] * (int64_t)from;
    }
}

bool ivq_session_pass(const struct ivq_session *s, int index, struct ivq_work_pass *pass)
{
    struct ivq_pass found;
    if (!ivq_graph_pass(s->graph, index, &found))
        return false;
    *pass = (struct ivq_work_pass){found.kernel, found.tiles_x, found.tiles_y, 0};
    for (int list = 0; list < IVQ_LISTS; list++)
        if (ivq_graph_pass_in(s->graph, index, (enum ivq_list)list))
            pass->dispatches += s->submissions[list];
    return true;
}

bool ivq_session_metric(const struct ivq_session *s, int index, struct ivq_session_metric *metric)
{
    if (index < 0 || index >= s->instance_count)
        return false;
    *metric = (struct ivq_session_metric){s->instances[index].metric, s->instances[index].options};
    return true;
}

int ivq_session_metric_pass(const struct ivq_session *s, int metric, int index)
{
    struct ivq_pass pass;
    for (int i = 0; ivq_graph_pass(s->graph, i, &pass); i++)
        if (ivq_graph_pass_serves(s->graph, i, s->instances[metric].graph_metric) && !index--)
            return i;
    return -1;
}

/* Where a series stands among the columns of logs. */
static int column_of(const struct ivq_session *s, int series)
{
    for (int i = 0; i < s->series_count; i++)
        if (s->columns[i] == series)
            return i;
    return -1;
}

int ivq_session_model_series(const struct ivq_session *s, int model, int index)
{
    const bool exists = model < s->model_count && index < ivq_model_output_count(s->models[model].model);
    return exists ? column_of(s, s->models[model].outputs[index]) : -1;
}

int ivq_session_metric_series(const struct ivq_session *s, int metric, int index)
{
    const struct ivq_instance *instance = &s->instances[metric];
    for (int o = 0; instance->metric->outputs[o].name; o++)
        if (instance->series[o] >= 0 && !index--)
            return column_of(s, instance->series[o]);
    return -1;
}
