/* Motion of the reference in binary32 (spec float_motion): the device sums rows of differences, the host
   looks at neighbours in time. */
#include <math.h>

#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

struct float_motion_options {
    bool debug, motion_force_zero, motion_add_scale1, motion_add_uv;
    int motion_filter_size;
    double motion_fps_weight, motion_blend_factor, motion_blend_offset, motion_max_val;
};

struct float_motion_state {
    double last; /* raw score of the frame before */
};

#define OPTION(name, alias, type, initial, max, help)                                                        \
    {                                                                                                        \
#name, alias, type, initial, 0, max, offsetof(struct float_motion_options, name), help               \
    }

static const struct ivq_option options[] = {
    OPTION(debug, NULL, IVQ_OPTION_BOOL, 1, 1, "also motion"),
    OPTION(motion_force_zero, "force_0", IVQ_OPTION_BOOL, 0, 1, "all scores are 0"),
    OPTION(motion_fps_weight, "mfw", IVQ_OPTION_DOUBLE, 1, 5, "factor that makes up for the frame rate"),
    OPTION(motion_blend_factor, "mbf", IVQ_OPTION_DOUBLE, 1, 1,
           "share of motion itself in motion3 above the offset"),
    OPTION(motion_blend_offset, "mbo", IVQ_OPTION_DOUBLE, 40, 1000, "motion above which blending sets in"),
    OPTION(motion_add_scale1, "mdc", IVQ_OPTION_BOOL, 0, 1, "also the difference at half the size"),
    OPTION(motion_filter_size, "mfs", IVQ_OPTION_INT, 5, 9, "taps of the blur: 1 (none), 3, or else 5"),
    OPTION(motion_add_uv, "mau", IVQ_OPTION_BOOL, 0, 1, "also the chroma planes"),
    OPTION(motion_max_val, "mmxv", IVQ_OPTION_DOUBLE, 10000, 10000, "upper limit of every score"),
    {0},
};

enum { MOTION2, MOTION, MOTION3 };

static const struct ivq_output outputs[] = {
    [MOTION2] = {.name = "motion2",
                 .raw = "VMAF_feature_motion2_score",
                 .help = "the smaller of the differences to the frames around"},
    [MOTION] = {.name = "motion",
                .raw = "VMAF_feature_motion_score",
                .needs = "debug",
                .help = "difference to the earlier frame"},
    [MOTION3] = {.name = "motion3",
                 .raw = "VMAF_feature_motion3_score",
                 .late = true,
                 .help = "motion2 blended and limited"},
    {0},
};

static int taps(const struct float_motion_options *o)
{
    return o->motion_filter_size == 1 || o->motion_filter_size == 3 ? o->motion_filter_size : 5;
}

static int planes(const struct float_motion_options *o)
{
    return o->motion_add_uv ? 3 : 1;
}

/* The blur mirrors samples: it needs as many as it looks at on one side, and one more. */
static enum ivq_status check(const void *opaque, const struct ivq_format *format, struct ivq_error *error)
{
    const struct float_motion_options *o = opaque;
    const int least = taps(o) / 2 + 1;
    if (planes(o) > ivq_format_planes(format))
        return ivq_fail(error, IVQ_USAGE, "float_motion: motion_add_uv needs chroma, and 4:0:0 has none");
    for (int p = 0; p < planes(o); p++)
        if (format->width[p] < least || format->height[p] < least)
            return ivq_fail(
                error, IVQ_INPUT,
                "float_motion: a plane of %d x %d is too small for %d taps; their minimum is %d x %d",
                format->width[p], format->height[p], taps(o), least, least);
    return IVQ_OK;
}

/* What each kernel of the metric starts from: a plane of this frame and of the one before. */
struct source {
    struct ivq_plane plane;
    ivq_ref pair[2];
    const char *variant;
    float unit;
};

static struct source source_of(const struct float_motion_options *o, const struct ivq_format *format, int p,
                               struct ivq_graph *graph)
{
    static const char *const variants[][2] = {
        {"one_u8", "one_u16"}, {"three_u8", "three_u16"}, {"five_u8", "five_u16"}};
    const struct ivq_plane now = ivq_graph_plane(graph, IVQ_SIDE_REF, p, 0);
    return (struct source){now,
                           {ivq_graph_plane(graph, IVQ_SIDE_REF, p, 1).ref, now.ref},
                           variants[taps(o) / 2][format->depth > 8],
                           ldexpf(1, 8 - format->depth)};
}

static int half(int size)
{
    return (size + 1) / 2; /* rounded up */
}

