#include "golden_bench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WRONG_SHOWN = 10 };

/* DECISIONS 6: the library's exp; 27: float_adm's features, which models of float metrics read. */
static const double model_tolerance = 1e-11, float_model_tolerance = 2e-5;

static bool is_allowed(const struct product_score *score, double wanted)
{
    const struct plain_metric *const metric = score->metric ? plain_find(score->metric) : NULL;
    if (metric)
        return plain_allows(metric, score->value, wanted);
    return fabs(score->value - wanted) <=
           (strstr(score->name, "float") ? float_model_tolerance : model_tolerance);
}

static struct tally_row *row_of(struct tally *tally, const struct product_score *score)
{
    const char *const name = score->metric ? score->metric : "models";
    for (int i = 0; i < tally->count; i++)
        if (strcmp(tally->rows[i].name, name) == 0)
            return &tally->rows[i];
    assert_true(tally->count < TALLY_ROWS);
    tally->rows[tally->count] = (struct tally_row){.name = name};
    return &tally->rows[tally->count++];
}

void tally_compare(struct tally *tally, const char *where, const struct product_score *score, double wanted)
{
    struct tally_row *const row = row_of(tally, score);
    row->compared++;
    if (plain_same(score->value, wanted)) {
        row->equal++;
        return;
    }
    const int64_t ulps = plain_ulps(score->value, wanted);
    const double difference = fabs(score->value - wanted);
    if (ulps > row->worst_ulps)
        row->worst_ulps = ulps;
    if (difference > row->worst)
        row->worst = difference;
    if (!tally->exact && is_allowed(score, wanted))
        return;
    if (row->wrong++ < WRONG_SHOWN)
        print_error("%s, frame %d, %s: %.17g, not %.17g\n", where, score->frame, score->name, score->value,
                    wanted);
}

static void report_row(const struct tally_row *row, const char *where)
{
    print_message("%s: %s: %d compared, %d bit-equal", where, row->name, row->compared, row->equal);
    if (row->equal < row->compared)
        print_message(", worst difference %.3g, %lld ulp", row->worst, (long long)row->worst_ulps);
    print_message(", %d wrong\n", row->wrong);
}

void tally_report(const struct tally *tally, const char *where)
{
    int wrong = 0;
    for (int i = 0; i < tally->count; i++) {
        report_row(&tally->rows[i], where);
        wrong += tally->rows[i].wrong;
    }
    if (tally->not_of_this_version)
        print_message("%s: %d values of metrics that this version does not have\n", where,
                      tally->not_of_this_version);
    if (tally->without_clip)
        print_message("%s: %d values without their clip\n", where, tally->without_clip);
    assert_int_equal(wrong, 0);
    if (!tally->count)
        skip();
}

static struct product_scores *new_run(struct bench *bench, const char *name)
{
    bench->runs = realloc(bench->runs, (size_t)(bench->count + 1) * sizeof *bench->runs);
    bench->names = realloc(bench->names, (size_t)(bench->count + 1) * sizeof *bench->names);
    assert_non_null(bench->runs);
    assert_non_null(bench->names);
    snprintf(bench->names[bench->count], TEXT_SIZE, "%s", name);
    return &bench->runs[bench->count++];
}

const struct product_scores *bench_run(struct bench *bench, const char *name, const struct clip *clip,
                                       int frames, const char *const *what, int count)
{
    const struct product_settings settings = {.device = bench->device};
    struct product_scores *const scores = new_run(bench, name);
    struct ivq_error error = {0};
    if (product_run(&settings, clip->frames, frames, what, count, scores, &error) != IVQ_OK)
        fail_msg("%s on %s: %s", name, bench->target->selector, error.text);
    return scores;
}
