/* What surrounds models: the text of --model, option values, built-in models, pooling. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "model/builtin.h"
#include "model/option_text.h"
#include "model/percentile.h"
#include "model/pool.h"
#include "model/spec.h"
#include "model_support.h"

static void spec_items(void **state)
{
    (void)state;
    struct ivq_model_spec spec;
    struct ivq_error error = {0};
    const char *text =
        "path=/a.b/m=1.json:name=n:disable_clip:enable_transform=true:adm.adm_csf_mode=2:vif.x=a=b";
    assert_int_equal(ivq_model_spec_parse(text, &spec, &error), IVQ_OK);
    assert_null(spec.version);
    assert_string_equal(spec.path, "/a.b/m=1.json");
    assert_string_equal(spec.name, "n");
    assert_true(spec.disable_clip && spec.enable_transform);
    assert_int_equal(spec.overload_count, 2);
    assert_string_equal(spec.overloads[0].metric, "adm");
    assert_string_equal(spec.overloads[0].key, "adm_csf_mode");
    assert_string_equal(spec.overloads[0].value, "2");
    assert_string_equal(spec.overloads[1].value, "a=b");
    ivq_model_spec_free(&spec);
    assert_int_equal(ivq_model_spec_parse("path=p:version=v:version=w", &spec, &error), IVQ_OK);
    assert_string_equal(spec.version, "w");
    assert_null(spec.path);
    assert_null(spec.name);
    ivq_model_spec_free(&spec);
    const char *flags = "enable_transform=false:disable_clip:disable_clip=false";
    assert_int_equal(ivq_model_spec_parse(flags, &spec, &error), IVQ_OK);
    assert_true(!spec.disable_clip && !spec.enable_transform);
    ivq_model_spec_free(&spec);
    assert_int_equal(ivq_model_spec_parse("name=x", &spec, &error),
                     IVQ_OK); /* crashes the reference (model.md 14) */
    assert_string_equal(spec.version, IVQ_MODEL_DEFAULT_VERSION);
    ivq_model_spec_free(&spec);
}

static void spec_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "'' is none of"},
        {"version=v:", "'' is none of"},
        {"vmaf_v061", "'vmaf_v061' is none of"},
        {"version", "version needs a value"},
        {"path=", "path needs a value"},
        {"disable_clip=1", "disable_clip is true or false, not '1'"},
        {"enable_transform=", "enable_transform is true or false, not ''"},
        {"vmaf_v0.6.1", "'vmaf_v0.6.1' must be EXTRACTOR.OPTION=VALUE"},
        {".x=1", "'.x' must be EXTRACTOR.OPTION=VALUE"},
        {"adm.=1", "'adm.' must be EXTRACTOR.OPTION=VALUE"},
        {"adm.x=", "'adm.x' must be EXTRACTOR.OPTION=VALUE"},
        {"Version=v", "'Version' is none of"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ivq_model_spec spec;
        struct ivq_error error = {0};
        assert_int_equal(ivq_model_spec_parse(cases[i].text, &spec, &error), IVQ_USAGE);
        if (!strstr(error.text, cases[i].says))
            fail_msg("%s: expected '%s', found '%s'", cases[i].text, cases[i].says, error.text);
    }
}

static void spec_overload_limit(void **state)
{
    (void)state;
    char text[8 * (IVQ_MODEL_SPEC_MAX_OVERLOADS + 1) + 1] = "";
    struct ivq_model_spec spec;
    struct ivq_error error = {0};
    for (int i = 0; i < IVQ_MODEL_SPEC_MAX_OVERLOADS; i++)
        strcat(text, i ? ":a.b=1" : "a.b=1");
    assert_int_equal(ivq_model_spec_parse(text, &spec, &error), IVQ_OK);
    ivq_model_spec_free(&spec);
    strcat(text, ":a.b=1");
    assert_int_equal(ivq_model_spec_parse(text, &spec, &error), IVQ_USAGE);
}

static void option_texts(void **state)
{
    (void)state;
    static const struct {
        const char *value, *text;
    } cases[] = {
        {"1.0", "1"},           {"0.06", "0.06"},  {"1.23456789", "1.23457"},
        {"1000000", "1e+06"},   {"+5", "5"},       {"-0", "-0"},
        {".5", "0.5"},          {"1e-3", "0.001"}, {"true", "true"},
        {"0x10", "0x10"},       {"inf", "inf"},    {"nan", "nan"},
        {" 1.0", " 1.0"},       {"1.0x", "1.0x"},  {"", ""},
        {"123456.5", "123456"}, /* half-way between two six-digit numbers: to even */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char number[IVQ_NUMBER_SIZE];
        assert_string_equal(ivq_option_text_of_value(cases[i].value, number), cases[i].text);
    }
    char number[IVQ_NUMBER_SIZE];
    assert_null(ivq_option_text_of_value("1e39", number));
    assert_false(ivq_option_text_of_number(1e39, number));
}

