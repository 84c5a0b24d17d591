/* The product against the reference's logs ($ISOVQ_SHARED/golden), the known figures of the specs and the
   project's own tables, on every device; and all devices against the first one, to the last bit.

   Usage: golden_test [DEVICES]                       "cpu:v2 vulkan:0"; without, all that are here
          golden_test --write METRIC OPTIONS ...      writes METRIC's own table anew, with each of the options
   ISOVQ_TEST_METRICS="vif adm" restricts it to some metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden_bench.h"

static struct bench benches[MAX_TARGETS];

static int open_bench(void **state)
{
    struct bench *const bench = *state;
    if (!bench->device)
        bench->device = target_open(bench->target, 0);
    return bench->device ? 0 : -1;
}

static void same_as_first(void **state)
{
    const struct bench *const first = &benches[0], *const bench = *state;
    int values = 0, different = 0;
    assert_int_equal(bench->count, first->count);
    for (int r = 0; r < first->count; r++) {
        char where[TEXT_SIZE + 100];
        assert_string_equal(bench->names[r], first->names[r]);
        snprintf(where, sizeof where, "%s: %s against %s", first->names[r], bench->target->selector,
                 first->target->selector);
        values += first->runs[r].count;
        different += !product_same_scores(&bench->runs[r], &first->runs[r], where);
    }
    print_message("%s: %d values of %d runs have the bits of %s\n", bench->target->selector, values,
                  first->count - different, first->target->selector);
    assert_int_equal(different, 0);
}

/* --- the reference's logs --- */

enum { MAX_RUNS = 64 };

/* The runs of a log, each named by what it measures: "feature=NAME=key=value:..." or "model=VERSION". */
struct runs {
    char names[MAX_RUNS][TEXT_SIZE];
    bool wanted[MAX_RUNS];
    int count;
};

static const char *what_of_run(const char *name)
{
    return strncmp(name, "feature=", 8) == 0 ? name + 8 : name;
}

static int run_index(struct runs *runs, const char *name)
{
    for (int i = 0; i < runs->count; i++)
        if (strcmp(runs->names[i], name) == 0)
            return i;
    assert_true(runs->count < MAX_RUNS);
    snprintf(runs->names[runs->count], TEXT_SIZE, "%s", name);
    runs->wanted[runs->count] = product_wants(what_of_run(name));
    return runs->count++;
}

static void list_runs(FILE *file, struct runs *runs)
{
    char line[TEXT_SIZE];
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        run_index(runs, strsep(&rest, ","));
    }
    rewind(file);
}

/* Here models carry their version as name, so that several can be measured at once. */
static void product_name(const char *run_name, const char *metric, char name[TEXT_SIZE])
{
    const bool of_model = strncmp(metric, "vmaf", 4) == 0 && strncmp(run_name, "model=", 6) == 0;
    snprintf(name, TEXT_SIZE, "%s%s", of_model ? run_name + 6 : metric, of_model ? metric + 4 : "");
}

static void check_golden_line(const struct product_scores *scores, int *from, char *line, struct runs *runs,
                              struct tally *tally)
{
    char *rest = line, name[TEXT_SIZE];
    const char *run_name = strsep(&rest, ","), *frame = strsep(&rest, ",");
    const char *metric = strsep(&rest, ","), *value = strsep(&rest, ",\n");
    assert_non_null(value);
    if (!runs->wanted[run_index(runs, run_name)]) {
        tally->not_of_this_version++;
        return;
    }
    product_name(run_name, metric, name);
    const struct product_score *score = product_find(scores, from, name, atoi(frame));
    if (score)
        tally_compare(tally, run_name, score, strtod(value, NULL));
    else
        fail_msg("%s: no %s of frame %s", run_name, name, frame);
}

/* All runs of a log in one session. */
static void check_log(FILE *file, const char *clip_name, struct bench *bench, struct tally *tally)
{
    static struct runs runs;
    const char *what[MAX_RUNS];
    char line[TEXT_SIZE];
    struct clip clip;
    int count = 0, from = 0;
    runs.count = 0;
    assert_non_null(fgets(line, sizeof line, file)); /* its head */
    list_runs(file, &runs);
    for (int i = 0; i < runs.count; i++)
        if (runs.wanted[i])
            what[count++] = what_of_run(runs.names[i]);
    if (clip_load(&clip, clip_name, clip_shared_directory()) != CLIP_OK)
        fail_msg("the log of %s is here, but not its clip", clip_name);
    const struct product_scores *scores = bench_run(bench, clip_name, &clip, clip.count, what, count);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file))
        check_golden_line(scores, &from, line, &runs, tally);
    clip_free(&clip);
}

static void reference_logs(void **state)
{
    static const char *const clips[] = {"src01_8", "src01_10", "src01_12", "sparks_10", "q160_8", "seek_8"};
    struct bench *const bench = *state;
    struct tally tally = {.count = 0};
    for (int i = 0; i < LENGTH(clips); i++) {
        char path[2 * TEXT_SIZE];
        snprintf(path, sizeof path, "%s/golden/%s.csv", clip_shared_directory(), clips[i]);
        FILE *const file = fopen(path, "r");
        if (!file)
            continue;
        check_log(file, clips[i], bench, &tally);
        fclose(file);
    }
    tally_report(&tally, bench->target->selector);
}

/* --- known figures --- */

