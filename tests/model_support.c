#include "model_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *path_of(const char *variable, const char *otherwise, const char *name)
{
    static char path[4096];
    const char *folder = getenv(variable);
    snprintf(path, sizeof path, "%s/%s", folder ? folder : otherwise, name);
    return path;
}

const char *test_data(const char *name)
{
    char file[256];
    snprintf(file, sizeof file, "models/%s", name);
    return path_of("ISOVQ_TEST_DATA", "tests/data", file);
}

const char *shared_file(const char *name)
{
    return path_of("ISOVQ_SHARED", "../shared", name);
}

json_t *read_json(const char *path)
{
    json_error_t problem;
    json_t *document = json_load_file(path, 0, &problem);
    if (!document)
        fail_msg("%s: line %d: %s", path, problem.line, problem.text);
    return document;
}

json_t *changed_base(const json_t *set, const json_t *without)
{
    json_t *document = read_json(test_data("base.json"));
    json_t *dict = json_object_get(document, "model_dict");
    if (set)
        json_object_update(dict, (json_t *)set);
    for (size_t i = 0; i < json_array_size(without); i++)
        json_object_del(dict, json_string_value(json_array_get(without, i)));
    return document;
}

enum ivq_status load_json(const json_t *document, const struct ivq_model_settings *settings,
                          struct ivq_model **model, struct ivq_error *error)
{
    char *text = json_dumps(document, JSON_REAL_PRECISION(17));
    assert_non_null(text);
    const enum ivq_status status = ivq_model_load(text, strlen(text), "test.json", settings, model, error);
    free(text);
    return status;
}

const char *extractor_of(const char *raw_name)
{
    static const struct {
        const char *part, *extractor;
    } known[] = {
        {"VMAF_integer_feature_adm", "adm"}, {"VMAF_integer_feature_motion", "motion"},
        {"VMAF_integer_feature_vif", "vif"}, {"VMAF_feature_adm", "float_adm"},
        {"VMAF_feature_vif", "float_vif"},   {"Cambi_", "cambi"},
        {"Speed_chroma_", "speed_chroma"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strncmp(raw_name, known[i].part, strlen(known[i].part)) == 0)
            return known[i].extractor;
    return NULL;
}
