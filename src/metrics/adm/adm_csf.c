#include "metrics/adm/adm_csf.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/exactmath.h"

enum { HV, DIAGONAL, KINDS };

static const double pi = 3.14159265358979323846;

static float pixels_per_degree(const struct ivq_adm_csf_options *o)
{
    return (float)(o->view_distance * o->display_height * pi / 180);
}

/* Mode 0: Watson's model of wavelet quantisation noise. */
static float watson_weight(int scale, int kind, float resolution)
{
    static const float a = 0.495f, k = 0.466f, f0 = 0.401f, g[KINDS] = {1.0f, 0.534f};
    static const float amplitude[KINDS][IVQ_ADM_SCALES] = {{0.67234f, 0.41317f, 0.22727f, 0.11792f},
                                                           {0.72709f, 0.49428f, 0.28688f, 0.15214f}};
    const double frequency = (double)(1 << (scale + 1)) * (double)f0 * (double)g[kind] / (double)resolution;
    const float distance = (float)ivq_log10(frequency);
    const float k_distance = k * distance, exponent = k_distance * distance;
    const float step =
        (float)(2.0 * (double)a * ivq_exp10((double)exponent) / (double)amplitude[kind][scale]);
    return 1.0f / step;
}

/* A parameter of mode 1 at log10(100 cd/m2) = 2, between its values at 20 and 150 cd/m2. */
static float at_100_candela(float y20, float y150)
{
    const float x20 = (float)ivq_log10(20), x150 = (float)ivq_log10(150), x = 2.0f;
    return y20 + ((y150 - y20) / (x150 - x20)) * (x - x20);
}

/* The modulation transfer of the eye, a sum of four exponentials. */
static float barten_transfer(float f)
{
    static const float weight[] = {0.424838596301290f, 0.572435103936480f, 0.000167576239164937f,
                                   0.00255872352306433f};
    static const float decay[] = {0.028f, 0.37f, 37.0f, 360.0f};
    float sum = 0;
    for (int i = 0; i < 4; i++)
        sum = (float)((double)sum + (double)weight[i] * ivq_exp((double)(-decay[i] * f)));
    return sum;
}

/* Mode 1: Barten's model at 100 cd/m2. */
static float barten_weight(int scale, double factor, float resolution)
{
    const float p0 = at_100_candela(0.334278f, 0.394533f), p1 = at_100_candela(3.79542f, 2.7755f);
    const float p2 = at_100_candela(1.07327f, 1.16577f), p3 = at_100_candela(6.4635f, 7.45665f);
    const float f = resolution / (float)(1 << (scale + 1)), f7 = f / 7;
    const float a = (float)(1 + ivq_pow((double)(p0 * f), (double)p1));
    const double below_one = 1 - ivq_exp(-((double)f7 * (double)f7));
    const float b = (float)(1 / ivq_pow(below_one, (double)p2));
    const float n = (float)((double)p3 / sqrt((double)(a * b)));
    const float ratio = 4.0627f / 100;
    const float luminance =
        (float)((double)30.162f * ivq_pow(ivq_pow((double)ratio, (double)1.6596f) + 1, (double)-0.2712f));
    const float product = n * barten_transfer(f);
    return (float)((double)(product * luminance) * factor);
}

