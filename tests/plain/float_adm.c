/* float_adm.md, with true division (DECISIONS 27). */
#include "float_adm.h"
#include "adm.h"
#include "plain_image.h"

#include <math.h>

enum { H, V, D, BANDS };
enum { SCALES = 4 };

typedef struct plain_float_adm_options options_type;

#define OVERRIDE(name) PLAIN_NUMBER(plain_float_adm_options, name, -1.0, -1.0, 10.0)

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(plain_float_adm_options, debug, false),
    PLAIN_NUMBER(plain_float_adm_options, adm_enhn_gain_limit, 100.0, 1.0, 100.0),
    PLAIN_NUMBER(plain_float_adm_options, adm_norm_view_dist, 3.0, 0.75, 24.0),
    PLAIN_WHOLE(plain_float_adm_options, adm_ref_display_height, 1080, 1, 4320),
    PLAIN_WHOLE(plain_float_adm_options, adm_csf_mode, 0, 0, 9),
    PLAIN_NUMBER(plain_float_adm_options, adm_csf_scale, 1.0, 0.0, 50.0),
    PLAIN_NUMBER(plain_float_adm_options, adm_csf_diag_scale, 1.0, 0.0, 50.0),
    OVERRIDE(adm_f1s0),
    OVERRIDE(adm_f1s1),
    OVERRIDE(adm_f1s2),
    OVERRIDE(adm_f1s3),
    OVERRIDE(adm_f2s0),
    OVERRIDE(adm_f2s1),
    OVERRIDE(adm_f2s2),
    OVERRIDE(adm_f2s3),
    PLAIN_NUMBER(plain_float_adm_options, adm_noise_weight, 0.03125, 0.0, 1500.0),
    PLAIN_NUMBER(plain_float_adm_options, adm_p_norm, 3.0, 1.0, 20.0),
    PLAIN_WHOLE(plain_float_adm_options, adm_bypass_cm, 0, 0, 1),
    PLAIN_SWITCH(plain_float_adm_options, adm_adm3_apply_hm, false),
    PLAIN_NUMBER(plain_float_adm_options, adm_dlm_weight, 0.5, 0.0, 1.0),
    PLAIN_NUMBER(plain_float_adm_options, adm_min_val, 0.0, 0.0, 1.0),
    PLAIN_WHOLE(plain_float_adm_options, adm_skip_aim_scale, -1, 0, 3), /* -1: none, cannot be named */
    PLAIN_SWITCH(plain_float_adm_options, adm_skip_scale0, false),
    {0},
};

struct bands {
    struct plain_image of[BANDS];
};

static struct bands bands_new(int width, int height)
{
    struct bands bands;
    for (int k = 0; k < BANDS; k++)
        bands.of[k] = plain_image_new(width, height);
    return bands;
}

static void bands_free(struct bands *bands)
{
    for (int k = 0; k < BANDS; k++)
        plain_image_free(&bands->of[k]);
}

/* --- Section 3: wavelet --- */

#define L0 0x1.ee8dd4p-2F
#define L1 0x1.ac4bdep-1F
#define L2 0x1.cb0bfp-3F
#define L3 (-0x1.0907dcp-3F)

static const float low_taps[4] = {L0, L1, L2, L3};
static const float high_taps[4] = {L3, -L2, L1, -L0};

/* The two ends differ: sample 0 is not repeated, the last one is. */
static int fold(int i, int n)
{
    if (i < 0)
        return -i;
    return i >= n ? 2 * n - 1 - i : i;
}

/* Four samples of a line, step apart, around 2 i. */
static float dot(const float taps[4], const float *line, int step, int i, int n)
{
    float sum = taps[0] * line[fold(2 * i - 1, n) * step];
    for (int k = 1; k < 4; k++)
        sum += taps[k] * line[fold(2 * i - 1 + k, n) * step];
    return sum;
}

static struct plain_image halved_rows(const struct plain_image *in, const float taps[4])
{
    struct plain_image out = plain_image_new(in->width, (in->height + 1) / 2);
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
            out.samples[y * out.width + x] = dot(taps, in->samples + x, in->width, y, in->height);
    return out;
}