static bool same_run(const struct plain_figure *a, const struct plain_figure *b)
{
    return b->clip && strcmp(a->clip, b->clip) == 0 && strcmp(a->options, b->options) == 0;
}

/* All rows of one measurement. */
static void check_rows(const char *feature, const struct plain_figure *first, const struct plain_figure *end,
                       const struct clip *clip, struct bench *bench, struct tally *tally)
{
    char what[TEXT_SIZE], where[2 * TEXT_SIZE], suffix[IVQ_NAME_SIZE], name[2 * IVQ_NAME_SIZE];
    int from = 0;
    snprintf(what, sizeof what, "%s%s%s", feature, *first->options ? "=" : "", first->options);
    snprintf(where, sizeof where, "%s, %s", first->clip, what);
    product_suffix(feature, first->options, suffix);
    const struct product_scores *scores =
        bench_run(bench, where, clip, clip->count, (const char *const[]){what}, 1);
    for (const struct plain_figure *row = first; row < end; row++) {
        snprintf(name, sizeof name, "%s%s", row->output, suffix);
        const struct product_score *score = product_find(scores, &from, name, row->frame);
        if (!score)
            fail_msg("%s: no %s of frame %d", where, name, row->frame);
        else
            tally_compare(tally, where, score, row->value);
    }
}

static void check_figures(const struct plain_metric *metric, struct bench *bench, struct tally *tally)
{
    struct clip clip = {0};
    const char *loaded = "";
    enum clip_status status = CLIP_MISSING;
    for (const struct plain_figure *row = metric->figures, *next; row && row->clip; row = next) {
        for (next = row + 1; same_run(row, next); next++)
            ;
        if (!product_wants(metric->name)) {
            tally->not_of_this_version += (int)(next - row);
            continue;
        }
        if (strcmp(loaded, row->clip) != 0) {
            clip_free(&clip);
            status = clip_load(&clip, row->clip, clip_shared_directory());
            loaded = row->clip;
        }
        assert_true(status != CLIP_BAD);
        if (status == CLIP_OK)
            check_rows(metric->name, row, next, &clip, bench, tally);
        else
            tally->without_clip += (int)(next - row);
    }
    clip_free(&clip);
}

static void known_figures(void **state)
{
    struct bench *const bench = *state;
    struct tally tally = {.count = 0};
    for (const struct plain_metric *const *metric = plain_metrics; *metric; metric++)
        check_figures(*metric, bench, &tally);
    tally_report(&tally, bench->target->selector);
}

/* --- a frame on which the reference's powf and the rounded power part (powf.md) --- */

/* What tests/plain gives with glibc's own powf. The correctly rounded power makes adm_scale3
   0.95451883124962437 and VMAF 8.8e-6 higher. */
static const struct {
    const char *name;
    double value;
} root_scores[] = {
    {"integer_adm2", 0.90392392043573688},       {"integer_aim", 0.011841297389450564},
    {"integer_adm3", 0.94604131152314319},       {"integer_adm_scale0", 0.68555951995864739},
    {"integer_adm_scale1", 0.8132303227994091},  {"integer_adm_scale2", 0.93588632062630284},
    {"integer_adm_scale3", 0.95451873026090339},
};

static void adm_root_not_rounded_correctly(void **state)
{
    static const char name[] = "natural:86x36:420:8:1";
    struct bench *const bench = *state;
    struct tally tally = {.exact = true};
    struct clip clip;
    own_load(&clip, name);
    const struct product_scores *scores =
        bench_run(bench, name, &clip, clip.count, (const char *const[]){"adm"}, 1);
    for (int i = 0; i < LENGTH(root_scores); i++) {
        int from = 0;
        const struct product_score *score = product_find(scores, &from, root_scores[i].name, 0);
        assert_non_null(score);
        tally_compare(&tally, name, score, root_scores[i].value);
    }
    clip_free(&clip);
    tally_report(&tally, bench->target->selector);
}

/* --- all of it --- */

static int test_target(struct bench *bench)
{
    const struct CMUnitTest tests[] = {
        {"own tables", own_tables, open_bench, NULL, bench},
        {"known figures", known_figures, open_bench, NULL, bench},
        {"the reference's logs", reference_logs, open_bench, NULL, bench},
        {"an adm root that is not rounded correctly", adm_root_not_rounded_correctly, open_bench, NULL,
         bench},
        {"same as the first device", same_as_first, NULL, NULL, bench},
    };
    char name[200];
    snprintf(name, sizeof name, "%.40s %.128s", bench->target->selector, bench->target->info.name);
    const int failed = cmocka_run_group_tests_name(name, tests, NULL, NULL);
    ivq_device_close(bench->device);
    return failed;
}

int main(int argc, char **argv)
{
    static struct target targets[MAX_TARGETS];
    int failed = 0;
    if (argc > 3 && strcmp(argv[1], "--write") == 0)
        return own_write(argv[2], argv + 3, argc - 3);
    const int count = targets_find(targets, argc > 1 ? argv[1] : NULL);
    for (int i = 0; i < count; i++) {
        benches[i].target = &targets[i];
        failed += test_target(&benches[i]);
    }
    for (int i = 0; i < count; i++) {
        for (int r = 0; r < benches[i].count; r++)
            product_scores_free(&benches[i].runs[r]);
        free(benches[i].runs);
        free(benches[i].names);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
