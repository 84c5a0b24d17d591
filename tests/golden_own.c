/* The project's own tables: tests/golden/METRIC.csv with lines `clip,options,frame,score,value`. A table says
   itself what is measured: its clips, each with the options of its lines ("k=v k=v", blanks for colons,
   empty: defaults). */
#include "golden_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char head[] = "clip,options,frame,score,value\n";

/* What a new table is made of: of clips.h, or a pattern of clipgen with sizes behind it. A metric that
   refuses a size goes without that clip. */
static const char *const own_clips[] = {
    "synthetic:131x97:422:10:4", "synthetic:61x47:444:8:4",  "natural:160x90:420:8:4",
    "natural:97x75:420:12:4",    "noise:64x48:422:16:4",     "checker:57x33:444:10:5",
    "extremes:48x64:420:8:3",    "extremes:40x35:444:16:3",  "flat:33x21:420:9:4",
    "natural:243x197:420:8:3",   "extremes:256x192:420:10:2"};

static const struct ivq_pattern *find_pattern(const char *name)
{
    const size_t length = strcspn(name, ":");
    for (const struct ivq_pattern *p = ivq_patterns; p->name; p++)
        if (strlen(p->name) == length && strncmp(p->name, name, length) == 0)
            return p;
    return NULL;
}

/* The planes of an empty synthetic clip of these sizes, filled anew where another pattern is named. */
void own_load(struct clip *clip, const char *name)
{
    char shape[TEXT_SIZE];
    const struct ivq_pattern *const pattern = find_pattern(name);
    snprintf(shape, sizeof shape, "synthetic%s", strchr(name, ':'));
    if (clip_load(clip, shape, "") != CLIP_OK)
        fail_msg("%s is no clip", name);
    for (int t = 0; pattern && t < clip->count; t++)
        clip_draw(clip, t, pattern, 1);
}

static void what_of(const char *metric, const char *options, char what[TEXT_SIZE])
{
    snprintf(what, TEXT_SIZE, "%s%s%s", metric, *options ? "=" : "", options);
    for (char *c = what; *c; c++)
        if (*c == ' ')
            *c = ':';
}

static FILE *open_table(const char *metric, const char *mode)
{
    char path[2 * TEXT_SIZE];
    const char *const folder = getenv("ISOVQ_TEST_GOLDEN");
    snprintf(path, sizeof path, "%s/%s.csv", folder ? folder : "tests/golden", metric);
    return fopen(path, mode);
}

/* One measurement of a table, while its lines are read. */
struct block {
    char clip[TEXT_SIZE], options[TEXT_SIZE];
    const struct product_scores *scores;
    int from, lines;
};

/* Every score has its line. */
static void end_block(const struct block *block, const char *metric)
{
    if (block->scores && block->lines != block->scores->count)
        fail_msg("%s, %s: the table has %d lines of %s, there are %d scores: golden_test --write", metric,
                 block->options, block->lines, block->clip, block->scores->count);
}

static void begin_block(struct block *block, const char *metric, const char *clip_name, const char *options,
                        struct bench *bench)
{
    struct clip clip;
    char what[TEXT_SIZE], name[2 * TEXT_SIZE];
    if (block->scores && !strcmp(block->clip, clip_name) && !strcmp(block->options, options))
        return;
    end_block(block, metric);
    *block = (struct block){.lines = 0};
    snprintf(block->clip, sizeof block->clip, "%s", clip_name);
    snprintf(block->options, sizeof block->options, "%s", options);
    what_of(metric, options, what);
    snprintf(name, sizeof name, "%s, %s", clip_name, what);
    own_load(&clip, clip_name);
    block->scores = bench_run(bench, name, &clip, clip.count, (const char *const[]){what}, 1);
    clip_free(&clip);
}

/* Every line has its score. */
static void check_line(struct block *block, char *line, const char *metric, struct bench *bench,
                       struct tally *tally)
{
    char *rest = line;
    const char *clip_name = strsep(&rest, ","), *options = strsep(&rest, ","), *frame = strsep(&rest, ",");
    const char *name = strsep(&rest, ","), *value = strsep(&rest, ",\n");
    assert_non_null(value);
    begin_block(block, metric, clip_name, options, bench);
    const struct product_score *score = product_find(block->scores, &block->from, name, atoi(frame));
    if (!score)
        fail_msg("%s, %s: no %s of frame %s", clip_name, metric, name, frame);
    else
        tally_compare(tally, clip_name, score, strtod(value, NULL));
    block->lines++;
}

static void check_table(FILE *file, const char *metric, struct bench *bench, struct tally *tally)
{
    char line[TEXT_SIZE];
    struct block block = {.lines = 0};
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, head);
    while (fgets(line, sizeof line, file))
        check_line(&block, line, metric, bench, tally);
    end_block(&block, metric);
}

void own_tables(void **state)
{
    struct bench *const bench = *state;
    struct tally tally = {.exact = true};
    for (const struct plain_metric *const *metric = plain_metrics; *metric; metric++) {
        if ((*metric)->second_name || !product_wants((*metric)->name))
            continue;
        FILE *const file = open_table((*metric)->name, "r");
        if (!file)
            fail_msg("%s has no table in tests/golden: golden_test --write", (*metric)->name);
        check_table(file, (*metric)->name, bench, &tally);
        fclose(file);
    }
    tally_report(&tally, bench->target->selector);
}

static void write_scores(FILE *file, const char *clip, const char *options,
                         const struct product_scores *scores)
{
    for (int i = 0; i < scores->count; i++)
        fprintf(file, "%s,%s,%d,%s,%.17g\n", clip, options, scores->all[i].frame, scores->all[i].name,
                scores->all[i].value);
}

static void write_block(FILE *file, const char *metric, const char *clip_name, const char *options,
                        struct ivq_device *device)
{
    const struct product_settings settings = {.device = device};
    struct clip clip;
    struct product_scores scores;
    struct ivq_error error;
    char what[TEXT_SIZE];
    what_of(metric, options, what);
    own_load(&clip, clip_name);
    if (product_run(&settings, clip.frames, clip.count, (const char *const[]){what}, 1, &scores, &error) ==
        IVQ_OK)
        write_scores(file, clip_name, options, &scores);
    else
        fprintf(stderr, "%s: left out: %s\n", clip_name, error.text);
    product_scores_free(&scores);
    clip_free(&clip);
}

/* The table anew, from cpu:scalar: all clips with each of the options. */
int own_write(const char *metric, char **options, int count)
{
    static const struct target scalar = {.selector = "cpu:scalar"};
    struct ivq_device *const device = target_open(&scalar, 0);
    FILE *const file = device ? open_table(metric, "w") : NULL;
    if (!file)
        return EXIT_FAILURE;
    fputs(head, file);
    for (int i = 0; i < LENGTH(own_clips); i++)
        for (int k = 0; k < count; k++)
            write_block(file, metric, own_clips[i], options[k], device);
    ivq_device_close(device);
    return fclose(file) ? EXIT_FAILURE : EXIT_SUCCESS;
}