static struct plain_image halved_columns(const struct plain_image *in, const float taps[4])
{
    struct plain_image out = plain_image_new((in->width + 1) / 2, in->height);
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
            out.samples[y * out.width + x] = dot(taps, in->samples + y * in->width, 1, x, in->width);
    return out;
}

/* Replaces the image by its low band. */
static struct bands transform(struct plain_image *image)
{
    struct plain_image low = halved_rows(image, low_taps), high = halved_rows(image, high_taps);
    struct bands bands;
    bands.of[V] = halved_columns(&low, high_taps);
    bands.of[H] = halved_columns(&high, low_taps);
    bands.of[D] = halved_columns(&high, high_taps);
    plain_image_free(image);
    *image = halved_columns(&low, low_taps);
    plain_image_free(&low);
    plain_image_free(&high);
    return bands;
}

/* --- Section 4: decoupling --- */

/* Whether reference and distorted detail point the same way within one degree. */
static bool aligned(float oh, float ov, float th, float tv)
{
    const float cos2 = 0x1.ffd814p-1F;
    float dh = oh * th, dv = ov * tv, dp = dh + dv;
    float ohh = oh * oh, ovv = ov * ov, po = ohh + ovv;
    float thh = th * th, tvv = tv * tv, pt = thh + tvv;
    float square = dp * dp, limit = cos2 * po * pt;
    return dp >= 0.0F && square >= limit;
}

static float restored(float o, float t, bool flag, double gain)
{
    float k = t / (o + 1e-30F);
    k = k < 0.0F ? 0.0F : k > 1.0F ? 1.0F : k;
    float r = k * o;
    double enhanced = (double)r * gain, target = (double)t;
    if (flag && r > 0.0F)
        return (float)(enhanced < target ? enhanced : target);
    if (flag && r < 0.0F)
        return (float)(enhanced > target ? enhanced : target);
    return r;
}

/* r: what is restored of the reference's detail; a: what else the distorted picture has. */
static void decouple(const struct bands *o, const struct bands *t, double gain, struct bands *r,
                     struct bands *a)
{
    for (int i = 0; i < plain_image_count(&o->of[H]); i++) {
        bool flag =
            aligned(o->of[H].samples[i], o->of[V].samples[i], t->of[H].samples[i], t->of[V].samples[i]);
        for (int k = 0; k < BANDS; k++) {
            float target = t->of[k].samples[i];
            float kept = restored(o->of[k].samples[i], target, flag, gain);
            r->of[k].samples[i] = kept;
            a->of[k].samples[i] = target - kept;
        }
    }
}

/* --- Section 5: contrast sensitivity --- */

static float native_weight(float r, int scale, int diagonal)
{
    float f = r / (float)(2 << scale);
    if (diagonal)
        f = (float)((double)f / 0.7);
    return (float)((0.31 + 0.69 * (double)f) * plain_exp(-0.29 * (double)f));
}

float plain_float_adm_weight(const options_type *options, int scale, int diagonal)
{
    const double given[2][SCALES] = {
        {options->adm_f1s0, options->adm_f1s1, options->adm_f1s2, options->adm_f1s3},
        {options->adm_f2s0, options->adm_f2s1, options->adm_f2s2, options->adm_f2s3}};
    float r = plain_adm_pixels_per_degree(options->adm_norm_view_dist, options->adm_ref_display_height);
    if (given[diagonal][scale] >= 0.0)
        return (float)given[diagonal][scale];
    if (options->adm_csf_mode == 1)
        return plain_adm_barten(r, scale, diagonal ? options->adm_csf_diag_scale : options->adm_csf_scale);
    if (options->adm_csf_mode == 2)
        return native_weight(r, scale, diagonal);
    return plain_adm_watson(r, scale, diagonal);
}

/* --- Section 6: pooling --- */

struct pooling {
    float weight[BANDS];
    double p_norm, noise_weight;
    bool masks;
};

