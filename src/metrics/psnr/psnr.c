/* PSNR of each plane (spec psnr): the device sums squared differences, the host takes the logarithm. */
#include <math.h>
#include <string.h>

#include "base/exactmath.h"
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

struct psnr_options {
    bool enable_chroma, enable_mse, enable_apsnr, reduced_hbd_peak;
    double min_sse;
};

struct psnr_state {
    uint64_t sse[3], samples[3]; /* over all frames, for apsnr */
};

static const struct ivq_option options[] = {
    {"enable_chroma", NULL, IVQ_OPTION_BOOL, 1, 0, 1, offsetof(struct psnr_options, enable_chroma),
     "also the two chroma planes"},
    {"enable_mse", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct psnr_options, enable_mse),
     "also the mean squared errors"},
    {"enable_apsnr", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct psnr_options, enable_apsnr),
     "also the PSNR of the whole clip, from the sum of all squared errors"},
    {"reduced_hbd_peak", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct psnr_options, reduced_hbd_peak),
     "above 8 bits the peak is 255 scaled up, not all ones"},
    {"min_sse", NULL, IVQ_OPTION_DOUBLE, 0, 0, 1.7976931348623157e308, offsetof(struct psnr_options, min_sse),
     "sum of squared errors from which the cap follows; 0: a cap of 6 dB a bit and 12"},
    {0},
};

/* psnr and mse of a plane stand side by side, as in logs of the reference. */
enum { PSNR_Y, MSE_Y, PER_PLANE, APSNR_Y = 3 * PER_PLANE };

static const struct ivq_output outputs[] = {
    {.name = "psnr_y", .help = "luma, dB"},
    {.name = "mse_y", .needs = "enable_mse", .help = "luma, mean squared error in code values"},
    {.name = "psnr_cb", .needs = "enable_chroma", .chroma = true, .help = "Cb, dB"},
    {.name = "mse_cb",
     .needs = "enable_mse",
     .also_needs = "enable_chroma",
     .chroma = true,
     .help = "Cb, likewise"},
    {.name = "psnr_cr", .needs = "enable_chroma", .chroma = true, .help = "Cr, dB"},
    {.name = "mse_cr",
     .needs = "enable_mse",
     .also_needs = "enable_chroma",
     .chroma = true,
     .help = "Cr, likewise"},
    {.name = "apsnr_y", .needs = "enable_apsnr", .aggregate = true, .help = "luma, dB, of the whole clip"},
    {.name = "apsnr_cb", .needs = "enable_apsnr", .aggregate = true, .help = "Cb, likewise"},
    {.name = "apsnr_cr", .needs = "enable_apsnr", .aggregate = true, .help = "Cr, likewise"},
    {0},
};

static int planes(const struct psnr_options *o, const struct ivq_format *format)
{
    return o->enable_chroma ? ivq_format_planes(format) : 1;
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct ivq_kernel *kernel = ivq_graph_kernel(graph, "psnr_sse", format->depth > 8 ? "u16" : "u8");
    for (int p = 0; p < planes(opaque, format); p++) {
        const struct ivq_plane ref = ivq_graph_plane(graph, IVQ_SIDE_REF, p, 0),
                               dis = ivq_graph_plane(graph, IVQ_SIDE_DIS, p, 0);
        const struct psnr_sse_params params = {ref.width, ref.height, ref.stride};
        const ivq_ref pair[] = {ref.ref, dis.ref};
        ivq_graph_launch_sums(graph, &(struct ivq_launch){kernel, &params, ref.width, ref.height, pair});
    }
    return ivq_graph_status(graph, error);
}

/* The square of the largest code value (spec psnr, section 2). */
static uint64_t peak_squared(const struct psnr_options *o, int depth)
{
    const uint64_t peak =
        depth == 8 || o->reduced_hbd_peak ? UINT64_C(255) << (depth - 8) : (UINT64_C(1) << depth) - 1;
    return peak * peak;
}

static double decibel(double power, double error_power)
{
    return 10.0 * ivq_log10(power / error_power);
}

static double cap(const struct psnr_options *o, int depth, double samples)
{
    if (o->min_sse == 0)
        return 6.0 * depth + 12.0;
    return ceil(decibel((double)peak_squared(o, depth), o->min_sse / samples));
}

static void score(const void *opaque, const struct ivq_format *format, void *opaque_state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    static const double smallest_mse = 1e-16; /* spec psnr, section 2 */
    const struct psnr_options *o = opaque;
    struct psnr_state *state = opaque_state;
    for (int p = 0; p < planes(o, format); p++) {
        const uint64_t sse = scored->results[p].u64[0];
        const uint64_t samples = (uint64_t)format->width[p] * (uint64_t)format->height[p];
        const double mse = (double)sse / (double)samples;
        const double psnr =
            decibel((double)peak_squared(o, format->depth), mse > smallest_mse ? mse : smallest_mse);
        const double highest = cap(o, format->depth, (double)samples);
        state->sse[p] += sse;
        state->samples[p] += samples;
        sink->put(sink, PSNR_Y + PER_PLANE * p, scored->frame, psnr < highest ? psnr : highest);
        if (o->enable_mse)
            sink->put(sink, MSE_Y + PER_PLANE * p, scored->frame, mse);
    }
}

/* PSNR of the whole clip (spec psnr, section 3). The bound's product is taken in double, where it cannot
 * wrap. */
static void finish(const void *opaque, const struct ivq_format *format, void *opaque_state, int frames,
                   struct ivq_sink *sink)
{
    const struct psnr_options *o = opaque;
    const struct psnr_state *state = opaque_state;
    if (!o->enable_apsnr || !frames)
        return;
    for (int p = 0; p < 3; p++) {
        double apsnr = -INFINITY; /* of a plane that is not measured */
        if (p < planes(o, format)) {
            const double peak = (double)peak_squared(o, format->depth), samples = (double)state->samples[p];
            const double whole =
                10.0 * ((ivq_log10(peak) + ivq_log10(samples)) - ivq_log10((double)state->sse[p]));
            const double highest = ceil(10.0 * ivq_log10(peak * samples * 2.0));
            apsnr = whole < highest ? whole : highest;
        }
        sink->put(sink, APSNR_Y + p, -1, apsnr);
    }
}

const struct ivq_metric ivq_metric_psnr = {
    .name = "psnr",
    .help = "peak signal-to-noise ratio of each plane",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct psnr_options),
    .state_size = sizeof(struct psnr_state),
    .min_size = 1,
    .reads = IVQ_READS_BOTH | IVQ_READS_CHROMA,
    .plan = plan,
    .score = score,
    .finish = finish,
};
