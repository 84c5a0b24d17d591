/* The published models of shared/models, one by one: what they ask for, how their scores end, and the figures
   of model.md 13 that follow from logged features. Skipped where the files are absent. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model_log.h"
#include "model_support.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { TEXT_SIZE = 512, MOST_FEATURES = 6 };

static const double tolerance = 1e-11; /* DECISIONS 6 */

/* Skips the test where the file is absent, which is so of all or of none. */
static struct ivq_model *load(const char *version, const struct ivq_model_settings *settings)
{
    struct ivq_model *model;
    struct ivq_error error = {0};
    char name[TEXT_SIZE];
    snprintf(name, sizeof name, "models/%s.json", version);
    FILE *file = fopen(shared_file(name), "rb");
    if (!file)
        skip();
    else
        fclose(file);
    if (ivq_model_load_file(shared_file(name), settings, &model, &error) != IVQ_OK)
        fail_msg("%s", error.text);
    return model;
}

/* --- features and options (model.md 9.1) --- */

/* "RAW_NAME option=value ...", options by name */
#define FEATURES_V0(raw, adm_options, vif_options)                                                           \
    raw "adm2_score" adm_options, raw "motion2_score", raw "vif_scale0_score" vif_options,                   \
        raw "vif_scale1_score" vif_options, raw "vif_scale2_score" vif_options,                              \
        raw "vif_scale3_score" vif_options
#define INTEGER_V0 FEATURES_V0("VMAF_integer_feature_", "", "")
#define INTEGER_NEG_V0                                                                                       \
    FEATURES_V0("VMAF_integer_feature_", " adm_enhn_gain_limit=1", " vif_enhn_gain_limit=1")
#define FLOAT_V0 FEATURES_V0("VMAF_feature_", "", "")
#define FLOAT_NEG_V0 FEATURES_V0("VMAF_feature_", " adm_enhn_gain_limit=1", " vif_enhn_gain_limit=1")
#define CAMBI_V1                                                                                             \
    "Cambi_feature_cambi_score cambi_high_res_speedup=1080 cambi_max_val=17 cambi_vis_lum_threshold=0.06"
#define ADM_V1                                                                                               \
    "VMAF_integer_feature_adm3_score adm_csf_mode=2 adm_dlm_weight=0.7 adm_enhn_gain_limit=1 "               \
    "adm_min_val=0.5 adm_noise_weight=0.02 "
#define FEATURES_V1(speed_options, adm_view, motion_options)                                                 \
    CAMBI_V1, "Speed_chroma_feature_speed_chroma_uv_score" speed_options, ADM_V1 adm_view,                   \
        "VMAF_integer_feature_motion3_score" motion_options
#define VIEW(distance, height) "adm_norm_view_dist=" distance " adm_ref_display_height=" height
#define SPEED(before, between)                                                                               \
    before " speed_max_val=45 speed_nn_floor=0.1" between " speed_sigma_nn=0.19"                             \
           " speed_weight_var_mode=5"
#define SPEED_1080_3H SPEED(" speed_kernelscale=1", "")
#define SPEED_5H SPEED("", " speed_prescale=0.6 speed_prescale_method=bilinear")
#define SPEED_2160_3H SPEED("", " speed_prescale=0.5 speed_prescale_method=bilinear")
#define SPEED_2160_1H5 SPEED("", "")
#define MOTION " motion_max_val=18"
#define MOTION_HFR " motion_five_frame_window=true motion_max_val=18 motion_moving_average=true"

