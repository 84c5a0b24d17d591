/* Loading models and predicting with them: hand-made files, hand-computed scores. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model_support.h"

static struct ivq_model *must_load(const json_t *document, const struct ivq_model_settings *settings)
{
    struct ivq_model *model;
    struct ivq_error error = {0};
    if (load_json(document, settings, &model, &error) != IVQ_OK)
        fail_msg("%s", error.text);
    return model;
}

static void must_refuse(const json_t *document, const struct ivq_model_settings *settings,
                        enum ivq_status status, const char *says)
{
    struct ivq_error error = {0};
    struct ivq_model *model =
        (struct ivq_model *)&error; /* must become NULL: no half-built model (model.md 14) */
    const enum ivq_status found = load_json(document, settings, &model, &error);
    if (found != status || !strstr(error.text, says))
        fail_msg("expected status %d and '%s', found %d and '%s'", status, says, found, error.text);
    assert_null(model);
    assert_null(strchr(error.text, '\n'));
}

/* The features of a case, by default those for which base.json's chosen support vector is met. */
static void features_of(const json_t *wanted, double features[2])
{
    const json_t *values = json_object_get(wanted, "features");
    features[0] = values ? json_number_value(json_array_get(values, 0)) : 0.5;
    features[1] = values ? json_number_value(json_array_get(values, 1)) : 0;
}

static void accepted_cases(void **state)
{
    (void)state;
    json_t *cases = read_json(test_data("accepted.json"));
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *wanted = json_array_get(cases, i);
        const struct ivq_model_settings settings = {
            .disable_clip = json_is_true(json_object_get(wanted, "disable_clip")),
            .enable_transform = json_is_true(json_object_get(wanted, "enable_transform")),
        };
        json_t *document = changed_base(json_object_get(wanted, "set"), json_object_get(wanted, "without"));
        struct ivq_model *model = must_load(document, &settings);
        double features[2], score;
        features_of(wanted, features);
        ivq_model_predict(model, features, &score);
        const double expected = json_number_value(json_object_get(wanted, "score"));
        if (score != expected)
            fail_msg("%s: expected %.17g, found %.17g", json_string_value(json_object_get(wanted, "case")),
                     expected, score);
        ivq_model_free(model);
        json_decref(document);
    }
    json_decref(cases);
}

static void refused_cases(void **state)
{
    (void)state;
    json_t *cases = read_json(test_data("refused.json"));
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *wanted = json_array_get(cases, i);
        json_t *document = changed_base(json_object_get(wanted, "set"), json_object_get(wanted, "without"));
        must_refuse(document, NULL, IVQ_INPUT, json_string_value(json_object_get(wanted, "says")));
        json_decref(document);
    }
    json_decref(cases);
}

static void refuse_text(const char *text, size_t length, const char *says)
{
    struct ivq_error error = {0};
    struct ivq_model *model;
    assert_int_equal(ivq_model_load(text, length, "test.json", NULL, &model, &error), IVQ_INPUT);
    assert_null(model);
    if (!strstr(error.text, says) || !strstr(error.text, "test.json: "))
        fail_msg("expected '%s', found '%s'", says, error.text);
}

static void refused_texts(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{",
        "{\"model_dict\": {\"slopes\": [NaN]}}",
        "{\"model_dict\": {\"slopes\": [1e999]}}",
        "{\"model_dict\": {\"feature_opts_dicts\": [{\"a\": 1, \"a\": 2}]}}",
        "{\"model_dict\": {\"model\": \"\\u0000\"}}",
        "{} {}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        refuse_text(texts[i], strlen(texts[i]), "line 1 is not JSON");
    refuse_text("[]", 2, "is no JSON object");
    refuse_text("{}", 2, "is no model");
    refuse_text("{\"model_dict\": 1}", 17, "model_dict: must be an object");
}

static void refused_sizes(void **state)
{
    (void)state;
    const size_t size = IVQ_MODEL_MAX_BYTES + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '[', size);
    refuse_text(text, size, "is larger than");
    refuse_text(text, size - 1, "is not JSON"); /* and no deep recursion */
    free(text);
    struct ivq_error error = {0};
    struct ivq_model *model;
    assert_int_equal(ivq_model_load_file("/nonexistent/m.json", NULL, &model, &error), IVQ_INPUT);
    assert_non_null(strstr(error.text, "/nonexistent/m.json"));
    assert_int_equal(ivq_model_load_file("/", NULL, &model, &error), IVQ_INPUT);
    assert_null(model);
}

