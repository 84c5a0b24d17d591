/* float_motion.md sections 1 to 4, without the defect of section 7. */
#include "plain_image.h"

#include <math.h>
#include <stdlib.h>

struct float_motion_options {
    bool debug, motion_force_zero, motion_add_scale1, motion_add_uv;
    int motion_filter_size;
    double motion_fps_weight, motion_blend_factor, motion_blend_offset, motion_max_val;
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(float_motion_options, debug, true),
    PLAIN_SWITCH(float_motion_options, motion_force_zero, false),
    PLAIN_SWITCH(float_motion_options, motion_add_scale1, false),
    PLAIN_SWITCH(float_motion_options, motion_add_uv, false),
    PLAIN_WHOLE(float_motion_options, motion_filter_size, 5, 0, 9),
    PLAIN_NUMBER(float_motion_options, motion_fps_weight, 1.0, 0.0, 5.0),
    PLAIN_NUMBER(float_motion_options, motion_blend_factor, 1.0, 0.0, 1.0),
    PLAIN_NUMBER(float_motion_options, motion_blend_offset, 40.0, 0.0, 1000.0),
    PLAIN_NUMBER(float_motion_options, motion_max_val, 10000.0, 0.0, 10000.0),
    {0},
};

/* Every size but 1 and 3 means five taps (section 2). */
static int tap_count(int filter_size)
{
    return filter_size == 1 || filter_size == 3 ? filter_size : 5;
}

static struct plain_image blurred(const struct plain_plane *plane, int depth, int taps)
{
    static const float five[5] = {0.054488685F, 0.244201342F, 0.402619947F, 0.244201342F, 0.054488685F};
    static const float three[3] = {0.166378498F, 0.667243004F, 0.166378498F}, one[1] = {1.0F};
    struct plain_image image = plain_image_of(plane, depth, -128.0F);
    struct plain_image out = plain_image_filter(&image, taps == 1 ? one : taps == 3 ? three : five, taps);
    plain_image_free(&image);
    return out;
}

/* The mean of |a - b| (section 3). */
static float distance(const struct plain_image *a, const struct plain_image *b)
{
    struct plain_image difference = plain_image_new(a->width, a->height);
    for (int i = 0; i < plain_image_count(&difference); i++)
        difference.samples[i] = fabsf(a->samples[i] - b->samples[i]);
    float sum = plain_image_sum(&difference);
    plain_image_free(&difference);
    return sum / (float)(a->width * a->height);
}

static float half_distance(const struct plain_image *a, const struct plain_image *b)
{
    int width = (a->width + 1) / 2, height = (a->height + 1) / 2;
    struct plain_image half_a = plain_image_resize(a, width, height, PLAIN_BILINEAR);
    struct plain_image half_b = plain_image_resize(b, width, height, PLAIN_BILINEAR);
    float result = distance(&half_a, &half_b);
    plain_image_free(&half_a);
    plain_image_free(&half_b);
    return result;
}

static float plane_motion(const struct plain_plane *earlier, const struct plain_plane *current, int depth,
                          const struct float_motion_options *options)
{
    int taps = tap_count(options->motion_filter_size);
    struct plain_image a = blurred(earlier, depth, taps), b = blurred(current, depth, taps);
    float motion = distance(&a, &b);
    if (options->motion_add_scale1)
        motion += half_distance(&a, &b);
    plain_image_free(&a);
    plain_image_free(&b);
    return motion;
}

/* raw(t) */
static double raw_score(const struct plain_clip_frame *frames, int t,
                        const struct float_motion_options *options)
{
    double sum = 0.0;
    if (t == 0 || options->motion_force_zero)
        return 0.0;
    for (int c = 0; c < (options->motion_add_uv ? 3 : 1); c++)
        sum += (double)plane_motion(&frames[t - 1].ref[c], &frames[t].ref[c], frames[t].depth, options);
    return sum;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double clipped(double weighted, const struct float_motion_options *options)
{
    return least(weighted, options->motion_max_val);
}

static double blended(double weighted, const struct float_motion_options *options)
{
    double factor = options->motion_blend_factor;
    return clipped((weighted * factor) + ((1.0 - factor) * least(options->motion_blend_offset, weighted)),
                   options);
}

static void emit_scores(const double *raw, int n, const struct float_motion_options *options,
                        plain_emit_fn emit, void *user)
{
    double weight = options->motion_fps_weight;
    for (int t = 0; t < n; t++) {
        double low = t == 0 || t == n - 1 ? raw[t] : least(raw[t], raw[t + 1]);
        double first = n > 1 ? raw[1] : 0.0; /* frame 0 shows the blend of the first difference */
        if (options->debug)
            emit(user, t, "motion", clipped(raw[t] * weight, options));
        emit(user, t, "motion2", clipped(low * weight, options));
        emit(user, t, "motion3", blended((t == 0 ? first : low) * weight, options));
    }
}

static int check_planes(const struct plain_clip_frame *frame, const struct float_motion_options *options)
{
    int most = tap_count(options->motion_filter_size) / 2 + 1, planes = options->motion_add_uv ? 3 : 1;
    if (planes > frame->planes)
        return plain_fail("float_motion: motion_add_uv of pictures without chroma");
    for (int c = 0; c < planes; c++)
        if (frame->ref[c].width < most || frame->ref[c].height < most)
            return plain_fail("float_motion: plane %d, %dx%d, is below the smallest size, %dx%d", c,
                              frame->ref[c].width, frame->ref[c].height, most, most);
    return 0;
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct float_motion_options *options = opaque;
    if (check_planes(&frames[0], options))
        return 1;
    double *raw = plain_alloc((size_t)count, sizeof(*raw));
    for (int t = 0; t < count; t++)
        raw[t] = raw_score(frames, t, options);
    emit_scores(raw, count, options, emit, user);
    free(raw);
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:2x3:8:0:0", ""},
    {"flat:1x2:8:0:0", "motion_filter_size=3"},
    {"flat:40x40:8:0:0", "motion_add_uv=true"},
    {"synthetic:5x5:420:8:1", "motion_add_uv=true"},
    {"flat:40x40:8:0:0", "motion_filter_size=10"},
    {"flat:40x40:8:0:0", "motion_fps_weight=6"},
    {0},
};
extern const struct plain_figure plain_float_motion_figures[];

const struct plain_metric plain_float_motion = {
    .name = "float_motion",
    .options = option_table,
    .options_size = sizeof(struct float_motion_options),
    .min_size = 1, /* 2 or 3 with its filters */
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_float_motion_figures,
    .refused = refused,
};