/* Loading and option values must not follow the process's locale. */
static void decimal_comma(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
        skip();
    char number[IVQ_NUMBER_SIZE];
    assert_string_equal(ivq_option_text_of_value("0.06", number), "0.06");
    const double features[2] = {0.5, 0};
    double score;
    struct ivq_model *model;
    struct ivq_error error = {0};
    assert_int_equal(ivq_model_load_file(test_data("base.json"), NULL, &model, &error), IVQ_OK);
    ivq_model_predict(model, features, &score);
    assert_true(score == 8);
    ivq_model_free(model);
    setlocale(LC_ALL, "C");
}

static void builtin_models(void **state)
{
    (void)state;
    struct ivq_error error = {0};
    struct ivq_model *model;
    size_t length;
    int versions = 0;
    for (const struct ivq_builtin_model *known = ivq_builtin_models; known->version; known++, versions++) {
        const enum ivq_status status = ivq_model_load_builtin(known->version, NULL, &model, &error);
        assert_int_equal(status, known->json ? IVQ_OK : IVQ_USAGE);
        assert_ptr_equal(ivq_model_builtin(known->version, &length), known->json);
        assert_int_equal(length, known->length);
        if (!known->json)
            assert_non_null(strstr(error.text, ".json and use --model path="));
        ivq_model_free(model);
    }
    assert_int_equal(versions, 17); /* model.md 9 */
    assert_int_equal(ivq_model_load_builtin("VMAF_v0.6.1", NULL, &model, &error), IVQ_USAGE);
    assert_null(model);
    assert_null(ivq_model_builtin("", &length));
}

static void spec_loads(void **state)
{
    (void)state;
    struct ivq_model_spec spec;
    struct ivq_error error = {0};
    struct ivq_model *model;
    char text[4300] = "path=";
    strcat(text, test_data("base.json"));
    strcat(text, ":name=n:speed_chroma.speed_max_val=45.0");
    assert_int_equal(ivq_model_spec_parse(text, &spec, &error), IVQ_OK);
    assert_int_equal(ivq_model_spec_load(&spec, extractor_of, &model, &error), IVQ_OK);
    assert_string_equal(ivq_model_output_name(model, 0), "n");
    assert_string_equal(ivq_model_feature(model, 1)->options[0].value, "45");
    ivq_model_free(model);
    ivq_model_spec_free(&spec);
}

/* NULL in `present`: all are. */
struct listed {
    const double *values;
    const unsigned char *present;
};

static bool listed_score(const void *user, int frame, double *value)
{
    const struct listed *listed = user;
    *value = listed->values[frame];
    return !listed->present || listed->present[frame];
}

static double pool(const char *name, const double *values, int first, int last, int step)
{
    const struct listed listed = {values, NULL};
    const struct ivq_pool_series series = {"s", listed_score, &listed, first, last, step};
    struct ivq_pool_method method;
    struct ivq_error error = {0};
    double out = -1;
    assert_true(ivq_pool_method_parse(name, &method));
    assert_int_equal(ivq_pool(&series, &method, &out, &error), IVQ_OK);
    return out;
}

static void pooled(void **state)
{
    (void)state;
    static const double values[] = {9, 3, 1, 0, 7, 2};
    assert_true(pool("min", values, 0, 5, 1) == 0);
    assert_true(pool("max", values, 0, 5, 0) == 9);
    assert_true(pool("mean", values, 0, 5, 1) == 22.0 / 6);
    assert_true(pool("harmonic_mean", values, 1, 3, 1) == 3 / 1.75 - 1);
    assert_true(pool("median", values, 0, 5, 1) == 2.5);
    assert_true(pool("p50", values, 0, 4, 1) == 3);
    assert_true(pool("p25", values, 0, 4, 1) == 1);
    assert_true(pool("p10", values, 0, 4, 1) == 0.4);
    assert_true(pool("p99", values, 4, 4, 1) == 7);
    /* Subsampled: frames 2 and 4. The reference's min starts from 0 here (model.md 10). */
    assert_true(pool("min", values, 1, 5, 2) == 1);
    assert_true(pool("max", values, 1, 5, 2) == 7);
    assert_true(pool("mean", values, 1, 5, 2) == 4);
    assert_true(pool("mean", values, 0, 5, 3) == 4.5);
}

