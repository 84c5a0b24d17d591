/* The published models against the reference's logs: shared/models and shared/golden, skipped where they are
 * absent. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/number.h"
#include "model_support.h"

static const double tolerance = 1e-11; /* DECISIONS 6 */

enum { MAX_FRAMES = 64, MAX_OUTPUTS = 32, TEXT_SIZE = 256 };

/* One series of one run of a log. */
struct series {
    char run[TEXT_SIZE], metric[TEXT_SIZE];
    double values[MAX_FRAMES];
    int frames;
};

struct golden {
    struct series *series;
    int count, room;
};

static struct series *find_series(const struct golden *golden, const char *run, const char *metric)
{
    for (int i = 0; i < golden->count; i++)
        if (strcmp(golden->series[i].run, run) == 0 && strcmp(golden->series[i].metric, metric) == 0)
            return &golden->series[i];
    return NULL;
}

static struct series *add_series(struct golden *golden, const char *run, const char *metric)
{
    if (golden->count == golden->room) {
        golden->room = golden->room * 2 + 64;
        golden->series = realloc(golden->series, (size_t)golden->room * sizeof *golden->series);
        assert_non_null(golden->series);
    }
    struct series *series = &golden->series[golden->count++];
    memset(series, 0, sizeof *series);
    snprintf(series->run, TEXT_SIZE, "%s", run);
    snprintf(series->metric, TEXT_SIZE, "%s", metric);
    return series;
}

/* Keeps the runs of models; frames of a series come in ascending order. */
static struct golden read_golden(const char *path)
{
    struct golden golden = {0};
    FILE *file = fopen(path, "r");
    char line[1024];
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        const char *run = strsep(&rest, ","), *frame = strsep(&rest, ","), *metric = strsep(&rest, ",");
        const char *value = strsep(&rest, ",\n");
        if (strncmp(run, "model=", 6) != 0)
            continue;
        struct series *series = find_series(&golden, run, metric);
        if (!series)
            series = add_series(&golden, run, metric);
        assert_int_equal(atoi(frame), series->frames);
        assert_true(series->frames < MAX_FRAMES &&
                    ivq_number_parse(value, &series->values[series->frames++]));
    }
    fclose(file);
    return golden;
}

/* A logged name is the short name, with the options' keys and values behind it (model.md 2.3). */
static const struct series *find_feature(const struct golden *golden, const char *run, const char *raw)
{
    char name[TEXT_SIZE];
    const char *middle = strstr(raw, "feature_") + strlen("feature_");
    snprintf(name, TEXT_SIZE, "%s%.*s", strncmp(raw, "VMAF_integer", 12) == 0 ? "integer_" : "",
             (int)(strlen(middle) - strlen("_score")), middle);
    for (int i = 0; i < golden->count; i++) {
        const struct series *series = &golden->series[i];
        const size_t length = strlen(name);
        if (strcmp(series->run, run) == 0 && strncmp(series->metric, name, length) == 0 &&
            (series->metric[length] == '\0' || series->metric[length] == '_'))
            return series;
    }
    fail_msg("%s: no series for %s", run, raw);
    return NULL;
}

struct tally {
    int values, different;
    double worst;
};

static void compare(struct tally *tally, const struct series *expected, int frame, double found)
{
    const double difference = fabs(found - expected->values[frame]);
    tally->values++;
    tally->different += difference != 0;
    tally->worst = fmax(tally->worst, difference);
    if (!(difference <= tolerance))
        fail_msg("%s %s frame %d: expected %.17g, found %.17g", expected->run, expected->metric, frame,
                 expected->values[frame], found);
}

static void check_run(const struct golden *golden, const char *run, struct tally *tally)
{
    const struct series *features[IVQ_MODEL_MAX_FEATURES], *expected[MAX_OUTPUTS];
    struct ivq_error error = {0};
    struct ivq_model *model;
    char name[TEXT_SIZE];
    snprintf(name, TEXT_SIZE, "models/%s.json", run + strlen("model="));
    if (ivq_model_load_file(shared_file(name), NULL, &model, &error) != IVQ_OK)
        fail_msg("%s", error.text);
    const int inputs = ivq_model_feature_count(model), outputs = ivq_model_output_count(model);
    assert_true(outputs <= MAX_OUTPUTS);
    for (int i = 0; i < inputs; i++)
        features[i] = find_feature(golden, run, ivq_model_feature(model, i)->raw);
    for (int i = 0; i < outputs; i++)
        assert_non_null(expected[i] = find_series(golden, run, ivq_model_output_name(model, i)));
    for (int frame = 0; frame < expected[0]->frames; frame++) {
        double x[IVQ_MODEL_MAX_FEATURES], scores[MAX_OUTPUTS];
        for (int i = 0; i < inputs; i++)
            x[i] = features[i]->values[frame];
        ivq_model_predict(model, x, scores);
        for (int i = 0; i < outputs; i++)
            compare(tally, expected[i], frame, scores[i]);
    }
    ivq_model_free(model);
}

