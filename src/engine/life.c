/* The life of a session. */
#include <stdlib.h>

#include "engine/session_impl.h"

static enum ivq_status check_size(const struct ivq_metric *metric, const struct ivq_format *format,
                                  struct ivq_error *error)
{
    const int width = format->width[0], height = format->height[0];
    if (width < metric->min_size || height < metric->min_size)
        return ivq_fail(error, IVQ_INPUT, "%s: a picture of %d x %d is too small; its minimum is %d x %d",
                        metric->name, width, height, metric->min_size, metric->min_size);
    if (metric->max_size && (width > metric->max_size || height > metric->max_size))
        return ivq_fail(error, IVQ_INPUT, "%s: a picture of %d x %d is too large; its maximum is %d x %d",
                        metric->name, width, height, metric->max_size, metric->max_size);
    return IVQ_OK;
}

/* What the table says of formats, then what the metric says itself. */
static enum ivq_status check_format(const struct ivq_metric *metric, const void *options,
                                    const struct ivq_format *format, struct ivq_error *error)
{
    const enum ivq_status status = check_size(metric, format, error);
    if (status != IVQ_OK)
        return status;
    if (metric->max_depth && format->depth > metric->max_depth)
        return ivq_fail(error, IVQ_INPUT, "%s: it measures at most %d bits per sample, not %d", metric->name,
                        metric->max_depth, format->depth);
    if (metric->needs_chroma && format->chroma == IVQ_CHROMA_400)
        return ivq_fail(error, IVQ_INPUT, "%s: it measures chroma, and 4:0:0 has none", metric->name);
    return metric->check ? metric->check(options, format, error) : IVQ_OK;
}

static enum ivq_status add_instances(struct ivq_session *s, struct ivq_error *error)
{
    const struct ivq_selection *const selection = s->params.selection;
    for (int i = 0; i < selection->metric_count; i++) {
        const struct ivq_selected_metric *const selected = &selection->metrics[i];
        struct ivq_instance *const instance = &s->instances[s->instance_count++];
        *instance = (struct ivq_instance){.metric = selected->metric, .options = selected->options};
        instance->absent =
            selected->metric->needs_chroma && s->params.format.chroma == IVQ_CHROMA_400 && !selected->by_name;
        const enum ivq_status status =
            instance->absent ? IVQ_OK
                             : check_format(selected->metric, selected->options, &s->params.format, error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

static enum ivq_status add_models(struct ivq_session *s, struct ivq_error *error)
{
    const struct ivq_selection *const selection = s->params.selection;
    for (int i = 0; i < selection->model_count; i++) {
        const struct ivq_selected_model *const selected = &selection->models[i];
        if (!selected->predicts)
            continue;
        struct ivq_used_model *const used = &s->models[s->model_count++];
        *used = (struct ivq_used_model){.model = selected->model, .from = selected->features};
        used->features = calloc((size_t)ivq_model_feature_count(used->model) + 1, sizeof *used->features);
        used->outputs = calloc((size_t)ivq_model_output_count(used->model) + 1, sizeof *used->outputs);
        if (!used->features || !used->outputs)
            return ivq_fail_memory(error, "a model");
    }
    return IVQ_OK;
}

/* What waits for its turn on the host, of each frame in flight. */
static enum ivq_status create_results(struct ivq_session *s, struct ivq_error *error)
{
    for (int i = 0; i < s->instance_count; i++) {
        struct ivq_instance *const instance = &s->instances[i];
        const size_t slots = (size_t)s->memory.slots;
        instance->results = calloc(slots * (size_t)instance->result_count + 1, sizeof *instance->results);
        instance->made = calloc(slots, instance->metric->made_size + 1);
        if (!instance->results || !instance->made)
            return ivq_fail_memory(error, instance->metric->name);
    }
    return ivq_session_start_host(s, error);
}

static enum ivq_status start(struct ivq_session *s, struct ivq_error *error)
{
    enum ivq_status status = add_instances(s, error);
    if (status == IVQ_OK)
        status = add_models(s, error);
    if (status == IVQ_OK)
        status = ivq_session_plan(s, error);
    if (status == IVQ_OK)
        status = ivq_session_add_series(s, error);
    if (status == IVQ_OK)
        status = ivq_session_check_planes(s, error);
    if (status == IVQ_OK)
        status = ivq_session_create_memory(s, error);
    return status == IVQ_OK ? create_results(s, error) : status;
}

enum ivq_status ivq_session_start(const struct ivq_session_params *params, struct ivq_session **session,
                                  struct ivq_error *error)
{
    const struct ivq_format *f = &params->format;
    *session = NULL;
    enum ivq_status status = ivq_format_check(f->width[0], f->height[0], f->depth, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_session *s = calloc(1, sizeof *s);
    if (!s)
        return ivq_fail_memory(error, "a session");
    s->params = *params;
    s->graph = ivq_graph_create(params->device, f);
    status = s->graph ? start(s, error) : ivq_fail_memory(error, "a session");
    if (status == IVQ_OK)
        *session = s;
    else
        ivq_session_destroy(s);
    return status;
}

static void free_instance(struct ivq_instance *instance)
{
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
