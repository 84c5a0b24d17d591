/* float_moment.md section 1. */
#include "plain_image.h"

static const struct plain_option option_table[] = {{0}};

/* The reference adds in binary64; an exact sum differs from that only above 2^53 units of the squares: 8K at
   16 bits (section 2). */
static double mean(const struct plain_image *image, int fraction_bits)
{
    return plain_image_exact_sum(image, fraction_bits) / (double)plain_image_count(image);
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    (void)options;
    for (int t = 0; t < count; t++) {
        struct plain_image ref = plain_image_of(&frames[t].ref[0], frames[t].depth, 0.0F);
        struct plain_image dis = plain_image_of(&frames[t].dis[0], frames[t].depth, 0.0F);
        struct plain_image ref2 = plain_image_product(&ref, &ref), dis2 = plain_image_product(&dis, &dis);
        int bits = frames[t].depth - 8;
        emit(user, t, "float_moment_ref1st", mean(&ref, bits));
        emit(user, t, "float_moment_dis1st", mean(&dis, bits));
        emit(user, t, "float_moment_ref2nd", mean(&ref2, 2 * bits));
        emit(user, t, "float_moment_dis2nd", mean(&dis2, 2 * bits));
        plain_image_free(&ref);
        plain_image_free(&dis);
        plain_image_free(&ref2);
        plain_image_free(&dis2);
    }
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {{"flat:40x40:8:0:0", "debug=true"}, {0}};
extern const struct plain_figure plain_float_moment_figures[];

const struct plain_metric plain_float_moment = {
    .name = "float_moment",
    .options = option_table,
    .min_size = 1,
    .single = true,
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_float_moment_figures,
    .refused = refused,
};
