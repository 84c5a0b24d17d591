/* float_vif.md. */
#include "float_vif.h"
#include "plain_image.h"

#include <math.h>
#include <string.h>

enum { SCALES = 4 };

struct float_vif_options {
    bool debug, vif_skip_scale0;
    int vif_prescale_method;
    double vif_enhn_gain_limit, vif_kernelscale, vif_prescale, vif_sigma_nsq;
    double vif_scale1_min_val, vif_scale2_min_val, vif_scale3_min_val;
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(float_vif_options, debug, false),
    PLAIN_NUMBER(float_vif_options, vif_enhn_gain_limit, 100.0, 1.0, 100.0),
    PLAIN_NUMBER(float_vif_options, vif_kernelscale, 1.0, 0.1, 4.0),
    PLAIN_NUMBER(float_vif_options, vif_prescale, 1.0, 0.1, 4.0),
    PLAIN_TEXT(float_vif_options, vif_prescale_method, PLAIN_NEAREST, plain_resize_names),
    PLAIN_NUMBER(float_vif_options, vif_scale1_min_val, 0.0, 0.0, 1.0),
    PLAIN_NUMBER(float_vif_options, vif_scale2_min_val, 0.0, 0.0, 1.0),
    PLAIN_NUMBER(float_vif_options, vif_scale3_min_val, 0.0, 0.0, 1.0),
    PLAIN_NUMBER(float_vif_options, vif_sigma_nsq, 2.0, 0.0, 5.0),
    PLAIN_SWITCH(float_vif_options, vif_skip_scale0, false),
    {0},
};

/* Section 3 */
int plain_vif_taps(double kernelscale, int scale, float taps[PLAIN_KERNEL_MOST])
{
    int count = plain_kernel_count((1 << (4 - scale)) + 1, kernelscale);
    plain_kernel_taps(count, (float)count / 5.0F, taps);
    return count;
}

/* --- Section 6: one pixel --- */

/* The binary logarithm of x >= 1, approximately. */
static float lg(float x)
{
    static const float c[9] = {-0.012671635276421F, 0.064841182402670F,  -0.157048836463065F,
                               0.257167726303123F,  -0.353800560300520F, 0.480131410397451F,
                               -0.721314327952201F, 1.442694803896991F,  0.0F};
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    float exponent = (float)((int)(bits >> 23) - 127), mantissa, sum = 0.0F;
    bits = (bits & 0x7FFFFF) | 0x3F800000;
    memcpy(&mantissa, &bits, sizeof(mantissa));
    for (int i = 0; i < 9; i++)
        sum = sum * (mantissa - 1.0F) + c[i];
    return exponent + sum;
}

/* log2(1 + s1 / nsq); what the reference makes of infinity and of 0 / 0 by their bits. */
static float denominator(float s1, double nsq)
{
    if (nsq == 0.0)
        return s1 > 0.0F ? 128.0F : 128.0F + lg(1.5F);
    return lg((float)(1.0 + (double)s1 / nsq));
}

struct model {
    double nsq;
    float limit, c;
};

static struct model model_of(const struct float_vif_options *options)
{
    float square = plain_powf((float)options->vif_sigma_nsq, 2.0F);
    return (struct model){options->vif_sigma_nsq, (float)options->vif_enhn_gain_limit,
                          (float)((double)square / 65025.0)};
}

static void information(float s1, float s2, float s12, const struct model *model, float *num, float *den)
{
    const float eps = 1e-10F;
    s1 = s1 > 0.0F ? s1 : 0.0F;
    s2 = s2 > 0.0F ? s2 : 0.0F;
    float g = s12 / (s1 + eps), gs = g * s12, sv = s2 - gs;
    if (s1 < eps) {
        g = 0.0F;
        sv = s2;
        s1 = 0.0F;
    }
    if (s2 < eps) {
        g = 0.0F;
        sv = 0.0F;
    }
    if (g < 0.0F) {
        sv = s2;
        g = 0.0F;
    }
    sv = sv > eps ? sv : eps;
    g = g < model->limit ? g : model->limit;
    float signal = g * g * s1;
    *num = s12 < 0.0F ? 0.0F : lg((float)(1.0 + (double)signal / ((double)sv + model->nsq)));
    *den = denominator(s1, model->nsq);
    if ((double)s1 < model->nsq) {
        float flat = s2 * model->c;
        *num = 1.0F - flat;
        *den = 1.0F;
    }
}

