/* cpu:scalar against the plain references, and every other device against cpu:scalar, over random pictures,
   sizes, depths, chroma formats and options: equal bits in every score, and the same refusals.

   Usage: equality_test [SEED [CASES [FIRST]]]   CASES cases from number FIRST on; each is made from SEED and
   its number alone, so that a failure is repeated by `equality_test SEED 1 NUMBER`. $ISOVQ_TEST_METRICS
   restricts it to some metrics. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/pattern.h"
#include "plain/clips.h"
#include "product.h"
#include "targets.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum {
    DEFAULT_CASES = 1200,
    LARGEST_SIZE = 200,
    MOST_FRAMES = 5,
    TEXT_SIZE = 512,
    MOST_OPTION_TEXT = 340, /* plain_run takes 400 characters */
};
static const uint64_t default_seed = 20240229;

/* --- random numbers: xorshift64* --- */

struct random {
    uint64_t state;
};

static uint64_t next(struct random *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * UINT64_C(0x2545f4914f6cdd1d);
}

static struct random random_of(uint64_t seed, int number)
{
    struct random r = {seed * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)number * 2 + 1};
    for (int i = 0; i < 8; i++)
        next(&r);
    return r;
}

static int below(struct random *r, int n)
{
    return (int)((next(r) >> 33) % (uint64_t)n);
}

static bool chance(struct random *r, int percent)
{
    return below(r, 100) < percent;
}

static double unit(struct random *r)
{
    return (double)(next(r) >> 11) * 0x1p-53;
}

/* --- cases --- */

struct test_case {
    const struct ivq_metric *metric;
    char options[TEXT_SIZE], content[100];
    int width, height, depth, chroma, frames; /* chroma: 400, 420, 422 or 444 */
};

/* Those that are wanted and have a plain reference; a test of all else would be one of nothing. */
static const struct ivq_metric *drawn_metrics[64];
static int drawn_count;

static void list_metrics(void)
{
    for (int m = 0; ivq_metrics[m]; m++)
        if (plain_find(ivq_metrics[m]->name) && product_wants(ivq_metrics[m]->name) &&
            drawn_count < LENGTH(drawn_metrics))
            drawn_metrics[drawn_count++] = ivq_metrics[m];
}

/* Values that are known to be awkward come as often as any. */
static double pick_double(struct random *r, const struct ivq_option *o)
{
    static const double notable[] = {0, 0.02, 0.5, 1, 1.2, 1.5, 3, 5, 18, 100};
    const double max = o->max > 1e6 ? 1e6 : o->max;
    switch (below(r, 6)) {
    case 0:
        return o->min;
    case 1:
        return max;
    case 2:
        return o->min + (max - o->min) * unit(r);
    case 3: /* of any magnitude */
        return fmin(o->min + max * exp2(-24 * unit(r)), max);
    default:
        return fmin(fmax(notable[below(r, LENGTH(notable))], o->min), max);
    }
}