/* The last line of model.md 13's pooled figures. */
static void pooled_known_figures(void **state)
{
    (void)state;
    static const double values[] = {83.856284000421454, 82.639804693077622, 81.196590953516989};
    assert_true(pool("min", values, 0, 2, 1) == 81.19659095351699);
    assert_true(pool("max", values, 0, 2, 1) == 83.85628400042145);
    assert_true(pool("mean", values, 0, 2, 1) == 82.56422654900535);
    assert_true(pool("harmonic_mean", values, 0, 2, 1) == 82.55006320496456);
}

static void pooled_specials(void **state)
{
    (void)state;
    const double nan_first[] = {(double)NAN, 1, 2}, nan_later[] = {1, (double)NAN, 0},
                 infinite[] = {1, INFINITY};
    assert_true(isnan(pool("min", nan_first, 0, 2, 1)));
    assert_true(pool("min", nan_later, 0, 2, 1) == 0);
    assert_true(pool("max", nan_later, 0, 2, 1) == 1);
    assert_true(isnan(pool("mean", nan_later, 0, 2, 1)));
    assert_true(isnan(pool("harmonic_mean", nan_later, 0, 2, 1)));
    assert_true(isnan(pool("median", nan_later, 0, 2, 1)));
    assert_true(isinf(pool("mean", infinite, 0, 1, 1)));
    assert_true(pool("harmonic_mean", infinite, 0, 1, 1) == 3);
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Percentiles are found without sorting: against a sorted copy, with values that share leading bytes. */
static void percentiles_against_sorting(void **state)
{
    (void)state;
    enum { MAX = 400 };
    double values[MAX], sorted[MAX];
    const unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 200; round++) {
        const int count = 1 + rand() % MAX, kind = rand() % 4;
        for (int i = 0; i < count; i++)
            values[i] = kind == 0   ? rand() % 5 - 2
                        : kind == 1 ? ldexp(rand() - RAND_MAX / 2, rand() % 1200 - 600)
                        : kind == 2 ? 93.5 + ldexp(rand() % 1000, -44)
                                    : 100.0 * rand() / RAND_MAX;
        memcpy(sorted, values, (size_t)count * sizeof *sorted);
        qsort(sorted, (size_t)count, sizeof *sorted, by_value);
        for (int percent = 1; percent < 100; percent += 7) {
            char name[8];
            snprintf(name, sizeof name, "p%d", percent);
            assert_true(pool(name, values, 0, count - 1, 1) == ivq_percentile(sorted, count, percent));
        }
    }
}

static void pooling_errors(void **state)
{
    (void)state;
    static const double values[] = {1, 2, 3};
    static const unsigned char present[] = {1, 0, 1};
    const struct listed listed = {values, present};
    struct ivq_pool_series series = {"vif", listed_score, &listed, 0, 2, 1};
    struct ivq_error error = {0};
    double out;
    assert_int_equal(ivq_pool(&series, &ivq_pool_methods[0], &out, &error), IVQ_USAGE);
    assert_string_equal(error.text, "vif cannot be pooled: frame 1 has no score");
    series.step = 2;
    assert_int_equal(ivq_pool(&series, &ivq_pool_methods[0], &out, &error), IVQ_OK);
    series.first = series.last = 1;
    assert_int_equal(ivq_pool(&series, &ivq_pool_methods[0], &out, &error), IVQ_USAGE);
    static const char *const unknown[] = {"", "p", "p0", "p100", "p05", "p+5", "p5.5", "Mean", "harmonic"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        struct ivq_pool_method method;
        assert_false(ivq_pool_method_parse(unknown[i], &method));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spec_items),
        cmocka_unit_test(spec_errors),
        cmocka_unit_test(spec_overload_limit),
        cmocka_unit_test(option_texts),
        cmocka_unit_test(decimal_comma),
        cmocka_unit_test(builtin_models),
        cmocka_unit_test(spec_loads),
        cmocka_unit_test(pooled),
        cmocka_unit_test(pooled_known_figures),
        cmocka_unit_test(pooled_specials),
        cmocka_unit_test(percentiles_against_sorting),
        cmocka_unit_test(pooling_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
