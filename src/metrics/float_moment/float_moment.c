/* Mean and mean square of luma (spec float_moment): the device sums, the host divides. */
#include <math.h>

#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

static const struct ivq_option options[] = {{0}};

enum { REF_FIRST, DIS_FIRST, REF_SECOND, DIS_SECOND, MOMENTS };

static const struct ivq_output outputs[] = {
    [REF_FIRST] = {.name = "float_moment_ref1st", .help = "mean of the reference, on the scale of 8 bits"},
    [DIS_FIRST] = {.name = "float_moment_dis1st", .help = "mean of the distorted picture, likewise"},
    [REF_SECOND] = {.name = "float_moment_ref2nd", .help = "mean square of the reference, likewise"},
    [DIS_SECOND] = {.name = "float_moment_dis2nd", .help = "mean square of the distorted picture, likewise"},
    {0},
};

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct ivq_plane ref = ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0),
                           dis = ivq_graph_plane(graph, IVQ_SIDE_DIS, 0, 0);
    const struct float_moment_params params = {ref.width, ref.height, ref.stride};
    const ivq_ref pair[] = {ref.ref, dis.ref};
    const struct ivq_kernel *kernel =
        ivq_graph_kernel(graph, "float_moment", format->depth > 8 ? "u16" : "u8");
    (void)opaque;
    ivq_graph_launch_sums(graph, &(struct ivq_launch){kernel, &params, ref.width, ref.height, pair});
    return ivq_graph_status(graph, error);
}

static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const double samples = (double)format->width[0] * (double)format->height[0];
    (void)opaque, (void)state;
    for (int m = 0; m < MOMENTS; m++) {
        const int power = m < REF_SECOND ? 1 : 2;
        const double sum = (double)scored->results[0].u64[m];
        sink->put(sink, m, scored->frame, ldexp(sum, -power * (format->depth - 8)) / samples);
    }
}

const struct ivq_metric ivq_metric_float_moment = {
    .name = "float_moment",
    .help = "mean and mean square of luma",
    .options = options,
    .outputs = outputs,
    .min_size = 1,
    .reads = IVQ_READS_BOTH,
    .plan = plan,
    .score = score,
};
