/* adm.md sections 4, 5, 7 and 8. */
#include "adm.h"
#include "plain_util.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { H, V, D, BANDS };

/* One picture at one scale: the low-pass plane and the three detail bands, width * height each. */
struct wavelet {
    int width, height;
    int32_t *low, *band[BANDS];
};

/* A signal or a masker: three bands in one geometry. */
struct bands {
    int32_t *band[BANDS];
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(plain_adm_options, debug, false),
    PLAIN_SWITCH(plain_adm_options, adm_skip_aim, false),
    PLAIN_SWITCH(plain_adm_options, adm_skip_scale0, false),
    PLAIN_WHOLE(plain_adm_options, adm_csf_mode, 0, 0, 3),
    PLAIN_WHOLE(plain_adm_options, adm_ref_display_height, 1080, 1, 4320),
    PLAIN_NUMBER(plain_adm_options, adm_csf_scale, 1.0, 0.0, 50.0),
    PLAIN_NUMBER(plain_adm_options, adm_csf_diag_scale, 1.0, 0.0, 50.0),
    PLAIN_NUMBER(plain_adm_options, adm_norm_view_dist, 3.0, 0.75, 24.0),
    PLAIN_NUMBER(plain_adm_options, adm_enhn_gain_limit, 100.0, 1.0, 100.0),
    PLAIN_NUMBER(plain_adm_options, adm_noise_weight, 0.03125, 0.0, 1500.0),
    PLAIN_NUMBER(plain_adm_options, adm_dlm_weight, 0.5, 0.0, 1.0),
    PLAIN_NUMBER(plain_adm_options, adm_min_val, 0.0, 0.0, 1.0),
    {0},
};

static int32_t *new_plane(int width, int height)
{
    return plain_alloc((size_t)width * (size_t)height, sizeof(int32_t));
}

static void bands_new(struct bands *bands, int width, int height)
{
    for (int k = 0; k < BANDS; k++)
        bands->band[k] = new_plane(width, height);
}

static void bands_free(struct bands *bands)
{
    for (int k = 0; k < BANDS; k++)
        free(bands->band[k]);
}

static void wavelet_free(struct wavelet *wavelet)
{
    free(wavelet->low);
    for (int k = 0; k < BANDS; k++)
        free(wavelet->band[k]);
}

/* --- Section 4 --- */

static const int64_t low_taps[4] = {15826, 27411, 7345, -4240};
static const int64_t high_taps[4] = {-4240, -7345, 27411, -15826};
#define LOW_TAPS_SUM 46342

/* The two ends differ: sample 0 is not repeated, the last one is. */
static int fold(int i, int n)
{
    if (i < 0)
        return -i;
    return i >= n ? 2 * n - 1 - i : i;
}

static int64_t taps_over(const int64_t taps[4], const int64_t *line, int i, int n)
{
    int64_t sum = 0;
    for (int k = 0; k < 4; k++)
        sum += taps[k] * line[fold(2 * i - 1 + k, n)];
    return sum;
}

static void split_row(const int32_t *in, int width, int height, int i, int offset_bits, int shift,
                      int64_t *lo, int64_t *hi)
{
    int64_t offset = offset_bits > 0 ? (int64_t)LOW_TAPS_SUM << (offset_bits - 1) : 0;
    for (int j = 0; j < width; j++) {
        int64_t sum_lo = -offset, sum_hi = 0;
        for (int k = 0; k < 4; k++) {
            int64_t x = in[fold(2 * i - 1 + k, height) * width + j];
            sum_lo += low_taps[k] * x;
            sum_hi += high_taps[k] * x;
        }
        lo[j] = (int32_t)plain_rsh(sum_lo, shift);
        hi[j] = (int32_t)plain_rsh(sum_hi, shift);
    }
}

