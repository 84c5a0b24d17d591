#include "model/features.h"

#include <stdlib.h>
#include <string.h>

#include "model/option_text.h"

static const struct ivq_model_option *find_option(const struct ivq_model_feature *feature, const char *name)
{
    for (int i = 0; i < feature->option_count; i++)
        if (strcmp(feature->options[i].name, name) == 0)
            return &feature->options[i];
    return NULL;
}

/* Adds the option, or replaces the value it has. False where memory ran out. */
static bool set_option(struct ivq_model_feature *feature, const char *name, const char *value)
{
    struct ivq_model_option *option = (struct ivq_model_option *)find_option(feature, name);
    char *copy = strdup(value);
    if (!copy)
        return false;
    if (option) {
        free((char *)option->value);
        option->value = copy;
        return true;
    }
    const size_t count = (size_t)feature->option_count + 1;
    struct ivq_model_option *grown = realloc((void *)feature->options, count * sizeof *grown);
    if (grown)
        feature->options = grown;
    char *name_copy = grown ? strdup(name) : NULL;
    if (!name_copy) {
        free(copy);
        return false;
    }
    grown[feature->option_count++] = (struct ivq_model_option){name_copy, copy};
    return true;
}

/* NULL where the value is of no type that an option can have, or too large. */
static const char *text_of_json(const json_t *value, char number[IVQ_NUMBER_SIZE])
{
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    if (json_is_number(value))
        return ivq_option_text_of_number(json_number_value(value), number) ? number : NULL;
    const char *text = json_string_value(value);
    return text && strlen(text) <= IVQ_MODEL_MAX_OPTION_BYTES ? text : NULL;
}

static enum ivq_status read_options(struct ivq_model_feature *feature, const json_t *options,
                                    const struct ivq_json *json)
{
    if (!json_is_object(options) || json_object_size(options) > IVQ_MODEL_MAX_OPTIONS)
        return ivq_json_fail(json, "feature_opts_dicts",
                             "each element must be an object of at most %d options", IVQ_MODEL_MAX_OPTIONS);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)options, name, value) /* its iterator is not const-correct */
    {
        char number[IVQ_NUMBER_SIZE];
        const char *text = text_of_json(value, number);
        if (!text)
            return ivq_json_fail(
                json, "feature_opts_dicts",
                "%.60s must be a number (as binary32), a boolean or a string of at most %d bytes", name,
                IVQ_MODEL_MAX_OPTION_BYTES);
        if (!set_option(feature, name, text))
            return ivq_fail_memory(json->error, "a model's options");
    }
    return IVQ_OK;
}

static enum ivq_status read_names(struct ivq_features *features, const struct ivq_json *json)
{
    const json_t *names = ivq_json_get(json, "feature_names");
    const size_t count = json_array_size(names);
    if (!json_is_array(names) || count < 1 || count > IVQ_MODEL_MAX_FEATURES)
        return ivq_json_fail(json, "feature_names", "must be an array of 1 to %d strings",
                             IVQ_MODEL_MAX_FEATURES);
    features->items = calloc(count, sizeof *features->items);
    if (!features->items)
        return ivq_fail_memory(json->error, "a model's features");
    features->count = (int)count;
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (!name || !*name)
            return ivq_json_fail(json, "feature_names", "element %d must be a name", (int)i);
        features->items[i].raw = strdup(name);
        if (!features->items[i].raw)
            return ivq_fail_memory(json->error, "a model's features");
    }
    return IVQ_OK;
}

enum ivq_status ivq_features_read(struct ivq_features *features, const struct ivq_json *json)
{
    enum ivq_status status = read_names(features, json);
    const json_t *dicts = ivq_json_get(json, "feature_opts_dicts");
    if (status != IVQ_OK || !dicts)
        return status;
    if (!json_is_array(dicts) || json_array_size(dicts) != (size_t)features->count)
        return ivq_json_fail(json, "feature_opts_dicts", "must be an array of %d objects", features->count);
    for (int i = 0; i < features->count && status == IVQ_OK; i++)
        status = read_options(&features->items[i], json_array_get(dicts, (size_t)i), json);
    return status;
}

static enum ivq_status overload(struct ivq_features *features, const struct ivq_overload *wanted,
                                const char *(*extractor_of)(const char *raw_name),
                                const struct ivq_json *json)
{
    char number[IVQ_NUMBER_SIZE];
    const char *value = ivq_option_text_of_value(wanted->value, number);
    if (!value || strlen(value) > IVQ_MODEL_MAX_OPTION_BYTES)
        return ivq_fail(json->error, IVQ_USAGE, "%.60s.%.60s=%.60s: the value is too large", wanted->metric,
                        wanted->key, wanted->value);
    bool matched = false;
    for (int i = 0; i < features->count; i++) {
        const char *extractor = extractor_of ? extractor_of(features->items[i].raw) : NULL;
        if (!extractor || strcmp(extractor, wanted->metric) != 0)
            continue;
        matched = true;
        if (!set_option(&features->items[i], wanted->key, value))
            return ivq_fail_memory(json->error, "a model's options");
    }
    if (!matched)
        return ivq_fail(json->error, IVQ_USAGE, "%.60s.%.60s: the model %.160s has no feature of %.60s",
                        wanted->metric, wanted->key, json->origin, wanted->metric);
    return IVQ_OK;
}

enum ivq_status ivq_features_overload(struct ivq_features *features,
                                      const struct ivq_model_settings *settings, const struct ivq_json *json)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < settings->overload_count && status == IVQ_OK; i++)
        status = overload(features, &settings->overloads[i], settings->extractor_of, json);
    return status;
}

static void free_feature(struct ivq_model_feature *feature)
{
    for (int i = 0; i < feature->option_count; i++) {
        free((char *)feature->options[i].name);
        free((char *)feature->options[i].value);
    }
    free((void *)feature->options);
    free((char *)feature->raw);
}

void ivq_features_free(struct ivq_features *features)
{
    for (int i = 0; i < features->count; i++)
        free_feature(&features->items[i]);
    free(features->items);
    *features = (struct ivq_features){0};
}

static bool same_feature(const struct ivq_model_feature *a, const struct ivq_model_feature *b)
{
    if (strcmp(a->raw, b->raw) != 0 || a->option_count != b->option_count)
        return false;
    for (int i = 0; i < a->option_count; i++) {
        const struct ivq_model_option *option = find_option(b, a->options[i].name);
        if (!option || strcmp(a->options[i].value, option->value) != 0)
            return false;
    }
    return true;
}

bool ivq_features_equal(const struct ivq_features *a, const struct ivq_features *b)
{
    if (a->count != b->count)
        return false;
    for (int i = 0; i < a->count; i++)
        if (!same_feature(&a->items[i], &b->items[i]))
            return false;
    return true;
}

int ivq_features_find(const struct ivq_features *features, const char *part)
{
    int found = IVQ_FEATURE_NONE;
    for (int i = 0; i < features->count; i++)
        if (strstr(features->items[i].raw, part))
            found = found == IVQ_FEATURE_NONE ? i : IVQ_FEATURE_SEVERAL;
    return found;
}
