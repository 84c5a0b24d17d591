/* ciede.md sections 2 to 5, with the defined mapping of chroma. */
#include "plain_util.h"

#include <math.h>

#define PI 0x1.921fb54442d18p+1

struct lab {
    float L, a, b;
};

/* --- Section 3 --- */

static double linear(double c)
{
    return c > 10.0 / 255.0 ? plain_pow_2_4((c + 0.055) * (1.0 / 1.055)) : c * (1.0 / 12.92);
}

static float lab_function(double t)
{
    return (float)(t > 216.0 / 24389.0 ? plain_cbrt(t) : ((24389.0 / 27.0) * t + 16.0) * (1.0 / 116.0));
}

static struct lab to_lab(int Y, int U, int V, int depth)
{
    double s = (double)(1 << (depth - 8));
    double y = (Y - 16.0 * s) * (1.0 / (219.0 * s));
    double u = (U - 128.0 * s) * (1.0 / (224.0 * s)), v = (V - 128.0 * s) * (1.0 / (224.0 * s));
    double r = linear(y + 1.28033 * v);
    double g = linear((y - 0.21482 * u) - 0.38059 * v);
    double b = linear(y + 2.12798 * u);
    double x = (r * 0.4124564390896921 + g * 0.357576077643909) + b * 0.18043748326639894;
    double light = (r * 0.21267285140562248 + g * 0.715152155287818) + b * 0.07217499330655958;
    double z = (r * 0.019333895582329317 + g * 0.119192025881303) + b * 0.9503040785363677;
    double fx = (double)lab_function(x * (1.0 / 0.95047)), fy = (double)lab_function(light);
    double fz = (double)lab_function(z * (1.0 / 1.08883));
    return (struct lab){(float)(116.0 * fy - 16.0), (float)(500.0 * (fx - fy)), (float)(200.0 * (fy - fz))};
}

/* --- Section 4. Names are the spec's; everything that is named is binary32. --- */

static double square(float x)
{
    return (double)x * (double)x;
}

static float length(float a, float b)
{
    return (float)sqrt(square(a) + square(b));
}

static float hue(float b, float A)
{
    if (b == 0.0F && A == 0.0F)
        return 0.0F;
    float t = (float)plain_atan2(b, A);
    return t < 0.0F ? (float)((double)t + 2.0 * PI) : t;
}

/* G, not rounded to binary32 */
static double green_red_stretch(float cb)
{
    double c = (double)cb, c2 = c * c, c4 = c2 * c2, p = c4 * c2 * c;
    return 1.0 - sqrt(p / (p + 6103515625.0));
}

static bool across_zero(float h1, float h2)
{
    return fabs((double)(h1 - h2)) > PI;
}

static float hue_difference(float h1, float h2, bool grey)
{
    if (grey)
        return 0.0F;
    if (!across_zero(h1, h2))
        return h2 - h1;
    double turn = h2 <= h1 ? 2.0 * PI : -2.0 * PI;
    return (float)((double)(h2 - h1) + turn);
}

static float mean_hue(float h1, float h2)
{
    double sum = (double)(h1 + h2);
    return (float)((across_zero(h1, h2) ? sum + 2.0 * PI : sum) / 2.0);
}

static float hue_weight(float H)
{
    double h = (double)H;
    return (float)(1.0 - 0.17 * plain_cos(h - PI / 6.0) + 0.24 * plain_cos(2.0 * h) +
                   0.32 * plain_cos(3.0 * h + PI / 30.0) - 0.20 * plain_cos(4.0 * h - 7.0 * PI / 20.0));
}

/* RT. Of all that is computed for a pixel only w, z, p7 and R can lie below 2^-126. A device that counts them
   as zero gives the same dE: RT yy zz then is far below half a unit in the last place of the squares. */