static void transform(const int32_t *in, int width, int height, int scale, int depth, struct wavelet *out)
{
    const int vertical[4] = {depth, 0, 16, 16}, horizontal[4] = {16, 15, 16, 15};
    int shift = horizontal[scale];
    int64_t *lo = plain_alloc((size_t)width, sizeof(*lo)), *hi = plain_alloc((size_t)width, sizeof(*hi));
    out->width = (width + 1) / 2;
    out->height = (height + 1) / 2;
    out->low = new_plane(out->width, out->height);
    for (int k = 0; k < BANDS; k++)
        out->band[k] = new_plane(out->width, out->height);
    for (int i = 0; i < out->height; i++) {
        split_row(in, width, height, i, scale == 0 ? depth : 0, vertical[scale], lo, hi);
        for (int j = 0; j < out->width; j++) {
            int at = i * out->width + j;
            out->low[at] = (int32_t)plain_rsh(taps_over(low_taps, lo, j, width), shift);
            out->band[V][at] = (int32_t)plain_rsh(taps_over(high_taps, lo, j, width), shift);
            out->band[H][at] = (int32_t)plain_rsh(taps_over(low_taps, hi, j, width), shift);
            out->band[D][at] = (int32_t)plain_rsh(taps_over(high_taps, hi, j, width), shift);
        }
    }
    free(lo);
    free(hi);
}

static int32_t *widen(const struct plain_plane *plane)
{
    int32_t *out = new_plane(plane->width, plane->height);
    for (int i = 0; i < plane->width * plane->height; i++)
        out[i] = plane->samples[i];
    return out;
}

/* --- Section 5 --- */

/* Whether reference and distorted detail point the same way within one degree. */
static bool aligned(int64_t oh, int64_t ov, int64_t th, int64_t tv)
{
    const float cos2 = 16772106.0F / 16777216.0F;
    double d = (double)(float)(oh * th + ov * tv) / 4096.0;
    double o = (double)(float)(oh * oh + ov * ov) / 4096.0;
    double t = (double)(float)(th * th + tv * tv) / 4096.0;
    return d >= 0.0 && d * d >= ((double)cos2 * o) * t;
}

/* k: t / o in Q15, 0 .. 1 */
static int64_t quotient(int32_t o, int32_t t, int scale)
{
    int64_t m = llabs(o);
    int s = 0;
    if (o == 0)
        return 32768;
    if (scale > 0 && m >= 32768) {
        s = 17 - __builtin_clz((uint32_t)m);
        m = plain_rsh(m, s);
    }
    int64_t reciprocal = ((int64_t)1 << 30) / m, sign = o < 0 ? -1 : 1;
    int64_t k = (sign * reciprocal * t + ((int64_t)1 << (14 + s))) >> (15 + s);
    return k < 0 ? 0 : k > 32768 ? 32768 : k;
}

static int32_t restored(int32_t o, int32_t t, int scale, bool flag, double gain)
{
    int64_t k = quotient(o, t, scale), r = plain_rsh(k * o, 15);
    if (!flag || k == 0 || o == 0)
        return (int32_t)r;
    double enhanced = (double)r * gain, target = (double)t;
    if (o > 0)
        return (int32_t)(enhanced < target ? enhanced : target);
    return (int32_t)(enhanced > target ? enhanced : target);
}

static void decouple(const struct wavelet *ref, const struct wavelet *dis, int scale, double gain,
                     struct bands *r, struct bands *a)
{
    for (int i = 0; i < ref->width * ref->height; i++) {
        bool flag = aligned(ref->band[H][i], ref->band[V][i], dis->band[H][i], dis->band[V][i]);
        for (int k = 0; k < BANDS; k++) {
            int32_t t = dis->band[k][i];
            r->band[k][i] = restored(ref->band[k][i], t, scale, flag, gain);
            a->band[k][i] = t - r->band[k][i];
        }
    }
}

/* --- Section 7 --- */

static int ceil_log2(int n)
{
    int bits = 0;
    while ((int64_t)1 << bits < n)
        bits++;
    return bits;
}

/* The central 80 percent; (n - 5) / 10 is trunc(0.1 n - 0.5). */
struct plain_adm_region plain_adm_central(int width, int height)
{
    int left = width >= 5 ? (width - 5) / 10 : 0, top = height >= 5 ? (height - 5) / 10 : 0;
    return (struct plain_adm_region){left, top, width - left, height - top};
}

/* The masker's terms of one coefficient: g for a neighbour, e for the centre. */
static void masker_terms(int32_t y, int scale, int band, uint32_t weight, int32_t *g, int32_t *e)
{
    int64_t product = (int64_t)weight * y;
    if (scale == 0) {
        int64_t c = band == D ? (product + 65535) >> 17 : (product + 16384) >> 15;
        int32_t magnitude = abs((int16_t)c);
        *g = (int16_t)((4369 * magnitude + 2048) >> 12);
        *e = (int16_t)((8738 * magnitude + 2048) >> 12);
    } else {
        int64_t magnitude = llabs((int32_t)((product + (1 << 27)) >> 28)), half = (int64_t)1 << 31;
        *g = (int32_t)((143165577 * magnitude - half) >> 32); /* half is subtracted: section 7.1 */
        *e = (int32_t)((286331153 * magnitude - half) >> 32);
    }
}

