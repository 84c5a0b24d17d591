#include "model/builtin.h"

#include <stdio.h>
#include <string.h>

static const struct ivq_builtin_model *find(const char *version)
{
    for (const struct ivq_builtin_model *model = ivq_builtin_models; model->version; model++)
        if (strcmp(version, model->version) == 0)
            return model;
    return NULL;
}

const char *ivq_model_builtin(const char *version, size_t *length)
{
    const struct ivq_builtin_model *model = find(version);
    *length = model ? model->length : 0;
    return model ? model->json : NULL;
}

static enum ivq_status fail_unknown(const char *version, struct ivq_error *error)
{
    char names[360] = " none"; /* what fits into an error's text beside the rest */
    size_t used = 0;
    for (const struct ivq_builtin_model *model = ivq_builtin_models; model->version; model++)
        if (model->json && used + strlen(model->version) + 2 < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, " %s", model->version);
    return ivq_fail(error, IVQ_USAGE, "there is no model %.60s; this build has%s", version, names);
}

enum ivq_status ivq_model_load_builtin(const char *version, const struct ivq_model_settings *settings,
                                       struct ivq_model **out, struct ivq_error *error)
{
    *out = NULL;
    const struct ivq_builtin_model *model = find(version);
    if (!model)
        return fail_unknown(version, error);
    if (!model->json)
        return ivq_fail(
            error, IVQ_USAGE,
            "the model %s is not in this build: get its file %s.json and use --model path=%s.json", version,
            version, version);
    return ivq_model_load(model->json, model->length, version, settings, out, error);
}
