#include "model/model.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/collection.h"
#include "model/entry.h"

struct ivq_model {
    struct ivq_features features;
    struct ivq_entry *entries; /* [entry_count]; [0] of a collection is the model trained on all data */
    int entry_count, output_count;
    char **output_names; /* [output_count] */
};

static const char *const bootstrap_suffixes[IVQ_BOOTSTRAP_OUTPUTS] = {"_bagging", "_stddev", "_ci_p95_lo",
                                                                      "_ci_p95_hi"};

enum { NUMBER_SUFFIX_SIZE = 16 }; /* room for _0001 and for any of the above */

/* What is left of the file's allowance of support vectors. */
static int vectors_left(const struct ivq_model *model)
{
    int left = IVQ_MODEL_MAX_VECTORS;
    for (int i = 0; i < model->entry_count; i++)
        left -= model->entries[i].svm.count;
    return left;
}

/* All entries of a collection are given the same features, those of the first. */
static enum ivq_status read_features(struct ivq_model *model, const struct ivq_json *json)
{
    if (model->entry_count == 0)
        return ivq_features_read(&model->features, json);
    struct ivq_features features = {0};
    enum ivq_status status = ivq_features_read(&features, json);
    if (status == IVQ_OK && !ivq_features_equal(&features, &model->features))
        status = ivq_json_fail(json, "feature_names", "differ from those of entry 0, or have other options");
    ivq_features_free(&features);
    return status;
}

/* object has a member model_dict; prefix is where it stands, for messages. */
static enum ivq_status read_entry(struct ivq_model *model, const struct ivq_json *object, const char *prefix,
                                  const struct ivq_model_settings *settings)
{
    char path[32];
    snprintf(path, sizeof path, "%.16smodel_dict", prefix);
    const struct ivq_json dict = {ivq_json_get(object, "model_dict"), object->origin, path, object->error};
    if (!json_is_object(dict.object))
        return ivq_json_fail(&dict, NULL, "must be an object");
    enum ivq_status status = read_features(model, &dict);
    if (status != IVQ_OK)
        return status;
    const int vectors = vectors_left(model);
    struct ivq_entry *entry = &model->entries[model->entry_count++];
    return ivq_entry_read(entry, &dict, &model->features, settings, vectors);
}

static bool is_number(const char *key)
{
    return *key && key[strspn(key, "0123456789")] == '\0';
}

/* A gap or another order would leave out entries and so change scores in silence. */
static enum ivq_status read_numbered_entry(struct ivq_model *model, const struct ivq_json *document,
                                           const char *key, const json_t *value,
                                           const struct ivq_model_settings *settings)
{
    char expected[NUMBER_SUFFIX_SIZE], prefix[NUMBER_SUFFIX_SIZE];
    snprintf(expected, sizeof expected, "%d", model->entry_count);
    if (strcmp(key, expected) != 0)
        return ivq_json_fail(document, key, "entry %s must come here", expected);
    if (model->entry_count == IVQ_MODEL_MAX_ENTRIES)
        return ivq_json_fail(document, key, "a collection has at most %d entries", IVQ_MODEL_MAX_ENTRIES);
    if (!json_is_object(value))
        return ivq_json_fail(document, key, "must be an object");
    const struct ivq_json object = {value, document->origin, key, document->error};
    snprintf(prefix, sizeof prefix, "%d.", model->entry_count);
    return read_entry(model, &object, prefix, settings);
}

static enum ivq_status read_collection(struct ivq_model *model, const struct ivq_json *document,
                                       const struct ivq_model_settings *settings)
{
    enum ivq_status status = IVQ_OK;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)document->object, key, value) /* its iterator is not const-correct */
    {
        if (is_number(key))
            status = read_numbered_entry(model, document, key, value, settings);
        if (status != IVQ_OK)
            return status;
    }
    if (model->entry_count < 2)
        return ivq_json_fail(document, NULL, "a collection needs entries 0 and 1 at least");
    return IVQ_OK;
}

static enum ivq_status read_document(struct ivq_model *model, const struct ivq_json *document,
                                     const struct ivq_model_settings *settings)
{
    const bool plain = ivq_json_get(document, "model_dict");
    if (!plain && !ivq_json_get(document, "0"))
        return ivq_json_fail(document, NULL, "is no model: it has neither model_dict nor an entry 0");
    model->entries = calloc(plain ? 1 : IVQ_MODEL_MAX_ENTRIES, sizeof *model->entries);
    if (!model->entries)
        return ivq_fail_memory(document->error, "a model");
    const enum ivq_status status =
        plain ? read_entry(model, document, "", settings) : read_collection(model, document, settings);
    return status == IVQ_OK ? ivq_features_overload(&model->features, settings, document) : status;
}

/* Writes what follows the model's name in output's name. */
static void write_suffix(const struct ivq_model *model, int output, char suffix[NUMBER_SUFFIX_SIZE])
{
    if (output >= model->entry_count)
        snprintf(suffix, NUMBER_SUFFIX_SIZE, "%s", bootstrap_suffixes[output - model->entry_count]);
    else if (output > 0)
        snprintf(suffix, NUMBER_SUFFIX_SIZE, "_%04d", output);
    else
        suffix[0] = '\0';
}

