/* A series of scores for every output, and the order of columns (spec cli_and_logs, section 5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session_impl.h"

#include "metrics/options.h"

/* The order of columns: what every frame has at once, what comes later, models (spec cli_and_logs, section
 * 5). */
enum { ORDER_PROMPT, ORDER_LATE, ORDER_MODEL, ORDER_COLLECTION, ORDER_AGGREGATE };

static enum ivq_status add_series(struct ivq_session *s, const char *name, bool aggregate, int order,
                                  int *index, struct ivq_error *error)
{
    if (s->series_count == s->series_room) {
        const int room = s->series_room ? 2 * s->series_room : 64;
        struct ivq_series *grown = realloc(s->series, (size_t)room * sizeof *grown);
        if (!grown)
            return ivq_fail_memory(error, "scores");
        s->series = grown;
        s->series_room = room;
    }
    struct ivq_series *series = &s->series[s->series_count];
    *series = (struct ivq_series){.name = strdup(name), .aggregate = aggregate, .order = order};
    if (!series->name)
        return ivq_fail_memory(error, "the name of a series");
    *index = s->series_count++;
    return IVQ_OK;
}

static enum ivq_status add_output_series(struct ivq_session *s, struct ivq_instance *instance, int o,
                                         struct ivq_error *error)
{
    const struct ivq_output *output = &instance->metric->outputs[o];
    char name[2 * IVQ_NAME_SIZE], suffix[IVQ_NAME_SIZE];
    instance->series[o] = -1;
    if (instance->absent ||
        !ivq_output_exists(instance->metric, output, instance->options, &s->params.format))
        return IVQ_OK;
    ivq_options_suffix(instance->metric, instance->options, suffix);
    snprintf(name, sizeof name, "%s%s", output->name, output->unsuffixed ? "" : suffix);
    name[IVQ_NAME_SIZE - 1] = 0; /* spec model, 2.3 */
    const int order = output->aggregate ? ORDER_AGGREGATE : output->late ? ORDER_LATE : ORDER_PROMPT;
    return add_series(s, name, output->aggregate, order, &instance->series[o], error);
}

static enum ivq_status add_metric_series(struct ivq_session *s, struct ivq_error *error)
{
    for (int i = 0; i < s->instance_count; i++) {
        struct ivq_instance *instance = &s->instances[i];
        instance->series = calloc(IVQ_MAX_OUTPUTS, sizeof *instance->series);
        if (!instance->series)
            return ivq_fail_memory(error, "scores");
        for (int o = 0; instance->metric->outputs[o].name; o++) {
            const enum ivq_status status = add_output_series(s, instance, o, error);
            if (status != IVQ_OK)
                return status;
        }
    }
    return IVQ_OK;
}

static enum ivq_status resolve_features(struct ivq_session *s, struct ivq_used_model *used,
                                        struct ivq_error *error)
{
    for (int i = 0; i < ivq_model_feature_count(used->model); i++) {
        const struct ivq_instance *instance = &s->instances[used->from[i].metric];
        const struct ivq_output *output = &instance->metric->outputs[used->from[i].output];
        used->features[i] = instance->series[used->from[i].output];
        if (used->features[i] < 0 && output->needs && !instance->absent)
            return ivq_fail(error, IVQ_USAGE, "the model needs %s, which exists only with %s=true",
                            output->name, output->needs);
    }
    return IVQ_OK;
}

static enum ivq_status add_model_series(struct ivq_session *s, struct ivq_error *error)
{
    for (int m = 0; m < s->model_count; m++) {
        struct ivq_used_model *used = &s->models[m];
        enum ivq_status status = resolve_features(s, used, error);
        for (int k = 0; status == IVQ_OK && k < ivq_model_output_count(used->model); k++)
            status = add_series(s, ivq_model_output_name(used->model, k), false,
                                k ? ORDER_COLLECTION : ORDER_MODEL, &used->outputs[k], error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

/* A model may be given any name, but columns of logs must differ. */
static enum ivq_status check_names(const struct ivq_session *s, struct ivq_error *error)
{
    for (int i = 0; i < s->series_count; i++) {
        const char *const name = ivq_session_series_name(s, i);
        if (ivq_session_series_find(s, name) != i)
            return ivq_fail(
                error, IVQ_USAGE,
                "two series of scores would be named '%s'; give the model another name with name=", name);
    }
    return IVQ_OK;
}

static enum ivq_status sort_columns(struct ivq_session *s, struct ivq_error *error)
{
    s->columns = calloc((size_t)s->series_count + 1, sizeof *s->columns);
    s->scores = ivq_score_table_create(s->series_count);
    if (!s->columns || !s->scores)
        return ivq_fail_memory(error, "scores");
    int n = 0;
    for (int order = ORDER_PROMPT; order <= ORDER_AGGREGATE; order++)
        for (int i = 0; i < s->series_count; i++)
            if (s->series[i].order == order)
                s->columns[n++] = i;
    return IVQ_OK;
}

enum ivq_status ivq_session_add_series(struct ivq_session *s, struct ivq_error *error)
{
    enum ivq_status status = add_metric_series(s, error);
    if (status == IVQ_OK)
        status = add_model_series(s, error);
    if (status == IVQ_OK)
        status = sort_columns(s, error);
    return status == IVQ_OK ? check_names(s, error) : status;
}
