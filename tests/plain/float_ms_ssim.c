/* ms_ssim.md, on the window, maps and means of ssim.md part A. */
#include "float_ssim.h"

enum { SCALES = 5 };

struct float_ms_ssim_options {
    bool enable_lcs, enable_db, clip_db;
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(float_ms_ssim_options, enable_lcs, false),
    PLAIN_SWITCH(float_ms_ssim_options, enable_db, false),
    PLAIN_SWITCH(float_ms_ssim_options, clip_db, false),
    {0},
};

static const struct plain_option lcs_option_table[] = {
    PLAIN_SWITCH(float_ms_ssim_options, enable_lcs, true),
    PLAIN_SWITCH(float_ms_ssim_options, enable_db, false),
    PLAIN_SWITCH(float_ms_ssim_options, clip_db, false),
    {0},
};

/* Section 3 */
static struct plain_image halved(const struct plain_image *image)
{
    static const float a[5][5] = {{0.000714F, -0.000450F, -0.002090F, 0.007132F, 0.016114F},
                                  {-0.000450F, 0.000283F, 0.001316F, -0.004490F, -0.010146F},
                                  {-0.002090F, 0.001316F, 0.006115F, -0.020867F, -0.047149F},
                                  {0.007132F, -0.004490F, -0.020867F, 0.071207F, 0.160885F},
                                  {0.016114F, -0.010146F, -0.047149F, 0.160885F, 0.363505F}};
    float weights[81];
    for (int i = 0; i < 81; i++) {
        int row = i / 9, column = i % 9; /* 0 .. 4 is the way to the centre, 5 .. 8 the way back */
        weights[i] = a[row < 5 ? row : 8 - row][column < 5 ? column : 8 - column];
    }
    struct plain_image out = plain_image_new((image->width + 1) / 2, (image->height + 1) / 2);
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
            out.samples[y * out.width + x] = plain_ssim_box(image, weights, 9, -4, 2 * x, 2 * y);
    return out;
}

static void halve(struct plain_image *image)
{
    struct plain_image half = halved(image);
    plain_image_free(image);
    *image = half;
}

/* Section 5; NaN where a mean of s is negative. */
static double combination(const struct plain_ssim_means means[SCALES])
{
    static const float alpha[SCALES] = {0.0F, 0.0F, 0.0F, 0.0F, 0.1333F};
    static const float beta[SCALES] = {0.0448F, 0.2856F, 0.3001F, 0.2363F, 0.1333F};
    double score = 1.0;
    for (int i = 0; i < SCALES; i++) {
        double l = plain_pow((double)means[i].l, (double)alpha[i]);
        double c = plain_pow((double)means[i].c, (double)beta[i]);
        double s = plain_pow((double)means[i].s, (double)beta[i]);
        score = score * (l * c * s);
    }
    return score;
}

static void emit_means(int t, const struct plain_ssim_means means[SCALES], plain_emit_fn emit, void *user)
{
    static const char *const names[3][SCALES] = {
        {"float_ms_ssim_l_scale0", "float_ms_ssim_l_scale1", "float_ms_ssim_l_scale2",
         "float_ms_ssim_l_scale3", "float_ms_ssim_l_scale4"},
        {"float_ms_ssim_c_scale0", "float_ms_ssim_c_scale1", "float_ms_ssim_c_scale2",
         "float_ms_ssim_c_scale3", "float_ms_ssim_c_scale4"},
        {"float_ms_ssim_s_scale0", "float_ms_ssim_s_scale1", "float_ms_ssim_s_scale2",
         "float_ms_ssim_s_scale3", "float_ms_ssim_s_scale4"}};
    for (int i = 0; i < SCALES; i++)
        emit(user, t, names[0][i], (double)means[i].l);
    for (int i = 0; i < SCALES; i++)
        emit(user, t, names[1][i], (double)means[i].c);
    for (int i = 0; i < SCALES; i++)
        emit(user, t, names[2][i], (double)means[i].s);
}

static void score_frame(const struct plain_clip_frame *frame, int t,
                        const struct float_ms_ssim_options *options, plain_emit_fn emit, void *user)
{
    struct plain_image ref = plain_image_of(&frame->ref[0], frame->depth, 0.0F);
    struct plain_image dis = plain_image_of(&frame->dis[0], frame->depth, 0.0F);
    struct plain_ssim_means means[SCALES];
    for (int i = 0; i < SCALES; i++) {
        if (i > 0) {
            halve(&ref);
            halve(&dis);
        }
        means[i] = plain_ssim_means(&ref, &dis);
    }
    double score = combination(means);
    emit(user, t, "float_ms_ssim",
         options->enable_db ? plain_ssim_decibels(score, frame, options->clip_db) : score);
    if (options->enable_lcs)
        emit_means(t, means, emit, user);
    plain_image_free(&ref);
    plain_image_free(&dis);
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    for (int t = 0; t < count; t++)
        score_frame(&frames[t], t, options, emit, user);
    return 0;
}

static const struct plain_golden goldens[] = {{"enable_lcs=true", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:176x175:8:0:0", ""}, {"flat:175x176:8:0:0", ""}, {"flat:320x192:8:0:0", "scale=1"}, {0}};
extern const struct plain_figure plain_float_ms_ssim_figures[];

const struct plain_metric plain_float_ms_ssim = {
    .name = "float_ms_ssim",
    .options = option_table,
    .options_size = sizeof(struct float_ms_ssim_options),
    .min_size = PLAIN_SSIM_LEAST << (SCALES - 1),
    .single = true,
    .ulps = 4,          /* powers and logarithms, DECISIONS 6 */
    .difference = 3e-9, /* the sums, DECISIONS 24 */
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_float_ms_ssim_figures,
    .refused = refused,
};

/* A fork's name of float_ms_ssim with all its outputs (DECISIONS 20). */
const struct plain_metric plain_float_ms_ssim_lcs = {
    .name = "float_ms_ssim_lcs",
    .options = lcs_option_table,
    .options_size = sizeof(struct float_ms_ssim_options),
    .min_size = PLAIN_SSIM_LEAST << (SCALES - 1),
    .single = true,
    .second_name = true,
    .run = run,
};
