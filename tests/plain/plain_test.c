/* Every plain reference against what the reference implementation gave: the specs' known figures and
   shared/golden. Scores must have equal bits, unless the metric's table allows more.

   Usage: plain_test [METRIC]           without: all */
#include "plain_check.h"

#include <math.h>

enum { MAX_TESTS = 400, NAME_SIZE = 100, WRONG_SHOWN = 10 };

bool plain_check_load(struct clip *clip, const char *name)
{
    enum clip_status status = clip_load(clip, name, clip_shared_directory());
    if (status == CLIP_BAD)
        fail_msg("%s is not a clip, or its file has a wrong length", name);
    return status == CLIP_OK;
}

uint32_t plain_check_crc(const uint16_t *values, int count)
{
    uint32_t crc = 0xFFFFFFFF;
    for (int i = 0; i < 2 * count; i++) {
        crc ^= (uint32_t)(values[i / 2] >> (i % 2 * 8)) & 0xFF;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

/* --- Comparison --- */

struct tally {
    const struct plain_metric *metric;
    int compared, equal, wrong, without_clip;
    double worst_difference;
    int64_t worst_ulps;
};

static void compare(struct tally *tally, const char *where, int frame, const char *output, double value,
                    double want)
{
    tally->compared++;
    if (plain_same(value, want)) {
        tally->equal++;
        return;
    }
    tally->worst_difference = fmax(tally->worst_difference, fabs(value - want));
    if (plain_ulps(value, want) > tally->worst_ulps)
        tally->worst_ulps = plain_ulps(value, want);
    if (!plain_allows(tally->metric, value, want) && tally->wrong++ < WRONG_SHOWN)
        print_error("%s, frame %d, %s: %.17g, not %.17g\n", where, frame, output, value, want);
}

static void finish(const struct tally *tally, const char *what)
{
    print_message("%s, %s: %d values compared, %d bit-equal", tally->metric->name, what, tally->compared,
                  tally->equal);
    if (tally->equal < tally->compared)
        print_message(", worst difference %.3g (%lld ulps)", tally->worst_difference,
                      (long long)tally->worst_ulps);
    print_message(", %d wrong, %d without their clip\n", tally->wrong, tally->without_clip);
    assert_int_equal(tally->wrong, 0);
}

/* --- Scores of one or more runs --- */

struct score {
    char name[NAME_SIZE];
    int frame;
    double value;
};

struct scores {
    struct score *all;
    int count, capacity, next; /* next: where the last search ended */
    const char *suffix;        /* of the names of what is emitted next */
};

static void collect(void *user, int frame, const char *name, double value)
{
    struct scores *scores = user;
    if (scores->count == scores->capacity) {
        scores->capacity = 2 * scores->capacity + 256;
        scores->all = realloc(scores->all, (size_t)scores->capacity * sizeof(*scores->all));
        assert_non_null(scores->all);
    }
    struct score *score = &scores->all[scores->count++];
    snprintf(score->name, sizeof(score->name), "%s%s", name, scores->suffix);
    score->frame = frame;
    score->value = value;
}

/* Searches that go through the scores in a fixed stride find each at their first or second look. */
static const struct score *find(struct scores *scores, int frame, const char *name)
{
    for (int i = 0; i < scores->count; i++) {
        const struct score *score = &scores->all[(scores->next + i) % scores->count];
        if (score->frame == frame && strcmp(score->name, name) == 0) {
            scores->next = (int)(score - scores->all) + 1;
            return score;
        }
    }
    return NULL;
}

static void run(const struct plain_metric *metric, const char *options, const struct clip *clip, int count,
                struct scores *scores)
{
    if (plain_run(metric->name, options, clip->frames, count, collect, scores))
        fail_msg("%s=%s: %s", metric->name, options, plain_message());
}

/* --- Known figures --- */

static bool same_run(const struct plain_figure *a, const struct plain_figure *b)
{
    return b->clip && strcmp(a->clip, b->clip) == 0 && strcmp(a->options, b->options) == 0;
}

/* How many frames a run needs for its rows. */
static int frames_needed(const struct plain_metric *metric, const struct plain_figure *first,
                         const struct plain_figure *end, const struct clip *clip)
{
    int needed = 0;
    if (!metric->single)
        return clip->count;
    for (const struct plain_figure *row = first; row < end; row++)
        needed = row->frame >= needed ? row->frame + 1 : needed;
    return needed;
}

static void check_rows(const struct plain_figure *first, const struct plain_figure *end, struct tally *tally)
{
    struct clip clip;
    struct scores scores = {.suffix = ""};
    char where[500];
    if (!plain_check_load(&clip, first->clip)) {
        tally->without_clip += (int)(end - first);
        return;
    }
    snprintf(where, sizeof(where), "%s, %s=%s", first->clip, tally->metric->name, first->options);
    run(tally->metric, first->options, &clip, frames_needed(tally->metric, first, end, &clip), &scores);
    for (const struct plain_figure *row = first; row < end; row++) {
        const struct score *score = find(&scores, row->frame, row->output);
        if (!score)
            fail_msg("%s: no %s of frame %d", where, row->output, row->frame);
        else
            compare(tally, where, row->frame, row->output, score->value, row->value);
    }
    free(scores.all);
    clip_free(&clip);
}

static void test_figures(void **state)
{
    struct tally tally = {.metric = *state};
    for (const struct plain_figure *row = tally.metric->figures, *next; row && row->clip; row = next) {
        for (next = row + 1; same_run(row, next); next++)
            ;
        check_rows(row, next, &tally);
    }
    finish(&tally, "known figures");
}

/* --- Refusals --- */

static void ignore(void *user, int frame, const char *name, double value)
{
    (void)user, (void)frame, (void)name, (void)value;
}

static void test_refusals(void **state)
{
    const struct plain_metric *metric = *state;
    for (const struct plain_refusal *refusal = metric->refused; refusal && refusal->clip; refusal++) {
        struct clip clip;
        assert_true(plain_check_load(&clip, refusal->clip));
        if (!plain_run(metric->name, refusal->options, clip.frames, clip.count, ignore, NULL))
            fail_msg("%s, %s=%s is not refused", refusal->clip, metric->name, refusal->options);
        assert_true(plain_message()[0] != '\0');
        clip_free(&clip);
    }
}

/* --- Depths --- */

static void shift_plane(const struct clip *clip, const struct plain_plane *plane)
{
    uint16_t *samples = clip_samples(clip, plane);
    for (int i = 0; i < plane->width * plane->height; i++)
        samples[i] = (uint16_t)(samples[i] << 1);
}

static void add_bit(const struct clip *clip)
{
    for (int t = 0; t < clip->count; t++) {
        clip->frames[t].depth++;
        for (int c = 0; c < clip->frames[t].planes; c++) {
            shift_plane(clip, &clip->frames[t].ref[c]);
            shift_plane(clip, &clip->frames[t].dis[c]);
        }
    }
}

/* Depths that no golden has: 9, 11, 13, 14 and 15 (DECISIONS 3), at odd sizes. */
static void test_depths(void **state)
{
    const struct plain_metric *metric = *state;
    struct clip clip = {0};
    struct scores wanted = {.suffix = ""};
    assert_true(plain_check_load(&clip, "synthetic:179x177:420:8:2"));
    run(metric, "", &clip, clip.count, &wanted);
    for (int depth = 9; depth <= 16; depth++) {
        struct scores scores = {.suffix = ""};
        add_bit(&clip);
        run(metric, "", &clip, clip.count, &scores);
        assert_int_equal(scores.count, wanted.count);
        for (int i = 0; i < scores.count; i++)
            if (!plain_same(scores.all[i].value, wanted.all[i].value))
                fail_msg("%s at %d bits: %.17g, at 8 bits %.17g", scores.all[i].name, depth,
                         scores.all[i].value, wanted.all[i].value);
        free(scores.all);
    }
    free(wanted.all);
    clip_free(&clip);
}

/* --- Goldens --- */

/* True for "feature=NAME" and "feature=NAME=options" of this metric. */
static bool run_of_metric(const char *run_name, const struct plain_metric *metric)
{
    size_t length = strlen(metric->name);
    return strncmp(run_name, "feature=", 8) == 0 && strncmp(run_name + 8, metric->name, length) == 0 &&
           (run_name[8 + length] == '\0' || run_name[8 + length] == '=');
}

/* Of features in runs of models, by all tests so far. */
static int model_lines_found;

/* A run of this metric holds nothing else; runs of models hold scores of several. */
static void check_golden_line(struct scores *scores, char *line, struct tally *tally)
{
    char *rest = NULL;
    const char *run_name = strtok_r(line, ",", &rest), *frame = strtok_r(NULL, ",", &rest);
    const char *output = strtok_r(NULL, ",", &rest), *value = strtok_r(NULL, ",\n", &rest);
    if (!value || (strncmp(run_name, "feature=", 8) == 0 && !run_of_metric(run_name, tally->metric)))
        return;
    const struct score *score = find(scores, atoi(frame), output);
    model_lines_found += score && strncmp(run_name, "model=", 6) == 0;
    if (score)
        compare(tally, run_name, score->frame, output, score->value, strtod(value, NULL));
    else if (run_of_metric(run_name, tally->metric))
        fail_msg("%s: no %s of frame %s", run_name, output, frame);
}

static void check_golden(const char *clip_name, FILE *file, struct tally *tally)
{
    struct clip clip;
    struct scores scores = {0};
    char line[400];
    if (!plain_check_load(&clip, clip_name)) {
        while (fgets(line, sizeof(line), file))
            tally->without_clip += strstr(line, tally->metric->name) != NULL;
        return;
    }
    for (const struct plain_golden *golden = tally->metric->goldens; golden->options; golden++) {
        scores.suffix = golden->suffix;
        run(tally->metric, golden->options, &clip, clip.count, &scores);
    }
    while (fgets(line, sizeof(line), file))
        check_golden_line(&scores, line, tally);
    free(scores.all);
    clip_free(&clip);
}

/* True where the metric has a run of its own in the file: the reference refuses some clips. */
static bool has_goldens(FILE *file, const struct plain_metric *metric)
{
    char line[400];
    bool found = false;
    while (!found && fgets(line, sizeof(line), file)) {
        line[strcspn(line, ",")] = '\0';
        found = run_of_metric(line, metric);
    }
    rewind(file);
    return found;
}

static const char *const golden_clips[] = {"src01_8",   "src01_10", "src01_12",
                                           "sparks_10", "q160_8",   "seek_8"};

static FILE *open_golden(const char *clip_name)
{
    char path[600];
    snprintf(path, sizeof(path), "%s/golden/%s.csv", clip_shared_directory(), clip_name);
    return fopen(path, "r");
}

static void test_goldens(void **state)
{
    struct tally tally = {.metric = *state};
    int files = 0;
    for (int i = 0; i < LENGTH(golden_clips); i++) {
        FILE *file = open_golden(golden_clips[i]);
        if (!file)
            continue;
        files++;
        if (has_goldens(file, tally.metric))
            check_golden(golden_clips[i], file, &tally);
        fclose(file);
    }
    if (files == 0)
        skip();
    finish(&tally, "goldens");
    assert_true(tally.compared + tally.without_clip > 0);
}

/* Whether a line of a log is a feature's score in a run of a model. A run of a feature has its reference. */
static bool is_model_line(char *line)
{
    char *rest = NULL;
    const char *run_name = strtok_r(line, ",", &rest), *output = strtok_r(NULL, ",", &rest);
    output = output ? strtok_r(NULL, ",", &rest) : NULL;
    if (output && strncmp(run_name, "model=", 6) == 0)
        return strncmp(output, "vmaf", 4) != 0;
    for (const struct plain_metric *const *metric = plain_metrics; *metric; metric++)
        if (run_of_metric(run_name, *metric))
            return false;
    fail_msg("there is no plain reference of %s", run_name);
    return false;
}

/* After all other tests: every score of a feature that the logs hold was compared. */
static void test_nothing_is_left_out(void **state)
{
    char line[400];
    int model_lines = 0;
    (void)state;
    for (int i = 0; i < LENGTH(golden_clips); i++) {
        FILE *file = open_golden(golden_clips[i]);
        if (!file)
            skip();
        assert_non_null(fgets(line, sizeof(line), file)); /* its head */
        while (fgets(line, sizeof(line), file))
            model_lines += is_model_line(line);
        fclose(file);
    }
    assert_int_equal(model_lines_found, model_lines);
}

/* --- All of it --- */

static struct CMUnitTest tests[MAX_TESTS];
static char test_names[MAX_TESTS][NAME_SIZE];
static int test_count;

static void add_test(const char *metric_name, const char *what, CMUnitTestFunction function, void *state)
{
    if (test_count == MAX_TESTS)
        abort();
    snprintf(test_names[test_count], NAME_SIZE, "%s: %s", metric_name, what);
    tests[test_count] = (struct CMUnitTest){test_names[test_count], function, NULL, NULL, state};
    test_count++;
}

static void add_metric(const struct plain_metric *metric)
{
    add_test(metric->name, "known figures", test_figures, (void *)metric);
    add_test(metric->name, "refusals", test_refusals, (void *)metric);
    if (metric->depth_free)
        add_test(metric->name, "depths", test_depths, (void *)metric);
    if (metric->goldens)
        add_test(metric->name, "goldens", test_goldens, (void *)metric);
    for (const struct plain_checks *const *checks = plain_all_checks; *checks; checks++)
        for (int i = 0; strcmp((*checks)->name, metric->name) == 0 && i < (*checks)->count; i++)
            add_test(metric->name, (*checks)->tests[i].name, (*checks)->tests[i].test_func, NULL);
}

int main(int argc, char **argv)
{
    for (const struct plain_metric *const *metric = plain_metrics; *metric; metric++)
        if (argc < 2 || strcmp((*metric)->name, argv[1]) == 0)
            add_metric(*metric);
    if (test_count == 0) {
        fprintf(stderr, "there is no plain reference of %s\n", argc > 1 ? argv[1] : "anything");
        return EXIT_FAILURE;
    }
    if (argc < 2)
        add_test("all", "nothing is left out", test_nothing_is_left_out, NULL);
    return _cmocka_run_group_tests("plain", tests, (size_t)test_count, NULL, NULL);
}
