#include "model/entry.h"

#include <stdio.h>
#include <string.h>

static bool is_one_of(const char *text, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(text, *names) == 0)
            return true;
    return false;
}

/* model.md 1.1: absent is accepted. */
static enum ivq_status check_type(const struct ivq_json *json)
{
    static const char *const types[] = {"LIBSVMNUSVR", "BOOTSTRAP_LIBSVMNUSVR",
                                        "RESIDUEBOOTSTRAP_LIBSVMNUSVR", NULL};
    const char *type;
    if (!ivq_json_get(json, "model_type"))
        return IVQ_OK;
    const enum ivq_status status = ivq_json_string(json, "model_type", &type);
    if (status == IVQ_OK && !is_one_of(type, types))
        return ivq_json_fail(json, "model_type", "%.60s is not supported", type);
    return status;
}

static enum ivq_status read_affine(struct ivq_entry *entry, const struct ivq_json *json)
{
    enum ivq_status status = ivq_json_numbers(json, "slopes", 1 + entry->features, entry->slopes);
    if (status == IVQ_OK)
        status = ivq_json_numbers(json, "intercepts", 1 + entry->features, entry->intercepts);
    if (status == IVQ_OK && entry->slopes[0] == 0)
        return ivq_json_fail(json, "slopes", "the first must not be 0: the score is divided by it");
    return status;
}

static enum ivq_status read_normalisation(struct ivq_entry *entry, const struct ivq_json *json)
{
    const char *type;
    const enum ivq_status status = ivq_json_string(json, "norm_type", &type);
    if (status != IVQ_OK)
        return status;
    if (strcmp(type, "linear_rescale") == 0)
        return read_affine(entry, json);
    if (strcmp(type, "none") != 0)
        return ivq_json_fail(json, "norm_type", "must be linear_rescale or none");
    for (int i = 0; i <= entry->features; i++)
        entry->slopes[i] = 1;
    return IVQ_OK;
}

static enum ivq_status find_feature(const struct ivq_json *json, const struct ivq_features *features,
                                    const char *part, int *out)
{
    *out = ivq_features_find(features, part);
    if (*out < 0)
        return ivq_json_fail(json, "chroma_correction_parameter", "needs exactly one feature named like %s",
                             part);
    return IVQ_OK;
}

static enum ivq_status read_chroma_correction(struct ivq_entry *entry, const struct ivq_json *json,
                                              const struct ivq_features *features)
{
    static const char member[] = "chroma_correction_parameter";
    if (!ivq_json_get(json, member))
        return IVQ_OK;
    enum ivq_status status = ivq_json_number(json, member, &entry->chroma_correction);
    if (status != IVQ_OK || entry->chroma_correction == 0)
        return status;
    status = find_feature(json, features, "adm3", &entry->guide);
    if (status == IVQ_OK)
        status = find_feature(json, features, "speed_chroma", &entry->guided);
    if (status == IVQ_OK && (entry->slopes[1 + entry->guide] == 0 || entry->slopes[1 + entry->guided] == 0))
        return ivq_json_fail(json, "slopes", "those of the chroma correction's features must not be 0");
    return status;
}

static enum ivq_status read_transform(struct ivq_entry *entry, const struct ivq_json *json,
                                      const struct ivq_model_settings *settings)
{
    const json_t *object = ivq_json_get(json, "score_transform");
    if (!object)
        return IVQ_OK;
    if (!json_is_object(object))
        return ivq_json_fail(json, "score_transform", "must be an object");
    char path[64];
    snprintf(path, sizeof path, "%.40s.score_transform", json->path);
    const struct ivq_json inner = {object, json->origin, path, json->error};
    const enum ivq_status status = ivq_transform_read(&entry->transform, &inner);
    entry->transform.enabled |= settings->enable_transform;
    return status;
}

static enum ivq_status read_clip(struct ivq_entry *entry, const struct ivq_json *json,
                                 const struct ivq_model_settings *settings)
{
    if (!ivq_json_get(json, "score_clip"))
        return IVQ_OK;
    const enum ivq_status status = ivq_json_numbers(json, "score_clip", 2, entry->clip);
    if (status == IVQ_OK && entry->clip[0] > entry->clip[1])
        return ivq_json_fail(json, "score_clip", "the lower limit is above the upper one");
    entry->clips = !settings->disable_clip;
    return status;
}

static enum ivq_status read_svm(struct ivq_entry *entry, const struct ivq_json *json, int max_vectors)
{
    const char *text;
    const enum ivq_status status = ivq_json_string(json, "model", &text);
    if (status != IVQ_OK)
        return status;
    return ivq_svm_parse(&entry->svm, text, entry->features, max_vectors, json, "model");
}

enum ivq_status ivq_entry_read(struct ivq_entry *entry, const struct ivq_json *json,
                               const struct ivq_features *features, const struct ivq_model_settings *settings,
                               int max_vectors)
{
    entry->features = features->count;
    enum ivq_status status = check_type(json);
    if (status == IVQ_OK)
        status = read_normalisation(entry, json);
    if (status == IVQ_OK)
        status = read_chroma_correction(entry, json, features);
    if (status == IVQ_OK)
        status = read_transform(entry, json, settings);
    if (status == IVQ_OK)
        status = read_clip(entry, json, settings);
    if (status == IVQ_OK)
        status = read_svm(entry, json, max_vectors);
    return status;
}

void ivq_entry_free(struct ivq_entry *entry)
{
    ivq_svm_free(&entry->svm);
}

static double normalise(const struct ivq_entry *entry, int feature, double x)
{
    return entry->slopes[1 + feature] * x + entry->intercepts[1 + feature];
}

/* Not bit-equal to the feature itself in general; the correction is defined on this round trip
 * (model.md 4.2). */
static double denormalise(const struct ivq_entry *entry, int feature, double z)
{
    return (z - entry->intercepts[1 + feature]) / entry->slopes[1 + feature];
}

/* A chroma feature of exactly 0 (flat or absent chroma) takes a value derived from luma. */
static void correct_chroma(const struct ivq_entry *entry, double *z)
{
    const double c = entry->chroma_correction;
    if (denormalise(entry, entry->guided, z[entry->guided]) != 0)
        return;
    const double guide = denormalise(entry, entry->guide, z[entry->guide]);
    z[entry->guided] = normalise(entry, entry->guided, -c * guide + c);
}

double ivq_entry_predict(const struct ivq_entry *entry, const double *features)
{
    double z[IVQ_MODEL_MAX_FEATURES];
    for (int i = 0; i < entry->features; i++)
        z[i] = normalise(entry, i, features[i]);
    if (entry->chroma_correction != 0)
        correct_chroma(entry, z);
    return (ivq_svm_predict(&entry->svm, z) - entry->intercepts[0]) / entry->slopes[0];
}

double ivq_entry_finish(const struct ivq_entry *entry, double score)
{
    double u = entry->transform.enabled ? ivq_transform_apply(&entry->transform, score) : score;
    if (entry->clips && u < entry->clip[0])
        u = entry->clip[0];
    if (entry->clips && u > entry->clip[1])
        u = entry->clip[1];
    return u;
}
