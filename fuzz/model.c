/* The text of a model file, loaded in the ordinary way and with settings that change it. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "model/model.h"

static const char *metric_of(const char *raw_name)
{
    return strstr(raw_name, "adm") ? "adm" : strstr(raw_name, "vif") ? "vif" : NULL;
}

static void check_names(const struct ivq_model *model)
{
    for (int i = 0; i < ivq_model_feature_count(model); i++) {
        const struct ivq_model_feature *feature = ivq_model_feature(model, i);
        FUZZ_CHECK(feature->raw[0]);
        for (int k = 0; k < feature->option_count; k++)
            FUZZ_CHECK(feature->options[k].name && feature->options[k].value);
    }
    for (int i = 1; i < ivq_model_output_count(model); i++)
        FUZZ_CHECK(strcmp(ivq_model_output_name(model, i), ivq_model_output_name(model, i - 1)) != 0);
}

static void check_predictions(const struct ivq_model *model)
{
    static const double values[] = {0, 0.5, 1, -1, 100, 1e300, -1e300, INFINITY, NAN};
    double features[IVQ_MODEL_MAX_FEATURES], outputs[2 * IVQ_MODEL_MAX_ENTRIES],
        again[2 * IVQ_MODEL_MAX_ENTRIES];
    const size_t bytes = (size_t)ivq_model_output_count(model) * sizeof *outputs;
    for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
        for (int i = 0; i < ivq_model_feature_count(model); i++)
            features[i] = values[v];
        ivq_model_predict(model, features, outputs);
        ivq_model_predict(model, features, again);
        for (size_t i = 0; i < bytes / sizeof *outputs; i++)
            FUZZ_CHECK(!memcmp(&outputs[i], &again[i], sizeof *outputs) ||
                       (isnan(outputs[i]) && isnan(again[i])));
        FUZZ_CHECK(!isnan(values[v]) || isnan(outputs[0]));
    }
}

static void load(const char *text, size_t size, const struct ivq_model_settings *settings)
{
    struct ivq_model *model = (struct ivq_model *)1;
    struct ivq_error error = {0};
    const enum ivq_status status = ivq_model_load(text, size, "fuzz", settings, &model, &error);
    FUZZ_CHECK((status == IVQ_OK) == (model != NULL));
    if (status) {
        FUZZ_CHECK(error.status == status && error.text[0]);
        for (const char *c = error.text; *c; c++)
            FUZZ_CHECK((unsigned char)*c >= ' ' && *c != 0x7f); /* nothing that a terminal acts on */
        return;
    }
    FUZZ_CHECK(ivq_model_output_count(model) >= 1 && ivq_model_feature_count(model) >= 1);
    FUZZ_CHECK(ivq_model_is_collection(model) == (ivq_model_output_count(model) > 1));
    check_names(model);
    check_predictions(model);
    ivq_model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct ivq_overload overloads[] = {{"adm", "adm_enhn_gain_limit", "1.0"}};
    const struct ivq_model_settings changed = {
        .name = "a<b>&\"c\"",
        .disable_clip = true,
        .enable_transform = true,
        .overloads = overloads,
        .overload_count = 1,
        .extractor_of = metric_of,
    };
    load((const char *)data, size, NULL);
    load((const char *)data, size, &changed);
    return 0;
}