/* --- Sections 4, 5 and 7 --- */

static struct plain_image filtered_product(const struct plain_image *a, const struct plain_image *b,
                                           const float *taps, int n)
{
    struct plain_image product = plain_image_product(a, b), out = plain_image_filter(&product, taps, n);
    plain_image_free(&product);
    return out;
}

/* Filters, then keeps every other sample each way. */
static void halve(struct plain_image *image, const float *taps, int n)
{
    struct plain_image all = plain_image_filter(image, taps, n);
    struct plain_image half = plain_image_new(image->width / 2, image->height / 2);
    for (int y = 0; y < half.height; y++)
        for (int x = 0; x < half.width; x++)
            half.samples[y * half.width + x] = all.samples[2 * y * all.width + 2 * x];
    plain_image_free(&all);
    plain_image_free(image);
    *image = half;
}

struct sums {
    float num, den;
};

static struct sums statistics(const struct plain_image *r, const struct plain_image *d, const float *taps,
                              int n, const struct model *model)
{
    struct plain_image mu1 = plain_image_filter(r, taps, n), mu2 = plain_image_filter(d, taps, n);
    struct plain_image xx = filtered_product(r, r, taps, n), yy = filtered_product(d, d, taps, n);
    struct plain_image xy = filtered_product(r, d, taps, n);
    for (int i = 0; i < plain_image_count(&mu1); i++) {
        float m1 = mu1.samples[i], m2 = mu2.samples[i], m11 = m1 * m1, m22 = m2 * m2, m12 = m1 * m2;
        information(xx.samples[i] - m11, yy.samples[i] - m22, xy.samples[i] - m12, model, &mu1.samples[i],
                    &mu2.samples[i]);
    }
    struct sums sums = {plain_image_sum(&mu1), plain_image_sum(&mu2)};
    plain_image_free(&mu1);
    plain_image_free(&mu2);
    plain_image_free(&xx);
    plain_image_free(&yy);
    plain_image_free(&xy);
    return sums;
}

static int scaled(int size, double prescale)
{
    return (int)((double)size * prescale + 0.5);
}

static struct plain_image prescaled(const struct plain_plane *plane, int depth,
                                    const struct float_vif_options *options)
{
    struct plain_image image = plain_image_of(plane, depth, -128.0F);
    struct plain_image out = plain_image_resize(&image, scaled(image.width, options->vif_prescale),
                                                scaled(image.height, options->vif_prescale),
                                                (enum plain_resize)options->vif_prescale_method);
    plain_image_free(&image);
    return out;
}

/* A scale that is skipped has num 0 and den -1, and stays out of both totals. */
static void score_frame(const struct plain_clip_frame *frame, const struct float_vif_options *options,
                        struct sums sums[SCALES])
{
    struct plain_image r = prescaled(&frame->ref[0], frame->depth, options);
    struct plain_image d = prescaled(&frame->dis[0], frame->depth, options);
    struct model model = model_of(options);
    sums[0] = (struct sums){0.0F, -1.0F};
    for (int s = options->vif_skip_scale0 ? 1 : 0; s < SCALES; s++) {
        float taps[PLAIN_KERNEL_MOST];
        int n = plain_vif_taps(options->vif_kernelscale, s, taps);
        if (s > 0) {
            halve(&r, taps, n);
            halve(&d, taps, n);
        }
        sums[s] = statistics(&r, &d, taps, n, &model);
    }
    plain_image_free(&r);
    plain_image_free(&d);
}

