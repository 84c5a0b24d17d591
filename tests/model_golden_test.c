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

#include "model_log.h"
#include "model_support.h"

static const double tolerance = 1e-11; /* DECISIONS 6 */

enum { MAX_OUTPUTS = 32, TEXT_SIZE = 256 };

struct tally {
    int values, different;
    double worst;
};

static void compare(struct tally *tally, const struct log_series *expected, int frame, double found)
{
    const double difference = fabs(found - expected->values[frame]);
    tally->values++;
    tally->different += difference != 0;
    tally->worst = fmax(tally->worst, difference);
    if (!(difference <= tolerance))
        fail_msg("%s %s frame %d: expected %.17g, found %.17g", expected->run, expected->metric, frame,
                 expected->values[frame], found);
}

static void check_run(const struct model_log *golden, const char *run, struct tally *tally)
{
    const struct log_series *features[IVQ_MODEL_MAX_FEATURES], *expected[MAX_OUTPUTS];
    struct ivq_error error = {0};
    struct ivq_model *model;
    char name[TEXT_SIZE];
    snprintf(name, TEXT_SIZE, "models/%s.json", run + strlen("model="));
    if (ivq_model_load_file(shared_file(name), NULL, &model, &error) != IVQ_OK)
        fail_msg("%s", error.text);
    const int inputs = ivq_model_feature_count(model), outputs = ivq_model_output_count(model);
    assert_true(outputs <= MAX_OUTPUTS);
    model_log_features(golden, run, model, features);
    for (int i = 0; i < outputs; i++)
        assert_non_null(expected[i] = model_log_find(golden, run, ivq_model_output_name(model, i)));
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
    struct model_log golden = model_log_read(path);
    for (int i = 0; i < golden.count; i++)
        if (i == 0 || strcmp(golden.series[i].run, golden.series[i - 1].run) != 0)
            check_run(&golden, golden.series[i].run, tally);
    model_log_free(&golden);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_models_load),
        cmocka_unit_test(logged_scores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