static const struct published {
    const char *version;
    const char *features[MOST_FEATURES];
} published[] = {
    {"vmaf_v0.6.1", {INTEGER_V0}},
    {"vmaf_v0.6.1neg", {INTEGER_NEG_V0}},
    {"vmaf_4k_v0.6.1", {INTEGER_V0}},
    {"vmaf_4k_v0.6.1neg", {INTEGER_NEG_V0}},
    {"vmaf_b_v0.6.3", {INTEGER_V0}},
    {"vmaf_float_v0.6.1", {FLOAT_V0}},
    {"vmaf_float_v0.6.1neg", {FLOAT_NEG_V0}},
    {"vmaf_float_4k_v0.6.1", {FLOAT_V0}},
    {"vmaf_v1.0.16_3d0h", {FEATURES_V1(SPEED_1080_3H, VIEW("3", "1080"), MOTION)}},
    {"vmaf_v1.0.16_5d0h", {FEATURES_V1(SPEED_5H, VIEW("5", "1080"), MOTION)}},
    {"vmaf_v1.0.16_3d0h_2160", {FEATURES_V1(SPEED_2160_3H, VIEW("3", "2160"), MOTION)}},
    {"vmaf_v1.0.16_1d5h_2160", {FEATURES_V1(SPEED_2160_1H5, VIEW("1.5", "2160"), MOTION)}},
    {"vmaf_v1.0.16_hfr_3d0h", {FEATURES_V1(SPEED_1080_3H, VIEW("3", "1080"), MOTION_HFR)}},
    {"vmaf_v1.0.16_hfr_5d0h", {FEATURES_V1(SPEED_5H, VIEW("5", "1080"), MOTION_HFR)}},
    {"vmaf_v1.0.16_hfr_3d0h_2160", {FEATURES_V1(SPEED_2160_3H, VIEW("3", "2160"), MOTION_HFR)}},
    {"vmaf_v1.0.16_hfr_1d5h_2160", {FEATURES_V1(SPEED_2160_1H5, VIEW("1.5", "2160"), MOTION_HFR)}},
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct ivq_model_option *)a)->name, ((const struct ivq_model_option *)b)->name);
}

static void describe(const struct ivq_model_feature *feature, char text[TEXT_SIZE])
{
    struct ivq_model_option sorted[IVQ_MODEL_MAX_OPTIONS];
    for (int i = 0; i < feature->option_count; i++)
        sorted[i] = feature->options[i];
    qsort(sorted, (size_t)feature->option_count, sizeof *sorted, by_name);
    int used = snprintf(text, TEXT_SIZE, "%s", feature->raw);
    for (int i = 0; i < feature->option_count && used < TEXT_SIZE; i++)
        used += snprintf(text + used, (size_t)(TEXT_SIZE - used), " %s=%s", sorted[i].name, sorted[i].value);
}

static void features_and_options(void **state)
{
    (void)state;
    for (const struct published *p = published; p < published + LENGTH(published); p++) {
        struct ivq_model *model = load(p->version, NULL);
        for (int i = 0; i < ivq_model_feature_count(model); i++) {
            char text[TEXT_SIZE];
            describe(ivq_model_feature(model, i), text);
            assert_true(i < MOST_FEATURES && p->features[i]);
            assert_string_equal(text, p->features[i]);
        }
        ivq_model_free(model);
    }
}

/* --- scores from the features of a log --- */

/* What the reference logged of src01_8 for the features of a model. */
struct run {
    struct model_log log;
    const struct log_series *features[IVQ_MODEL_MAX_FEATURES];
    int features_count, frames;
};

static struct run read_run(const char *version)
{
    struct ivq_model *model = load(version, NULL);
    struct run run = {.log = model_log_read(shared_file("golden/src01_8.csv"))};
    char name[TEXT_SIZE];
    snprintf(name, sizeof name, "model=%s", version);
    model_log_features(&run.log, name, model, run.features);
    run.features_count = ivq_model_feature_count(model);
    run.frames = run.features[0]->frames;
    ivq_model_free(model);
    return run;
}

static void features_of(const struct run *run, int frame, double x[IVQ_MODEL_MAX_FEATURES])
{
    for (int i = 0; i < run->features_count; i++)
        x[i] = run->features[i]->values[frame];
}

static double score_of(const char *version, const struct ivq_model_settings *settings, const double *x)
{
    struct ivq_model *model = load(version, settings);
    double score;
    assert_int_equal(ivq_model_output_count(model), 1);
    ivq_model_predict(model, x, &score);
    ivq_model_free(model);
    return score;
}

static void expect_near(const char *version, int frame, double found, double expected)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("%s frame %d: expected %.17g, found %.17g", version, frame, expected, found);
}