static void refused_option_count(void **state)
{
    (void)state;
    json_t *options = json_object();
    for (int i = 0; i <= IVQ_MODEL_MAX_OPTIONS; i++) {
        char name[16];
        snprintf(name, sizeof name, "o%d", i);
        json_object_set_new(options, name, json_integer(i));
    }
    json_t *set = json_pack("{s:[o, {}]}", "feature_opts_dicts", options);
    json_t *document = changed_base(set, NULL);
    must_refuse(document, NULL, IVQ_INPUT, "at most 64 options");
    json_decref(document);
    json_decref(set);
}

static const char *value_of(const struct ivq_model_feature *feature, const char *option)
{
    for (int i = 0; i < feature->option_count; i++)
        if (strcmp(feature->options[i].name, option) == 0)
            return feature->options[i].value;
    return "(absent)";
}

static void option_values(void **state)
{
    (void)state;
    json_t *set = json_pack("{s:[{s:f, s:f, s:f, s:i, s:b, s:b, s:s, s:f}, {}]}", "feature_opts_dicts", "one",
                            1.0, "small", 0.06, "long", 1.23456789, "million", 1000000, "yes", 1, "no", 0,
                            "string", "1.0", "minus", -0.5);
    json_t *document = changed_base(set, NULL);
    struct ivq_model *model = must_load(document, NULL);
    const struct ivq_model_feature *feature = ivq_model_feature(model, 0);
    assert_int_equal(ivq_model_feature_count(model), 2);
    assert_string_equal(feature->raw, "VMAF_integer_feature_adm3_score");
    assert_int_equal(feature->option_count, 8);
    assert_string_equal(value_of(feature, "one"), "1");
    assert_string_equal(value_of(feature, "small"), "0.06");
    assert_string_equal(value_of(feature, "long"), "1.23457");
    assert_string_equal(value_of(feature, "million"), "1e+06");
    assert_string_equal(value_of(feature, "yes"), "true");
    assert_string_equal(value_of(feature, "no"), "false");
    assert_string_equal(value_of(feature, "string"), "1.0");
    assert_string_equal(value_of(feature, "minus"), "-0.5");
    assert_int_equal(ivq_model_feature(model, 1)->option_count, 0);
    ivq_model_free(model);
    json_decref(document);
    json_decref(set);
}

static void overloads(void **state)
{
    (void)state;
    json_t *set = json_pack("{s:[{s:f}, {}]}", "feature_opts_dicts", "adm_enhn_gain_limit", 100.0);
    json_t *document = changed_base(set, NULL);
    struct ivq_overload list[] = {
        {"adm", "adm_enhn_gain_limit", "1.20000001"},
        {"adm", "adm_csf_mode", "2"},
        {"speed_chroma", "mode", "nearest"},
        {"adm", "adm_csf_mode", "inf"} /* no number, so left as it is: the metric will refuse it */
    };
    struct ivq_model_settings settings = {
        .overloads = list, .overload_count = 4, .extractor_of = extractor_of};
    struct ivq_model *model = must_load(document, &settings);
    assert_string_equal(value_of(ivq_model_feature(model, 0), "adm_enhn_gain_limit"), "1.2");
    assert_string_equal(value_of(ivq_model_feature(model, 0), "adm_csf_mode"), "inf");
    assert_int_equal(ivq_model_feature(model, 0)->option_count, 2);
    assert_string_equal(value_of(ivq_model_feature(model, 1), "mode"), "nearest");
    ivq_model_free(model);
    list[3] = (struct ivq_overload){"cambi", "enc_width", "1280"};
    must_refuse(document, &settings, IVQ_USAGE, "cambi.enc_width");
    list[3] = (struct ivq_overload){"adm", "adm_min_val", "1e39"};
    must_refuse(document, &settings, IVQ_USAGE, "adm.adm_min_val=1e39");
    json_decref(document);
    json_decref(set);
}