static void check_log(const char *path, struct tally *tally)
{
    struct golden golden = read_golden(path);
    for (int i = 0; i < golden.count; i++)
        if (i == 0 || strcmp(golden.series[i].run, golden.series[i - 1].run) != 0)
            check_run(&golden, golden.series[i].run, tally);
    free(golden.series);
}

/* Calls visit for each file of the shared folder with that ending; skips the test where there is none. */
static void for_each_file(const char *folder, const char *ending, void (*visit)(const char *, struct tally *),
                          struct tally *tally)
{
    DIR *directory = opendir(shared_file(folder));
    if (!directory)
        skip();
    for (struct dirent *entry; (entry = readdir(directory));) {
        const char *dot = strrchr(entry->d_name, '.');
        char name[TEXT_SIZE * 2];
        if (!dot || strcmp(dot, ending) != 0)
            continue;
        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        char *path = strdup(shared_file(name));
        assert_non_null(path);
        visit(path, tally);
        free(path);
    }
    closedir(directory);
}

static void logged_scores(void **state)
{
    (void)state;
    struct tally tally = {0};
    for_each_file("golden", ".csv", check_log, &tally);
    print_message("model scores: %d values, %d not bit-equal, the worst by %.3g\n", tally.values,
                  tally.different, tally.worst);
    assert_true(tally.values > 0);
}

static void load_one(const char *path, struct tally *tally)
{
    struct ivq_error error = {0};
    struct ivq_model *model;
    if (ivq_model_load_file(path, NULL, &model, &error) != IVQ_OK)
        fail_msg("%s", error.text);
    tally->values++;
    ivq_model_free(model);
}

static void published_models_load(void **state)
{
    (void)state;
    struct tally tally = {0};
    for_each_file("models", ".json", load_one, &tally);
    print_message("%d published models load\n", tally.values);
}

/* model.md 7: v0.6.1 with both gain limits at 1 is v0.6.1neg. */
static void overloads_make_neg(void **state)
{
    (void)state;
    static const struct ivq_model_overload list[] = {{"adm", "adm_enhn_gain_limit", "1.0"},
                                                     {"vif", "vif_enhn_gain_limit", "1.0"}};
    const struct ivq_model_settings settings = {
        .overloads = list, .overload_count = 2, .extractor_of = extractor_of};
    struct ivq_error error = {0};
    struct ivq_model *plain, *neg;
    if (ivq_model_load_file(shared_file("models/vmaf_v0.6.1.json"), &settings, &plain, &error) != IVQ_OK)
        skip();
    assert_int_equal(ivq_model_load_file(shared_file("models/vmaf_v0.6.1neg.json"), NULL, &neg, &error),
                     IVQ_OK);
    for (int i = 0; i < ivq_model_feature_count(neg); i++) {
        const struct ivq_model_feature *a = ivq_model_feature(plain, i), *b = ivq_model_feature(neg, i);
        assert_string_equal(a->raw, b->raw);
        assert_int_equal(a->option_count, b->option_count);
        for (int k = 0; k < a->option_count; k++) {
            assert_string_equal(a->options[k].name, b->options[k].name);
            assert_string_equal(a->options[k].value, b->options[k].value);
        }
    }
    ivq_model_free(plain);
    ivq_model_free(neg);
}

/* model.md 13, the first row's transformed scores. */
static void phone_model(void **state)
{
    (void)state;
    static const double expected[] = {96.883283448133838, 96.211624833440879, 95.387705439208503};
    const struct ivq_model_settings settings = {.enable_transform = true};
    struct ivq_error error = {0};
    struct ivq_model *model;
    if (ivq_model_load_file(shared_file("models/vmaf_v0.6.1.json"), &settings, &model, &error) != IVQ_OK)
        skip();
    struct golden golden = read_golden(shared_file("golden/src01_8.csv"));
    for (int frame = 0; frame < 3; frame++) {
        double x[IVQ_MODEL_MAX_FEATURES], score;
        for (int i = 0; i < ivq_model_feature_count(model); i++)
            x[i] =
                find_feature(&golden, "model=vmaf_v0.6.1", ivq_model_feature(model, i)->raw)->values[frame];
        ivq_model_predict(model, x, &score);
        assert_true(fabs(score - expected[frame]) <= tolerance);
    }
    free(golden.series);
    ivq_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_models_load),
        cmocka_unit_test(logged_scores),
        cmocka_unit_test(overloads_make_neg),
        cmocka_unit_test(phone_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
