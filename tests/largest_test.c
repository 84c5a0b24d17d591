/* The largest pictures that are promised, 8192 x 4320 at 16 bits or the most that a metric takes: every
   metric on a device against the plain reference. The fastest CPU level and every real GPU; interpreters of
   GPU code would take minutes.

   Usage: largest_test [DEVICES] */
#include <stdio.h>
#include <string.h>

#include "metrics/metric.h"
#include "plain/clips.h"
#include "product.h"
#include "targets.h"

enum { MAX_METRICS = 64 };

/* Every metric of a depth with a plain reference, and the scores of that. */
static const char *metrics[MAX_METRICS];
static struct product_scores expected[MAX_METRICS];
static int metric_count;

static int largest_depth(const char *metric)
{
    const int depth = ivq_metric_find(metric)->max_depth;
    return depth ? depth : IVQ_FORMAT_MAX_DEPTH;
}

static bool list_metrics(const struct clip *clip)
{
    metric_count = 0;
    for (const struct plain_metric *const *m = plain_metrics; *m && metric_count < MAX_METRICS; m++) {
        if (!product_wants((*m)->name) || largest_depth((*m)->name) != clip->frames[0].depth)
            continue;
        metrics[metric_count] = (*m)->name;
        if (plain_run((*m)->name, "", clip->frames, clip->count, product_collect, &expected[metric_count++]))
            return false;
    }
    return true;
}

static int differences(const struct target *target, const struct clip *clip, int metric)
{
    struct product_scores scores;
    struct ivq_error error = {0};
    struct ivq_device *device = target_open(target, 0);
    if (!device)
        return 1;
    const struct product_settings settings = {.device = device, .frames_in_flight = 1};
    int wrong = 0, from = 0;
    if (product_run(&settings, clip->frames, clip->count, &metrics[metric], 1, &scores, &error) != IVQ_OK) {
        printf("%s: %s: %s\n", target->selector, metrics[metric], error.text);
        wrong++;
    }
    for (int i = 0; !wrong && i < expected[metric].count; i++) {
        const struct product_score *want = &expected[metric].all[i];
        const struct product_score *got = product_find(&scores, &from, want->name, want->frame);
        if (got && plain_same(got->value, want->value))
            continue;
        printf("%s: %s[%d] is %.17g, not %.17g\n", target->selector, want->name, want->frame,
               got ? got->value : 0, want->value);
        wrong++;
    }
    printf("%s: %s: %d values, %d wrong\n", target->selector, metrics[metric], expected[metric].count, wrong);
    product_scores_free(&scores);
    ivq_device_close(device);
    return wrong;
}

/* cpu levels but the best are as good as covered: they run the same text over the same tiles. */
static bool takes_part(const struct target *target, bool *cpu_done)
{
    if (strncmp(target->selector, "cpu:", 4) != 0)
        return target->info.type > IVQ_TYPE_SOFTWARE;
    const bool first =
        !*cpu_done && strcmp(target->selector, "cpu:scalar") && strcmp(target->selector, "cpu:awkward");
    *cpu_done = *cpu_done || first;
    return first;
}

static int measure(const struct target *targets, int count, int depth)
{
    struct clip clip;
    char name[64];
    snprintf(name, sizeof name, "synthetic:8192x4320:420:%d:2", depth);
    if (clip_load(&clip, name, clip_shared_directory()) != CLIP_OK)
        return 1;
    if (!list_metrics(&clip))
        return 1;
    int wrong = 0;
    bool cpu_done = false;
    for (int t = count - 1; t >= 0; t--) /* the best level stands last */
        if (takes_part(&targets[t], &cpu_done))
            for (int m = 0; m < metric_count; m++)
                wrong += differences(&targets[t], &clip, m);
    for (int m = 0; m < metric_count; m++)
        product_scores_free(&expected[m]);
    clip_free(&clip);
    return wrong;
}

/* Some metric takes no more than `depth` bits. */
static bool is_a_limit(int depth)
{
    for (const struct plain_metric *const *m = plain_metrics; *m; m++)
        if (product_wants((*m)->name) && largest_depth((*m)->name) == depth)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    struct target targets[MAX_TARGETS];
    const int count = targets_find(targets, argc > 1 ? argv[1] : NULL);
    int wrong = 0;
    for (int depth = IVQ_FORMAT_MIN_DEPTH; depth <= IVQ_FORMAT_MAX_DEPTH; depth++)
        if (is_a_limit(depth))
            wrong += measure(targets, count, depth);
    return wrong != 0;
}
