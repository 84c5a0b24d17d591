/* cambi.md sections 2 and 4 to 8. */
#include "cambi.h"
#include "plain_util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST_WINDOW = 127, LEAST_SIDE = 216 };

static const int step_weights[33] = {0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8,
                                     8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};

static const char *const eotfs[] = {[PLAIN_BT1886] = "bt1886", [PLAIN_PQ] = "pq", NULL};

static const struct plain_option option_table[] = {
    PLAIN_NUMBER(plain_cambi_options, cambi_max_val, 1000, 0, 1000),
    PLAIN_WHOLE(plain_cambi_options, enc_width, 0, 180, 7680),
    PLAIN_WHOLE(plain_cambi_options, enc_height, 0, 150, 7680),
    PLAIN_WHOLE(plain_cambi_options, enc_bitdepth, 0, 6, 16),
    PLAIN_WHOLE(plain_cambi_options, src_width, 0, 320, 7680),
    PLAIN_WHOLE(plain_cambi_options, src_height, 0, 200, 4320),
    PLAIN_WHOLE(plain_cambi_options, window_size, 65, 15, 127),
    PLAIN_NUMBER(plain_cambi_options, topk, 0.6, 0.0001, 1),
    PLAIN_NUMBER(plain_cambi_options, cambi_topk, 0.6, 0.0001, 1),
    PLAIN_NUMBER(plain_cambi_options, tvi_threshold, 0.019, 0.0001, 1),
    PLAIN_NUMBER(plain_cambi_options, cambi_vis_lum_threshold, 0, 0, 300),
    PLAIN_WHOLE(plain_cambi_options, max_log_contrast, 2, 0, 5),
    PLAIN_SWITCH(plain_cambi_options, full_ref, false),
    PLAIN_TEXT(plain_cambi_options, eotf, PLAIN_BT1886, eotfs),
    PLAIN_TEXT(plain_cambi_options, cambi_eotf, PLAIN_BT1886, eotfs),
    PLAIN_WHOLE(plain_cambi_options, cambi_high_res_speedup, 0, 0, 2160),
    {0},
};

/* A size at which the picture is looked at, and the side L of its window. */
struct view {
    int width, height, window;
};

/* Section 2 */
struct plan {
    struct view enc, src;
    bool fast, anti_dither;
    int steps; /* D */
    double topk;
    struct plain_cambi_limits limits;
};

static bool fast_from(int speedup, int width, int height)
{
    static const int sizes[3][2] = {{1920, 1080}, {2560, 1440}, {3840, 2160}};
    for (int i = 0; i < 3; i++)
        if (speedup == sizes[i][1])
            return (int64_t)width * height >= (int64_t)sizes[i][0] * sizes[i][1];
    return false;
}

static int window_side(int window_size, const struct view *view, bool fast)
{
    int side = (window_size * (view->width + view->height) / 375) >> 4;
    return (fast ? (side + 1) >> 1 : side) | 1;
}

static bool too_small(const struct view *view)
{
    return view->width < LEAST_SIDE && view->height < LEAST_SIDE;
}

static int check_views(const struct plan *plan)
{
    const struct view *enc = &plan->enc, *src = &plan->src;
    if (too_small(enc) || too_small(src))
        return plain_fail("cambi: the smaller of %dx%d and %dx%d has no side of %d", enc->width, enc->height,
                          src->width, src->height, LEAST_SIDE);
    if ((src->width > enc->width && src->height < enc->height) ||
        (src->width < enc->width && src->height > enc->height))
        return plain_fail("cambi: of %dx%d and %dx%d one is wider, the other higher", enc->width, enc->height,
                          src->width, src->height);
    int widest = enc->window > src->window ? enc->window : src->window;
    if (widest > WIDEST_WINDOW)
        return plain_fail("cambi: a window of %d, more than %d", widest, WIDEST_WINDOW);
    return 0;
}

static struct view view_of(int width, int height, const struct plain_plane *input)
{
    if (width == 0 || height == 0)
        return (struct view){input->width, input->height, 0};
    return (struct view){width, height, 0};
}

