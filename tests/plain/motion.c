/* motion.md sections 2 to 4. */
#include "motion.h"
#include "plain_util.h"

#include <stdlib.h>
#include <string.h>

static const int64_t taps[5] = {3571, 16004, 26386, 16004, 3571}; /* motion.md section 2 */

struct motion_options {
    bool debug, motion_force_zero, motion_five_frame_window, motion_moving_average;
    double motion_blend_factor, motion_blend_offset, motion_fps_weight, motion_max_val;
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(motion_options, debug, false),
    PLAIN_SWITCH(motion_options, motion_force_zero, false),
    PLAIN_SWITCH(motion_options, motion_five_frame_window, false),
    PLAIN_SWITCH(motion_options, motion_moving_average, false),
    PLAIN_NUMBER(motion_options, motion_blend_factor, 1.0, 0.0, 1.0),
    PLAIN_NUMBER(motion_options, motion_blend_offset, 40.0, 0.0, 1000.0),
    PLAIN_NUMBER(motion_options, motion_fps_weight, 1.0, 0.0, 5.0),
    PLAIN_NUMBER(motion_options, motion_max_val, 10000.0, 0.0, 10000.0),
    {0},
};

static void blur_column_differences(const uint16_t *P, const uint16_t *C, int w, int h, int depth, int y,
                                    int64_t *V)
{
    for (int x = 0; x < w; x++) {
        int64_t sum = 0;
        for (int k = -2; k <= 2; k++) {
            int at = plain_mirror(y + k, h) * w + x;
            sum += taps[k + 2] * ((int64_t)P[at] - C[at]);
        }
        V[x] = plain_rsh(sum, depth);
    }
}

uint64_t plain_motion_sad(const uint16_t *P, const uint16_t *C, int w, int h, int depth)
{
    int64_t *V = plain_alloc((size_t)w, sizeof(*V));
    uint64_t sad = 0;
    for (int y = 0; y < h; y++) {
        blur_column_differences(P, C, w, h, depth, y, V);
        for (int x = 0; x < w; x++) {
            int64_t sum = 0;
            for (int k = -2; k <= 2; k++)
                sum += taps[k + 2] * V[plain_mirror(x + k, w)];
            sad += (uint64_t)llabs(plain_rsh(sum, 16));
        }
    }
    free(V);
    return sad;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* S(t) */
static double raw_score(const struct plain_clip_frame *frames, int t, int distance,
                        const struct motion_options *options)
{
    if (t < distance || options->motion_force_zero)
        return 0.0;
    const struct plain_plane *earlier = &frames[t - distance].ref[0], *current = &frames[t].ref[0];
    uint64_t sad = plain_motion_sad(earlier->samples, current->samples, current->width, current->height,
                                    frames[t].depth);
    double samples = (double)current->width * current->height;
    return least(((double)sad / 256.0 / samples) * options->motion_fps_weight, options->motion_max_val);
}

static double motion2(const double *S, int t, int n, int distance)
{
    if (t < distance)
        return 0.0;
    if (t == n - 1)
        return S[t];
    if (distance == 1)
        return least(S[t], S[t + 1]);
    return t == 2 ? S[t + 1] : least(S[t - 1], S[t + 1]);
}

static double post(double v, const struct motion_options *options)
{
    double factor = options->motion_blend_factor;
    double blend = (v * factor) + ((1.0 - factor) * least(options->motion_blend_offset, v));
    return least(blend, options->motion_max_val);
}

static void emit_scores(const double *S, int n, const struct motion_options *options, plain_emit_fn emit,
                        void *user)
{
    int distance = options->motion_five_frame_window ? 2 : 1;
    double stamp = n > distance ? post(S[distance], options) : 0.0;
    double previous = stamp;
    for (int t = 0; t < n; t++) {
        double score2 = motion2(S, t, n, distance), score3 = stamp;
        if (t >= distance) {
            double current = post(score2, options);
            score3 = options->motion_moving_average ? (current + previous) / 2.0 : current;
            previous = current;
        }
        emit(user, t, "VMAF_integer_feature_motion_sad_score", S[t]);
        if (options->debug)
            emit(user, t, "integer_motion", S[t]);
        emit(user, t, "integer_motion2", score2);
        emit(user, t, "integer_motion3", score3);
    }
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct motion_options *options = opaque;
    double *S = plain_alloc((size_t)count, sizeof(*S));
    for (int t = 0; t < count; t++)
        S[t] = raw_score(frames, t, options->motion_five_frame_window ? 2 : 1, options);
    emit_scores(S, count, options, emit, user);
    free(S);
    return 0;
}

static const struct plain_golden goldens[] = {
    {"", ""},
    {"motion_max_val=18.0", "_mmxv_18"},
    {"motion_max_val=18.0:motion_five_frame_window=true:motion_moving_average=true", "_mffw_mmxv_18_mma"},
    {0},
};
static const struct plain_refusal refused[] = {
    {"flat:2x3:8:0:0", ""},
    {"flat:40x40:8:0:0", "motion_blend_factor=1.1"},
    {"flat:40x40:8:0:0", "motion_fps_weight=6"},
    {0},
};
extern const struct plain_figure plain_motion_figures[];

const struct plain_metric plain_motion = {
    .name = "motion",
    .options = option_table,
    .options_size = sizeof(struct motion_options),
    .min_size = 3,
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_motion_figures,
    .refused = refused,
};

/* --- The names that a fork gave to the same scores (section 9, DECISIONS 20) --- */

struct v2_names {
    plain_emit_fn emit;
    void *user;
};

static void emit_v2(void *user, int frame, const char *name, double value)
{
    static const char *const names[3][2] = {
        {"VMAF_integer_feature_motion_sad_score", "VMAF_integer_feature_motion_v2_sad_score"},
        {"integer_motion2", "VMAF_integer_feature_motion2_v2_score"},
        {"integer_motion3", "VMAF_integer_feature_motion3_v2_score"}};
    const struct v2_names *to = user;
    for (int i = 0; i < 3; i++)
        if (strcmp(names[i][0], name) == 0)
            to->emit(to->user, frame, names[i][1], value);
}

static int run_v2(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
                  void *user)
{
    const struct motion_options *options = opaque;
    if (options->motion_five_frame_window || options->debug)
        return plain_fail("motion_v2 has neither motion_five_frame_window nor debug");
    return run(options, frames, count, emit_v2, &(struct v2_names){emit, user});
}

static const struct plain_refusal refused_v2[] = {
    {"flat:40x40:8:0:0", "debug=true"}, {"flat:40x40:8:0:0", "motion_five_frame_window=true"}, {0}};

const struct plain_metric plain_motion_v2 = {
    .name = "motion_v2",
    .options = option_table,
    .options_size = sizeof(struct motion_options),
    .min_size = 3,
    .second_name = true,
    .run = run_v2,
    .refused = refused_v2,
};
