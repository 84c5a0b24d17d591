/* What a meter is asked to measure. */
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "metrics/options.h"
#include "model/builtin.h"
#include "model/option_text.h"

static enum ivq_status check_open(const struct ivq_meter *meter, const char *function,
                                  struct ivq_error *error)
{
    const enum ivq_status status = ivq_meter_check(meter, function, error);
    if (status != IVQ_OK)
        return status;
    if (meter->session)
        return ivq_fail(error, IVQ_USAGE, "metrics and models are added before ivq_meter_start");
    return IVQ_OK;
}

/* --- metrics --- */

static enum ivq_status check_given_settings(const struct ivq_setting *settings, int count,
                                            struct ivq_error *error)
{
    if (count < 0 || (count && !settings))
        return ivq_fail(error, IVQ_USAGE, "ivq_meter_add_metric: there are no %d settings", count);
    for (int i = 0; i < count; i++)
        if (!settings[i].key || !settings[i].value)
            return ivq_fail_null("ivq_meter_add_metric", settings[i].key ? "a value" : "a key", error);
    return IVQ_OK;
}

/* Settings in the words of models: numbers[] has room for them. */
static enum ivq_status take_settings(struct ivq_meter *meter, const char *name,
                                     const struct ivq_setting *settings, int count, struct ivq_setting *own,
                                     char (*numbers)[IVQ_NUMBER_SIZE], struct ivq_error *error)
{
    for (int i = 0; i < count; i++) {
        own[i] =
            (struct ivq_setting){settings[i].key, ivq_option_text_of_value(settings[i].value, numbers[i])};
        if (!own[i].value)
            return ivq_fail(error, IVQ_USAGE, "%s: option %s is '%s', which is too large", name,
                            settings[i].key, settings[i].value);
    }
    return ivq_selection_add_metric(&meter->selection, name, own, count, error);
}

enum ivq_status ivq_meter_add_metric(struct ivq_meter *meter, const char *name,
                                     const struct ivq_setting *settings, int count, struct ivq_error *error)
{
    enum ivq_status status = check_open(meter, "ivq_meter_add_metric", error);
    if (status == IVQ_OK && !name)
        status = ivq_fail_null("ivq_meter_add_metric", "name", error);
    if (status == IVQ_OK)
        status = check_given_settings(settings, count, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_setting *own = calloc((size_t)count + 1, sizeof *own);
    char(*numbers)[IVQ_NUMBER_SIZE] = calloc((size_t)count + 1, sizeof *numbers);
    status = own && numbers ? take_settings(meter, name, settings, count, own, numbers, error)
                            : ivq_fail_memory(error, "options");
    free(own);
    free(numbers);
    return status;
}

/* Cuts "NAME=KEY=VALUE:KEY=VALUE" in place. */
static enum ivq_status cut_settings(char *text, struct ivq_setting *settings, int *count,
                                    struct ivq_error *error)
{
    *count = 0;
    while (text) {
        const char *const key = strsep(&text, ":");
        char *const equals = strchr(key, '=');
        if (!equals)
            return ivq_fail(error, IVQ_USAGE, "feature option '%s' has no value; write KEY=VALUE", key);
        *equals = 0;
        settings[(*count)++] = (struct ivq_setting){key, equals + 1};
    }
    return IVQ_OK;
}

static size_t count_char(const char *text, char c)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == c;
    return count;
}

enum ivq_status ivq_meter_add_metric_text(struct ivq_meter *meter, const char *text, struct ivq_error *error)
{
    if (!text)
        return ivq_fail_null("ivq_meter_add_metric_text", "text", error);
    char *copy = strdup(text), *rest = copy;
    struct ivq_setting *settings = calloc(count_char(text, ':') + 1, sizeof *settings);
    enum ivq_status status = IVQ_OK;
    if (!copy || !settings) {
        status = ivq_fail_memory(error, "options");
    } else {
        int count;
        const char *const name = strsep(&rest, "=");
        status = cut_settings(rest, settings, &count, error);
        if (status == IVQ_OK)
            status = ivq_meter_add_metric(meter, name, settings, count, error);
    }
    free(settings);
    free(copy);
    return status;
}

