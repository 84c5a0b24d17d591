/* float_ansnr.md sections 1 to 4. */
#include "float_ansnr.h"

static const struct plain_option option_table[] = {{0}};

static const float ref_kernel[9] = {1, 2, 1, 2, 4, 2, 1, 2, 1}; /* of 16 */
static const float dis_kernel[25] = {2,  7,  12, 7,  2,  7,  31, 52, 31, 7,  12, 52, 127,
                                     52, 12, 7,  31, 52, 31, 7,  2,  7,  12, 7,  2}; /* of 571 */

/* The two ends differ: the first sample is not repeated, the last one is. */
static int fold(int i, int n)
{
    if (i < 0)
        return -i;
    return i >= n ? 2 * n - 1 - i : i;
}

/* Rows of the kernel are summed by themselves first. */
static float stencil(const struct plain_image *image, const float *kernel, float of, int size, int x, int y)
{
    float sum = 0.0F;
    for (int v = 0; v < size; v++) {
        int row = fold(y - size / 2 + v, image->height);
        float inner = 0.0F;
        for (int u = 0; u < size; u++) {
            float tap = (float)((double)kernel[v * size + u] / (double)of);
            inner += tap * image->samples[row * image->width + fold(x - size / 2 + u, image->width)];
        }
        sum += inner;
    }
    return sum;
}

static struct plain_image smooth(const struct plain_image *image, const float *kernel, float of, int size)
{
    struct plain_image out = plain_image_new(image->width, image->height);
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
            out.samples[y * out.width + x] = stencil(image, kernel, of, size, x, y);
    return out;
}

static float energy(const struct plain_image *image)
{
    struct plain_image squares = plain_image_product(image, image);
    float sum = plain_image_sum(&squares);
    plain_image_free(&squares);
    return sum;
}

struct plain_ansnr_energies plain_ansnr_energies(const struct plain_clip_frame *frame)
{
    struct plain_image ref = plain_image_of(&frame->ref[0], frame->depth, -128.0F);
    struct plain_image dis = plain_image_of(&frame->dis[0], frame->depth, -128.0F);
    struct plain_image r = smooth(&ref, ref_kernel, 16.0F, 3), d = smooth(&dis, dis_kernel, 571.0F, 5);
    struct plain_ansnr_energies energies = {.signal = energy(&r)};
    for (int i = 0; i < plain_image_count(&r); i++)
        r.samples[i] -= d.samples[i];
    energies.noise = energy(&r);
    plain_image_free(&ref);
    plain_image_free(&dis);
    plain_image_free(&r);
    plain_image_free(&d);
    return energies;
}

static double ansnr(struct plain_ansnr_energies energies, int depth)
{
    if (energies.noise == 0.0F)
        return plain_image_cap(depth);
    return 10.0 * plain_log10((double)(energies.signal / energies.noise));
}

static double anpsnr(struct plain_ansnr_energies energies, const struct plain_clip_frame *frame)
{
    double peak = plain_image_peak(frame->depth), cap = plain_image_cap(frame->depth);
    double noise = (double)energies.noise > 1e-10 ? (double)energies.noise : 1e-10;
    double most = peak * peak * frame->ref[0].width * frame->ref[0].height;
    double decibels = 10.0 * plain_log10(most / noise);
    return decibels < cap ? decibels : cap;
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    (void)options;
    for (int t = 0; t < count; t++) {
        struct plain_ansnr_energies energies = plain_ansnr_energies(&frames[t]);
        emit(user, t, "float_ansnr", ansnr(energies, frames[t].depth));
        emit(user, t, "float_anpsnr", anpsnr(energies, &frames[t]));
    }
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:3x2:8:0:0", ""}, {"flat:40x40:8:0:0", "debug=true"}, {0}};
extern const struct plain_figure plain_float_ansnr_figures[];

const struct plain_metric plain_float_ansnr = {
    .name = "float_ansnr",
    .options = option_table,
    .min_size = 3,
    .single = true,
    .ulps = 2,           /* the logarithm, DECISIONS 6: one of it can be two of ten times it */
    .difference = 5e-17, /* the reference's log prints 16 decimals of small numbers */
    .run = run,
    .goldens = goldens,
    .figures = plain_float_ansnr_figures,
    .refused = refused,
};