/* model.md 9: a float model holds the numbers of the integer one. */
static void float_models_are_the_integer_ones(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"vmaf_float_v0.6.1", "vmaf_v0.6.1"},
        {"vmaf_float_v0.6.1neg", "vmaf_v0.6.1neg"},
        {"vmaf_float_4k_v0.6.1", "vmaf_4k_v0.6.1"},
    };
    const struct ivq_model_settings phone = {.enable_transform = true};
    struct run run = read_run("vmaf_float_v0.6.1");
    for (int frame = 0; frame < run.frames; frame++) {
        double x[IVQ_MODEL_MAX_FEATURES];
        features_of(&run, frame, x);
        for (int i = 0; i < LENGTH(pairs); i++) {
            assert_true(score_of(pairs[i][0], NULL, x) == score_of(pairs[i][1], NULL, x));
            assert_true(score_of(pairs[i][0], &phone, x) == score_of(pairs[i][1], &phone, x));
        }
    }
    model_log_free(&run.log);
}

/* model.md 13, the first row's transformed scores. */
static void phone_model(void **state)
{
    (void)state;
    static const double expected[] = {96.883283448133838, 96.211624833440879, 95.387705439208503};
    const struct ivq_model_settings settings = {.enable_transform = true};
    struct run run = read_run("vmaf_v0.6.1");
    for (int frame = 0; frame < LENGTH(expected); frame++) {
        double x[IVQ_MODEL_MAX_FEATURES];
        features_of(&run, frame, x);
        expect_near("vmaf_v0.6.1", frame, score_of("vmaf_v0.6.1", &settings, x), expected[frame]);
    }
    model_log_free(&run.log);
}

/* model.md 7: v0.6.1 with both gain limits at 1 is v0.6.1neg. */
static void overloads_make_neg(void **state)
{
    (void)state;
    static const struct ivq_overload list[] = {{"adm", "adm_enhn_gain_limit", "1.0"},
                                               {"vif", "vif_enhn_gain_limit", "1.0"}};
    const struct ivq_model_settings settings = {
        .overloads = list, .overload_count = 2, .extractor_of = extractor_of};
    struct ivq_model *plain = load("vmaf_v0.6.1", &settings), *neg = load("vmaf_v0.6.1neg", NULL);
    for (int i = 0; i < ivq_model_feature_count(neg); i++) {
        char a[TEXT_SIZE], b[TEXT_SIZE];
        describe(ivq_model_feature(plain, i), a);
        describe(ivq_model_feature(neg, i), b);
        assert_string_equal(a, b);
    }
    ivq_model_free(plain);
    ivq_model_free(neg);
}

/* --- known figures (model.md 13, src01 8 bit) --- */

enum { CAMBI, SPEED_CHROMA, ADM3, MOTION3, FEATURES_OF_V1 };

/* From the features that another model's run logged, but for two. 3d0h_2160 has its adm3 from adm.md 13, set
   B; at half its size the chroma is too small for speed_chroma, which is 0. */
static const struct figure {
    const char *version, *run;
    int frame;
    double adm3; /* 0: as logged */
    bool grey;   /* speed_chroma_uv is 0, so that the chroma correction takes its place */
    double score;
} figures[] = {
    {"vmaf_4k_v0.6.1neg", "vmaf_v0.6.1neg", 0, 0, false, 88.936026425697335},
    {"vmaf_4k_v0.6.1neg", "vmaf_v0.6.1neg", 1, 0, false, 87.275571695678863},
    {"vmaf_4k_v0.6.1neg", "vmaf_v0.6.1neg", 2, 0, false, 86.321226844220277},
    {"vmaf_v1.0.16_1d5h_2160", "vmaf_v1.0.16_3d0h", 0, 0, false, 93.401615090945256},
    {"vmaf_v1.0.16_1d5h_2160", "vmaf_v1.0.16_3d0h", 1, 0, false, 89.144206540444756},
    {"vmaf_v1.0.16_1d5h_2160", "vmaf_v1.0.16_3d0h", 2, 0, false, 86.772511955988818},
    {"vmaf_v1.0.16_3d0h_2160", "vmaf_v1.0.16_3d0h", 0, 0.97652989658869283, true, 100.09684779348659},
    {"vmaf_v1.0.16_3d0h", "vmaf_v1.0.16_3d0h", 0, 0, true, 91.563197326655214},
    {"vmaf_v1.0.16_3d0h", "vmaf_v1.0.16_3d0h", 1, 0, true, 87.147661325492791},
    {"vmaf_v1.0.16_3d0h", "vmaf_v1.0.16_3d0h", 2, 0, true, 85.07372024424123},
};