/* T at every position of the plane. */
static int32_t *thresholds(const struct bands *masker, int width, int height, int scale,
                           const uint32_t weights[2])
{
    int32_t *g_sum = new_plane(width, height), *T = new_plane(width, height);
    for (int i = 0; i < width * height; i++)
        for (int k = 0; k < BANDS; k++) {
            int32_t g, e;
            masker_terms(masker->band[k][i], scale, k, weights[k == D], &g, &e);
            g_sum[i] += g;
            T[i] += e - g;
        }
    for (int i = 0; i < height; i++) {
        int rows[3] = {i == 0 ? 1 : i - 1, i, i == height - 1 ? i : i + 1};
        for (int j = 0; j < width; j++) {
            int columns[3] = {j == 0 ? 1 : j - 1, j, j == width - 1 ? j : j + 1};
            for (int n = 0; n < 9; n++)
                T[i * width + j] += g_sum[rows[n / 3] * width + columns[n % 3]];
        }
    }
    free(g_sum);
    return T;
}

static uint64_t residual_cube(int32_t x, int32_t T, int scale, int band, uint32_t weight, int nc)
{
    int64_t X = (int64_t)weight * x, threshold = T;
    if (scale == 0)
        threshold *= band == D ? 4096 : 1024;
    else
        X = (int32_t)((X + (1 << 27)) >> 28);
    int64_t u = llabs(X) - threshold;
    if (u <= 0)
        return 0;
    int64_t q = plain_rsh(u * u, scale == 0 && band != D ? 29 : 30);
    return (uint64_t)plain_rsh(q * u, nc);
}

/* A row is rounded once it is complete (DECISIONS 10). */
static void masked_totals(const struct bands *signal, const struct bands *masker, int width, int height,
                          int scale, const uint32_t weights[2], uint64_t totals[BANDS])
{
    struct plain_adm_region region = plain_adm_central(width, height);
    int32_t *T = thresholds(masker, width, height, scale, weights);
    for (int k = 0; k < BANDS; k++) {
        int nc = ceil_log2(width) - (scale > 0 ? 0 : k == D ? 3 : 4);
        totals[k] = 0;
        for (int i = region.top; i < region.bottom; i++) {
            uint64_t row = 0;
            for (int at = i * width + region.left; at < i * width + region.right; at++)
                row += residual_cube(signal->band[k][at], T[at], scale, k, weights[k == D], nc);
            totals[k] += plain_rsh_u(row, ceil_log2(height));
        }
    }
    free(T);
}

/* --- To float --- */

static const float third = 1.0F / 3.0F; /* the reference's exponent, not one third */

static float noise_term(struct plain_adm_region region, double noise_weight)
{
    double area = (double)(region.right - region.left) * (region.bottom - region.top);
    return plain_powf((float)(area * noise_weight), third);
}

static float sum_of_roots(const float cubes[BANDS], float noise)
{
    float h = plain_powf(cubes[H], third) + noise, v = plain_powf(cubes[V], third) + noise;
    float d = plain_powf(cubes[D], third) + noise, hv = h + v;
    return hv + d;
}

static float masked_score(const uint64_t totals[BANDS], int width, int height, int scale, float noise)
{
    static const int q_bits[4][2] = {{52, 57}, {45, 45}, {39, 39}, {36, 36}};
    float cubes[BANDS];
    for (int k = 0; k < BANDS; k++) {
        int nc = ceil_log2(width) - (scale > 0 ? 0 : k == D ? 3 : 4);
        int exponent = q_bits[scale][k == D] - nc - ceil_log2(height);
        if (scale == 0)
            cubes[k] = (float)ldexp((double)totals[k], -exponent);
        else
            cubes[k] = ldexpf((float)totals[k], -exponent);
    }
    return sum_of_roots(cubes, noise);
}

/* --- Section 7.3 --- */

struct shifts {
    int square, column, row; /* of |o|^2, of a cube, of a row's sum */
    int scale;               /* the binary point of the total */
};

