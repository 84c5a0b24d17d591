/* Energy of the smoothed reference over that of the noise (spec float_ansnr): the device sums rows, the host
 * takes logarithms. */
#include <math.h>

#include "base/exactmath.h"
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

static const struct ivq_option options[] = {{0}};

enum { ANSNR, ANPSNR };

static const struct ivq_output outputs[] = {
    [ANSNR] = {.name = "float_ansnr",
               .help = "signal over noise, dB; minus infinity where the reference is flat mid-grey"},
    [ANPSNR] = {.name = "float_anpsnr", .help = "peak over noise, dB"},
    {0},
};

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct ivq_plane ref = ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0),
                           dis = ivq_graph_plane(graph, IVQ_SIDE_DIS, 0, 0);
    const struct float_ansnr_params params = {ref.width, ref.height, ref.stride,
                                              ldexpf(1, 8 - format->depth)};
    const ivq_ref pair[] = {ref.ref, dis.ref};
    const struct ivq_kernel *kernel =
        ivq_graph_kernel(graph, "float_ansnr", format->depth > 8 ? "u16" : "u8");
    (void)opaque;
    ivq_graph_launch_rows(graph, &(struct ivq_launch){kernel, &params, ref.width, ref.height, pair});
    return ivq_graph_status(graph, error);
}

/* Section 4. */
static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    static const double smallest_noise = 1e-10;
    const int width = format->width[0], height = format->height[0];
    const float signal = ivq_result_rows(&scored->results[0], height, 0);
    const float noise = ivq_result_rows(&scored->results[0], height, 1);
    const double peak = ldexp((1 << format->depth) - 1, 8 - format->depth), cap = 6.0 * format->depth + 12.0;
    const double most = peak * peak * width * height;
    const double anpsnr =
        10.0 * ivq_log10(most / ((double)noise > smallest_noise ? (double)noise : smallest_noise));
    (void)opaque, (void)state;
    sink->put(sink, ANSNR, scored->frame, noise == 0 ? cap : 10.0 * ivq_log10((double)(signal / noise)));
    sink->put(sink, ANPSNR, scored->frame, anpsnr < cap ? anpsnr : cap);
}

const struct ivq_metric ivq_metric_float_ansnr = {
    .name = "float_ansnr",
    .help = "signal-to-noise ratio of smoothed luma, in binary32",
    .options = options,
    .outputs = outputs,
    .min_size = 3,
    .reads = IVQ_READS_BOTH,
    .plan = plan,
    .score = score,
};
