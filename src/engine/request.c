/* What a session is to measure: metrics with options, models and the metrics that they need. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session_impl.h"

#include "metrics/options.h"

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

/* The instance whose scores would bear the same names, or NULL. */
static struct ivq_instance *find_namesake(struct ivq_session *s, const struct ivq_metric *metric,
                                          const void *options)
{
    char suffix[IVQ_NAME_SIZE], other[IVQ_NAME_SIZE];
    ivq_options_suffix(metric, options, suffix);
    for (int i = 0; i < s->instance_count; i++) {
        struct ivq_instance *instance = &s->instances[i];
        if (instance->metric != metric)
            continue;
        ivq_options_suffix(metric, instance->options, other);
        if (!strcmp(suffix, other))
            return instance;
    }
    return NULL;
}

static void tell_repeat(const struct ivq_session *s, const struct ivq_instance *first, const void *options)
{
    const char *const key = ivq_options_difference(first->metric, first->options, options);
    char text[256];
    if (!key)
        return;
    snprintf(
        text, sizeof text,
        "%s is asked for again with another %s, which its scores' names do not show; the first one stays",
        first->metric->name, key);
    s->params.on_repeat(s->params.user, text);
}

/* One instance for two requests under the same names. */
static enum ivq_status share(struct ivq_session *s, struct ivq_instance *first, void *options,
                             struct ivq_error *error)
{
    const char *clash;
    if (s->params.on_repeat) {
        tell_repeat(s, first, options);
        return IVQ_OK;
    }
    if (ivq_options_merge(first->metric, first->options, options, &clash))
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE,
                    "%s is asked for twice with different values of %s, which its scores' names do not show; "
                    "ask for one of them",
                    first->metric->name, clash);
}

static enum ivq_status parse_options(const struct ivq_metric *metric, const struct ivq_named_value *values,
                                     int count, void *options, struct ivq_error *error)
{
    ivq_options_init(metric, options);
    for (int i = 0; i < count; i++) {
        const enum ivq_status status =
            ivq_options_set(metric, options, values[i].key, values[i].value, error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

static enum ivq_status add_instance(struct ivq_session *s, const struct ivq_metric *metric, void *options,
                                    int *index, struct ivq_error *error)
{
    struct ivq_instance *const first = find_namesake(s, metric, options);
    if (first) {
        const enum ivq_status shared = share(s, first, options, error);
        *index = (int)(first - s->instances);
        ivq_options_free(metric, options);
        return shared;
    }
    enum ivq_status status = check_format(metric, options, &s->params.format, error);
    if (status == IVQ_OK && s->instance_count == IVQ_MAX_METRICS)
        status = ivq_fail(error, IVQ_USAGE, "more than %d metrics at once", IVQ_MAX_METRICS);
    if (status != IVQ_OK) {
        ivq_options_free(metric, options);
        return status;
    }
    *index = s->instance_count;
    s->instances[s->instance_count++] = (struct ivq_instance){.metric = metric, .options = options};
    return IVQ_OK;
}

static enum ivq_status add_metric(struct ivq_session *s, const struct ivq_metric *metric,
                                  const struct ivq_named_value *values, int count, int *index,
                                  struct ivq_error *error)
{
    if (s->running)
        return ivq_fail(error, IVQ_USAGE, "%s: metrics are added before the first frame", metric->name);
    void *options = calloc(1, metric->options_size + 1);
    if (!options)
        return ivq_fail_memory(error, "options");
    const enum ivq_status status = parse_options(metric, values, count, options, error);
    if (status != IVQ_OK) {
        ivq_options_free(metric, options);
        return status;
    }
    return add_instance(s, metric, options, index, error);
}

enum ivq_status ivq_session_add(struct ivq_session *s, const struct ivq_metric *metric,
                                const struct ivq_named_value *values, int count, struct ivq_error *error)
{
    int index;
    return add_metric(s, metric, values, count, &index, error);
}

enum ivq_status ivq_session_add_metric(struct ivq_session *s, const char *name,
                                       const struct ivq_named_value *values, int count,
                                       struct ivq_error *error)
{
    const struct ivq_metric *metric = ivq_metric_find(name);
    if (!metric)
        return ivq_fail(error, IVQ_USAGE, "no metric '%s'; `isovq metrics` lists them", name);
    return ivq_session_add(s, metric, values, count, error);
}

static const struct ivq_metric *provider(const char *raw, int *output)
{
    for (int m = 0; ivq_metrics[m]; m++)
        for (int o = 0; ivq_metrics[m]->outputs[o].name; o++) {
            const struct ivq_output *candidate = &ivq_metrics[m]->outputs[o];
            if (!strcmp(candidate->raw ? candidate->raw : candidate->name, raw)) {
                *output = o;
                return ivq_metrics[m];
            }
        }
    return NULL;
}

const char *ivq_session_metric_of(const char *raw_feature)
{
    int output;
    const struct ivq_metric *metric = provider(raw_feature, &output);
    return metric ? metric->name : NULL;
}

/* features[] holds, until series exist, instance * IVQ_MAX_OUTPUTS + output; -1: always 0. */
static enum ivq_status add_feature(struct ivq_session *s, const struct ivq_model_feature *feature, int *where,
                                   struct ivq_error *error)
{
    int output, index;
    const struct ivq_metric *metric = provider(feature->raw, &output);
    if (!metric)
        return ivq_fail(error, IVQ_USAGE,
                        "the model needs feature %s, whose metric this version does not have", feature->raw);
    if (metric->needs_chroma && s->params.format.chroma == IVQ_CHROMA_400) {
        *where = -1; /* the feature is 0 (DECISIONS 2) */
        return IVQ_OK;
    }
    struct ivq_named_value values[IVQ_MAX_OUTPUTS];
    if (feature->option_count > IVQ_MAX_OUTPUTS)
        return ivq_fail(error, IVQ_INPUT, "the model gives feature %s more than %d options", feature->raw,
                        IVQ_MAX_OUTPUTS);
    for (int i = 0; i < feature->option_count; i++)
        values[i] = (struct ivq_named_value){feature->options[i].name, feature->options[i].value};
    const enum ivq_status status = add_metric(s, metric, values, feature->option_count, &index, error);
    if (status == IVQ_OK)
        *where = index * IVQ_MAX_OUTPUTS + output;
    return status;
}

enum ivq_status ivq_session_add_model(struct ivq_session *s, const struct ivq_model *model,
                                      struct ivq_error *error)
{
    if (s->model_count == IVQ_MAX_MODELS)
        return ivq_fail(error, IVQ_USAGE, "more than %d models at once", IVQ_MAX_MODELS);
    for (int i = 0; i < s->model_count; i++)
        if (!strcmp(ivq_model_output_name(s->models[i].model, 0), ivq_model_output_name(model, 0)))
            return ivq_fail(error, IVQ_USAGE,
                            "two models are named '%s'; give one of them another name with name=",
                            ivq_model_output_name(model, 0));
    struct ivq_used_model *used = &s->models[s->model_count];
    *used = (struct ivq_used_model){.model = model};
    used->features = calloc((size_t)ivq_model_feature_count(model), sizeof *used->features);
    used->outputs = calloc((size_t)ivq_model_output_count(model), sizeof *used->outputs);
    s->model_count++;
    if (!used->features || !used->outputs)
        return ivq_fail_memory(error, "a model");
    for (int i = 0; i < ivq_model_feature_count(model); i++) {
        const enum ivq_status status = add_feature(s, ivq_model_feature(model, i), &used->features[i], error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}