static void known_figures(void **state)
{
    (void)state;
    for (const struct figure *f = figures; f < figures + LENGTH(figures); f++) {
        struct run run = read_run(f->run);
        double x[IVQ_MODEL_MAX_FEATURES];
        features_of(&run, f->frame, x);
        x[SPEED_CHROMA] = f->grey ? 0 : x[SPEED_CHROMA];
        x[ADM3] = f->adm3 > 0 ? f->adm3 : x[ADM3];
        expect_near(f->version, f->frame, score_of(f->version, NULL, x), f->score);
        model_log_free(&run.log);
    }
}

/* --- v1.0.16: one regression, four viewing conditions --- */

/* model.md 9.1: how each ends, hfr or not; the transform of 1d5h_2160 changes nothing. */
static const struct ending {
    const char *conditions;
    double p0, p1, p2, highest;
} endings[] = {
    {"3d0h", 5.30624188, 0.980791305, -0.000490758318, 100},
    {"5d0h", 5.30624188, 0.980791305, -0.000490758318, 100},
    {"3d0h_2160", 5, 1, 0, 110},
    {"1d5h_2160", 0, 1, 0, 100},
};

static double end_with(const struct ending *e, double y, bool clips)
{
    const double t = (e->p0 + e->p1 * y) + (e->p2 * y) * y;
    return clips ? fmin(fmax(t, 0), e->highest) : t;
}

/* Ordinary features, and ones that lead beyond either end of the scores. */
enum { DRAWN = 3 * 3 * 3 * 3 };

static void draw_features(int number, double x[FEATURES_OF_V1])
{
    static const double values[FEATURES_OF_V1][3] = {[CAMBI] = {0, 8.5, 17},
                                                     [SPEED_CHROMA] = {0, 22.5, 45},
                                                     [ADM3] = {0.5, 0.75, 1},
                                                     [MOTION3] = {0, 9, 18}};
    for (int i = 0; i < FEATURES_OF_V1; i++, number /= 3)
        x[i] = values[i][number % 3];
}

static double predict(const struct ivq_model *model, const double *x)
{
    double score;
    ivq_model_predict(model, x, &score);
    return score;
}

static void check_ending(const struct ending *e, const char *prefix, int *too_high, int *too_low)
{
    const struct ivq_model_settings no_clip = {.disable_clip = true};
    char version[TEXT_SIZE];
    snprintf(version, sizeof version, "vmaf_v1.0.16_%s%s", prefix, e->conditions);
    struct ivq_model *untransformed = load("vmaf_v1.0.16_1d5h_2160", &no_clip);
    struct ivq_model *unclipped = load(version, &no_clip), *clipped = load(version, NULL);
    for (int number = 0; number < DRAWN; number++) {
        double x[FEATURES_OF_V1];
        draw_features(number, x);
        const double y = predict(untransformed, x);
        assert_true(predict(unclipped, x) == end_with(e, y, false));
        assert_true(predict(clipped, x) == end_with(e, y, true));
        *too_high += predict(unclipped, x) > e->highest;
        *too_low += predict(unclipped, x) < 0;
    }
    ivq_model_free(untransformed);
    ivq_model_free(unclipped);
    ivq_model_free(clipped);
}

static void v1_endings(void **state)
{
    (void)state;
    for (const struct ending *e = endings; e < endings + LENGTH(endings); e++) {
        int too_high = 0, too_low = 0;
        check_ending(e, "", &too_high, &too_low);
        check_ending(e, "hfr_", &too_high, &too_low);
        print_message("%s: %d scores were above the range, %d below\n", e->conditions, too_high, too_low);
        assert_true(too_high > 0 && too_low > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_and_options), cmocka_unit_test(float_models_are_the_integer_ones),
        cmocka_unit_test(phone_model),          cmocka_unit_test(overloads_make_neg),
        cmocka_unit_test(known_figures),        cmocka_unit_test(v1_endings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
