/* psnr.md sections 1 to 4. */
#include "psnr.h"
#include "plain_util.h"

#include <float.h>
#include <math.h>

#define LEAST_MSE 1e-16 /* psnr.md section 2 */

static const char *const psnr_names[3] = {"psnr_y", "psnr_cb", "psnr_cr"};
static const char *const mse_names[3] = {"mse_y", "mse_cb", "mse_cr"};
static const char *const apsnr_names[3] = {"apsnr_y", "apsnr_cb", "apsnr_cr"};

struct psnr_options {
    bool enable_chroma, enable_mse, enable_apsnr, reduced_hbd_peak;
    double min_sse;
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(psnr_options, enable_chroma, true),
    PLAIN_SWITCH(psnr_options, enable_mse, false),
    PLAIN_SWITCH(psnr_options, enable_apsnr, false),
    PLAIN_SWITCH(psnr_options, reduced_hbd_peak, false),
    PLAIN_NUMBER(psnr_options, min_sse, 0.0, 0.0, DBL_MAX),
    {0},
};

uint64_t plain_psnr_sse(const struct plain_plane *ref, const struct plain_plane *dis)
{
    uint64_t sse = 0;
    for (int i = 0; i < ref->width * ref->height; i++) {
        int64_t difference = (int64_t)ref->samples[i] - dis->samples[i];
        sse += (uint64_t)(difference * difference);
    }
    return sse;
}

static double samples_of(const struct plain_plane *plane)
{
    return (double)plane->width * plane->height;
}

static double peak_squared(int depth, bool reduced)
{
    double peak = reduced ? 255.0 * (double)(1 << (depth - 8)) : (double)((1 << depth) - 1);
    return peak * peak;
}

static double cap(const struct plain_clip_frame *frame, int plane, const struct psnr_options *options)
{
    if (options->min_sse <= 0.0)
        return 6.0 * frame->depth + 12.0;
    double mse = options->min_sse / samples_of(&frame->ref[plane]);
    return ceil(10.0 * plain_log10(peak_squared(frame->depth, options->reduced_hbd_peak) / mse));
}

static double psnr(double mse, double peak2, double limit)
{
    double floored = mse > LEAST_MSE ? mse : LEAST_MSE;
    double value = 10.0 * plain_log10(peak2 / floored);
    return value < limit ? value : limit;
}

/* The reference takes the product of `most` modulo 2^64; in double it does not wrap and has the same bits
 * below. */
static double apsnr(double peak2, uint64_t samples, uint64_t sse)
{
    if (samples == 0)
        return -INFINITY; /* what section 3 gives for planes that were switched off */
    double n = (double)samples;
    double most = ceil(10.0 * plain_log10(peak2 * n * 2.0));
    if (sse == 0)
        return most;
    double value = 10.0 * ((plain_log10(peak2) + plain_log10(n)) - plain_log10((double)sse));
    return value < most ? value : most;
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct psnr_options *options = opaque;
    double peak2 = peak_squared(frames[0].depth, options->reduced_hbd_peak);
    int planes = options->enable_chroma ? frames[0].planes : 1;
    uint64_t total_sse[3] = {0}, total_samples[3] = {0};
    for (int t = 0; t < count; t++) {
        double mse[3];
        for (int c = 0; c < planes; c++) {
            uint64_t sse = plain_psnr_sse(&frames[t].ref[c], &frames[t].dis[c]);
            total_sse[c] += sse;
            total_samples[c] += (uint64_t)frames[t].ref[c].width * (uint64_t)frames[t].ref[c].height;
            mse[c] = (double)sse / samples_of(&frames[t].ref[c]);
            emit(user, t, psnr_names[c], psnr(mse[c], peak2, cap(&frames[t], c, options)));
        }
        for (int c = 0; options->enable_mse && c < planes; c++)
            emit(user, t, mse_names[c], mse[c]);
    }
    for (int c = 0; options->enable_apsnr && c < 3; c++)
        emit(user, -1, apsnr_names[c], apsnr(peak2, total_samples[c], total_sse[c]));
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {{"flat:40x40:8:0:0", "min_sse=-1"}, {0}};
extern const struct plain_figure plain_psnr_figures[];

const struct plain_metric plain_psnr = {
    .name = "psnr",
    .options = option_table,
    .options_size = sizeof(struct psnr_options),
    .min_size = 1,
    .ulps = 2, /* the logarithm, DECISIONS 6; two figures are 2 away */
    .run = run,
    .goldens = goldens,
    .figures = plain_psnr_figures,
    .refused = refused,
};
