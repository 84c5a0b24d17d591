/* ssim.md part A. */
#include "float_ssim.h"

#include <math.h>
#include <stdlib.h>

struct float_ssim_options {
    bool enable_lcs, enable_db, clip_db;
    int scale;
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(float_ssim_options, enable_lcs, false),
    PLAIN_SWITCH(float_ssim_options, enable_db, false),
    PLAIN_SWITCH(float_ssim_options, clip_db, false),
    PLAIN_WHOLE(float_ssim_options, scale, 0, 0, 10),
    {0},
};

/* --- A3: decimation --- */

static int symmetric(int i, int n)
{
    if (i < 0)
        return -1 - i;
    return i >= n ? 2 * n - 1 - i : i;
}

float plain_ssim_box(const struct plain_image *image, const float *weights, int size, int first, int x, int y)
{
    double sum = 0.0;
    for (int v = 0; v < size; v++)
        for (int u = 0; u < size; u++) {
            int row = symmetric(y + first + v, image->height),
                column = symmetric(x + first + u, image->width);
            sum += (double)(image->samples[row * image->width + column] * weights[v * size + u]);
        }
    return (float)sum;
}

static int factor(int scale, int width, int height)
{
    int side = width < height ? width : height;
    int nearest = (side + 128) / 256;
    return scale > 0 ? scale : nearest > 1 ? nearest : 1;
}

/* The extra sample follows from the width being odd, not from what the factor leaves over. */
static int decimated(int n, int f)
{
    return f == 1 ? n : n / f + n % 2;
}

static struct plain_image decimate(const struct plain_image *image, int f)
{
    struct plain_image out = plain_image_new(decimated(image->width, f), decimated(image->height, f));
    float *weights = plain_alloc((size_t)f * (size_t)f, sizeof(*weights));
    for (int i = 0; i < f * f; i++)
        weights[i] = 1.0F / (float)(f * f);
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
            out.samples[y * out.width + x] = plain_ssim_box(image, weights, f, -(f / 2), x * f, y * f);
    free(weights);
    return out;
}

/* --- A4: the window --- */

/* Sum of 11 samples, step apart, that begin at from. */
static float window(const float *from, int step)
{
    static const float g[11] = {0.001028F, 0.007599F, 0.036001F, 0.109361F, 0.213006F, 0.266012F,
                                0.213006F, 0.109361F, 0.036001F, 0.007599F, 0.001028F};
    double sum = 0.0;
    for (int k = 0; k < 11; k++)
        sum += (double)(from[k * step] * g[k]);
    return (float)sum;
}

static struct plain_image windowed(const struct plain_image *image)
{
    int width = image->width - 10, height = image->height - 10;
    struct plain_image rows = plain_image_new(width, image->height), out = plain_image_new(width, height);
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < width; x++)
            rows.samples[y * width + x] = window(image->samples + y * image->width + x, 1);
    for (int i = 0; i < width * height; i++)
        out.samples[i] = window(rows.samples + i, width);
    plain_image_free(&rows);
    return out;
}

static struct plain_image windowed_product(const struct plain_image *a, const struct plain_image *b)
{
    struct plain_image product = plain_image_product(a, b), out = windowed(&product);
    plain_image_free(&product);
    return out;
}

/* --- A5 and A6: maps and means --- */

/* Of one position: the means, mean squares and mean product under the window. */
static void local(float m1, float m2, float q1, float q2, float q12, double *l, double *c, double *s)
{
    const float t1 = 0.01F * 255.0F, t2 = 0.03F * 255.0F, C1 = t1 * t1, C2 = t2 * t2, C3 = C2 / 2.0F;
    float m11 = m1 * m1, m22 = m2 * m2, m12 = m1 * m2;
    float v1 = q1 - m11, v2 = q2 - m22, cv = q12 - m12;
    v1 = v1 > 0.0F ? v1 : 0.0F;
    v2 = v2 > 0.0F ? v2 : 0.0F;
    float sg = sqrtf(v1 * v2), sum_m = m11 + m22, sum_v = v1 + v2;
    cv = cv < 0.0F && sg <= 0.0F ? 0.0F : cv;
    *l = (2.0 * (double)m1 * (double)m2 + (double)C1) / (double)(sum_m + C1);
    *c = (2.0 * (double)sg + (double)C2) / (double)(sum_v + C2);
    *s = (double)((cv + C3) / (sg + C3));
}

