/* SSIM in floating point (spec ssim, part A): the pictures are made smaller by a box filter where they are
   large, then compared under a window of 11 x 11. */
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/float_ssim/ssim.h"
#include "metrics/metric.h"

struct float_ssim_options {
    bool enable_lcs, enable_db, clip_db;
    int scale;
};

static const struct ivq_option options[] = {
    {"enable_lcs", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct float_ssim_options, enable_lcs),
     "also the means of luminance, contrast and structure"},
    {"enable_db", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct float_ssim_options, enable_db),
     "float_ssim in dB: -10 log10(1 - score)"},
    {"clip_db", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct float_ssim_options, clip_db),
     "with enable_db: a finite highest value"},
    {"scale", NULL, IVQ_OPTION_INT, 0, 0, 10, offsetof(struct float_ssim_options, scale),
     "how much smaller the pictures are made; 0: the shorter side in units of 256"},
    {0},
};

enum { SCORE, L, C, S };

static const struct ivq_output outputs[] = {
    {.name = "float_ssim", .help = "mean of the product of the three"},
    {.name = "float_ssim_l", .needs = "enable_lcs", .help = "luminance"},
    {.name = "float_ssim_c", .needs = "enable_lcs", .help = "contrast"},
    {.name = "float_ssim_s", .needs = "enable_lcs", .help = "structure"},
    {0},
};

/* Section A3 */
static int factor(const struct float_ssim_options *o, const struct ivq_format *format)
{
    const int width = format->width[0], height = format->height[0];
    const int nearest = ((width < height ? width : height) + 128) / 256;
    if (o->scale)
        return o->scale;
    return nearest > 1 ? nearest : 1;
}

/* An odd side has one sample more, whatever the factor leaves over. */
static int decimated(int side, int by)
{
    return by == 1 ? side : side / by + side % 2;
}

static enum ivq_status check(const void *opaque, const struct ivq_format *format, struct ivq_error *error)
{
    const int by = factor(opaque, format);
    const int width = decimated(format->width[0], by), height = decimated(format->height[0], by);
    if (width >= IVQ_SSIM_LEAST && height >= IVQ_SSIM_LEAST)
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE,
                    "float_ssim with scale=%d makes %dx%d of %dx%d, less than its window of %dx%d; "
                    "choose a smaller scale",
                    by, width, height, format->width[0], format->height[0], IVQ_SSIM_LEAST, IVQ_SSIM_LEAST);
}

/* Sums of `by` samples of the columns, one row for each row of boxes. */
static void plan_columns(const struct ivq_ssim_pair *p, int by, int rows, ivq_ref sums[2],
                         struct ivq_graph *graph)
{
    const struct ivq_kernel *kernel = ivq_graph_kernel(graph, "float_ssim_columns", p->variant);
    const int stride = ivq_stride(p->width);
    const struct float_ssim_columns_params params = {
        .width = p->width,
        .height = p->height,
        .stride = stride,
        .out_width = p->width,
        .out_height = rows,
        .out_stride = stride,
        .factor = by,
        .weight = 1.0F / (float)(by * by) * p->unit,
    };
    const size_t elements = ivq_plane_elements(p->width, rows), both[] = {elements, elements};
    ivq_graph_launch(graph, &(struct ivq_launch){kernel, &params, p->width, rows, p->ref_dis, both, sums});
}

static struct ivq_ssim_pair plan_smaller(const struct ivq_ssim_pair *p, int by, struct ivq_graph *graph)
{
    struct ivq_ssim_pair smaller = {
        .width = decimated(p->width, by), .height = decimated(p->height, by), .variant = "f32", .unit = 1};
    const struct ivq_kernel *kernel = ivq_graph_kernel(graph, "float_ssim_box", "");
    const struct float_ssim_box_params params = {
        .width = p->width,
        .height = smaller.height,
        .stride = ivq_stride(p->width),
        .out_width = smaller.width,
        .out_height = smaller.height,
        .out_stride = ivq_stride(smaller.width),
        .factor = by,
    };
    const size_t elements = ivq_plane_elements(smaller.width, smaller.height), both[] = {elements, elements};
    ivq_ref sums[2] = {0};
    plan_columns(p, by, smaller.height, sums, graph);
    ivq_graph_launch(graph, &(struct ivq_launch){kernel, &params, smaller.width, smaller.height, sums, both,
                                                 smaller.ref_dis});
    return smaller;
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const int by = factor(opaque, format);
    struct ivq_ssim_pair pair = ivq_ssim_luma(format, graph);
    if (by > 1)
        pair = plan_smaller(&pair, by, graph);
    ivq_ssim_plan(&pair, graph);
    return ivq_graph_status(graph, error);
}

static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct float_ssim_options *o = opaque;
    const int by = factor(o, format), frame = scored->frame;
    const struct ivq_ssim_means means = ivq_ssim_means(&scored->results[0], decimated(format->width[0], by),
                                                       decimated(format->height[0], by));
    const double linear = (double)means.product;
    (void)state;
    sink->put(sink, SCORE, frame, o->enable_db ? ivq_ssim_decibels(linear, format, o->clip_db) : linear);
    if (!o->enable_lcs)
        return;
    sink->put(sink, L, frame, (double)means.l);
    sink->put(sink, C, frame, (double)means.c);
    sink->put(sink, S, frame, (double)means.s);
}

const struct ivq_metric ivq_metric_float_ssim = {
    .name = "float_ssim",
    .help = "structural similarity, one scale",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct float_ssim_options),
    .min_size = IVQ_SSIM_LEAST,
    .reads = IVQ_READS_BOTH,
    .check = check,
    .plan = plan,
    .score = score,
};
