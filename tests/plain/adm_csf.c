/* adm.md section 6: the contrast sensitivity weights. `float` there means rounded to binary32 at that point.
 */
#include "adm.h"
#include "plain_util.h"

#include <math.h>

#define PI 3.14159265358979323846
#define REFERENCE_DISTANCE                                                                                   \
    3240.0 /* 3 heights of 1080 lines: nearer than that, weights overflow (section 3) */

float plain_adm_pixels_per_degree(double view_distance, int display_height)
{
    return (float)(view_distance * display_height * PI / 180.0);
}

/* Watson 1997 (mode 0) */
float plain_adm_watson(float r, int scale, int diagonal)
{
    static const float amplitude[2][4] = {{0.67234F, 0.41317F, 0.22727F, 0.11792F},
                                          {0.72709F, 0.49428F, 0.28688F, 0.15214F}};
    const float a = 0.495F, k = 0.466F, f0 = 0.401F, g = diagonal ? 0.534F : 1.0F;
    double band = (double)(2 << scale);
    float tmp = (float)plain_log10(band * (double)f0 * (double)g / (double)r);
    float kt = k * tmp, exponent = kt * tmp;
    double power = plain_pow(10.0, (double)exponent);
    float quantum = (float)(2.0 * (double)a * power / (double)amplitude[diagonal][scale]);
    return 1.0F / quantum;
}

/* Barten after HDR-VDP 2.2.1 at 100 cd/m2 (mode 1): the four parameters at log10 luminance 2 */
static void barten_parameters(float p[4])
{
    static const float y20[4] = {0.334278F, 3.79542F, 1.07327F, 6.4635F};
    static const float y150[4] = {0.394533F, 2.7755F, 1.16577F, 7.45665F};
    float x20 = (float)plain_log10(20.0), x150 = (float)plain_log10(150.0), x = 2.0F;
    for (int i = 0; i < 4; i++) {
        float rise = y150[i] - y20[i], run = x150 - x20, slope = rise / run, step = slope * (x - x20);
        p[i] = y20[i] + step;
    }
}

static float barten_optics(float f)
{
    static const float ma[4] = {0.424838596301290F, 0.572435103936480F, 0.000167576239164937F,
                                0.00255872352306433F};
    static const float mb[4] = {0.028F, 0.37F, 37.0F, 360.0F};
    float sum = 0.0F;
    for (int i = 0; i < 4; i++) {
        float exponent = -mb[i] * f;
        sum = (float)((double)sum + (double)ma[i] * plain_exp((double)exponent));
    }
    return sum;
}

float plain_adm_barten(float r, int scale, double factor)
{
    float p[4];
    barten_parameters(p);
    float f = r / (float)(2 << scale), pf = p[0] * f, f7 = f / 7.0F;
    float A = (float)(1.0 + plain_pow((double)pf, (double)p[1]));
    double rolloff = 1.0 - plain_exp(-((double)f7 * (double)f7));
    float B = (float)(1.0 / plain_pow(rolloff, (double)p[2]));
    float AB = A * B;
    float N = (float)((double)p[3] / plain_pow((double)AB, 0.5));
    float quotient = 4.0627F / 100.0F;
    double bracket = plain_pow((double)quotient, (double)1.6596F) + 1.0;
    float S = (float)((double)30.162F * plain_pow(bracket, (double)-0.2712F));
    float NM = N * barten_optics(f), NMS = NM * S;
    return (float)((double)NMS * factor);
}

