/* Visual information fidelity in integers (spec vif): four scales, each a kernel of statistics and a step
 * down. */
#include <string.h>

#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

enum {
    SCALES = 4,
};

struct vif_options {
    bool debug, vif_skip_scale0;
    double vif_enhn_gain_limit;
};

static const struct ivq_option options[] = {
    {"debug", NULL, IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct vif_options, debug),
     "also the whole of all scales, and numerators and denominators"},
    {"vif_enhn_gain_limit", "egl", IVQ_OPTION_DOUBLE, 100, 1, 100,
     offsetof(struct vif_options, vif_enhn_gain_limit),
     "upper limit of the gain; 1: no credit for enhancement"},
    {"vif_skip_scale0", "ssclz", IVQ_OPTION_BOOL, 0, 0, 1, offsetof(struct vif_options, vif_skip_scale0),
     "leave out the finest scale"},
    {0},
};

enum { SCALE0, TOTAL = SCALES, NUM, DEN, NUM_SCALE0 };

#define SCALE_OUTPUT(n)                                                                                      \
    {                                                                                                        \
        .name = "integer_vif_scale" #n, .raw = "VMAF_integer_feature_vif_scale" #n "_score",                 \
        .help = "scale " #n                                                                                  \
    }
#define PART_OUTPUT(n)                                                                                       \
    {.name = "integer_vif_num_scale" #n, .needs = "debug", .help = "numerator of scale " #n},                \
    {                                                                                                        \
        .name = "integer_vif_den_scale" #n, .needs = "debug", .help = "denominator of scale " #n             \
    }

static const struct ivq_output outputs[] = {
    SCALE_OUTPUT(0),
    SCALE_OUTPUT(1),
    SCALE_OUTPUT(2),
    SCALE_OUTPUT(3),
    {.name = "integer_vif", .needs = "debug", .help = "all scales together"},
    {.name = "integer_vif_num", .needs = "debug", .help = "sum of the numerators"},
    {.name = "integer_vif_den", .needs = "debug", .help = "sum of the denominators"},
    PART_OUTPUT(0),
    PART_OUTPUT(1),
    PART_OUTPUT(2),
    PART_OUTPUT(3),
    {0},
};

/* The two planes of a scale. */
struct pair {
    ivq_ref ref_dis[2];
    int width, height;
};

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void plan_statistics(const struct vif_options *o, int scale, int depth, const struct pair *p,
                            struct ivq_graph *graph)
{
    static const char *const variants[SCALES] = {"s0_u16", "s1", "s2", "s3"};
    const struct ivq_kernel *kernel =
        ivq_graph_kernel(graph, "vif_stat", scale == 0 && depth == 8 ? "s0_u8" : variants[scale]);
    const double limit = o->vif_enhn_gain_limit;
    const struct vif_stat_params params = {
        .gain_limit = bits_of(limit),
        .gain_limit_squared = bits_of(limit * limit),
        .whole_limit = limit == (double)(uint32_t)limit ? (uint32_t)limit : 0,
        .width = p->width,
        .height = p->height,
        .stride = ivq_stride(p->width),
        .mean_shift = scale ? 16 : (uint32_t)depth,
        .product_shift = scale ? 16 : 2 * ((uint32_t)depth - 8),
    };
    ivq_graph_launch_sums(graph, &(struct ivq_launch){kernel, &params, p->width, p->height, p->ref_dis});
}

/* The planes of `scale` from those of the scale before it. */
static struct pair plan_step_down(int scale, int depth, const struct pair *p, struct ivq_graph *graph)
{
    static const char *const variants[SCALES] = {NULL, "s1_u16", "s2", "s3"};
    const struct ivq_kernel *kernel =
        ivq_graph_kernel(graph, "vif_down", scale == 1 && depth == 8 ? "s1_u8" : variants[scale]);
    struct pair down = {.width = p->width / 2, .height = p->height / 2};
    const struct vif_down_params params = {
        .width = p->width,
        .height = p->height,
        .stride = ivq_stride(p->width),
        .out_width = down.width,
        .out_height = down.height,
        .out_stride = ivq_stride(down.width),
        .shift = scale == 1 ? (uint32_t)depth : 16,
    };
    const size_t elements = ivq_plane_elements(down.width, down.height), both[] = {elements, elements};
    ivq_graph_launch(graph, &(struct ivq_launch){kernel, &params, down.width, down.height, p->ref_dis, both,
                                                 down.ref_dis});
    return down;
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct vif_options *o = opaque;
    struct pair p = {
        {ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0).ref, ivq_graph_plane(graph, IVQ_SIDE_DIS, 0, 0).ref},
        format->width[0],
        format->height[0]};
    for (int scale = 0; scale < SCALES; scale++) {
        if (scale)
            p = plan_step_down(scale, format->depth, &p, graph);
        if (scale || !o->vif_skip_scale0)
            plan_statistics(o, scale, format->depth, &p, graph);
    }
    return ivq_graph_status(graph, error);
}

/* Numerator and denominator of a scale (section 6), in binary32 as the reference keeps them. */
static void finish_scale(const struct ivq_result *result, float *num, float *den)
{
    const int64_t *const values = result->i64; /* log_num, log_den, flat variance, flat count */
    const double log_num = (double)values[0], log_den = (double)values[1];
    const double flat_variance = (double)values[2], flat_count = (double)values[3];
    *num = (float)(log_num / 2048 + (flat_count - (flat_variance / 16384) / 65025));
    *den = (float)(log_den / 2048 + flat_count);
}

static void put_debug(const float num[SCALES], const float den[SCALES], int first, int frame,
                      struct ivq_sink *sink)
{
    double sum_num = 0, sum_den = 0;
    for (int s = 0; s < SCALES; s++) {
        sink->put(sink, NUM_SCALE0 + 2 * s, frame, (double)num[s]);
        sink->put(sink, NUM_SCALE0 + 2 * s + 1, frame, (double)den[s]);
        if (s < first)
            continue;
        sum_num += (double)num[s];
        sum_den += (double)den[s];
    }
    sink->put(sink, TOTAL, frame, sum_den == 0 ? 1.0 : sum_num / sum_den);
    sink->put(sink, NUM, frame, sum_num);
    sink->put(sink, DEN, frame, sum_den);
}

static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct vif_options *o = opaque;
    const int frame = scored->frame;
    const int first = o->vif_skip_scale0 ? 1 : 0;
    float num[SCALES] = {0}, den[SCALES] = {-1}; /* of a scale left out (section 7) */
    (void)format;
    (void)state;
    if (first)
        sink->put(sink, SCALE0, frame, 0);
    for (int s = first; s < SCALES; s++) {
        finish_scale(&scored->results[s - first], &num[s], &den[s]);
        sink->put(sink, SCALE0 + s, frame, (double)(num[s] / den[s]));
    }
    if (o->debug)
        put_debug(num, den, first, frame, sink);
}

const struct ivq_metric ivq_metric_vif = {
    .name = "vif",
    .help = "visual information fidelity, four scales",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct vif_options),
    .min_size = 16,
    .reads = IVQ_READS_BOTH,
    .plan = plan,
    .score = score,
};