/* Modes 2 and 3: fitted weights of the displays that they were fitted for. */
static const struct display {
    int height;
    double distance;
    float w[2][KINDS][IVQ_ADM_SCALES]; /* [mode - 2] */
} displays[] = {
    {1080,
     3.0,
     {{{0.01183f, 0.025026f, 0.04295f, 0.058621f}, {0.004302f, 0.011778f, 0.023918f, 0.035901f}},
      {{0.011249f, 0.022606f, 0.035930f, 0.045673f}, {0.004097f, 0.010921f, 0.021430f, 0.031313f}}}},
    {2160,
     1.5,
     {{{0.01183f, 0.025026f, 0.04295f, 0.058621f}, {0.004302f, 0.011778f, 0.023918f, 0.035901f}},
      {{0.011249f, 0.022606f, 0.035930f, 0.045673f}, {0.004097f, 0.010921f, 0.021430f, 0.031313f}}}},
    {1080,
     5.0,
     {{{0.004212f, 0.014809f, 0.029642f, 0.047464f}, {0.000984f, 0.005852f, 0.0146f, 0.027574f}},
      {{0.004052f, 0.013939f, 0.026298f, 0.038833f}, {0.000927f, 0.005544f, 0.013415f, 0.024515f}}}},
    {2160,
     3.0,
     {{{0.00226f, 0.01183f, 0.025026f, 0.04295f}, {0.000479f, 0.004302f, 0.011778f, 0.023918f}},
      {{0.002166f, 0.011249f, 0.022606f, 0.035930f}, {0.000447f, 0.004097f, 0.010921f, 0.021430f}}}},
    {2160,
     5.0,
     {{{0.000092f, 0.004212f, 0.014809f, 0.029642f}, {0.000050f, 0.000984f, 0.005852f, 0.0146f}},
      {{0.000077f, 0.004052f, 0.013939f, 0.026298f}, {0.000045f, 0.000927f, 0.005544f, 0.013415f}}}},
    {720,
     5.0,
     {{{0.010144f, 0.022561f, 0.040309f, 0.05672f}, {0.003463f, 0.010282f, 0.021839f, 0.034641f}},
      {{0.009689f, 0.020577f, 0.034162f, 0.044523f}, {0.003302f, 0.009579f, 0.019661f, 0.030318f}}}},
};

static const struct display *find_display(const struct ivq_adm_csf_options *o)
{
    for (size_t i = 0; i < sizeof displays / sizeof displays[0]; i++)
        if (displays[i].height == o->display_height && displays[i].distance == o->view_distance)
            return &displays[i];
    return NULL;
}

static float weight(const struct ivq_adm_csf_options *o, const struct display *display, int scale, int kind)
{
    switch (o->mode) {
    case 0:
        return watson_weight(scale, kind, pixels_per_degree(o));
    case 1:
        return barten_weight(scale, kind == HV ? o->scale : o->diagonal_scale, pixels_per_degree(o));
    default:
        return display->w[o->mode - 2][kind][scale];
    }
}

/* R of section 6; false where it does not fit 16 bits (scale 0) or 32 bits. */
static bool fixed_point(int scale, int kind, float w, uint32_t *fixed)
{
    static const double finest[KINDS] = {2097152, 8388608}, coarse = 4294967296; /* 2^21, 2^23; 2^32 */
    const double scaled = (double)w * (scale ? coarse : finest[kind]);
    if (!(scaled < (scale ? coarse : 65536)))
        return false;
    *fixed = (uint32_t)scaled;
    return true;
}

enum ivq_status ivq_adm_weights(const struct ivq_adm_csf_options *o,
                                struct ivq_adm_weights weights[IVQ_ADM_SCALES], struct ivq_error *error)
{
    static const double usual_display = 3.0 * 1080;
    const double display_size = o->view_distance * o->display_height;
    const struct display *display = find_display(o);
    if (display_size < usual_display)
        return ivq_fail(
            error, IVQ_USAGE,
            "adm: adm_norm_view_dist times adm_ref_display_height is %g, but at least 3240 is needed "
            "(3 x 1080, 1.5 x 2160, 5 x 720)",
            display_size);
    if (o->mode >= 2 && !display)
        return ivq_fail(
            error, IVQ_USAGE,
            "adm: adm_csf_mode %d has no weights for adm_ref_display_height %d and adm_norm_view_dist %g; "
            "it has: 1080 at 3 or 5, 2160 at 1.5, 3 or 5, 720 at 5",
            o->mode, o->display_height, o->view_distance);
    for (int scale = 0; scale < IVQ_ADM_SCALES; scale++)
        for (int kind = 0; kind < KINDS; kind++) {
            weights[scale].w[kind] = weight(o, display, scale, kind);
            if (!fixed_point(scale, kind, weights[scale].w[kind], &weights[scale].fixed[kind]))
                return ivq_fail(
                    error, IVQ_USAGE,
                    "adm: the weights of adm_csf_mode %d are too large for the integer pipeline; lower %s",
                    o->mode, kind == HV ? "adm_csf_scale" : "adm_csf_diag_scale");
        }
    if (o->mode == 0 && fabs(display_size - usual_display) < 1e-8) { /* the exception of section 6 */
        weights[0].fixed[HV] = 36453;
        weights[0].fixed[DIAGONAL] = 49417;
    }
    return IVQ_OK;
}
