/* The product against the reference's logs ($ISOVQ_SHARED/golden) and the known figures of the specs, on
   every device; and all devices against the first one, to the last bit. Without $ISOVQ_SHARED: the project's
   own table.

   Usage: golden_test [DEVICES]          "cpu:v2 vulkan:0"; without, all that are here
          golden_test --write            writes the own table anew, from cpu:scalar */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clipgen/pattern.h"
#include "plain/clips.h"
#include "product.h"
#include "targets.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { TEXT_SIZE = 512, WRONG_SHOWN = 10 };

/* --- comparison (DECISIONS 6) --- */

enum {
    PSNR_ULPS = 1,       /* of a golden */
    KNOWN_PSNR_ULPS = 2, /* two known figures are 2 away (tests/plain/psnr.c) */
};
static const double model_tolerance = 1e-11;

enum kind { FEATURE, DECIBEL, MODEL, KINDS };

static const char *const kind_names[KINDS] = {"features", "PSNR in dB", "model scores"};

struct tally {
    int compared[KINDS], equal[KINDS], wrong[KINDS];
    double worst[KINDS]; /* ulps of PSNR, else absolute */
    int psnr_ulps, not_of_this_version, without_clip;
};

static enum kind kind_of(const char *name)
{
    if (strncmp(name, "vmaf", 4) == 0)
        return MODEL;
    return strncmp(name, "psnr_", 5) == 0 || strncmp(name, "apsnr_", 6) == 0 ? DECIBEL : FEATURE;
}