static void emit_debug(int t, const struct sums sums[SCALES], bool skipped, plain_emit_fn emit, void *user)
{
    static const char *const num_names[] = {"vif_num_scale0", "vif_num_scale1", "vif_num_scale2",
                                            "vif_num_scale3"};
    static const char *const den_names[] = {"vif_den_scale0", "vif_den_scale1", "vif_den_scale2",
                                            "vif_den_scale3"};
    double num = 0.0, den = 0.0;
    for (int s = skipped ? 1 : 0; s < SCALES; s++) {
        num += (double)sums[s].num;
        den += (double)sums[s].den;
    }
    emit(user, t, "vif", den == 0.0 ? 1.0 : num / den);
    emit(user, t, "vif_num", num);
    emit(user, t, "vif_den", den);
    for (int s = 0; s < SCALES; s++) {
        emit(user, t, num_names[s], (double)sums[s].num);
        emit(user, t, den_names[s], (double)sums[s].den);
    }
}

static void emit_scores(int t, const struct sums sums[SCALES], const struct float_vif_options *options,
                        plain_emit_fn emit, void *user)
{
    static const char *const names[] = {"vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3"};
    const double least[] = {0.0, options->vif_scale1_min_val, options->vif_scale2_min_val,
                            options->vif_scale3_min_val};
    for (int s = 0; s < SCALES; s++) {
        double score = (double)sums[s].num / (double)sums[s].den;
        if (s == 0)
            score = options->vif_skip_scale0 ? 0.0 : score;
        else
            score = score > least[s] ? score : least[s];
        emit(user, t, names[s], score);
    }
    if (options->debug)
        emit_debug(t, sums, options->vif_skip_scale0, emit, user);
}

/* --- Refusals and all of it --- */

/* Whether every filter is at most one reflection away from the samples of a side. */
static bool side_fits(int side, const struct float_vif_options *options)
{
    for (int s = options->vif_skip_scale0 ? 1 : 0; s < SCALES; s++) {
        int reach = plain_kernel_count((1 << (4 - s)) + 1, options->vif_kernelscale) / 2;
        if (reach > side - 1)
            return false;
        side = s > 0 ? side / 2 : side;
        if (reach > side - 1)
            return false;
    }
    return true;
}

static int check(int width, int height, const struct float_vif_options *options)
{
    int to_width = scaled(width, options->vif_prescale), to_height = scaled(height, options->vif_prescale);
    int least = plain_resize_least((enum plain_resize)options->vif_prescale_method);
    if (!plain_kernel_allows(options->vif_kernelscale))
        return plain_fail("float_vif: vif_kernelscale=%g is none of its values", options->vif_kernelscale);
    if ((to_width != width || to_height != height) && (width < least || height < least))
        return plain_fail("float_vif: %dx%d is too small to be resized", width, height);
    if (!side_fits(to_width, options) || !side_fits(to_height, options))
        return plain_fail("float_vif: %dx%d is too small for its kernels", to_width, to_height);
    return 0;
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct float_vif_options *options = opaque;
    if (check(frames[0].ref[0].width, frames[0].ref[0].height, options))
        return 1;
    for (int t = 0; t < count; t++) {
        struct sums sums[SCALES];
        score_frame(&frames[t], options, sums);
        emit_scores(t, sums, options, emit, user);
    }
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:16x15:8:0:0", ""},
    {"flat:56x55:8:0:0", "vif_kernelscale=3.7113"},
    {"flat:30x30:8:0:0", "vif_prescale=0.5"},
    {"flat:5x5:8:0:0", "vif_prescale=4:vif_prescale_method=lanczos4"},
    {"flat:40x40:8:0:0", "vif_kernelscale=0.9"},
    {"flat:40x40:8:0:0", "vif_kernelscale=0.05"},
    {"flat:40x40:8:0:0", "vif_prescale_method=area"},
    {"flat:40x40:8:0:0", "vif_enhn_gain_limit=0.5"},
    {"flat:40x40:8:0:0", "vif_sigma_nsq=6"},
    {0},
};
extern const struct plain_figure plain_float_vif_figures[];

const struct plain_metric plain_float_vif = {
    .name = "float_vif",
    .options = option_table,
    .options_size = sizeof(struct float_vif_options),
    .min_size = 1, /* follows from the kernels and the resizing */
    .single = true,
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_float_vif_figures,
    .refused = refused,
};