static void plan_half(const struct source *s, struct ivq_graph *graph)
{
    const int width = s->plane.width, height = s->plane.height, stride = s->plane.stride;
    const struct float_motion_blur_params blur = {width, height, stride, s->unit};
    const size_t elements = ivq_plane_elements(width, height), both[] = {elements, elements};
    ivq_ref blurred[2];
    ivq_graph_launch(graph, &(struct ivq_launch){ivq_graph_kernel(graph, "float_motion_blur", s->variant),
                                                 &blur, width, height, s->pair, both, blurred});
    const struct float_motion_half_params params = {
        .width = width,
        .height = height,
        .stride = stride,
        .out_width = half(width),
        .out_height = half(height),
        .ratio_x = (float)width / (float)half(width),
        .ratio_y = (float)height / (float)half(height),
    };
    ivq_graph_launch_rows(graph, &(struct ivq_launch){ivq_graph_kernel(graph, "float_motion_half", ""),
                                                      &params, half(width), half(height), blurred});
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct float_motion_options *o = opaque;
    if (o->motion_force_zero)
        return IVQ_OK;
    for (int p = 0; p < planes(o); p++) {
        const struct source s = source_of(o, format, p, graph);
        const struct float_motion_sad_params params = {s.plane.width, s.plane.height, s.plane.stride, s.unit};
        ivq_graph_launch_rows(graph,
                              &(struct ivq_launch){ivq_graph_kernel(graph, "float_motion_sad", s.variant),
                                                   &params, s.plane.width, s.plane.height, s.pair});
        if (o->motion_add_scale1)
            plan_half(&s, graph);
    }
    return ivq_graph_status(graph, error);
}

static float mean(const struct ivq_result *result, int width, int height)
{
    return ivq_result_rows(result, height, 0) / (float)(width * height);
}

/* raw(t) of section 4. */
static double raw_score(const struct float_motion_options *o, const struct ivq_format *format,
                        const struct ivq_scored *scored)
{
    const struct ivq_result *result = scored->results;
    double sum = 0;
    if (scored->frame == 0 || o->motion_force_zero)
        return 0;
    for (int p = 0; p < planes(o); p++) {
        float difference = mean(result++, format->width[p], format->height[p]);
        if (o->motion_add_scale1)
            difference += mean(result++, half(format->width[p]), half(format->height[p]));
        sum += (double)difference;
    }
    return sum;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double limited(const struct float_motion_options *o, double raw)
{
    return smaller(raw * o->motion_fps_weight, o->motion_max_val);
}

static double blended(const struct float_motion_options *o, double raw)
{
    const double v = raw * o->motion_fps_weight, factor = o->motion_blend_factor;
    return smaller((v * factor) + ((1 - factor) * smaller(o->motion_blend_offset, v)), o->motion_max_val);
}

/* motion2 and motion3 of a frame after the first, given the smaller of its differences. */
static void put_pair(const struct float_motion_options *o, int frame, double low, struct ivq_sink *sink)
{
    sink->put(sink, MOTION2, frame, limited(o, low));
    sink->put(sink, MOTION3, frame, blended(o, low));
}

/* Scores of a frame that need the next one come with that (section 5). */
static void score(const void *opaque, const struct ivq_format *format, void *opaque_state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct float_motion_options *o = opaque;
    struct float_motion_state *state = opaque_state;
    const int frame = scored->frame;
    const double raw = raw_score(o, format, scored);
    if (o->debug)
        sink->put(sink, MOTION, frame, limited(o, raw));
    if (frame == 0)
        sink->put(sink, MOTION2, 0, 0);
    else if (frame == 1)
        sink->put(sink, MOTION3, 0, blended(o, raw));
    else
        put_pair(o, frame - 1, smaller(state->last, raw), sink);
    state->last = raw;
}

static void finish(const void *opaque, const struct ivq_format *format, void *opaque_state, int frames,
                   struct ivq_sink *sink)
{
    const struct float_motion_options *o = opaque;
    const struct float_motion_state *state = opaque_state;
    (void)format;
    if (frames == 1)
        sink->put(sink, MOTION3, 0, 0);
    else if (frames > 1)
        put_pair(o, frames - 1, state->last, sink);
}

const struct ivq_metric ivq_metric_float_motion = {
    .name = "float_motion",
    .help = "how much the reference moves, in binary32",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct float_motion_options),
    .state_size = sizeof(struct float_motion_state),
    .min_size = 1,
    .reads = IVQ_READS_REF | IVQ_READS_CHROMA,
    .past = 1,
    .every_frame = true,
    .check = check,
    .plan = plan,
    .score = score,
    .finish = finish,
};
