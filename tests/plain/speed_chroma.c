/* speed.md section 2 and the end of section 8: both chroma planes. */
#include "speed.h"

static float plane_score(const struct plain_clip_frame *frame, int plane,
                         const struct plain_speed_options *options, bool *bad)
{
    struct plain_image ref = plain_image_of(&frame->ref[plane], frame->depth, -128.0F);
    struct plain_image dis = plain_image_of(&frame->dis[plane], frame->depth, -128.0F);
    float score = plain_speed_core(&ref, &dis, options, bad);
    plain_image_free(&ref);
    plain_image_free(&dis);
    return score;
}

static double clipped(float score, double most)
{
    return (double)score < most ? (double)score : most;
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct plain_speed_options *options = opaque;
    if (frames[0].planes != 3)
        return plain_fail("speed_chroma needs chroma planes");
    if (plain_speed_check("speed_chroma", &frames[0].ref[1], options))
        return 1;
    for (int t = 0; t < count; t++) {
        bool bad_u, bad_v;
        float u = plane_score(&frames[t], 1, options, &bad_u);
        float v = plane_score(&frames[t], 2, options, &bad_v);
        float uv = bad_u == bad_v ? (u + v) / 2.0F : bad_u ? v : u;
        emit(user, t, "speed_chroma_u", clipped(u, options->speed_max_val));
        emit(user, t, "speed_chroma_v", clipped(v, options->speed_max_val));
        emit(user, t, "speed_chroma_uv", clipped(uv, options->speed_max_val));
    }
    return 0;
}

static const struct plain_option option_table[] = {
    PLAIN_SPEED_OPTIONS,
    PLAIN_WHOLE(plain_speed_options, speed_weight_var_mode, 0, 0, 6),
    {0},
};

#define MODEL "speed_nn_floor=0.1:speed_sigma_nn=0.19:speed_weight_var_mode=5:speed_max_val=45.0"

static const struct plain_golden goldens[] = {
    {"", ""},
    {MODEL, "_mxv_45_nnf_0.1_snn_0.19_wvm_5"},
    {MODEL ":speed_prescale=0.6:speed_prescale_method=bilinear",
     "_mxv_45_nnf_0.1_ps_0.6_psm_bilinear_snn_0.19_wvm_5"},
    {0},
};
static const struct plain_refusal refused[] = {
    {"flat:576x324:8:0:0", ""},
    {"still:159x160:420:8:0:0", ""},
    {"still:160x159:420:8:0:0", ""},
    {"still:576x324:420:8:0:0", "speed_prescale=0.4"},
    {"still:576x324:420:8:0:0", "speed_kernelscale=1.01"},
    {"still:576x324:420:8:0:0", "speed_kernelscale=0.05"},
    {"still:576x324:420:8:0:0", "speed_prescale_method=area"},
    {"still:576x324:420:8:0:0", "speed_weight_var_mode=7"},
    {"still:576x324:420:8:0:0", "speed_use_ref_diff=true"},
    {0},
};
extern const struct plain_figure plain_speed_chroma_figures[];

const struct plain_metric plain_speed_chroma = {
    .name = "speed_chroma",
    .options = option_table,
    .options_size = sizeof(struct plain_speed_options),
    .min_size = 1,
    .single = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_speed_chroma_figures,
    .refused = refused,
};
