/* What float_ssim and float_ms_ssim have in common on the host. */
#include "metrics/float_ssim/ssim.h"

#include <math.h>

#include "base/exactmath.h"
#include "kernel_params.h"

struct ivq_ssim_pair ivq_ssim_luma(const struct ivq_format *format, struct ivq_graph *graph)
{
    return (struct ivq_ssim_pair){
        {ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0).ref, ivq_graph_plane(graph, IVQ_SIDE_DIS, 0, 0).ref},
        format->width[0],
        format->height[0],
        format->depth == 8 ? "u8" : "u16",
        1.0F / (float)(1 << (format->depth - 8)),
    };
}

void ivq_ssim_plan(const struct ivq_ssim_pair *pair, struct ivq_graph *graph)
{
    const struct ivq_kernel *kernel = ivq_graph_kernel(graph, "float_ssim_maps", pair->variant);
    const struct float_ssim_maps_params params = {
        .width = pair->width,
        .height = pair->height,
        .stride = ivq_stride(pair->width),
        .unit = pair->unit * 0x1p20F,
    };
    ivq_graph_launch_sums(graph, &(struct ivq_launch){kernel, &params, pair->width - IVQ_SSIM_LEAST + 1,
                                                      pair->height - IVQ_SSIM_LEAST + 1, pair->ref_dis});
}

struct ivq_ssim_means ivq_ssim_means(const struct ivq_result *result, int width, int height)
{
    const double count = (double)(width - IVQ_SSIM_LEAST + 1) * (height - IVQ_SSIM_LEAST + 1);
    float means[4];
    for (int i = 0; i < 4; i++)
        means[i] = (float)((double)result->i64[i] * 0x1p-36 / count);
    return (struct ivq_ssim_means){means[0], means[1], means[2], means[3]};
}

double ivq_ssim_decibels(double score, const struct ivq_format *format, bool clip)
{
    const double peak = (double)((1 << format->depth) - 1);
    const double samples = (double)format->width[0] * format->height[0];
    const double most = clip ? ceil(10.0 * ivq_log10(peak * peak / (0.5 / samples))) : INFINITY;
    const double decibels = -10.0 * ivq_log10(1.0 - score);
    return decibels < most ? decibels : most; /* NaN, of a score above 1, is the ceiling too */
}