static struct shifts denominator_shifts(struct plain_adm_region region, int scale)
{
    static const int square[4] = {0, 31, 30, 31}, point[4] = {18, 32, 27, 23};
    int width = region.right - region.left, height = region.bottom - region.top;
    if (scale == 0) {
        int n0 = ceil_log2(width * height) - 20;
        n0 = n0 > 0 ? n0 : 0;
        return (struct shifts){0, 0, n0, point[0] - n0};
    }
    int nc = ceil_log2(width), nr = ceil_log2(height);
    return (struct shifts){square[scale], nc, nr, point[scale] - nc - nr};
}

static uint64_t cube_total(const int32_t *band, int width, struct plain_adm_region region,
                           struct shifts shifts)
{
    uint64_t total = 0;
    for (int i = region.top; i < region.bottom; i++) {
        uint64_t row = 0;
        for (int at = i * width + region.left; at < i * width + region.right; at++) {
            uint64_t o = (uint64_t)llabs(band[at]), square = o * o;
            if (shifts.square > 0) /* section 7.3 adds 2^m, not half of it */
                square = (square + ((uint64_t)1 << shifts.square)) >> shifts.square;
            row += plain_rsh_u(square * o, shifts.column);
        }
        total += plain_rsh_u(row, shifts.row);
    }
    return total;
}

static void denominator(const struct wavelet *ref, int scale, const float weights[2], float noise,
                        struct plain_adm_scale *out)
{
    struct plain_adm_region region = plain_adm_central(ref->width, ref->height);
    struct shifts shifts = denominator_shifts(region, scale);
    float cubes[BANDS];
    for (int k = 0; k < BANDS; k++) {
        double w = (double)weights[k == D], cube = w * w * w;
        out->denominator[k] = cube_total(ref->band[k], ref->width, region, shifts);
        cubes[k] = (float)(ldexp((double)out->denominator[k], -shifts.scale) * cube);
    }
    out->d = sum_of_roots(cubes, noise);
}

/* --- One scale, one frame --- */

static void score_scale(const struct wavelet *ref, const struct wavelet *dis, int scale,
                        const struct plain_adm_options *options, const struct plain_adm_weights *weights,
                        struct plain_adm_scale *out)
{
    int width = ref->width, height = ref->height;
    struct plain_adm_region region = plain_adm_central(width, height);
    struct bands r, a;
    bands_new(&r, width, height);
    bands_new(&a, width, height);
    decouple(ref, dis, scale, options->adm_enhn_gain_limit, &r, &a);
    float noise = noise_term(region, options->adm_noise_weight);
    masked_totals(&r, &a, width, height, scale, weights->fixed[scale], out->dlm);
    out->n = masked_score(out->dlm, width, height, scale, noise);
    if (!options->adm_skip_aim) {
        masked_totals(&a, &r, width, height, scale, weights->fixed[scale], out->aim);
        out->a = masked_score(out->aim, width, height, scale, noise_term(region, 0.0));
    }
    denominator(ref, scale, weights->w[scale], noise, out);
    bands_free(&r);
    bands_free(&a);
}

int plain_adm_scales(const struct plain_clip_frame *frame, const struct plain_adm_options *options,
                     struct plain_adm_scale scales[4])
{
    struct plain_adm_weights weights;
    if (plain_check_frames("adm", frame, 1, 17) || plain_adm_weights(options, &weights))
        return 1;
    int width = frame->ref[0].width, height = frame->ref[0].height;
    int32_t *ref_low = widen(&frame->ref[0]), *dis_low = widen(&frame->dis[0]);
    for (int s = 0; s < 4; s++) {
        struct wavelet ref, dis;
        transform(ref_low, width, height, s, frame->depth, &ref);
        transform(dis_low, width, height, s, frame->depth, &dis);
        width = ref.width;
        height = ref.height;
        scales[s] = (struct plain_adm_scale){.width = width, .height = height};
        if (s == 0 && options->adm_skip_scale0)
            scales[s].d = 1e-10F;
        else
            score_scale(&ref, &dis, s, options, &weights, &scales[s]);
        memcpy(ref_low, ref.low, (size_t)width * (size_t)height * sizeof(*ref_low));
        memcpy(dis_low, dis.low, (size_t)width * (size_t)height * sizeof(*dis_low));
        wavelet_free(&ref);
        wavelet_free(&dis);
    }
    free(ref_low);
    free(dis_low);
    return 0;
}