/* A collection of base.json's models whose scores before transform are those given: rho = 4 + 1 - score / 2.
 */
static json_t *collection_of(const double *scores, int count, const json_t *set)
{
    json_t *collection = json_object();
    for (int i = 0; i < count; i++) {
        char text[200], key[12];
        snprintf(text, sizeof text,
                 "svm_type nu_svr\nkernel_type rbf\ngamma 0.5\ntotal_sv 1\nrho %.17g\nSV\n%s\n",
                 5 - scores[i] / 2, "4 1:1.25 2:0.5");
        json_t *entry = changed_base(set, NULL);
        json_object_set_new(json_object_get(entry, "model_dict"), "model", json_string(text));
        snprintf(key, sizeof key, "%d", i);
        json_object_set_new(collection, key, entry);
    }
    return collection;
}

static void expect_outputs(const struct ivq_model *model, const char *const *names, const double *values)
{
    const double features[2] = {0.5, 0};
    double outputs[16];
    ivq_model_predict(model, features, outputs);
    ivq_model_predict(model, features, outputs); /* asking twice is allowed (model.md 8) */
    for (int i = 0; i < ivq_model_output_count(model); i++) {
        assert_string_equal(ivq_model_output_name(model, i), names[i]);
        if (fabs(outputs[i] - values[i]) > 1e-9)
            fail_msg("%s: expected %.17g, found %.17g", names[i], values[i], outputs[i]);
    }
}

static void collections(void **state)
{
    (void)state;
    static const double scores[] = {8, 6, 2, 4, 10, 8};
    static const char *const names[] = {"n",      "n_0001",    "n_0002",   "n_0003",      "n_0004",
                                        "n_0005", "n_bagging", "n_stddev", "n_ci_p95_lo", "n_ci_p95_hi"};
    const struct ivq_model_settings settings = {.name = "n"};
    /* Mean 6, variance 8; ranks 0.1 and 3.9 of 2 4 6 8 10 give 2.2 and 9.8. */
    const double plain[] = {8, 6, 2, 4, 10, 8, 6, sqrt(8), 2.2, 9.8};
    json_t *document = collection_of(scores, 6, NULL);
    struct ivq_model *model = must_load(document, &settings);
    assert_true(ivq_model_is_collection(model));
    assert_int_equal(ivq_model_output_count(model), 10);
    expect_outputs(model, names, plain);
    ivq_model_free(model);
    json_decref(document);
    /* Scores are tripled and cut at 20; the mean, 18, keeps the slope 3. */
    const double tripled[] = {20, 18, 6, 12, 20, 20, 18, 3 * sqrt(8), 6.6, 20};
    json_t *set =
        json_pack("{s:[i,i], s:{s:b, s:f}}", "score_clip", 0, 20, "score_transform", "enabled", 1, "p1", 3.0);
    document = collection_of(scores, 6, set);
    model = must_load(document, &settings);
    expect_outputs(model, names, tripled);
    ivq_model_free(model);
    json_decref(document);
    json_decref(set);
}

static void clipped_collection(void **state)
{
    (void)state;
    static const double scores[] = {8, 6, 10};
    static const char *const names[] = {"vmaf",        "vmaf_0001",      "vmaf_0002",     "vmaf_bagging",
                                        "vmaf_stddev", "vmaf_ci_p95_lo", "vmaf_ci_p95_hi"};
    static const double clipped[] = {5, 5, 5, 5, 0, 5, 5};
    json_t *set = json_pack("{s:[i,i]}", "score_clip", 0, 5);
    json_t *document = collection_of(scores, 3, set);
    struct ivq_model *model = must_load(document, NULL);
    expect_outputs(model, names, clipped);
    ivq_model_free(model);
    json_decref(document);
    json_decref(set);
}

