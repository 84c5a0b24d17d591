/* speed.md section 2: luma against the frame before. */
#include "speed.h"

static struct plain_image difference(const struct plain_plane *earlier, const struct plain_plane *later,
                                     int depth)
{
    struct plain_image result = plain_image_of(earlier, depth, -128.0F);
    struct plain_image subtracted = plain_image_of(later, depth, -128.0F);
    for (int i = 0; i < plain_image_count(&result); i++)
        result.samples[i] -= subtracted.samples[i];
    plain_image_free(&subtracted);
    return result;
}

static float score(const struct plain_clip_frame *earlier, const struct plain_clip_frame *later,
                   const struct plain_speed_options *options)
{
    bool bad, from_ref = options->speed_use_ref_diff;
    struct plain_image ref = difference(&earlier->ref[0], &later->ref[0], later->depth);
    struct plain_image dis =
        difference(&earlier->dis[0], from_ref ? &later->ref[0] : &later->dis[0], later->depth);
    float result = plain_speed_core(&ref, &dis, options, &bad);
    plain_image_free(&ref);
    plain_image_free(&dis);
    return result;
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct plain_speed_options *options = opaque;
    if (plain_speed_check("speed_temporal", &frames[0].ref[0], options))
        return 1;
    for (int t = 0; t < count; t++)
        emit(user, t, "speed_temporal",
             t == 0 ? 0.0 : (double)score(&frames[t - 1], &frames[t], options)); /* not clipped */
    return 0;
}

static const struct plain_option option_table[] = {
    PLAIN_SPEED_OPTIONS,
    PLAIN_SWITCH(plain_speed_options, speed_use_ref_diff, false),
    {0},
};

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:79x80:8:0:0", ""},
    {"flat:80x79:8:0:0", ""},
    {"flat:80x80:8:0:0", "speed_kernelscale=3.9"},
    {"flat:80x80:8:0:0", "speed_prescale=4.1"},
    {"flat:80x80:8:0:0", "speed_weight_var_mode=5"},
    {0},
};
extern const struct plain_figure plain_speed_temporal_figures[];

const struct plain_metric plain_speed_temporal = {
    .name = "speed_temporal",
    .options = option_table,
    .options_size = sizeof(struct plain_speed_options),
    .min_size = 1,
    .run = run,
    .goldens = goldens,
    .figures = plain_speed_temporal_figures,
    .refused = refused,
};
