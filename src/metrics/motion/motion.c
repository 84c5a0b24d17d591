/* Motion of the reference (spec motion): the device sums one number a frame, the host looks at its
 * neighbours. */
#include <string.h>

#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/metric.h"

struct motion_options {
    bool motion_force_zero, motion_five_frame_window, motion_moving_average, debug;
    double motion_blend_factor, motion_blend_offset, motion_fps_weight, motion_max_val;
};

struct motion_state {
    double sad[3];       /* S of this frame and the two before it */
    double stamp;        /* motion3 of the first frames */
    double last_blended; /* e(t - 1): motion3 before the moving average */
};

#define OPTION(name, alias, type, initial, max, help)                                                        \
    {                                                                                                        \
#name, alias, type, initial, 0, max, offsetof(struct motion_options, name), help                     \
    }

static const struct ivq_option options[] = {
    OPTION(motion_force_zero, "force_0", IVQ_OPTION_BOOL, 0, 1, "all scores are 0"),
    OPTION(motion_blend_factor, "mbf", IVQ_OPTION_DOUBLE, 1, 1,
           "share of motion itself in motion3 above the offset"),
    OPTION(motion_blend_offset, "mbo", IVQ_OPTION_DOUBLE, 40, 1000, "motion above which blending sets in"),
    OPTION(motion_fps_weight, "mfw", IVQ_OPTION_DOUBLE, 1, 5, "factor that makes up for the frame rate"),
    OPTION(motion_max_val, "mmxv", IVQ_OPTION_DOUBLE, 10000, 10000, "upper limit of every score"),
    OPTION(motion_five_frame_window, "mffw", IVQ_OPTION_BOOL, 0, 1, "compare with the frame before the last"),
    OPTION(motion_moving_average, "mma", IVQ_OPTION_BOOL, 0, 1, "motion3 is the mean of two frames"),
    OPTION(debug, NULL, IVQ_OPTION_BOOL, 0, 1, "also integer_motion"),
    {0},
};

enum { SAD, MOTION2, MOTION3, MOTION }; /* MOTION is only motion's */

static const struct ivq_output outputs[] = {
    {.name = "VMAF_integer_feature_motion_sad_score", .help = "difference to the earlier frame"},
    {.name = "integer_motion2",
     .raw = "VMAF_integer_feature_motion2_score",
     .late = true,
     .help = "the smaller of the differences to the frames around"},
    {.name = "integer_motion3",
     .raw = "VMAF_integer_feature_motion3_score",
     .late = true,
     .help = "motion2 blended, limited, averaged"},
    {.name = "integer_motion",
     .raw = "VMAF_integer_feature_motion_score",
     .needs = "debug",
     .help = "the same as the difference to the earlier frame"},
    {0},
};

/* DECISIONS 20: the same scores under the names that a fork gave them. */
static const struct ivq_output v2_outputs[] = {
    {.name = "VMAF_integer_feature_motion_v2_sad_score", .help = "difference to the earlier frame"},
    {.name = "VMAF_integer_feature_motion2_v2_score",
     .late = true,
     .help = "the smaller of the differences to the frames around"},
    {.name = "VMAF_integer_feature_motion3_v2_score",
     .late = true,
     .help = "motion2 blended, limited, averaged"},
    {0},
};

/* Spec motion, section 9. */
static enum ivq_status check_v2(const void *opaque, const struct ivq_format *format, struct ivq_error *error)
{
    const struct motion_options *o = opaque;
    (void)format;
    if (!o->motion_five_frame_window && !o->debug)
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "motion_v2 has no %s; motion has",
                    o->debug ? "debug" : "motion_five_frame_window");
}

/* How many frames apart the two compared frames are. */
static int distance(const struct motion_options *o)
{
    return o->motion_five_frame_window ? 2 : 1;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct motion_options *o = opaque;
    if (o->motion_force_zero)
        return IVQ_OK;
    const struct ivq_kernel *kernel = ivq_graph_kernel(graph, "motion_sad", format->depth > 8 ? "u16" : "u8");
    const struct ivq_plane now = ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0);
    const struct motion_sad_params params = {now.width, now.height, now.stride, format->depth};
    const ivq_ref pair[] = {ivq_graph_plane(graph, IVQ_SIDE_REF, 0, distance(o)).ref, now.ref};
    ivq_graph_launch_sums(graph, &(struct ivq_launch){kernel, &params, now.width, now.height, pair});
    return ivq_graph_status(graph, error);
}