/* --- Section 8 --- */

static void emit_debug(int t, double adm2, double N, double Den, const struct plain_adm_scale scales[4],
                       plain_emit_fn emit, void *user)
{
    static const char *const num[4] = {"integer_adm_num_scale0", "integer_adm_num_scale1",
                                       "integer_adm_num_scale2", "integer_adm_num_scale3"};
    static const char *const den[4] = {"integer_adm_den_scale0", "integer_adm_den_scale1",
                                       "integer_adm_den_scale2", "integer_adm_den_scale3"};
    emit(user, t, "integer_adm", adm2);
    emit(user, t, "integer_adm_num", N);
    emit(user, t, "integer_adm_den", Den);
    for (int s = 0; s < 4; s++) {
        emit(user, t, num[s], (double)scales[s].n);
        emit(user, t, den[s], (double)scales[s].d);
    }
}

static void emit_scores(int t, const struct plain_clip_frame *frame, const struct plain_adm_scale scales[4],
                        const struct plain_adm_options *options, plain_emit_fn emit, void *user)
{
    static const char *const names[4] = {"integer_adm_scale0", "integer_adm_scale1", "integer_adm_scale2",
                                         "integer_adm_scale3"};
    double N = 0.0, A = 0.0, Den = 0.0, w = options->adm_dlm_weight;
    for (int s = 0; s < 4; s++) {
        N += (double)scales[s].n;
        A += (double)scales[s].a;
        Den += (double)scales[s].d;
    }
    double samples = (double)frame->ref[0].width * frame->ref[0].height;
    double limit = 1e-10 * samples / (1920.0 * 1080.0);
    N = N < limit ? 0.0 : N;
    Den = Den < limit ? 0.0 : Den;
    double adm2 = Den == 0.0 ? 1.0 : N / Den, aim = Den == 0.0 ? 0.0 : A / Den;
    double adm3 = adm2 * w + (1.0 - aim) * (1.0 - w);
    emit(user, t, "integer_adm2", adm2);
    emit(user, t, "integer_aim", aim);
    emit(user, t, "integer_adm3", adm3 > options->adm_min_val ? adm3 : options->adm_min_val);
    for (int s = 0; s < 4; s++)
        emit(user, t, names[s], (double)scales[s].n / (double)scales[s].d);
    if (options->debug)
        emit_debug(t, adm2, N, Den, scales, emit, user);
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct plain_adm_options *options = opaque;
    for (int t = 0; t < count; t++) {
        struct plain_adm_scale scales[4];
        if (plain_adm_scales(&frames[t], options, scales))
            return 1;
        emit_scores(t, &frames[t], scales, options, emit, user);
    }
    return 0;
}

#define V1_OPTIONS                                                                                           \
    "adm_dlm_weight=0.7:adm_enhn_gain_limit=1.0:adm_noise_weight=0.02:adm_min_val=0.5:adm_csf_mode=2"
#define V1_SUFFIX "_csf_2_dlmw_0.7_egl_1_min_0.5_nw_0.02"

static const struct plain_golden goldens[] = {
    {"", ""},
    {"adm_enhn_gain_limit=1.0", "_egl_1"},
    {V1_OPTIONS, V1_SUFFIX},
    {V1_OPTIONS ":adm_norm_view_dist=5.0", V1_SUFFIX "_nvd_5"},
    {0},
};
static const struct plain_refusal refused[] = {
    {"flat:17x16:8:0:0", ""},
    {"flat:40x40:8:0:0", "adm_csf_mode=4"},
    {"flat:40x40:8:0:0", "adm_csf_mode=1"},
    {"flat:40x40:8:0:0", "adm_ref_display_height=720"},
    {"flat:40x40:8:0:0", "adm_csf_mode=2:adm_norm_view_dist=4"},
    {"flat:40x40:8:0:0", "adm_dlm_weight=1.5"},
    {0},
};
extern const struct plain_figure plain_adm_figures[];

const struct plain_metric plain_adm = {
    .name = "adm",
    .options = option_table,
    .options_size = sizeof(struct plain_adm_options),
    .min_size = 17,
    .single = true,
    .depth_free = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_adm_figures,
    .refused = refused,
};
