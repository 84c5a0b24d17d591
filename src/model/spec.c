#include "model/spec.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model/builtin.h"

/* One item, cut at its first '='. */
struct item {
    char *key;
    const char *value; /* NULL: there was no '=' */
};

static const struct text_key {
    const char *name;
    size_t offset; /* of its const char * in struct ivq_model_spec */
} text_keys[] = {
    {"version", offsetof(struct ivq_model_spec, version)},
    {"path", offsetof(struct ivq_model_spec, path)},
    {"name", offsetof(struct ivq_model_spec, name)},
};

static const struct flag_key {
    const char *name;
    size_t offset; /* of its bool in struct ivq_model_spec */
} flag_keys[] = {
    {"disable_clip", offsetof(struct ivq_model_spec, disable_clip)},
    {"enable_transform", offsetof(struct ivq_model_spec, enable_transform)},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static enum ivq_status take_text(struct ivq_model_spec *spec, const struct text_key *key,
                                 const struct item *item, struct ivq_error *error)
{
    if (!item->value || !*item->value)
        return ivq_fail(error, IVQ_USAGE, "--model: %s needs a value, as in %s=...", key->name, key->name);
    *(const char **)((char *)spec + key->offset) = item->value;
    return IVQ_OK;
}

/* Anything but true is off to the reference, in silence and against what =1 means to most. */
static enum ivq_status take_flag(struct ivq_model_spec *spec, const struct flag_key *key,
                                 const struct item *item, struct ivq_error *error)
{
    const bool on = !item->value || !strcmp(item->value, "true");
    if (!on && strcmp(item->value, "false") != 0)
        return ivq_fail(error, IVQ_USAGE, "--model: %s is true or false, not '%.60s'", key->name,
                        item->value);
    *(bool *)((char *)spec + key->offset) = on;
    return IVQ_OK;
}

static enum ivq_status take_overload(struct ivq_model_spec *spec, const struct item *item,
                                     struct ivq_error *error)
{
    char *dot = strchr(item->key, '.');
    if (!dot)
        return ivq_fail(error, IVQ_USAGE,
                        "--model: '%.60s' is none of version=, path=, name=, disable_clip, enable_transform, "
                        "EXTRACTOR.OPTION=VALUE",
                        item->key);
    if (dot == item->key || !dot[1] || !item->value || !*item->value)
        return ivq_fail(error, IVQ_USAGE, "--model: '%.60s' must be EXTRACTOR.OPTION=VALUE", item->key);
    if (spec->overload_count == IVQ_MODEL_SPEC_MAX_OVERLOADS)
        return ivq_fail(error, IVQ_USAGE, "--model: more than %d EXTRACTOR.OPTION=VALUE",
                        IVQ_MODEL_SPEC_MAX_OVERLOADS);
    *dot = '\0';
    spec->overloads[spec->overload_count++] = (struct ivq_overload){item->key, dot + 1, item->value};
    return IVQ_OK;
}

static enum ivq_status take_item(struct ivq_model_spec *spec, char *text, struct ivq_error *error)
{
    char *equals = strchr(text, '=');
    if (equals)
        *equals = '\0';
    const struct item item = {text, equals ? equals + 1 : NULL};
    for (size_t i = 0; i < COUNT(text_keys); i++)
        if (strcmp(item.key, text_keys[i].name) == 0)
            return take_text(spec, &text_keys[i], &item, error);
    for (size_t i = 0; i < COUNT(flag_keys); i++)
        if (strcmp(item.key, flag_keys[i].name) == 0)
            return take_flag(spec, &flag_keys[i], &item, error);
    return take_overload(spec, &item, error);
}

enum ivq_status ivq_model_spec_parse(const char *text, struct ivq_model_spec *spec, struct ivq_error *error)
{
    *spec = (struct ivq_model_spec){.text = strdup(text)};
    if (!spec->text)
        return ivq_fail_memory(error, "--model");
    enum ivq_status status = IVQ_OK;
    for (char *rest = spec->text; rest && status == IVQ_OK;) {
        char *item = strsep(&rest, ":");
        status = take_item(spec, item, error);
    }
    if (status != IVQ_OK) {
        ivq_model_spec_free(spec);
        return status;
    }
    if (spec->version)
        spec->path = NULL;
    else if (!spec->path)
        spec->version = IVQ_MODEL_DEFAULT_VERSION;
    return IVQ_OK;
}

void ivq_model_spec_free(struct ivq_model_spec *spec)
{
    free(spec->text);
    *spec = (struct ivq_model_spec){0};
}

enum ivq_status ivq_model_spec_load(const struct ivq_model_spec *spec,
                                    const char *(*extractor_of)(const char *raw_name), struct ivq_model **out,
                                    struct ivq_error *error)
{
    const struct ivq_model_settings settings = {
        .name = spec->name,
        .disable_clip = spec->disable_clip,
        .enable_transform = spec->enable_transform,
        .overloads = spec->overloads,
        .overload_count = spec->overload_count,
        .extractor_of = extractor_of,
    };
    return spec->version ? ivq_model_load_builtin(spec->version, &settings, out, error)
                         : ivq_model_load_file(spec->path, &settings, out, error);
}