static int make_plan(const struct plain_clip_frame *frame, const struct plain_cambi_options *options,
                     struct plan *plan)
{
    const struct plain_plane *luma = &frame->dis[0];
    *plan = (struct plan){.enc = view_of(options->enc_width, options->enc_height, luma),
                          .src = view_of(options->src_width, options->src_height, luma),
                          .steps = 1 << options->max_log_contrast,
                          .topk = options->topk != 0.6 ? options->topk : options->cambi_topk};
    if (plan->enc.width > luma->width || plan->enc.height > luma->height)
        plan->enc = view_of(0, 0, luma);
    int depth = options->enc_bitdepth != 0 ? options->enc_bitdepth : frame->depth;
    plan->anti_dither = depth < 10;
    plan->fast = fast_from(options->cambi_high_res_speedup, plan->enc.width, plan->enc.height);
    plan->enc.window = window_side(options->window_size, &plan->enc, plan->fast);
    plan->src.window = window_side(options->window_size, &plan->src, plan->fast);
    plain_cambi_limits(options, &plan->limits);
    return check_views(plan);
}

/* --- Section 4: to 10 bits at the size of the view --- */

struct image {
    int width, height;
    uint16_t *values;
};

static struct image image_new(int width, int height)
{
    return (struct image){width, height, plain_alloc((size_t)width * (size_t)height, sizeof(uint16_t))};
}

static uint16_t *at(const struct image *image, int i, int j)
{
    return &image->values[i * image->width + j];
}

/* The positions accumulate in binary32. */
static int *source_positions(int from, int to)
{
    int *positions = plain_alloc((size_t)to, sizeof(*positions));
    float ratio = (float)from / (float)to;
    float x = ratio / 2.0F - 0.5F;
    for (int j = 0; j < to; j++, x += ratio)
        positions[j] = (int)((double)x + 0.5);
    return positions;
}

static uint16_t to_10_bits(int sample, int depth)
{
    if (depth <= 10)
        return (uint16_t)(sample << (10 - depth));
    return (uint16_t)((sample + (1 << (depth - 11))) >> (depth - 10));
}

static struct image resample(const struct plain_plane *plane, const struct view *view, int depth)
{
    struct image image = image_new(view->width, view->height);
    bool same = plane->width == view->width && plane->height == view->height;
    int *columns = source_positions(plane->width, view->width);
    int *rows = source_positions(plane->height, view->height);
    for (int i = 0; i < view->height; i++)
        for (int j = 0; j < view->width; j++) {
            int row = same ? i : rows[i], column = same ? j : columns[j];
            *at(&image, i, j) = to_10_bits(plane->samples[row * plane->width + column], depth);
        }
    free(columns);
    free(rows);
    return image;
}

static void anti_dither(struct image *image)
{
    struct image q = *image;
    *image = image_new(q.width, q.height);
    for (int i = 0; i < q.height; i++)
        for (int j = 0; j < q.width; j++) {
            bool right = j < q.width - 1, below = i < q.height - 1;
            int sum = *at(&q, i, j);
            sum += right ? *at(&q, i, j + 1) : 0;
            sum += below ? *at(&q, i + 1, j) : 0;
            sum += right && below ? *at(&q, i + 1, j + 1) : 0;
            *at(image, i, j) = (uint16_t)(sum >> (right + below));
        }
    free(q.values);
}

/* --- Section 5: where the picture is smooth --- */

static int flat_pixels_needed(int width, int height)
{
    int n = (width >> 6) * (height >> 6), log2_n = 0;
    while (1 << log2_n < n)
        log2_n++;
    return (49 + 3 * (log2_n - 11) - 1) >> 1;
}

/* z: equal to the right and the lower neighbour, as far as there are any */
static bool is_flat(const struct image *q, int i, int j)
{
    int value = *at(q, i, j);
    return (j == q->width - 1 || *at(q, i, j + 1) == value) &&
           (i == q->height - 1 || *at(q, i + 1, j) == value);
}

static struct image spatial_mask(const struct image *q)
{
    struct image mask = image_new(q->width, q->height);
    int needed = flat_pixels_needed(q->width, q->height);
    for (int i = 0; i < q->height; i++)
        for (int j = 0; j < q->width; j++) {
            int flat = 0;
            for (int y = i - 3; y <= i + 3; y++)
                for (int x = j - 3; x <= j + 3; x++)
                    flat += y >= 0 && y < q->height && x >= 0 && x < q->width && is_flat(q, y, x);
            *at(&mask, i, j) = flat > needed;
        }
    return mask;
}

/* --- Section 6: the scales --- */

