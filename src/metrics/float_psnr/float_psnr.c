/* PSNR of luma in binary32 (spec psnr, section 5): the device sums squared differences, the host takes the
 * logarithm. */
#include <math.h>

#include "base/exactmath.h"
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

enum { MOST_EXACT_DEPTH = 12 }; /* squares of differences fit in the 24 bits of binary32 */

static const struct ivq_option options[] = {{0}};

static const struct ivq_output outputs[] = {{.name = "float_psnr", .help = "luma, dB"}, {0}};

/* Where squares are exact their sum is psnr's, and so is the pass. */
static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct ivq_plane ref = ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0),
                           dis = ivq_graph_plane(graph, IVQ_SIDE_DIS, 0, 0);
    const ivq_ref pair[] = {ref.ref, dis.ref};
    const struct psnr_sse_params exact = {ref.width, ref.height, ref.stride};
    const struct float_psnr_sse_params rounded = {ref.width, ref.height, ref.stride};
    struct ivq_launch launch = {.width = ref.width, .height = ref.height, .inputs = pair};
    (void)opaque;
    if (format->depth <= MOST_EXACT_DEPTH) {
        launch.kernel = ivq_graph_kernel(graph, "psnr_sse", format->depth > 8 ? "u16" : "u8");
        launch.params = &exact;
    } else {
        launch.kernel = ivq_graph_kernel(graph, "float_psnr_sse", "");
        launch.params = &rounded;
    }
    ivq_graph_launch_sums(graph, &launch);
    return ivq_graph_status(graph, error);
}

static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    static const double smallest_mse = 1e-10;
    const int fraction_bits = format->depth - 8;
    const double samples = (double)format->width[0] * (double)format->height[0];
    const double mse = ldexp((double)scored->results[0].u64[0], -2 * fraction_bits) / samples;
    const double peak = ldexp((1 << format->depth) - 1, -fraction_bits), cap = 6.0 * format->depth + 12.0;
    const double psnr = 10.0 * ivq_log10(peak * peak / (mse > smallest_mse ? mse : smallest_mse));
    (void)opaque, (void)state;
    sink->put(sink, 0, scored->frame, psnr < cap ? psnr : cap);
}

const struct ivq_metric ivq_metric_float_psnr = {
    .name = "float_psnr",
    .help = "peak signal-to-noise ratio of luma, in binary32",
    .options = options,
    .outputs = outputs,
    .min_size = 1,
    .reads = IVQ_READS_BOTH,
    .plan = plan,
    .score = score,
};