/* Sums are of integers, so that they need no order (DECISIONS 24). */
static void add(int64_t *sum, double term)
{
    *sum += llrint(ldexp(term, 36));
}

static float mean(int64_t sum, int count)
{
    return (float)(ldexp((double)sum, -36) / (double)count);
}

struct plain_ssim_means plain_ssim_means(const struct plain_image *ref, const struct plain_image *dis)
{
    struct plain_image m1 = windowed(ref), m2 = windowed(dis), q1 = windowed_product(ref, ref);
    struct plain_image q2 = windowed_product(dis, dis), q12 = windowed_product(ref, dis);
    int64_t sum_l = 0, sum_c = 0, sum_s = 0, sum = 0;
    int count = plain_image_count(&m1);
    for (int i = 0; i < count; i++) {
        double l, c, s;
        local(m1.samples[i], m2.samples[i], q1.samples[i], q2.samples[i], q12.samples[i], &l, &c, &s);
        add(&sum_l, l);
        add(&sum_c, c);
        add(&sum_s, s);
        add(&sum, l * c * s);
    }
    plain_image_free(&m1);
    plain_image_free(&m2);
    plain_image_free(&q1);
    plain_image_free(&q2);
    plain_image_free(&q12);
    return (struct plain_ssim_means){mean(sum_l, count), mean(sum_c, count), mean(sum_s, count),
                                     mean(sum, count)};
}

/* --- A7 --- */

double plain_ssim_decibels(double score, const struct plain_clip_frame *frame, bool clip)
{
    double samples = (double)frame->ref[0].width * frame->ref[0].height;
    double peak = (double)((1 << frame->depth) - 1), most = INFINITY;
    if (clip)
        most = ceil(10.0 * plain_log10(peak * peak / (0.5 / samples)));
    double decibels = -10.0 * plain_log10(1.0 - score);
    return decibels < most ? decibels : most;
}

/* --- All of it --- */

static void score_frame(const struct plain_clip_frame *frame, int t, int f,
                        const struct float_ssim_options *options, plain_emit_fn emit, void *user)
{
    struct plain_image ref = plain_image_of(&frame->ref[0], frame->depth, 0.0F);
    struct plain_image dis = plain_image_of(&frame->dis[0], frame->depth, 0.0F);
    struct plain_image small_ref = decimate(&ref, f), small_dis = decimate(&dis, f);
    struct plain_ssim_means means = plain_ssim_means(&small_ref, &small_dis);
    double score = (double)means.product;
    emit(user, t, "float_ssim",
         options->enable_db ? plain_ssim_decibels(score, frame, options->clip_db) : score);
    if (options->enable_lcs) {
        emit(user, t, "float_ssim_l", (double)means.l);
        emit(user, t, "float_ssim_c", (double)means.c);
        emit(user, t, "float_ssim_s", (double)means.s);
    }
    plain_image_free(&ref);
    plain_image_free(&dis);
    plain_image_free(&small_ref);
    plain_image_free(&small_dis);
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct float_ssim_options *options = opaque;
    int width = frames[0].ref[0].width, height = frames[0].ref[0].height;
    int f = factor(options->scale, width, height);
    if (decimated(width, f) < PLAIN_SSIM_LEAST || decimated(height, f) < PLAIN_SSIM_LEAST)
        return plain_fail("float_ssim: %dx%d decimated by %d is below %dx%d", width, height, f,
                          PLAIN_SSIM_LEAST, PLAIN_SSIM_LEAST);
    for (int t = 0; t < count; t++)
        score_frame(&frames[t], t, f, options, emit, user);
    return 0;
}

static const struct plain_golden goldens[] = {{"enable_lcs=true", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:10x11:8:0:0", ""},        {"flat:320x192:8:0:0", "scale=11"},  {"flat:65x64:8:0:0", "scale=6"},
    {"flat:64x65:8:0:0", "scale=6"}, {"flat:40x40:8:0:0", "enable_db=1"}, {0},
};
extern const struct plain_figure plain_float_ssim_figures[];

const struct plain_metric plain_float_ssim = {
    .name = "float_ssim",
    .options = option_table,
    .options_size = sizeof(struct float_ssim_options),
    .min_size = PLAIN_SSIM_LEAST,
    .single = true,
    .ulps = 2,             /* the logarithm, DECISIONS 6: one of it can be two of ten times it */
    .difference = 7.3e-12, /* the sums, DECISIONS 24: one step of binary32 at 1e-4 */
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_float_ssim_figures,
    .refused = refused,
};
