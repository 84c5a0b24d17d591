/* Multi-scale SSIM in floating point (spec ms_ssim): the maps of float_ssim at five scales, each half as
   large as the one before. */
#include "base/exactmath.h"
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/float_ssim/ssim.h"
#include "metrics/metric.h"

enum { SCALES = 5 };

struct float_ms_ssim_options {
    bool enable_lcs, enable_db, clip_db;
};

#define LCS_OPTION(initial)                                                                                  \
    {                                                                                                        \
        "enable_lcs", NULL, IVQ_OPTION_BOOL, initial, 0, 1,                                                  \
            offsetof(struct float_ms_ssim_options, enable_lcs),                                              \
            "also the means of luminance, contrast and structure of each scale"                              \
    }
#define DB_OPTIONS                                                                                           \
    {"enable_db",                                                                                            \
     NULL,                                                                                                   \
     IVQ_OPTION_BOOL,                                                                                        \
     0,                                                                                                      \
     0,                                                                                                      \
     1,                                                                                                      \
     offsetof(struct float_ms_ssim_options, enable_db),                                                      \
     "float_ms_ssim in dB: -10 log10(1 - score)"},                                                           \
    {                                                                                                        \
        "clip_db", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct float_ms_ssim_options, clip_db),          \
            "with enable_db: a finite highest value"                                                         \
    }

static const struct ivq_option options[] = {LCS_OPTION(0), DB_OPTIONS, {0}};
static const struct ivq_option lcs_options[] = {LCS_OPTION(1), DB_OPTIONS, {0}};

enum { SCORE, L, C = L + SCALES, S = C + SCALES };

#define SCALE_OUTPUT(letter, what, n)                                                                        \
    {                                                                                                        \
        .name = "float_ms_ssim_" letter "_scale" #n, .needs = "enable_lcs", .help = what " of scale " #n     \
    }
#define OUTPUTS_OF(letter, what)                                                                             \
    SCALE_OUTPUT(letter, what, 0), SCALE_OUTPUT(letter, what, 1), SCALE_OUTPUT(letter, what, 2),             \
        SCALE_OUTPUT(letter, what, 3), SCALE_OUTPUT(letter, what, 4)

static const struct ivq_output outputs[] = {
    {.name = "float_ms_ssim", .help = "product of powers of the means of all scales"},
    OUTPUTS_OF("l", "luminance"),
    OUTPUTS_OF("c", "contrast"),
    OUTPUTS_OF("s", "structure"),
    {0},
};

/* An odd side keeps its last sample. */
static int half(int side)
{
    return (side + 1) / 2;
}

static struct ivq_ssim_pair plan_half(const struct ivq_ssim_pair *p, struct ivq_graph *graph)
{
    struct ivq_ssim_pair smaller = {
        .width = half(p->width), .height = half(p->height), .variant = "f32", .unit = 1};
    const struct ivq_kernel *kernel = ivq_graph_kernel(graph, "float_ms_ssim_half", p->variant);
    const struct float_ms_ssim_half_params params = {
        .width = p->width,
        .height = p->height,
        .stride = ivq_stride(p->width),
        .out_width = smaller.width,
        .out_height = smaller.height,
        .out_stride = ivq_stride(smaller.width),
        .unit = p->unit,
    };
    const size_t elements = ivq_plane_elements(smaller.width, smaller.height), both[] = {elements, elements};
    ivq_graph_launch(graph, &(struct ivq_launch){kernel, &params, smaller.width, smaller.height, p->ref_dis,
                                                 both, smaller.ref_dis});
    return smaller;
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    struct ivq_ssim_pair pair = ivq_ssim_luma(format, graph);
    (void)opaque;
    for (int i = 0; i < SCALES; i++) {
        if (i > 0)
            pair = plan_half(&pair, graph);
        ivq_ssim_plan(&pair, graph);
    }
    return ivq_graph_status(graph, error);
}

/* Section 5. A negative mean of structure makes it NaN. */
static double combined(const struct ivq_ssim_means means[SCALES])
{
    static const float luminance_power[SCALES] = {0, 0, 0, 0, 0.1333F};
    static const float power[SCALES] = {0.0448F, 0.2856F, 0.3001F, 0.2363F, 0.1333F};
    double product = 1;
    for (int i = 0; i < SCALES; i++) {
        const double l = ivq_pow((double)means[i].l, (double)luminance_power[i]);
        const double c = ivq_pow((double)means[i].c, (double)power[i]);
        const double s = ivq_pow((double)means[i].s, (double)power[i]);
        product *= l * c * s;
    }
    return product;
}

static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct float_ms_ssim_options *o = opaque;
    const int frame = scored->frame;
    struct ivq_ssim_means means[SCALES];
    (void)state;
    for (int i = 0, width = format->width[0], height = format->height[0]; i < SCALES; i++) {
        means[i] = ivq_ssim_means(&scored->results[i], width, height);
        width = half(width);
        height = half(height);
    }
    const double linear = combined(means);
    sink->put(sink, SCORE, frame, o->enable_db ? ivq_ssim_decibels(linear, format, o->clip_db) : linear);
    for (int i = 0; o->enable_lcs && i < SCALES; i++) {
        sink->put(sink, L + i, frame, (double)means[i].l);
        sink->put(sink, C + i, frame, (double)means[i].c);
        sink->put(sink, S + i, frame, (double)means[i].s);
    }
}

const struct ivq_metric ivq_metric_float_ms_ssim = {
    .name = "float_ms_ssim",
    .help = "structural similarity, five scales",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct float_ms_ssim_options),
    .min_size = IVQ_SSIM_LEAST << (SCALES - 1),
    .reads = IVQ_READS_BOTH,
    .plan = plan,
    .score = score,
};

const struct ivq_metric ivq_metric_float_ms_ssim_lcs = {
    .name = "float_ms_ssim_lcs",
    .help = "float_ms_ssim with all outputs, under the name of a fork",
    .options = lcs_options,
    .outputs = outputs,
    .options_size = sizeof(struct float_ms_ssim_options),
    .min_size = IVQ_SSIM_LEAST << (SCALES - 1),
    .reads = IVQ_READS_BOTH,
    .plan = plan,
    .score = score,
};