static void append_option(struct test_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append_option(struct test_case *c, const char *format, ...)
{
    const size_t used = strlen(c->options);
    va_list arguments;
    if (used > MOST_OPTION_TEXT)
        return;
    if (used)
        strcat(c->options, ":");
    va_start(arguments, format);
    vsnprintf(c->options + used + (used > 0), sizeof c->options - used - 1, format, arguments);
    va_end(arguments);
}

static void pick_option(struct random *r, struct test_case *c, const struct ivq_option *o)
{
    if (o->type == IVQ_OPTION_BOOL)
        append_option(c, "%s=%s", o->name, chance(r, 50) ? "true" : "false");
    else if (o->type == IVQ_OPTION_INT)
        append_option(c, "%s=%d", o->name, (int)o->min + below(r, (int)(o->max - o->min) + 1));
    else
        append_option(c, "%s=%.*g", o->name, chance(r, 70) ? 4 : 17, pick_double(r, o));
}

/* The viewing conditions of adm's tables (adm.md section 6), and others that reach its limit of 3240; each
   with scales of mode 1 that its integers can hold. Some are refused: by both, then. */
static void pick_viewing(struct random *r, struct test_case *c)
{
    static const struct {
        double distance;
        int height;
    } tables[] = {{3, 1080}, {1.5, 2160}, {5, 1080}, {3, 2160}, {5, 2160}, {5, 720}, {3, 720}, {3, 480}};
    const int mode = below(r, 4), table = below(r, LENGTH(tables));
    append_option(c, "adm_csf_mode=%d", mode);
    if (mode == 1)
        append_option(c, "adm_csf_scale=%.4g:adm_csf_diag_scale=%.4g", 0.002 * unit(r), 0.002 * unit(r));
    if (mode == 1 || (mode == 0 && chance(r, 50)))
        append_option(c, "adm_norm_view_dist=%.4g:adm_ref_display_height=%d", 3 + 10 * unit(r),
                      1000 + below(r, 3321));
    else
        append_option(c, "adm_norm_view_dist=%g:adm_ref_display_height=%d", tables[table].distance,
                      tables[table].height);
}

static bool is_viewing(const char *name)
{
    static const char *const names[] = {"adm_csf_mode", "adm_csf_scale", "adm_csf_diag_scale",
                                        "adm_norm_view_dist", "adm_ref_display_height"};
    for (int i = 0; i < LENGTH(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void pick_options(struct random *r, struct test_case *c)
{
    const int percent = 10 + 20 * below(r, 4);
    c->options[0] = 0;
    if (strcmp(c->metric->name, "adm") == 0 && chance(r, percent))
        pick_viewing(r, c);
    for (const struct ivq_option *o = c->metric->options; o->name; o++)
        if (!is_viewing(o->name) && chance(r, percent))
            pick_option(r, c, o);
}

/* Near the minimum, near a tile's edge, or anything. */
static int pick_size(struct random *r, int min)
{
    switch (below(r, 4)) {
    case 0:
        return min + below(r, 4);
    case 1:
        return (below(r, 2) ? 64 : 128) - 2 + below(r, 5);
    default:
        return min + below(r, LARGEST_SIZE - min);
    }
}

/* One size in eight lies below the metric's minimum: refused by both. */
static int pick_least_size(struct random *r, const struct ivq_metric *metric)
{
    return metric->min_size > 1 && chance(r, 3) ? metric->min_size - 1 : metric->min_size;
}

static void pick_case(struct random *r, struct test_case *c)
{
    static const int chromas[] = {400, 420, 422, 444};
    c->metric = drawn_metrics[below(r, drawn_count)];
    const int least = pick_least_size(r, c->metric);
    c->width = pick_size(r, least);
    c->height = pick_size(r, least);
    c->depth = chance(r, 40) ? 8 : 9 + below(r, 8);
    c->chroma = chromas[below(r, LENGTH(chromas))];
    if (c->width < 2 || c->height < 2)
        c->chroma = below(r, 2) ? 400 : 444; /* the floor-sized planes of clips.h would be empty */
    c->frames = 1 + below(r, MOST_FRAMES);
    pick_options(r, c);
}

/* --- pictures --- */

static uint16_t clamp(int64_t value, int largest)
{
    return (uint16_t)(value < 0 ? 0 : value > largest ? largest : value);
}

/* What is done to the samples that a pattern has left. */
enum change { AS_IT_IS, NEAR_ZERO, NEAR_MAX, INVERTED, EQUAL, SWAPPED, CHANGES };

static const char *const change_names[CHANGES] = {"as it is", "near 0",   "near the maximum",
                                                  "inverted", "the same", "swapped"};

static void change_samples(enum change change, uint16_t *ref, uint16_t *dis, size_t count, int largest)
{
    enum { NEAR = 3 };
    for (size_t i = 0; i < count; i++) {
        const uint16_t a = ref[i], b = dis[i];
        switch (change) {
        case NEAR_ZERO:
            ref[i] = a & NEAR;
            dis[i] = b & NEAR;
            break;
        case NEAR_MAX:
            ref[i] = clamp(largest - (a & NEAR), largest);
            dis[i] = clamp(largest - (b & NEAR), largest);
            break;
        case INVERTED:
            dis[i] = clamp(largest - a, largest);
            break;
        case EQUAL:
            dis[i] = a;
            break;
        case SWAPPED:
            ref[i] = b;
            dis[i] = a;
            break;
        default:
            break;
        }
    }
}

static int pattern_count(void)
{
    int count = 0;
    while (ivq_patterns[count].name)
        count++;
    return count;
}

static void change_frame(const struct clip *clip, int t, enum change change)
{
    const struct plain_clip_frame *const frame = &clip->frames[t];
    for (int p = 0; p < frame->planes; p++)
        change_samples(change, clip_samples(clip, &frame->ref[p]), clip_samples(clip, &frame->dis[p]),
                       (size_t)frame->ref[p].width * (size_t)frame->ref[p].height, (1 << frame->depth) - 1);
}

/* Every frame draws its own pattern one time in four, so that frames differ wildly. */
static void make_clip(struct random *r, struct test_case *c, struct clip *clip)
{
    char name[100];
    const struct ivq_pattern *pattern = &ivq_patterns[below(r, pattern_count())];
    const enum change change = (enum change)(chance(r, 50) ? AS_IT_IS : below(r, CHANGES));
    const bool mixed = chance(r, 25);
    const uint32_t seed = (uint32_t)next(r);
    snprintf(c->content, sizeof c->content, "%s, %s", mixed ? "mixed" : pattern->name, change_names[change]);
    snprintf(name, sizeof name, "synthetic:%dx%d:%d:%d:%d", c->width, c->height, c->chroma, c->depth,
             c->frames);
    if (clip_load(clip, name, "") != CLIP_OK)
        abort();
    for (int t = 0; t < c->frames; t++) {
        if (mixed)
            pattern = &ivq_patterns[below(r, pattern_count())];
        clip_draw(clip, t, pattern, seed);
        change_frame(clip, t, change);
    }
}

/* --- comparison --- */

struct outcome {
    enum ivq_status status;
    struct ivq_error error;
    struct product_scores scores;
};

static struct outcome run_product(struct ivq_device *device, const struct test_case *c,
                                  const struct clip *clip)
{
    const struct product_settings settings = {.device = device};
    struct outcome outcome = {.status = IVQ_OK};
    char what[TEXT_SIZE + 32];
    snprintf(what, sizeof what, "%s%s%s", c->metric->name, *c->options ? "=" : "", c->options);
    outcome.status = product_run(&settings, clip->frames, clip->count, (const char *const[]){what}, 1,
                                 &outcome.scores, &outcome.error);
    return outcome;
}

static bool same_as_plain(const struct test_case *c, const struct product_scores *plain,
                          const struct product_scores *product)
{
    char suffix[IVQ_NAME_SIZE], name[2 * IVQ_NAME_SIZE];
    int from = 0;
    bool same = plain->count == product->count;
    if (!same)
        fprintf(stderr, "plain has %d scores, cpu:scalar %d\n", plain->count, product->count);
    product_suffix(c->metric->name, c->options, suffix);
    for (int i = 0; i < plain->count; i++) {
        const struct product_score *const wanted = &plain->all[i];
        snprintf(name, sizeof name, "%s%s", wanted->name, suffix);
        const struct product_score *const found = product_find(product, &from, name, wanted->frame);
        if (found && plain_same(found->value, wanted->value))
            continue;
        fprintf(stderr, "frame %d, %s: cpu:scalar %.17g, plain %.17g\n", wanted->frame, name,
                found ? found->value : NAN, wanted->value);
        return false;
    }
    return same;
}

/* --- running --- */

struct run {
    const struct target *targets;
    struct ivq_device *devices[MAX_TARGETS], *scalar;
    int device_count, compared, refused, failed;
};

static void explain(const struct test_case *c, uint64_t seed, int number, const char *who)
{
    fprintf(stderr,
            "FAILED on %s: equality_test %" PRIu64
            " 1 %d: %s=%s, %dx%d, %d bits, 4:%d:%d, %d frames of %s\n\n",
            who, seed, number, c->metric->name, c->options, c->width, c->height, c->depth,
            c->chroma / 10 % 10, c->chroma % 10, c->frames, c->content);
}

/* Scores of the product, or its refusal, are what another device has. */
static bool same_outcome(const struct outcome *a, const struct outcome *b, const char *where)
{
    if (a->status != b->status) {
        fprintf(stderr, "%s: status %d (%s), on cpu:scalar %d (%s)\n", where, a->status, a->error.text,
                b->status, b->error.text);
        return false;
    }
    return a->status != IVQ_OK || product_same_scores(&a->scores, &b->scores, where);
}

static bool against_plain(struct run *run, const struct test_case *c, const struct clip *clip,
                          const struct outcome *scalar)
{
    struct product_scores plain = {0};
    const bool refuses =
        plain_run(c->metric->name, c->options, clip->frames, clip->count, product_collect, &plain) != 0;
    bool same = true;
    if (refuses != (scalar->status != IVQ_OK)) {
        fprintf(stderr, "plain: %s; cpu:scalar: %s\n", refuses ? plain_message() : "no refusal",
                scalar->status != IVQ_OK ? scalar->error.text : "no refusal");
        same = false;
    } else if (refuses) {
        run->refused++;
    } else {
        run->compared += plain.count;
        same = same_as_plain(c, &plain, &scalar->scores);
    }
    product_scores_free(&plain);
    return same;
}

static void run_case(struct run *run, uint64_t seed, int number)
{
    struct random r = random_of(seed, number);
    struct test_case c;
    struct clip clip;
    pick_case(&r, &c);
    make_clip(&r, &c, &clip);
    struct outcome scalar = run_product(run->scalar, &c, &clip);
    if (!against_plain(run, &c, &clip, &scalar)) {
        explain(&c, seed, number, "cpu:scalar against plain");
        run->failed++;
    }
    for (int i = 0; i < run->device_count; i++) {
        struct outcome other = run_product(run->devices[i], &c, &clip);
        if (!same_outcome(&other, &scalar, run->targets[i].selector)) {
            explain(&c, seed, number, run->targets[i].selector);
            run->failed++;
        }
        product_scores_free(&other.scores);
    }
    product_scores_free(&scalar.scores);
    clip_free(&clip);
}

int main(int argc, char **argv)
{
    static struct target targets[MAX_TARGETS];
    static const struct target scalar = {.selector = "cpu:scalar"};
    const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : default_seed;
    const int cases = argc > 2 ? atoi(argv[2]) : DEFAULT_CASES, first = argc > 3 ? atoi(argv[3]) : 0;
    struct run run = {.targets = targets};
    run.device_count = targets_find(targets, NULL);
    run.scalar = target_open(&scalar, 1);
    for (int i = 0; i < run.device_count; i++) {
        run.devices[i] = target_open(&targets[i], 0);
        if (!run.devices[i])
            return EXIT_FAILURE;
        printf("%s %s\n", targets[i].selector, targets[i].info.name);
    }
    list_metrics();
    if (!run.scalar || !drawn_count)
        return EXIT_FAILURE;
    printf("seed %" PRIu64 ", cases %d to %d\n", seed, first, first + cases - 1);
    fflush(stdout);
    for (int i = first; i < first + cases; i++)
        run_case(&run, seed, i);
    printf("%d values equal plain's unless said otherwise, %d cases refused by both, %d failures\n",
           run.compared, run.refused, run.failed);
    for (int i = 0; i < run.device_count; i++)
        ivq_device_close(run.devices[i]);
    ivq_device_close(run.scalar);
    return run.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