static void decimate(struct image *image)
{
    struct image full = *image;
    *image = image_new((full.width + 1) >> 1, (full.height + 1) >> 1);
    for (int i = 0; i < image->height; i++)
        for (int j = 0; j < image->width; j++)
            *at(image, i, j) = *at(&full, 2 * i, 2 * j);
    free(full.values);
}

static uint16_t mode3(uint16_t a, uint16_t b, uint16_t c)
{
    if (a == b || a == c)
        return a;
    if (b == c)
        return b;
    uint16_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* The first and last row keep their samples; other rows read the filtered ones of those two. */
static void mode_filter(struct image *image)
{
    struct image t = image_new(image->width, image->height);
    for (int i = 0; i < t.height; i++)
        for (int j = 0; j < t.width; j++) {
            bool inside = j > 0 && j < t.width - 1;
            *at(&t, i, j) = !inside ? *at(image, i, j)
                                    : mode3(*at(image, i, j - 1), *at(image, i, j), *at(image, i, j + 1));
        }
    for (int i = 1; i < t.height - 1; i++)
        for (int j = 0; j < t.width; j++)
            *at(image, i, j) = mode3(*at(&t, i - 1, j), *at(&t, i, j), *at(&t, i + 1, j));
    free(t.values);
}

float plain_cambi_reciprocal(int n)
{
    char text[32];
    snprintf(text, sizeof(text), "%.9g", 1.0 / n);
    return strtof(text, NULL);
}

static const float *reciprocals(void)
{
    static float table[PLAIN_CAMBI_LAST_RECIPROCAL + 1];
    for (int n = 1; table[PLAIN_CAMBI_LAST_RECIPROCAL] == 0.0F && n <= PLAIN_CAMBI_LAST_RECIPROCAL; n++)
        table[n] = plain_cambi_reciprocal(n);
    return table;
}

/* N(v + e) for e = -D .. D, from counts[0] on */
static void count_window(const struct image *image, const struct image *mask, int i, int j, int half,
                         int steps, int *counts)
{
    int value = *at(image, i, j);
    memset(counts, 0, (size_t)(2 * steps + 1) * sizeof(*counts));
    for (int y = i - half < 0 ? 0 : i - half; y <= i + half && y < image->height; y++)
        for (int x = j - half < 0 ? 0 : j - half; x <= j + half && x < image->width; x++) {
            int e = *at(image, y, x) - value;
            if (*at(mask, y, x) && e >= -steps && e <= steps)
                counts[e + steps]++;
        }
}

static float contrast_at(const struct image *image, const struct image *mask, int i, int j, int window,
                         const struct plan *plan)
{
    int counts[65], value = *at(image, i, j), D = plan->steps;
    const float *reciprocal = reciprocals();
    float most = 0.0F;
    if (!*at(mask, i, j))
        return 0.0F;
    count_window(image, mask, i, j, window >> 1, D, counts);
    for (int d = 1; d <= D; d++) {
        /* + D: the reference's tables are offset by it */
        if (value > plan->limits.last_visible[d] || value + D + d <= plan->limits.darkest)
            continue;
        int own = counts[D], more = counts[D + d], less = counts[D - d];
        int other = more > less ? more : less;
        float f = (float)((int64_t)step_weights[d] * own * other) * reciprocal[own + other];
        most = f > most ? f : most;
    }
    return most;
}

static int descending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y);
}

/* The exact sum of the k largest, rounded once, over k. */
static double mean_of_largest(const float *contrast, int n, double topk)
{
    __extension__ unsigned __int128 sum = 0;
    double wanted = topk * n;
    int k = wanted < 1.0 ? 1 : wanted > n ? n : (int)wanted;
    float *sorted = plain_alloc((size_t)n, sizeof(*sorted));
    memcpy(sorted, contrast, (size_t)n * sizeof(*sorted));
    qsort(sorted, (size_t)n, sizeof(*sorted), descending);
    for (int i = 0; i < k; i++)
        sum += (uint64_t)((double)sorted[i] * 0x1p24); /* a whole number: values are 0 or at least 1/2 */
    free(sorted);
    return (double)sum * 0x1p-24 / k;
}

/* Section 8 */
static uint16_t heat_of(float contrast, int window, int steps)
{
    int most = step_weights[steps] * window * window / 4;
    double heat = 65535.0 / most * (double)contrast;
    return heat > 65535.0 ? 65535 : (uint16_t)heat;
}