static float magnitude_of(float weight, const struct plain_image *band, int row, int column)
{
    return fabsf(weight * band->samples[row * band->width + column]);
}

/* Nine neighbours in the order of raster; the centre counts twice. */
static float mask(float weight, const struct plain_image *band, int i, int j)
{
    int rows[3] = {i == 0 ? 1 : i - 1, i, i == band->height - 1 ? i : i + 1};
    int columns[3] = {j == 0 ? 1 : j - 1, j, j == band->width - 1 ? j : j + 1};
    float z = 0.0F;
    for (int n = 0; n < 9; n++) {
        double c = (double)magnitude_of(weight, band, rows[n / 3], columns[n % 3]);
        if (n == 4)
            z = (float)((double)z + 0.0666666701 * c);
        else
            z += (float)(0.0333333351 * c);
    }
    return z;
}

static float threshold(const struct bands *masker, const struct pooling *pooling, int i, int j)
{
    float T = 0.0F;
    for (int k = 0; masker && pooling->masks && k < BANDS; k++)
        T += mask(pooling->weight[k], &masker->of[k], i, j);
    return T;
}

static float power(float z, double p_norm)
{
    return p_norm == 3.0 ? z * z * z : plain_powf(z, (float)p_norm);
}

/* M of a signal and its masker; NULL: nothing masks it. */
static float masked(const struct bands *signal, const struct bands *masker, const struct pooling *pooling)
{
    struct plain_adm_region region = plain_adm_central(signal->of[H].width, signal->of[H].height);
    float totals[BANDS] = {0}, root = (float)(1.0 / pooling->p_norm), sum = 0.0F;
    for (int i = region.top; i < region.bottom; i++) {
        float row[BANDS] = {0};
        for (int j = region.left; j < region.right; j++) {
            float T = threshold(masker, pooling, i, j);
            for (int k = 0; k < BANDS; k++) {
                float u = magnitude_of(pooling->weight[k], &signal->of[k], i, j) - T;
                row[k] += power(u < 0.0F ? 0.0F : u, pooling->p_norm);
            }
        }
        for (int k = 0; k < BANDS; k++)
            totals[k] += row[k];
    }
    double area = (double)(region.right - region.left) * (region.bottom - region.top);
    float noise = plain_powf((float)(area * pooling->noise_weight), root);
    for (int k = 0; k < BANDS; k++) {
        float term = plain_powf(totals[k], root) + noise;
        sum += term;
    }
    return sum;
}

struct scale {
    float n, a, d; /* N_s, A_s, D_s */
};

static struct scale score_scale(const struct bands *o, const struct bands *t, int s,
                                const options_type *options)
{
    struct bands r = bands_new(o->of[H].width, o->of[H].height);
    struct bands a = bands_new(o->of[H].width, o->of[H].height);
    struct pooling pooling = {.p_norm = options->adm_p_norm,
                              .noise_weight = options->adm_noise_weight,
                              .masks = !options->adm_bypass_cm};
    struct scale scale;
    for (int k = 0; k < BANDS; k++)
        pooling.weight[k] = plain_float_adm_weight(options, s, k == D);
    decouple(o, t, options->adm_enhn_gain_limit, &r, &a);
    scale.n = masked(&r, &a, &pooling);
    scale.d = masked(o, NULL, &pooling);
    pooling.noise_weight = 0.0;
    scale.a = masked(&a, &r, &pooling);
    bands_free(&r);
    bands_free(&a);
    return scale;
}

static void score_frame(const struct plain_clip_frame *frame, const options_type *options,
                        struct scale scales[SCALES])
{
    struct plain_image ref = plain_image_of(&frame->ref[0], frame->depth, -128.0F);
    struct plain_image dis = plain_image_of(&frame->dis[0], frame->depth, -128.0F);
    for (int s = 0; s < SCALES; s++) {
        struct bands o = transform(&ref), t = transform(&dis);
        if (s == 0 && options->adm_skip_scale0)
            scales[s] = (struct scale){.d = 1e-10F};
        else
            scales[s] = score_scale(&o, &t, s, options);
        bands_free(&o);
        bands_free(&t);
    }
    plain_image_free(&ref);
    plain_image_free(&dis);
}