/* --- models --- */

static enum ivq_status check_source(const struct ivq_model_source *source, struct ivq_error *error)
{
    if (!source)
        return ivq_fail_null("ivq_meter_add_model", "source", error);
    const int given = !!source->version + !!source->path + !!source->json;
    if (given != 1)
        return ivq_fail(error, IVQ_USAGE, "a model comes from one of version, path and json; %d are given",
                        given);
    if (source->overload_count < 0 || (source->overload_count && !source->overloads))
        return ivq_fail(error, IVQ_USAGE, "ivq_meter_add_model: there are no %d overloads",
                        source->overload_count);
    for (int i = 0; i < source->overload_count; i++)
        if (!source->overloads[i].metric || !source->overloads[i].key || !source->overloads[i].value)
            return ivq_fail_null("ivq_meter_add_model", "a text of an overload", error);
    return IVQ_OK;
}

static enum ivq_status load(const struct ivq_model_source *source, struct ivq_model **model,
                            struct ivq_error *error)
{
    const struct ivq_model_settings settings = {
        .name = source->name,
        .disable_clip = source->disable_clip,
        .enable_transform = source->enable_transform,
        .overloads = source->overloads,
        .overload_count = source->overload_count,
        .extractor_of = ivq_selection_metric_of,
    };
    if (source->version)
        return ivq_model_load_builtin(source->version, &settings, model, error);
    if (source->path)
        return ivq_model_load_file(source->path, &settings, model, error);
    return ivq_model_load(source->json, source->json_size, source->label ? source->label : "model", &settings,
                          model, error);
}

static const char *label_of(const struct ivq_model_source *source)
{
    if (source->label)
        return source->label;
    return source->version ? source->version : source->path ? source->path : "model";
}

enum ivq_status ivq_meter_add_model(struct ivq_meter *meter, const struct ivq_model_source *source,
                                    struct ivq_error *error)
{
    enum ivq_status status = check_open(meter, "ivq_meter_add_model", error);
    if (status == IVQ_OK)
        status = check_source(source, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_model *model;
    status = load(source, &model, error);
    if (status != IVQ_OK)
        return status;
    return ivq_selection_add_model(&meter->selection, model, label_of(source), !source->features_only, error);
}

enum ivq_status ivq_request_add_spec(struct ivq_meter *meter, const struct ivq_model_spec *spec,
                                     bool features_only, struct ivq_error *error)
{
    const struct ivq_model_source source = {
        .version = spec->version,
        .path = spec->path,
        .name = spec->name,
        .disable_clip = spec->disable_clip,
        .enable_transform = spec->enable_transform,
        .features_only = features_only,
        .overloads = spec->overloads,
        .overload_count = spec->overload_count,
    };
    return ivq_meter_add_model(meter, &source, error);
}

enum ivq_status ivq_meter_add_model_text(struct ivq_meter *meter, const char *text, bool features_only,
                                         struct ivq_error *error)
{
    struct ivq_model_spec spec;
    if (!text)
        return ivq_fail_null("ivq_meter_add_model_text", "text", error);
    enum ivq_status status = ivq_model_spec_parse(text, &spec, error);
    if (status != IVQ_OK)
        return status;
    status = ivq_request_add_spec(meter, &spec, features_only, error);
    ivq_model_spec_free(&spec);
    return status;
}

bool ivq_meter_model(const struct ivq_meter *meter, int index, struct ivq_meter_model *model)
{
    if (!ivq_meter_is_usable(meter) || !model || index < 0)
        return false;
    for (int i = 0; i < meter->selection.model_count; i++) {
        const struct ivq_selected_model *const selected = &meter->selection.models[i];
        if (!selected->predicts || index-- != 0)
            continue;
        *model = (struct ivq_meter_model){
            .label = selected->label,
            .name = ivq_model_output_name(selected->model, 0),
            .collection = ivq_model_is_collection(selected->model),
        };
        return true;
    }
    return false;
}