static float rotation(float H, float kb)
{
    float g = (float)((double)H * (180.0 / PI));
    float e = (float)(((double)g - 275.0) * (1.0 / 25.0));
    float e2 = e * e;
    float w = (float)(60.0 * plain_short_exp(-(double)e2));
    float z = (float)((double)w * (PI / 180.0));
    float p7 = plain_powf(kb, 7.0F);
    float R = p7 / (p7 + 6103515648.0F);
    return (float)((-2.0 * sqrt((double)R)) * plain_sin((double)z));
}

static float difference(const struct lab *one, const struct lab *two)
{
    float dL = two->L - one->L, Lb = (one->L + two->L) / 2.0F;
    float c1 = length(one->a, one->b), c2 = length(two->a, two->b);
    double G = green_red_stretch((c1 + c2) / 2.0F);
    float A1 = (float)((double)one->a + (double)(one->a / 2.0F) * G);
    float A2 = (float)((double)two->a + (double)(two->a / 2.0F) * G);
    float k1 = length(A1, one->b), k2 = length(A2, two->b), kb = (k1 + k2) / 2.0F, dC = k2 - k1;
    double q = square(Lb - 50.0F);
    float SL = (float)(1.0 + (0.015 * q) / sqrt(20.0 + q));
    float SC = (float)(1.0 + 0.045 * (double)kb);
    float h1 = hue(one->b, A1), h2 = hue(two->b, A2);
    float dh = hue_difference(h1, h2, c1 == 0.0F || c2 == 0.0F);
    float dH = (float)((2.0 * sqrt((double)(k1 * k2))) * plain_sin((double)dh / 2.0));
    float H = mean_hue(h1, h2);
    float SH = (float)(1.0 + (0.015 * (double)kb) * (double)hue_weight(H));
    float RT = rotation(H, kb);
    float x = dL / (0.65F * SL), yy = dC / SC, zz = dH / (4.0F * SH);
    float cross = RT * yy * zz;
    return (float)sqrt(((square(x) + square(yy)) + square(zz)) + (double)cross);
}

/* --- Sections 2 and 5 --- */

static struct lab lab_at(const struct plain_plane planes[3], int x, int y, int depth)
{
    int cx = planes[1].width == planes[0].width ? x : x / 2;
    int cy = planes[1].height == planes[0].height ? y : y / 2;
    cx = cx < planes[1].width ? cx : planes[1].width - 1;
    cy = cy < planes[1].height ? cy : planes[1].height - 1;
    int chroma = cy * planes[1].width + cx;
    return to_lab(planes[0].samples[y * planes[0].width + x], planes[1].samples[chroma],
                  planes[2].samples[chroma], depth);
}

/* The sum does not depend on its order: whole multiples of 2^-30, each dE rounded to the nearest (DECISIONS
 * 24). */
static double score(const struct plain_clip_frame *frame)
{
    int width = frame->ref[0].width, height = frame->ref[0].height;
    int64_t sum = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            struct lab ref = lab_at(frame->ref, x, y, frame->depth);
            struct lab dis = lab_at(frame->dis, x, y, frame->depth);
            sum += llrint((double)difference(&ref, &dis) * 0x1p30);
        }
    return 45.0 - 20.0 * plain_log10((double)sum * 0x1p-30 / ((double)width * height));
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    (void)options;
    if (frames[0].planes != 3)
        return plain_fail("ciede needs chroma planes");
    for (int t = 0; t < count; t++)
        emit(user, t, "ciede2000", score(&frames[t]));
    return 0;
}

static const struct plain_option option_table[] = {{0}};
static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:40x40:8:0:0", ""}, {"still:40x40:420:8:0:0", "enable_chroma=false"}, {0}};
extern const struct plain_figure plain_ciede_figures[];

const struct plain_metric plain_ciede = {
    .name = "ciede",
    .options = option_table,
    .min_size = 1,
    .single = true,
    .difference = 1.5e-14, /* the logarithm, DECISIONS 6; the order of the sum shows on none of the clips */
    .run = run,
    .goldens = goldens,
    .figures = plain_ciede_figures,
    .refused = refused,
};