/* --- Section 7: scores --- */

struct totals {
    double n, d, a, d_of_aim;
};

static struct totals add_scales(const struct plain_clip_frame *frame, const struct scale scales[SCALES],
                                const options_type *options)
{
    struct totals totals = {0};
    for (int s = 0; s < SCALES; s++) {
        totals.n += (double)scales[s].n;
        totals.d += (double)scales[s].d;
        if (s == options->adm_skip_aim_scale)
            continue;
        totals.a += (double)scales[s].a;
        totals.d_of_aim += (double)scales[s].d;
    }
    double samples = (double)frame->ref[0].width * frame->ref[0].height;
    double limit = 1e-10 * samples / (1920.0 * 1080.0);
    totals.n = totals.n < limit ? 0.0 : totals.n;
    totals.d = totals.d < limit ? 0.0 : totals.d;
    return totals;
}

static double aim_of(struct totals totals)
{
    double aim = totals.a / totals.d_of_aim;
    return totals.d == 0.0 ? 0.0 : aim < 1.0 ? aim : 1.0;
}

static void emit_debug(int t, double adm2, struct totals totals, const struct scale scales[SCALES],
                       plain_emit_fn emit, void *user)
{
    static const char *const num[] = {"adm_num_scale0", "adm_num_scale1", "adm_num_scale2", "adm_num_scale3"};
    static const char *const den[] = {"adm_den_scale0", "adm_den_scale1", "adm_den_scale2", "adm_den_scale3"};
    emit(user, t, "adm", adm2);
    emit(user, t, "adm_num", totals.n);
    emit(user, t, "adm_den", totals.d);
    for (int s = 0; s < SCALES; s++) {
        emit(user, t, num[s], (double)scales[s].n);
        emit(user, t, den[s], (double)scales[s].d);
    }
}

static void emit_scores(int t, const struct plain_clip_frame *frame, const struct scale scales[SCALES],
                        const options_type *options, plain_emit_fn emit, void *user)
{
    static const char *const names[] = {"adm_scale0", "adm_scale1", "adm_scale2", "adm_scale3"};
    struct totals totals = add_scales(frame, scales, options);
    double adm2 = totals.d == 0.0 ? 1.0 : totals.n / totals.d, aim = aim_of(totals);
    double w = options->adm_dlm_weight, adm3 = adm2 * w + (1.0 - aim) * (1.0 - w);
    if (options->adm_adm3_apply_hm)
        adm3 = 2.0 * adm2 * aim / (adm2 + aim);
    emit(user, t, "adm2", adm2);
    emit(user, t, "aim", aim);
    emit(user, t, "adm3", adm3 > options->adm_min_val ? adm3 : options->adm_min_val);
    for (int s = 0; s < SCALES; s++)
        emit(user, t, names[s], (double)scales[s].n / (double)scales[s].d);
    if (options->debug)
        emit_debug(t, adm2, totals, scales, emit, user);
}

static int run(const void *options, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    for (int t = 0; t < count; t++) {
        struct scale scales[SCALES];
        score_frame(&frames[t], options, scales);
        emit_scores(t, &frames[t], scales, options, emit, user);
    }
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:17x16:8:0:0", ""},
    {"flat:40x40:8:0:0", "adm_csf_mode=10"},
    {"flat:40x40:8:0:0", "adm_skip_aim_scale=-1"},
    {"flat:40x40:8:0:0", "adm_f2s3=10.5"},
    {"flat:40x40:8:0:0", "adm_p_norm=0.5"},
    {"flat:40x40:8:0:0", "adm_dlm_weight=1.5"},
    {0},
};
extern const struct plain_figure plain_float_adm_figures[];

const struct plain_metric plain_float_adm = {
    .name = "float_adm",
    .options = option_table,
    .options_size = sizeof(options_type),
    .min_size = 17,
    .single = true,
    .difference = 3e-7, /* the reference divides by an estimate, DECISIONS 27 */
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_float_adm_figures,
    .refused = refused,
};