static void score_scale(const struct image *image, const struct image *mask, int window,
                        const struct plan *plan, struct plain_cambi_scale *scale)
{
    size_t n = (size_t)image->width * (size_t)image->height;
    *scale = (struct plain_cambi_scale){image->width, image->height, plain_alloc(n, sizeof(float)),
                                        plain_alloc(n, sizeof(uint16_t)), 0.0};
    for (int i = 0; i < image->height; i++)
        for (int j = 0; j < image->width; j++) {
            float contrast = contrast_at(image, mask, i, j, window, plan);
            scale->contrast[i * image->width + j] = contrast;
            scale->heat[i * image->width + j] = heat_of(contrast, window, plan->steps);
        }
    scale->mean = mean_of_largest(scale->contrast, (int)n, plan->topk);
}

static void make_scales(const struct plain_clip_frame *frame, const struct plan *plan, bool reference,
                        struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES])
{
    const struct view *view = reference ? &plan->src : &plan->enc;
    struct image image = resample(reference ? &frame->ref[0] : &frame->dis[0], view, frame->depth);
    if (plan->anti_dither)
        anti_dither(&image);
    struct image mask = spatial_mask(&image);
    for (int s = 0; s < PLAIN_CAMBI_SCALES; s++) {
        if (s > 0 || plan->fast) {
            decimate(&image);
            decimate(&mask);
        }
        mode_filter(&image);
        score_scale(&image, &mask, view->window, plan, &scales[s]);
    }
    free(image.values);
    free(mask.values);
}

int plain_cambi_scales(const struct plain_clip_frame *frame, const struct plain_cambi_options *options,
                       bool reference, struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES])
{
    struct plan plan;
    if (make_plan(frame, options, &plan))
        return 1;
    make_scales(frame, &plan, reference, scales);
    return 0;
}

void plain_cambi_scales_free(struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES])
{
    for (int s = 0; s < PLAIN_CAMBI_SCALES; s++) {
        free(scales[s].contrast);
        free(scales[s].heat);
    }
}

static double score(const struct plain_clip_frame *frame, const struct plan *plan, bool reference)
{
    struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES];
    double sum = 0.0, window = reference ? plan->src.window : plan->enc.window;
    make_scales(frame, plan, reference, scales);
    for (int s = 0; s < PLAIN_CAMBI_SCALES; s++)
        sum += (double)(16 >> s) * scales[s].mean;
    plain_cambi_scales_free(scales);
    return sum / (window * window);
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct plain_cambi_options *options = opaque;
    struct plan plan;
    if (make_plan(&frames[0], options, &plan))
        return 1;
    for (int t = 0; t < count; t++) {
        double dis = score(&frames[t], &plan, false), most = options->cambi_max_val;
        emit(user, t, "cambi", least(dis, most));
        if (!options->full_ref)
            continue;
        double ref = score(&frames[t], &plan, true);
        emit(user, t, "cambi_source", least(ref, most));
        emit(user, t, "cambi_full_reference", least(dis > ref ? dis - ref : 0.0, most));
    }
    return 0;
}

#define MODEL "cambi_high_res_speedup=1080:cambi_vis_lum_threshold=0.06:cambi_max_val=17.0"

static const struct plain_golden goldens[] = {{"", ""}, {MODEL, "_hrs_1080_cmxv_17_vlt_0.06"}, {0}};
static const struct plain_refusal refused[] = {
    {"still:215x215:400:8:0:0", ""},
    {"still:400x300:400:8:0:0", "enc_width=200:enc_height=200"},
    {"still:400x300:400:8:0:0", "src_width=401:src_height=299"},
    {"still:400x300:400:8:0:0", "src_width=399:src_height=301"},
    {"still:4096x2800:400:8:0:0", "window_size=127"}, /* 145 */
    {"still:400x300:400:8:0:0", "enc_width=0"},
    {"still:400x300:400:8:0:0", "window_size=14"},
    {"still:400x300:400:8:0:0", "max_log_contrast=6"},
    {"still:400x300:400:8:0:0", "topk=0"},
    {"still:400x300:400:8:0:0", "eotf=hlg"},
    {0},
};
extern const struct plain_figure plain_cambi_figures[];

const struct plain_metric plain_cambi = {
    .name = "cambi",
    .options = option_table,
    .options_size = sizeof(struct plain_cambi_options),
    .min_size = 1,
    .single = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_cambi_figures,
    .refused = refused,
};
