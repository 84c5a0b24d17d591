/* ssim.md part B. */
#include "plain_util.h"

#include <math.h>
#include <stdlib.h>

static const struct plain_option option_table[] = {{0}};

static const int64_t taps[9] = {2, 9, 28, 55, 68, 55, 28, 9, 2};

enum { LARGE_FRAME = 1 << 25 };

/* Sums under the window: of the weights, of both pictures' samples, of their squares and products. */
struct moments {
    int64_t w, x, y, xx, xy, yy;
};

static void add(struct moments *to, const struct moments *from, int64_t weight)
{
    to->w += weight * from->w;
    to->x += weight * from->x;
    to->y += weight * from->y;
    to->xx += weight * from->xx;
    to->xy += weight * from->xy;
    to->yy += weight * from->yy;
}

/* Sums of n moments, step apart, weighted by the window around number i; what lies outside is dropped. */
static struct moments windowed(const struct moments *line, int step, int i, int n)
{
    struct moments sum = {0};
    for (int k = 0; k < 9; k++)
        if (i + k - 4 >= 0 && i + k - 4 < n)
            add(&sum, &line[(i + k - 4) * step], taps[k]);
    return sum;
}

/* Weighted by W. */
static double similarity(const struct moments *m, int depth)
{
    double peak = (double)((1 << depth) - 1), P = peak * peak, W = (double)m->w;
    double X = (double)m->x, Y = (double)m->y;
    double c1 = P * (0.01 * 0.01) * W * W, c2 = P * (0.03 * 0.03) * W * W;
    double a = X * X, b = X * Y, e = Y * Y;
    double num = W * (2.0 * b + c1) * (c2 + 2.0 * ((double)m->xy * W - b));
    double den = (a + e + c1) * ((double)m->xx * W - a + (double)m->yy * W - e + c2);
    return num / den;
}

static struct moments *moments_of(const struct plain_clip_frame *frame)
{
    int count = frame->ref[0].width * frame->ref[0].height;
    struct moments *all = plain_alloc((size_t)count, sizeof(*all));
    for (int i = 0; i < count; i++) {
        int64_t s = frame->ref[0].samples[i], d = frame->dis[0].samples[i];
        all[i] = (struct moments){1, s, d, s * s, s * d, d * d};
    }
    return all;
}

/* The sum is of integers, so that it needs no order (DECISIONS 24, section B7). */
static double score(const struct plain_clip_frame *frame)
{
    int width = frame->ref[0].width, height = frame->ref[0].height;
    int bits = width * height < LARGE_FRAME ? 22 : 20;
    struct moments *samples = moments_of(frame);
    struct moments *rows = plain_alloc((size_t)width * (size_t)height, sizeof(*rows));
    int64_t sum = 0, weights = 0;
    for (int i = 0; i < width * height; i++)
        rows[i] = windowed(samples + i - i % width, 1, i % width, width);
    for (int i = 0; i < width * height; i++) {
        struct moments m = windowed(rows + i % width, width, i / width, height);
        sum += llrint(ldexp(similarity(&m, frame->depth), bits));
        weights += m.w;
    }
    free(samples);
    free(rows);
    return ldexp((double)sum, -bits) / (double)weights;
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    (void)options;
    for (int t = 0; t < count; t++)
        emit(user, t, "ssim", score(&frames[t]));
    return 0;
}

static const struct plain_refusal refused[] = {{"flat:40x40:8:0:0", "scale=1"}, {0}};
extern const struct plain_figure plain_ssim_figures[];

const struct plain_metric plain_ssim = {
    .name = "ssim",
    .options = option_table,
    .min_size = 1,
    .single = true,
    .difference = 7e-12, /* the sums, DECISIONS 24 */
    .run = run,
    .figures = plain_ssim_figures,
    .refused = refused,
};