/* Bits in an order in which neighbouring doubles are neighbouring integers. */
static int64_t ordered_bits(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static void compare(struct tally *tally, const char *where, int frame, const char *name, double value,
                    double wanted)
{
    const enum kind kind = kind_of(name);
    const double allowed = kind == MODEL ? model_tolerance : kind == DECIBEL ? tally->psnr_ulps : 0;
    double difference = fabs(value - wanted);
    if (kind == DECIBEL && isfinite(difference))
        difference = fabs((double)(ordered_bits(value) - ordered_bits(wanted)));
    const bool equal = product_same(value, wanted);
    tally->compared[kind]++;
    tally->equal[kind] += equal;
    if (!equal && difference > tally->worst[kind])
        tally->worst[kind] = difference;
    if (equal || (difference <= allowed && allowed > 0))
        return;
    if (tally->wrong[kind]++ < WRONG_SHOWN)
        print_error("%s, frame %d, %s: %.17g, not %.17g\n", where, frame, name, value, wanted);
}

static void report(const struct tally *tally, const char *where)
{
    int wrong = 0, compared = 0;
    for (int k = 0; k < KINDS; k++) {
        wrong += tally->wrong[k];
        compared += tally->compared[k];
        if (tally->compared[k])
            print_message("%s: %s: %d compared, %d bit-equal, worst difference %.3g%s, %d wrong\n", where,
                          kind_names[k], tally->compared[k], tally->equal[k], tally->worst[k],
                          k == DECIBEL ? " ulp" : "", tally->wrong[k]);
    }
    if (tally->not_of_this_version)
        print_message("%s: %d values of metrics that this version does not have\n", where,
                      tally->not_of_this_version);
    if (tally->without_clip)
        print_message("%s: %d values without their clip\n", where, tally->without_clip);
    assert_int_equal(wrong, 0);
    if (!compared)
        skip();
}

/* --- devices --- */

/* One device and all that it measured, in the order of measuring. */
struct bench {
    const struct target *target;
    struct ivq_device *device;
    struct product_scores *runs;
    char (*names)[TEXT_SIZE];
    int count;
};

static struct bench benches[MAX_TARGETS];

static struct product_scores *new_run(struct bench *bench, const char *name)
{
    bench->runs = realloc(bench->runs, (size_t)(bench->count + 1) * sizeof *bench->runs);
    bench->names = realloc(bench->names, (size_t)(bench->count + 1) * sizeof *bench->names);
    assert_non_null(bench->runs);
    assert_non_null(bench->names);
    snprintf(bench->names[bench->count], TEXT_SIZE, "%s", name);
    return &bench->runs[bench->count++];
}

/* Measures, and keeps the scores for the comparison between devices. */
static const struct product_scores *run(struct bench *bench, const char *name, const struct clip *clip,
                                        int frames, const char *const *what, int count)
{
    const struct product_settings settings = {.device = bench->device};
    struct product_scores *const scores = new_run(bench, name);
    struct ivq_error error = {0};
    if (product_run(&settings, clip->frames, frames, what, count, scores, &error) != IVQ_OK)
        fail_msg("%s on %s: %s", name, bench->target->selector, error.text);
    return scores;
}

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

#define V1_ADM                                                                                               \
    "adm=adm_dlm_weight=0.7:adm_enhn_gain_limit=1.0:adm_noise_weight=0.02:adm_min_val=0.5:adm_csf_mode=2"

/* All that this version can measure of what the logs hold. The options are those of the v1.0.16 models. */
static const char *const golden_measures[] = {
    "psnr",
    "motion",
    "vif",
    "adm",
    "model=vmaf_v0.6.1",
    "model=vmaf_v0.6.1neg",
    "model=vmaf_4k_v0.6.1",
    "model=vmaf_b_v0.6.3",
    "motion=motion_max_val=18.0",
    "motion=motion_max_val=18.0:motion_five_frame_window=true:motion_moving_average=true",
    V1_ADM,
    V1_ADM ":adm_norm_view_dist=5.0",
};

/* Runs of a log that the product must have measured, if their metrics are registered. */
static const char *const golden_runs[] = {
    "feature=psnr",      "feature=motion",       "feature=vif",          "feature=adm",
    "model=vmaf_v0.6.1", "model=vmaf_v0.6.1neg", "model=vmaf_4k_v0.6.1", "model=vmaf_b_v0.6.3",
};

static bool is_required(const char *run_name)
{
    for (int i = 0; i < LENGTH(golden_runs); i++)
        if (strcmp(golden_runs[i], run_name) == 0)
            return product_has(strncmp(run_name, "feature=", 8) == 0 ? run_name + 8 : run_name);
    return false;
}

/* Here models carry their version as name, so that several can be measured at once. */
static void product_name(const char *run_name, const char *metric, char name[TEXT_SIZE])
{
    const bool of_model = strncmp(metric, "vmaf", 4) == 0 && strncmp(run_name, "model=", 6) == 0;
    snprintf(name, TEXT_SIZE, "%s%s", of_model ? run_name + 6 : metric, of_model ? metric + 4 : "");
}

static void check_golden_line(const struct product_scores *scores, int *from, char *line, struct tally *tally)
{
    char *rest = line, name[TEXT_SIZE];
    const char *run_name = strsep(&rest, ","), *frame = strsep(&rest, ",");
    const char *metric = strsep(&rest, ","), *value = strsep(&rest, ",\n");
    assert_non_null(value);
    product_name(run_name, metric, name);
    const struct product_score *score = product_find(scores, from, name, atoi(frame));
    if (score)
        compare(tally, run_name, score->frame, name, score->value, strtod(value, NULL));
    else if (is_required(run_name))
        fail_msg("%s: no %s of frame %s", run_name, name, frame);
    else
        tally->not_of_this_version++;
}

static void check_golden(const char *clip_name, struct bench *bench, struct tally *tally)
{
    const char *what[LENGTH(golden_measures)];
    char path[2 * TEXT_SIZE], line[TEXT_SIZE];
    struct clip clip;
    int count = 0, from = 0;
    for (int i = 0; i < LENGTH(golden_measures); i++)
        if (product_has(golden_measures[i]))
            what[count++] = golden_measures[i];
    snprintf(path, sizeof path, "%s/golden/%s.csv", clip_shared_directory(), clip_name);
    FILE *const file = fopen(path, "r");
    if (!file)
        return;
    if (clip_load(&clip, clip_name, clip_shared_directory()) != CLIP_OK)
        fail_msg("%s is here, but not its clip", path);
    const struct product_scores *scores = run(bench, clip_name, &clip, clip.count, what, count);
    assert_non_null(fgets(line, sizeof line, file)); /* its head */
    while (fgets(line, sizeof line, file))
        check_golden_line(scores, &from, line, tally);
    fclose(file);
    clip_free(&clip);
}

static void reference_logs(void **state)
{
    static const char *const clips[] = {"src01_8", "src01_10", "src01_12", "sparks_10", "q160_8", "seek_8"};
    struct bench *const bench = *state;
    struct tally tally = {.psnr_ulps = PSNR_ULPS};
    for (int i = 0; i < LENGTH(clips); i++)
        check_golden(clips[i], bench, &tally);
    report(&tally, bench->target->selector);
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
        run(bench, where, clip, clip->count, (const char *const[]){what}, 1);
    for (const struct plain_figure *row = first; row < end; row++) {
        snprintf(name, sizeof name, "%s%s", row->output, suffix);
        const struct product_score *score = product_find(scores, &from, name, row->frame);
        if (!score)
            fail_msg("%s: no %s of frame %d", where, name, row->frame);
        else
            compare(tally, where, row->frame, row->output, score->value, row->value);
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
        if (!product_has(metric->name)) {
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
    struct tally tally = {.psnr_ulps = KNOWN_PSNR_ULPS};
    for (const struct plain_metric *const *metric = plain_metrics; *metric; metric++)
        check_figures(*metric, bench, &tally);
    report(&tally, bench->target->selector);
}

/* --- the project's own table --- */

struct own_clip {
    const char *name; /* of clips.h, or a pattern of clipgen with sizes behind it */
    const char *what; /* every option that adds outputs, and some that change them; with ',' between */
};

#define ALL_DEFAULTS "psnr=enable_mse=true:enable_apsnr=true,motion=debug=true,vif=debug=true,adm=debug=true"
#define ALL_CHANGED                                                                                          \
    "psnr=min_sse=0.5:reduced_hbd_peak=true,"                                                                \
    "motion=motion_five_frame_window=true:motion_moving_average=true:motion_max_val=18,"                     \
    "vif=vif_enhn_gain_limit=1.2:vif_skip_scale0=true,"                                                      \
    "adm=adm_csf_mode=2:adm_enhn_gain_limit=1.2:adm_noise_weight=0.02:adm_dlm_weight=0.7"

static const struct own_clip own_clips[] = {
    {"synthetic:131x97:422:10:4", ALL_DEFAULTS}, {"synthetic:61x47:444:8:4", ALL_CHANGED},
    {"natural:160x90:420:8:4", ALL_DEFAULTS},    {"natural:97x75:420:12:4", ALL_CHANGED},
    {"noise:64x48:422:16:4", ALL_DEFAULTS},      {"checker:57x33:444:10:5", ALL_DEFAULTS},
    {"extremes:48x64:420:8:3", ALL_DEFAULTS},    {"extremes:40x35:444:16:3", ALL_CHANGED},
    {"flat:33x21:420:9:4", ALL_DEFAULTS},
};

static const struct pattern *find_pattern(const char *name)
{
    const size_t length = strcspn(name, ":");
    for (const struct pattern *p = patterns; p->name; p++)
        if (strlen(p->name) == length && strncmp(p->name, name, length) == 0)
            return p;
    return NULL;
}

/* The planes of an empty synthetic clip of these sizes, filled anew. */
static void load_pattern(struct clip *clip, const char *name)
{
    char shape[TEXT_SIZE];
    const struct pattern *const pattern = find_pattern(name);
    assert_non_null(pattern);
    snprintf(shape, sizeof shape, "synthetic%s", name + strlen(pattern->name));
    assert_int_equal(clip_load(clip, shape, ""), CLIP_OK);
    for (int t = 0; t < clip->count; t++)
        clip_draw(clip, t, pattern, 1);
}

/* *all: no metric of it is missing in this version. */
static const struct product_scores *run_own(struct bench *bench, const struct own_clip *own, bool *all)
{
    enum { MAX_WHAT = 8 };
    const char *what[MAX_WHAT];
    char text[2 * TEXT_SIZE];
    struct clip clip;
    int count = 0;
    if (strncmp(own->name, "synthetic:", 10) == 0)
        assert_int_equal(clip_load(&clip, own->name, ""), CLIP_OK);
    else
        load_pattern(&clip, own->name);
    snprintf(text, sizeof text, "%s", own->what);
    for (char *rest = text, *entry; (entry = strsep(&rest, ","));)
        if (product_has(entry) && count < MAX_WHAT)
            what[count++] = entry;
        else
            *all = false;
    const struct product_scores *scores = run(bench, own->name, &clip, clip.count, what, count);
    clip_free(&clip);
    return scores;
}

static FILE *open_own(const char *mode)
{
    char path[2 * TEXT_SIZE];
    const char *const folder = getenv("ISOVQ_TEST_GOLDEN");
    snprintf(path, sizeof path, "%s/own.csv", folder ? folder : "tests/golden");
    FILE *const file = fopen(path, mode);
    if (!file)
        print_error("%s: cannot be opened; ISOVQ_TEST_GOLDEN names its folder\n", path);
    return file;
}

static const struct own_clip *find_own(const char *name)
{
    for (int i = 0; i < LENGTH(own_clips); i++)
        if (strcmp(own_clips[i].name, name) == 0)
            return &own_clips[i];
    fail_msg("%s is in the table, but not in the program", name);
    return NULL;
}

/* Every line of the table has its score, and every score its line. */
static void own_table(void **state)
{
    struct bench *const bench = *state;
    struct tally tally = {.psnr_ulps = 0};
    char line[TEXT_SIZE];
    const struct own_clip *own = NULL;
    const struct product_scores *scores = NULL;
    int from = 0, measured = 0, lines = 0;
    bool all = true;
    FILE *const file = open_own("r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file)); /* its head */
    for (; fgets(line, sizeof line, file); lines++) {
        char *rest = line;
        const char *clip_name = strsep(&rest, ","), *frame = strsep(&rest, ",");
        const char *name = strsep(&rest, ","), *value = strsep(&rest, ",\n");
        assert_non_null(value);
        if (!own || strcmp(own->name, clip_name) != 0) {
            own = find_own(clip_name);
            scores = run_own(bench, own, &all);
            measured += scores->count;
            from = 0;
        }
        const struct product_score *score = product_find(scores, &from, name, atoi(frame));
        if (score)
            compare(&tally, clip_name, score->frame, name, score->value, strtod(value, NULL));
        else
            tally.not_of_this_version++;
    }
    fclose(file);
    if (all && (measured != lines || tally.not_of_this_version))
        fail_msg("the table has %d lines, this version %d scores: --write", lines, measured);
    report(&tally, bench->target->selector);
}

static int write_own(void)
{
    static const struct target scalar = {.selector = "cpu:scalar"};
    struct bench bench = {.target = &scalar, .device = target_open(&scalar, 0)};
    FILE *const file = open_own("w");
    if (!file || !bench.device)
        return EXIT_FAILURE;
    bool all = true;
    fprintf(file, "clip,frame,metric,value\n");
    for (int i = 0; i < LENGTH(own_clips); i++) {
        const struct product_scores *scores = run_own(&bench, &own_clips[i], &all);
        for (int k = 0; k < scores->count; k++)
            fprintf(file, "%s,%d,%s,%.17g\n", own_clips[i].name, scores->all[k].frame, scores->all[k].name,
                    scores->all[k].value);
    }
    return fclose(file) ? EXIT_FAILURE : EXIT_SUCCESS;
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
    struct tally tally = {0};
    struct clip clip;
    load_pattern(&clip, name);
    const struct product_scores *scores =
        run(bench, name, &clip, clip.count, (const char *const[]){"adm"}, 1);
    for (int i = 0; i < LENGTH(root_scores); i++) {
        int from = 0;
        const struct product_score *score = product_find(scores, &from, root_scores[i].name, 0);
        assert_non_null(score);
        compare(&tally, name, 0, root_scores[i].name, score->value, root_scores[i].value);
    }
    clip_free(&clip);
    report(&tally, bench->target->selector);
}

/* --- all of it --- */

static int test_target(struct bench *bench)
{
    const struct CMUnitTest tests[] = {
        {"own table", own_table, open_bench, NULL, bench},
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
    if (argc > 1 && strcmp(argv[1], "--write") == 0)
        return write_own();
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