/* Modes 2 and 3: fitted for given displays only. Section 6, table. */
static const struct {
    int height;
    double distance;
    float w[2][2][4]; /* mode 2 and 3; bands H and V, band D; scale */
} fitted[] = {
    {1080,
     3.0,
     {{{0.01183F, 0.025026F, 0.04295F, 0.058621F}, {0.004302F, 0.011778F, 0.023918F, 0.035901F}},
      {{0.011249F, 0.022606F, 0.035930F, 0.045673F}, {0.004097F, 0.010921F, 0.021430F, 0.031313F}}}},
    {2160,
     1.5,
     {{{0.01183F, 0.025026F, 0.04295F, 0.058621F}, {0.004302F, 0.011778F, 0.023918F, 0.035901F}},
      {{0.011249F, 0.022606F, 0.035930F, 0.045673F}, {0.004097F, 0.010921F, 0.021430F, 0.031313F}}}},
    {1080,
     5.0,
     {{{0.004212F, 0.014809F, 0.029642F, 0.047464F}, {0.000984F, 0.005852F, 0.0146F, 0.027574F}},
      {{0.004052F, 0.013939F, 0.026298F, 0.038833F}, {0.000927F, 0.005544F, 0.013415F, 0.024515F}}}},
    {2160,
     3.0,
     {{{0.00226F, 0.01183F, 0.025026F, 0.04295F}, {0.000479F, 0.004302F, 0.011778F, 0.023918F}},
      {{0.002166F, 0.011249F, 0.022606F, 0.035930F}, {0.000447F, 0.004097F, 0.010921F, 0.021430F}}}},
    {2160,
     5.0,
     {{{0.000092F, 0.004212F, 0.014809F, 0.029642F}, {0.000050F, 0.000984F, 0.005852F, 0.0146F}},
      {{0.000077F, 0.004052F, 0.013939F, 0.026298F}, {0.000045F, 0.000927F, 0.005544F, 0.013415F}}}},
    {720,
     5.0,
     {{{0.010144F, 0.022561F, 0.040309F, 0.05672F}, {0.003463F, 0.010282F, 0.021839F, 0.034641F}},
      {{0.009689F, 0.020577F, 0.034162F, 0.044523F}, {0.003302F, 0.009579F, 0.019661F, 0.030318F}}}},
};

static int fitted_weights(const struct plain_adm_options *options, struct plain_adm_weights *weights)
{
    for (size_t i = 0; i < sizeof(fitted) / sizeof(fitted[0]); i++) {
        if (fitted[i].height != options->adm_ref_display_height ||
            fitted[i].distance != options->adm_norm_view_dist)
            continue;
        for (int s = 0; s < 4; s++)
            for (int diagonal = 0; diagonal < 2; diagonal++)
                weights->w[s][diagonal] = fitted[i].w[options->adm_csf_mode - 2][diagonal][s];
        return 0;
    }
    return plain_fail(
        "adm_csf_mode=%d has no weights for adm_ref_display_height=%d and adm_norm_view_dist=%g; it has "
        "1080 with 3 or 5, 2160 with 1.5, 3 or 5, 720 with 5",
        options->adm_csf_mode, options->adm_ref_display_height, options->adm_norm_view_dist);
}

/* Q21 (bands H, V) and Q23 (D) in 16 bits at scale 0, Q32 elsewhere. */
static int fix_weights(const struct plain_adm_options *options, struct plain_adm_weights *weights)
{
    double distance = options->adm_norm_view_dist * options->adm_ref_display_height;
    for (int s = 0; s < 4; s++)
        for (int diagonal = 0; diagonal < 2; diagonal++) {
            int bits = s > 0 ? 32 : diagonal ? 23 : 21;
            double scaled = ldexp((double)weights->w[s][diagonal], bits);
            if (!(scaled < (s == 0 ? 65536.0 : 4294967296.0)))
                return plain_fail("adm: the weight %g of scale %d does not fit its %d bits",
                                  (double)weights->w[s][diagonal], s, s == 0 ? 16 : 32);
            weights->fixed[s][diagonal] = (uint32_t)scaled;
        }
    if (options->adm_csf_mode == 0 && fabs(distance - REFERENCE_DISTANCE) < 1e-8) {
        weights->fixed[0][0] = 36453; /* the exception of section 6 */
        weights->fixed[0][1] = 49417;
    }
    return 0;
}

int plain_adm_weights(const struct plain_adm_options *options, struct plain_adm_weights *weights)
{
    double distance = options->adm_norm_view_dist * options->adm_ref_display_height;
    if (distance < REFERENCE_DISTANCE)
        return plain_fail("adm_norm_view_dist * adm_ref_display_height = %g is below %g", distance,
                          REFERENCE_DISTANCE);
    float r = plain_adm_pixels_per_degree(options->adm_norm_view_dist, options->adm_ref_display_height);
    if (options->adm_csf_mode >= 2) {
        if (fitted_weights(options, weights))
            return 1;
        return fix_weights(options, weights);
    }
    for (int s = 0; s < 4; s++)
        for (int diagonal = 0; diagonal < 2; diagonal++) {
            double factor = diagonal ? options->adm_csf_diag_scale : options->adm_csf_scale;
            weights->w[s][diagonal] = options->adm_csf_mode == 0 ? plain_adm_watson(r, s, diagonal)
                                                                 : plain_adm_barten(r, s, factor);
        }
    return fix_weights(options, weights);
}
