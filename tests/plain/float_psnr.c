/* psnr.md section 5. */
#include "plain_image.h"

static const struct plain_option option_table[] = {{0}};

/* Squares are rounded to binary32. The reference adds them in binary64; an exact sum differs from that only
   above 2^53 of their units: 8K at 16 bits (section 7). */
static double score(const struct plain_clip_frame *frame)
{
    struct plain_image ref = plain_image_of(&frame->ref[0], frame->depth, 0.0F);
    struct plain_image dis = plain_image_of(&frame->dis[0], frame->depth, 0.0F);
    for (int i = 0; i < plain_image_count(&ref); i++)
        ref.samples[i] -= dis.samples[i];
    struct plain_image squares = plain_image_product(&ref, &ref);
    double sum = plain_image_exact_sum(&squares, 2 * (frame->depth - 8));
    double mean = sum / (double)plain_image_count(&ref), peak = plain_image_peak(frame->depth);
    double decibels = 10.0 * plain_log10(peak * peak / (mean > 1e-10 ? mean : 1e-10));
    double cap = plain_image_cap(frame->depth);
    plain_image_free(&ref);
    plain_image_free(&dis);
    plain_image_free(&squares);
    return decibels < cap ? decibels : cap;
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    (void)options;
    for (int t = 0; t < count; t++)
        emit(user, t, "float_psnr", score(&frames[t]));
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {{"flat:40x40:8:0:0", "enable_mse=true"}, {0}};
extern const struct plain_figure plain_float_psnr_figures[];

const struct plain_metric plain_float_psnr = {
    .name = "float_psnr",
    .options = option_table,
    .min_size = 1,
    .single = true,
    .ulps = 2,           /* the logarithm, DECISIONS 6: one of it can be two of ten times it */
    .difference = 5e-17, /* the reference's log prints 16 decimals of small numbers */
    .run = run,
    .goldens = goldens,
    .figures = plain_float_psnr_figures,
    .refused = refused,
};