static enum ivq_status name_outputs(struct ivq_model *model, const char *name, struct ivq_error *error)
{
    if (!*name)
        return ivq_fail(error, IVQ_USAGE, "a model's name must not be empty");
    const int count = model->entry_count + (model->entry_count > 1 ? IVQ_BOOTSTRAP_OUTPUTS : 0);
    const size_t size = strlen(name) + NUMBER_SUFFIX_SIZE;
    model->output_names = calloc((size_t)count, sizeof *model->output_names);
    if (!model->output_names)
        return ivq_fail_memory(error, "a model's names");
    model->output_count = count;
    for (int i = 0; i < count; i++) {
        char suffix[NUMBER_SUFFIX_SIZE];
        write_suffix(model, i, suffix);
        model->output_names[i] = malloc(size);
        if (!model->output_names[i])
            return ivq_fail_memory(error, "a model's names");
        snprintf(model->output_names[i], size, "%s%s", name, suffix);
    }
    return IVQ_OK;
}

/* jansson's numbers follow the thread's locale as strtod does, and it knows decimal points of one byte only.
   A name given twice would make two readers see two models. */
static json_t *parse(const char *json, size_t length, json_error_t *problem)
{
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const locale_t previous = c_locale ? uselocale(c_locale) : (locale_t)0;
    json_t *document = json_loadb(json, length, JSON_DECODE_INT_AS_REAL | JSON_REJECT_DUPLICATES, problem);
    if (c_locale) {
        uselocale(previous);
        freelocale(c_locale);
    }
    return document;
}

static enum ivq_status read_text(struct ivq_model *model, const char *json, size_t length, const char *origin,
                                 const struct ivq_model_settings *settings, struct ivq_error *error)
{
    json_error_t problem;
    struct ivq_json document = {NULL, origin, "", error};
    if (length > IVQ_MODEL_MAX_BYTES)
        return ivq_json_fail(&document, NULL, "is larger than %d bytes, so no model", IVQ_MODEL_MAX_BYTES);
    json_t *root = parse(json, length, &problem);
    if (!root && (!problem.text[0] || json_error_code(&problem) == json_error_out_of_memory))
        return ivq_fail_memory(error, "a model"); /* jansson often leaves this error blank */
    if (!root)
        return ivq_json_fail(&document, NULL, "line %d is not JSON: %.140s", problem.line, problem.text);
    document.object = root;
    enum ivq_status status = json_is_object(root) ? read_document(model, &document, settings)
                                                  : ivq_json_fail(&document, NULL, "is no JSON object");
    json_decref(root);
    const char *name = settings->name ? settings->name : IVQ_MODEL_DEFAULT_NAME;
    return status == IVQ_OK ? name_outputs(model, name, error) : status;
}

enum ivq_status ivq_model_load(const char *json, size_t length, const char *origin,
                               const struct ivq_model_settings *settings, struct ivq_model **out,
                               struct ivq_error *error)
{
    static const struct ivq_model_settings ordinary = {0};
    *out = NULL;
    struct ivq_model *model = calloc(1, sizeof *model);
    if (!model)
        return ivq_fail_memory(error, "a model");
    const enum ivq_status status =
        read_text(model, json, length, origin, settings ? settings : &ordinary, error);
    if (status == IVQ_OK) {
        *out = model;
        return IVQ_OK;
    }
    ivq_model_free(model);
    return status;
}

enum ivq_status ivq_model_load_file(const char *path, const struct ivq_model_settings *settings,
                                    struct ivq_model **out, struct ivq_error *error)
{
    *out = NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        return ivq_fail(error, IVQ_INPUT, "%.300s: the model file cannot be opened", path);
    const size_t room = IVQ_MODEL_MAX_BYTES + 1; /* one more than allowed, so that too large a file is seen */
    char *text = malloc(room);
    const size_t length = text ? fread(text, 1, room, file) : 0;
    enum ivq_status status = IVQ_OK;
    if (!text)
        status = ivq_fail_memory(error, "a model file");
    else if (ferror(file))
        status = ivq_fail(error, IVQ_INPUT, "%.300s: the model file cannot be read", path);
    else
        status = ivq_model_load(text, length, path, settings, out, error);
    free(text);
    fclose(file);
    return status;
}

void ivq_model_free(struct ivq_model *model)
{
    if (!model)
        return;
    for (int i = 0; i < model->output_count; i++)
        free(model->output_names[i]);
    free(model->output_names);
    for (int i = 0; i < model->entry_count; i++)
        ivq_entry_free(&model->entries[i]);
    free(model->entries);
    ivq_features_free(&model->features);
    free(model);
}

bool ivq_model_is_collection(const struct ivq_model *model)
{
    return model->entry_count > 1;
}

int ivq_model_feature_count(const struct ivq_model *model)
{
    return model->features.count;
}

const struct ivq_model_feature *ivq_model_feature(const struct ivq_model *model, int index)
{
    return &model->features.items[index];
}

int ivq_model_output_count(const struct ivq_model *model)
{
    return model->output_count;
}

const char *ivq_model_output_name(const struct ivq_model *model, int index)
{
    return model->output_names[index];
}

void ivq_model_predict(const struct ivq_model *model, const double *features, double *outputs)
{
    double scores[IVQ_MODEL_MAX_ENTRIES];
    for (int i = 0; i < model->entry_count; i++) {
        scores[i] = ivq_entry_predict(&model->entries[i], features);
        outputs[i] = ivq_entry_finish(&model->entries[i], scores[i]);
    }
    if (model->entry_count > 1)
        ivq_bootstrap(&model->entries[1], scores + 1, model->entry_count - 1, outputs + model->entry_count);
}
