#include "engine/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/options.h"

static void clear_model(struct ivq_selected_model *model)
{
    ivq_model_free(model->model);
    free(model->label);
    free(model->features);
}

static void drop_metrics(struct ivq_selection *s, int count)
{
    while (s->metric_count > count) {
        const struct ivq_selected_metric *const last = &s->metrics[--s->metric_count];
        ivq_options_free(last->metric, last->options);
    }
}

void ivq_selection_clear(struct ivq_selection *s)
{
    drop_metrics(s, 0);
    while (s->model_count)
        clear_model(&s->models[--s->model_count]);
}

/* --- metrics --- */

/* The metric whose scores would bear the same names; -1: none. */
static int find_namesake(const struct ivq_selection *s, const struct ivq_metric *metric, const void *options)
{
    char suffix[IVQ_NAME_SIZE], other[IVQ_NAME_SIZE];
    ivq_options_suffix(metric, options, suffix);
    for (int i = 0; i < s->metric_count; i++) {
        if (s->metrics[i].metric->outputs != metric->outputs) /* a second name has the same ones */
            continue;
        ivq_options_suffix(metric, s->metrics[i].options, other);
        if (!strcmp(suffix, other))
            return i;
    }
    return -1;
}

static void tell_repeat(const struct ivq_selection *s, const struct ivq_selected_metric *first,
                        const void *options)
{
    const char *const key = ivq_options_difference(first->metric, first->options, options);
    char text[256];
    if (!key)
        return;
    snprintf(
        text, sizeof text,
        "%s is asked for again with another %s, which its scores' names do not show; the first one stays",
        first->metric->name, key);
    s->on_repeat(s->user, text);
}

