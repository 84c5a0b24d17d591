/* What a meter is asked to measure. */
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "metrics/options.h"
#include "model/builtin.h"
#include "model/option_text.h"

void ivq_request_free(struct ivq_request *request)
{
    for (int i = 0; i < request->setting_count; i++) {
        free((char *)request->settings[i].key);
        free((char *)request->settings[i].value);
    }
    free(request->settings);
    ivq_model_free(request->model);
    free(request->label);
}

static enum ivq_status append(struct ivq_meter *meter, struct ivq_request *request, struct ivq_error *error)
{
    struct ivq_request *grown = realloc(meter->requests, (size_t)(meter->request_count + 1) * sizeof *grown);
    if (!grown) {
        ivq_request_free(request);
        return ivq_fail_memory(error, "a list of metrics");
    }
    meter->requests = grown;
    meter->requests[meter->request_count++] = *request;
    return IVQ_OK;
}

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

static enum ivq_status check_settings(const struct ivq_request *request, struct ivq_error *error)
{
    void *options = calloc(1, request->metric->options_size + 1);
    if (!options)
        return ivq_fail_memory(error, "options");
    enum ivq_status status = IVQ_OK;
    ivq_options_init(request->metric, options);
    for (int i = 0; i < request->setting_count && status == IVQ_OK; i++)
        status = ivq_options_set(request->metric, options, request->settings[i].key,
                                 request->settings[i].value, error);
    ivq_options_free(request->metric, options);
    return status;
}

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

static enum ivq_status copy_setting(struct ivq_request *request, const struct ivq_setting *setting,
                                    struct ivq_error *error)
{
    char number[IVQ_NUMBER_SIZE];
    const char *value = ivq_option_text_of_value(setting->value, number);
    if (!value)
        return ivq_fail(error, IVQ_USAGE, "%s: option %s is '%s', which is too large", request->metric->name,
                        setting->key, setting->value);
    struct ivq_named_value *copy = &request->settings[request->setting_count++];
    *copy = (struct ivq_named_value){strdup(setting->key), strdup(value)};
    return copy->key && copy->value ? IVQ_OK : ivq_fail_memory(error, "options");
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
    struct ivq_request request = {.metric = ivq_metric_find(name)};
    if (!request.metric)
        return ivq_fail(error, IVQ_USAGE, "there is no metric '%s'; `isovq metrics` lists what there is",
                        name);
    request.settings = calloc((size_t)count + 1, sizeof *request.settings);
    if (!request.settings)
        return ivq_fail_memory(error, "options");
    for (int i = 0; i < count && status == IVQ_OK; i++)
        status = copy_setting(&request, &settings[i], error);
    if (status == IVQ_OK)
        status = check_settings(&request, error);
    if (status == IVQ_OK)
        return append(meter, &request, error);
    ivq_request_free(&request);
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
    struct ivq_model_overload *overloads = calloc((size_t)source->overload_count + 1, sizeof *overloads);
    if (!overloads)
        return ivq_fail_memory(error, "a model");
    for (int i = 0; i < source->overload_count; i++)
        overloads[i] = (struct ivq_model_overload){source->overloads[i].metric, source->overloads[i].key,
                                                   source->overloads[i].value};
    const struct ivq_model_settings settings = {
        .name = source->name,
        .disable_clip = source->disable_clip,
        .enable_transform = source->enable_transform,
        .overloads = overloads,
        .overload_count = source->overload_count,
        .extractor_of = ivq_session_metric_of,
    };
    enum ivq_status status;
    if (source->version)
        status = ivq_model_load_builtin(source->version, &settings, model, error);
    else if (source->path)
        status = ivq_model_load_file(source->path, &settings, model, error);
    else
        status = ivq_model_load(source->json, source->json_size, source->label ? source->label : "model",
                                &settings, model, error);
    free(overloads);
    return status;
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
    struct ivq_request request = {.label = strdup(label_of(source)), .features_only = source->features_only};
    if (!request.label)
        return ivq_fail_memory(error, "a model");
    status = load(source, &request.model, error);
    if (status == IVQ_OK)
        status = ivq_request_check_features(request.model, request.label, error);
    if (status == IVQ_OK)
        return append(meter, &request, error);
    ivq_request_free(&request);
    return status;
}

enum ivq_status ivq_request_check_features(const struct ivq_model *model, const char *label,
                                           struct ivq_error *error)
{
    for (int i = 0; i < ivq_model_feature_count(model); i++) {
        const char *const raw = ivq_model_feature(model, i)->raw;
        if (!ivq_session_metric_of(raw))
            return ivq_fail(error, IVQ_USAGE,
                            "the model %s needs the feature %s, whose metric this version does not have",
                            label, raw);
    }
    return IVQ_OK;
}

enum ivq_status ivq_request_add_spec(struct ivq_meter *meter, const struct ivq_model_spec *spec,
                                     bool features_only, struct ivq_error *error)
{
    struct ivq_overload overloads[IVQ_MODEL_SPEC_MAX_OVERLOADS];
    for (int i = 0; i < spec->overload_count; i++)
        overloads[i] = (struct ivq_overload){spec->overloads[i].extractor, spec->overloads[i].option,
                                             spec->overloads[i].value};
    const struct ivq_model_source source = {
        .version = spec->version,
        .path = spec->path,
        .name = spec->name,
        .disable_clip = spec->disable_clip,
        .enable_transform = spec->enable_transform,
        .features_only = features_only,
        .overloads = overloads,
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
    for (int i = 0; ivq_meter_is_usable(meter) && model && index >= 0 && i < meter->request_count; i++) {
        const struct ivq_request *request = &meter->requests[i];
        if (!request->model || request->features_only || index-- != 0)
            continue;
        *model = (struct ivq_meter_model){
            .label = request->label,
            .name = ivq_model_output_name(request->model, 0),
            .collection = ivq_model_is_collection(request->model),
        };
        return true;
    }
    return false;
}

/* --- into a session --- */

static enum ivq_status apply_features(const struct ivq_model *model, struct ivq_session *session,
                                      struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < ivq_model_feature_count(model) && status == IVQ_OK; i++) {
        const struct ivq_model_feature *feature = ivq_model_feature(model, i);
        struct ivq_named_value *values = calloc((size_t)feature->option_count + 1, sizeof *values);
        if (!values)
            return ivq_fail_memory(error, "options");
        for (int k = 0; k < feature->option_count; k++)
            values[k] = (struct ivq_named_value){feature->options[k].name, feature->options[k].value};
        status = ivq_session_add_metric(session, ivq_session_metric_of(feature->raw), values,
                                        feature->option_count, error);
        free(values);
    }
    return status;
}

enum ivq_status ivq_request_apply(const struct ivq_request *request, struct ivq_session *session,
                                  struct ivq_error *error)
{
    if (request->metric)
        return ivq_session_add_metric(session, request->metric->name, request->settings,
                                      request->setting_count, error);
    if (request->features_only)
        return apply_features(request->model, session, error);
    return ivq_session_add_model(session, request->model, error);
}