static void refused_collections(void **state)
{
    (void)state;
    static const double scores[] = {8, 6, 2};
    json_t *one = collection_of(scores, 1, NULL);
    must_refuse(one, NULL, IVQ_INPUT, "needs entries 0 and 1");
    json_t *other = collection_of(scores, 3, NULL);
    json_object_del(other, "1");
    must_refuse(other, NULL, IVQ_INPUT, "2: entry 1 must come here");
    json_object_set_new(other, "1", json_integer(5));
    must_refuse(other, NULL, IVQ_INPUT, "2: entry 1 must come here");
    json_object_set(one, "comment", json_object_get(one, "0")); /* no number: ignored */
    json_object_set_new(one, "1", json_deep_copy(one));         /* a collection where a plain model must be */
    must_refuse(one, NULL, IVQ_INPUT, "1.model_dict: must be an object");
    json_object_set_new(one, "1", json_null());
    must_refuse(one, NULL, IVQ_INPUT, "1: must be an object");
    json_t *set = json_pack("{s:[{s:f}, {}]}", "feature_opts_dicts", "adm_csf_mode", 1.0);
    json_object_set_new(one, "1", changed_base(set, NULL));
    must_refuse(one, NULL, IVQ_INPUT, "1.model_dict.feature_names: differ");
    json_decref(set);
    json_decref(other);
    json_decref(one);
}

/* model.md 1: a document with model_dict is a plain model whatever else it has. */
static void plain_wins(void **state)
{
    (void)state;
    json_t *document = changed_base(NULL, NULL);
    json_object_set_new(document, "0", json_integer(1));
    struct ivq_model *model = must_load(document, NULL);
    assert_false(ivq_model_is_collection(model));
    assert_int_equal(ivq_model_output_count(model), 1);
    assert_string_equal(ivq_model_output_name(model, 0), "vmaf");
    ivq_model_free(model);
    json_decref(document);
}

static void names_are_kept(void **state)
{
    (void)state;
    json_t *document = changed_base(NULL, NULL);
    struct ivq_model_settings settings = {.name = "a\"<&,\xc3\xa4"};
    struct ivq_model *model = must_load(document, &settings);
    assert_string_equal(ivq_model_output_name(model, 0), settings.name);
    ivq_model_free(model);
    settings.name = "";
    must_refuse(document, &settings, IVQ_USAGE, "name");
    json_decref(document);
}

/* model.md 14: five collections of 25 series overran a table of 128. */
static void many_series(void **state)
{
    (void)state;
    double scores[100], outputs[104];
    const double features[2] = {0.5, 0};
    for (int i = 0; i < 100; i++)
        scores[i] = i;
    json_t *document = collection_of(scores, 100, NULL);
    for (int i = 0; i < 5; i++) {
        struct ivq_model *model = must_load(document, NULL);
        assert_int_equal(ivq_model_output_count(model), 104);
        assert_string_equal(ivq_model_output_name(model, 99), "vmaf_0099");
        ivq_model_predict(model, features, outputs);
        assert_true(fabs(outputs[100] - 50) < 1e-9);
        ivq_model_free(model);
    }
    json_decref(document);
}

static void nan_features(void **state)
{
    (void)state;
    json_t *set =
        json_pack("{s:[i,i], s:{s:b, s:[[i,i],[i,i]], s:b, s:b}}", "score_clip", 0, 5, "score_transform",
                  "enabled", 1, "knots", 0, 3, 10, 3, "out_lte_in", 1, "out_gte_in", 1);
    static const double scores[] = {8, 6, 2};
    json_t *document = collection_of(scores, 3, set);
    struct ivq_model *model = must_load(document, NULL);
    const double features[2] = {0.5, (double)NAN};
    double outputs[7];
    ivq_model_predict(model, features, outputs);
    for (int i = 0; i < 7; i++)
        assert_true(isnan(outputs[i]));
    ivq_model_free(model);
    json_decref(document);
    json_decref(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_cases),
        cmocka_unit_test(refused_cases),
        cmocka_unit_test(refused_texts),
        cmocka_unit_test(refused_sizes),
        cmocka_unit_test(refused_option_count),
        cmocka_unit_test(option_values),
        cmocka_unit_test(overloads),
        cmocka_unit_test(collections),
        cmocka_unit_test(clipped_collection),
        cmocka_unit_test(refused_collections),
        cmocka_unit_test(plain_wins),
        cmocka_unit_test(names_are_kept),
        cmocka_unit_test(many_series),
        cmocka_unit_test(nan_features),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