/* One run for two requests under the same names. */
static enum ivq_status share(const struct ivq_selection *s, const struct ivq_selected_metric *first,
                             void *options, struct ivq_error *error)
{
    const char *clash;
    if (s->on_repeat) {
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

static enum ivq_status parse_options(const struct ivq_metric *metric, const struct ivq_setting *settings,
                                     int count, void *options, struct ivq_error *error)
{
    ivq_options_init(metric, options);
    for (int i = 0; i < count; i++) {
        const enum ivq_status status =
            ivq_options_set(metric, options, settings[i].key, settings[i].value, error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

/* Takes over the options only where it adds a metric. */
static enum ivq_status find_or_add(struct ivq_selection *s, const struct ivq_metric *metric, void **options,
                                   int *index, struct ivq_error *error)
{
    *index = find_namesake(s, metric, *options);
    if (*index >= 0)
        return share(s, &s->metrics[*index], *options, error);
    if (s->metric_count == IVQ_MAX_METRICS)
        return ivq_fail(error, IVQ_USAGE, "more than %d metrics at once", IVQ_MAX_METRICS);
    *index = s->metric_count++;
    s->metrics[*index] = (struct ivq_selected_metric){.metric = metric, .options = *options};
    *options = NULL;
    return IVQ_OK;
}

static enum ivq_status add(struct ivq_selection *s, const struct ivq_metric *metric,
                           const struct ivq_setting *settings, int count, int *index, struct ivq_error *error)
{
    void *options = calloc(1, metric->options_size + 1);
    if (!options)
        return ivq_fail_memory(error, "options");
    enum ivq_status status = parse_options(metric, settings, count, options, error);
    if (status == IVQ_OK)
        status = find_or_add(s, metric, &options, index, error);
    ivq_options_free(metric, options);
    return status;
}

enum ivq_status ivq_selection_add(struct ivq_selection *s, const struct ivq_metric *metric,
                                  const struct ivq_setting *settings, int count, struct ivq_error *error)
{
    int index = 0;
    const enum ivq_status status = add(s, metric, settings, count, &index, error);
    if (status == IVQ_OK)
        s->metrics[index].by_name = true;
    return status;
}

enum ivq_status ivq_selection_add_metric(struct ivq_selection *s, const char *name,
                                         const struct ivq_setting *settings, int count,
                                         struct ivq_error *error)
{
    const struct ivq_metric *metric = ivq_metric_find(name);
    if (!metric)
        return ivq_fail(error, IVQ_USAGE, "there is no metric '%s'; `isovq metrics` lists what there is",
                        name);
    return ivq_selection_add(s, metric, settings, count, error);
}

/* --- models --- */

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

const char *ivq_selection_metric_of(const char *raw_feature)
{
    int output;
    const struct ivq_metric *metric = provider(raw_feature, &output);
    return metric ? metric->name : NULL;
}

enum ivq_status ivq_selection_check_model(const struct ivq_model *model, const char *label,
                                          struct ivq_error *error)
{
    for (int i = 0; i < ivq_model_feature_count(model); i++) {
        const char *const raw = ivq_model_feature(model, i)->raw;
        if (!ivq_selection_metric_of(raw))
            return ivq_fail(error, IVQ_USAGE,
                            "the model %s needs the feature %s, whose metric this version does not have",
                            label, raw);
    }
    return IVQ_OK;
}

static enum ivq_status check_name(const struct ivq_selection *s, const struct ivq_model *model,
                                  struct ivq_error *error)
{
    for (int i = 0; i < s->model_count; i++)
        if (s->models[i].predicts &&
            !strcmp(ivq_model_output_name(s->models[i].model, 0), ivq_model_output_name(model, 0)))
            return ivq_fail(error, IVQ_USAGE,
                            "two models are named '%s'; give one of them another name with name=",
                            ivq_model_output_name(model, 0));
    return IVQ_OK;
}

static enum ivq_status add_feature(struct ivq_selection *s, const struct ivq_model_feature *feature,
                                   struct ivq_selected_feature *where, struct ivq_error *error)
{
    struct ivq_setting settings[IVQ_MODEL_MAX_OPTIONS];
    const struct ivq_metric *metric = provider(feature->raw, &where->output);
    if (feature->option_count > IVQ_MODEL_MAX_OPTIONS)
        return ivq_fail(error, IVQ_INPUT, "the model gives feature %s more than %d options", feature->raw,
                        IVQ_MODEL_MAX_OPTIONS);
    for (int i = 0; i < feature->option_count; i++)
        settings[i] = (struct ivq_setting){feature->options[i].name, feature->options[i].value};
    return add(s, metric, settings, feature->option_count, &where->metric, error);
}

static enum ivq_status add_features(struct ivq_selection *s, const struct ivq_selected_model *added,
                                    struct ivq_error *error)
{
    enum ivq_status status = ivq_selection_check_model(added->model, added->label, error);
    if (status == IVQ_OK && added->predicts)
        status = check_name(s, added->model, error);
    for (int i = 0; status == IVQ_OK && i < ivq_model_feature_count(added->model); i++)
        status = add_feature(s, ivq_model_feature(added->model, i), &added->features[i], error);
    return status;
}

/* After a failure nothing new is selected. */
enum ivq_status ivq_selection_add_model(struct ivq_selection *s, struct ivq_model *model, const char *label,
                                        bool predicts, struct ivq_error *error)
{
    const int metrics = s->metric_count;
    struct ivq_selected_model added = {.model = model, .label = strdup(label), .predicts = predicts};
    added.features = calloc((size_t)ivq_model_feature_count(model) + 1, sizeof *added.features);
    enum ivq_status status = IVQ_OK;
    if (!added.label || !added.features)
        status = ivq_fail_memory(error, "a model");
    else if (s->model_count == IVQ_MAX_MODELS)
        status = ivq_fail(error, IVQ_USAGE, "more than %d models at once", IVQ_MAX_MODELS);
    if (status == IVQ_OK)
        status = add_features(s, &added, error);
    if (status == IVQ_OK) {
        s->models[s->model_count++] = added;
        return IVQ_OK;
    }
    drop_metrics(s, metrics);
    clear_model(&added);
    return status;
}