/* S(t) of spec motion, section 3. */
static double raw_score(const struct motion_options *o, const struct ivq_format *format,
                        const struct ivq_scored *scored)
{
    if (scored->frame < distance(o) || o->motion_force_zero)
        return 0;
    const double samples = (double)format->width[0] * (double)format->height[0];
    return smaller((double)scored->results[0].u64[0] / 256.0 / samples * o->motion_fps_weight,
                   o->motion_max_val);
}

/* post(v) of section 4. */
static double blend(const struct motion_options *o, double v)
{
    const double factor = o->motion_blend_factor;
    const double blended = (v * factor) + ((1 - factor) * smaller(o->motion_blend_offset, v));
    return smaller(blended, o->motion_max_val);
}

/* motion2 and motion3 of frame t, given motion2; frames come in order. */
static void put_frame(const struct motion_options *o, struct motion_state *state, int t, double motion2,
                      struct ivq_sink *sink)
{
    sink->put(sink, MOTION2, t, motion2);
    if (t < distance(o)) {
        sink->put(sink, MOTION3, t, state->stamp);
        state->last_blended = state->stamp;
        return;
    }
    const double blended = blend(o, motion2);
    sink->put(sink, MOTION3, t, o->motion_moving_average ? (blended + state->last_blended) / 2.0 : blended);
    state->last_blended = blended;
}

/* motion2(t), once S(t + 1) is known; section 4. */
static double motion2_inside(const struct motion_options *o, const struct motion_state *state, int t)
{
    const double next = state->sad[0], this = state->sad[1], before = state->sad[2];
    if (t < distance(o))
        return 0;
    if (distance(o) == 1)
        return smaller(this, next);
    return t == 2 ? next : smaller(before, next);
}

/* What frame t makes known: the frames before `distance` at once when that frame comes, later ones one frame
 * late. */
static void score(const void *opaque, const struct ivq_format *format, void *opaque_state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct motion_options *o = opaque;
    struct motion_state *state = opaque_state;
    const int frame = scored->frame;
    const double s = raw_score(o, format, scored);
    state->sad[2] = state->sad[1];
    state->sad[1] = state->sad[0];
    state->sad[0] = s;
    sink->put(sink, SAD, frame, s);
    if (o->debug)
        sink->put(sink, MOTION, frame, s);
    if (frame == distance(o)) {
        state->stamp = blend(o, s);
        for (int t = 0; t < frame; t++)
            put_frame(o, state, t, 0, sink);
    } else if (frame > distance(o)) {
        put_frame(o, state, frame - 1, motion2_inside(o, state, frame - 1), sink);
    }
}

static void finish(const void *opaque, const struct ivq_format *format, void *opaque_state, int frames,
                   struct ivq_sink *sink)
{
    const struct motion_options *o = opaque;
    struct motion_state *state = opaque_state;
    (void)format;
    if (frames > distance(o)) {
        put_frame(o, state, frames - 1, state->sad[0], sink);
        return;
    }
    for (int t = 0; t < frames; t++)
        put_frame(o, state, t, 0, sink);
}

const struct ivq_metric ivq_metric_motion = {
    .name = "motion",
    .help = "how much the reference moves",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct motion_options),
    .state_size = sizeof(struct motion_state),
    .min_size = 3,
    .reads = IVQ_READS_REF,
    .past = 2,
    .every_frame = true,
    .plan = plan,
    .score = score,
    .finish = finish,
};

const struct ivq_metric ivq_metric_motion_v2 = {
    .name = "motion_v2",
    .help = "motion under the names of a fork",
    .options = options,
    .outputs = v2_outputs,
    .options_size = sizeof(struct motion_options),
    .state_size = sizeof(struct motion_state),
    .min_size = 3,
    .reads = IVQ_READS_REF,
    .past = 2,
    .every_frame = true,
    .check = check_v2,
    .plan = plan,
    .score = score,
    .finish = finish,
};
