/* vif.md sections 2 to 8; the gain in binary64, as section 6 defines it. */
#include "vif.h"
#include "plain_util.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* vif.md section 2 */
#define NOISE_VARIANCE 131072
#define LOG_OF_NOISE 34816 /* 17 octaves of 2048 steps */
static const double epsilon = 65536 * 1e-10;
static const int half_widths[4] = {8, 4, 2, 1};
static const uint32_t kernels[4][17] = {
    {489, 935, 1640, 2640, 3896, 5274, 6547, 7455, 7784, 7455, 6547, 5274, 3896, 2640, 1640, 935, 489},
    {1244, 3663, 7925, 12590, 14692, 12590, 7925, 3663, 1244},
    {3571, 16004, 26386, 16004, 3571},
    {10904, 43728, 10904},
};

enum { PAD = 8 };               /* the largest half width */
enum { TABLE_FIRST = 1 << 15 }; /* the smallest mantissa in the logarithm's table */

struct vif_options {
    bool debug, vif_skip_scale0;
    double vif_enhn_gain_limit;
};

static const struct plain_option option_table[] = {
    PLAIN_SWITCH(vif_options, debug, false),
    PLAIN_SWITCH(vif_options, vif_skip_scale0, false),
    PLAIN_NUMBER(vif_options, vif_enhn_gain_limit, 100.0, 1.0, 100.0),
    {0},
};

/* Section 3 rounds twice, first to 2^-20. Any log2 right to 1e-11 gives this table. */
const uint16_t *plain_vif_log_table(void)
{
    static uint16_t table[TABLE_FIRST];
    for (int i = 0; table[TABLE_FIRST - 1] == 0 && i < TABLE_FIRST; i++) {
        int fine = (int)floor(ldexp(log2(TABLE_FIRST + i), 20) + 0.5);
        table[i] = (uint16_t)((fine + 256) >> 9);
    }
    return table;
}

/* L(v) */
static int64_t logarithm(const uint16_t *table, int64_t v)
{
    int shift = 0;
    while ((v >> shift) >= 2 * TABLE_FIRST)
        shift++;
    return table[(v >> shift) - TABLE_FIRST] + 2048 * shift;
}

/* Fills the PAD samples on each side of a row whose sample 0 is row[0]. */
static void pad_row(uint32_t *row, int width)
{
    for (int i = 1; i <= PAD; i++) {
        row[-i] = row[plain_mirror(i % (2 * width - 2), width)];
        row[width - 1 + i] = row[plain_mirror((width - 1 + i) % (2 * width - 2), width)];
    }
}

/* Section 5: low-pass with the kernel of scale + 1, keep even rows and columns. */
static void decimate(const uint16_t *from, int width, int height, int scale, int depth, uint16_t *to)
{
    const uint32_t *taps = kernels[scale + 1];
    int half = half_widths[scale + 1], shift = scale == 0 ? depth : 16;
    uint32_t *line = plain_alloc((size_t)(width + 2 * PAD), sizeof(*line));
    for (int y = 0; y < height / 2; y++) {
        for (int x = 0; x < width; x++) {
            uint64_t sum = 0;
            for (int k = -half; k <= half; k++)
                sum += (uint64_t)taps[k + half] * from[plain_mirror(2 * y + k, height) * width + x];
            line[PAD + x] = (uint32_t)plain_rsh_u(sum, shift);
        }
        pad_row(line + PAD, width);
        for (int x = 0; x < width / 2; x++) {
            uint64_t sum = 0;
            for (int k = -half; k <= half; k++)
                sum += (uint64_t)taps[k + half] * line[PAD + 2 * x + k];
            to[y * (width / 2) + x] = (uint16_t)plain_rsh_u(sum, 16);
        }
    }
    free(line);
}

static uint16_t *copy_plane(const struct plain_plane *plane)
{
    size_t samples = (size_t)plane->width * (size_t)plane->height;
    uint16_t *copy = plain_alloc(samples, sizeof(*copy));
    memcpy(copy, plane->samples, samples * sizeof(*copy));
    return copy;
}

int plain_vif_planes(const struct plain_clip_frame *frame, struct plain_vif_planes *planes)
{
    if (plain_check_frames("vif", frame, 1, 16))
        return 1;
    planes->width[0] = frame->ref[0].width;
    planes->height[0] = frame->ref[0].height;
    planes->ref[0] = copy_plane(&frame->ref[0]);
    planes->dis[0] = copy_plane(&frame->dis[0]);
    for (int s = 0; s < 3; s++) {
        int width = planes->width[s], height = planes->height[s];
        size_t samples = (size_t)(width / 2) * (size_t)(height / 2);
        planes->width[s + 1] = width / 2;
        planes->height[s + 1] = height / 2;
        planes->ref[s + 1] = plain_alloc(samples, sizeof(uint16_t));
        planes->dis[s + 1] = plain_alloc(samples, sizeof(uint16_t));
        decimate(planes->ref[s], width, height, s, frame->depth, planes->ref[s + 1]);
        decimate(planes->dis[s], width, height, s, frame->depth, planes->dis[s + 1]);
    }
    return 0;
}

void plain_vif_planes_free(struct plain_vif_planes *planes)
{
    for (int s = 0; s < 4; s++) {
        free(planes->ref[s]);
        free(planes->dis[s]);
    }
}

/* The five vertical sums of one row: v1, v2, v11, v22, v12 of section 6, each with PAD samples at its sides.
 */
enum { MEAN1, MEAN2, SQUARE1, SQUARE2, PRODUCT, SUMS };

static void filter_columns(const struct plain_vif_planes *planes, int scale, int depth, int y,
                           uint32_t *rows[SUMS])
{
    int width = planes->width[scale], height = planes->height[scale], half = half_widths[scale];
    int mean_shift = scale == 0 ? depth : 16, square_shift = scale == 0 ? 2 * (depth - 8) : 16;
    for (int x = 0; x < width; x++) {
        uint64_t sum[SUMS] = {0};
        for (int k = -half; k <= half; k++) {
            int at = plain_mirror(y + k, height) * width + x;
            uint64_t tap = kernels[scale][k + half], X = planes->ref[scale][at], Y = planes->dis[scale][at];
            sum[MEAN1] += tap * X;
            sum[MEAN2] += tap * Y;
            sum[SQUARE1] += tap * X * X;
            sum[SQUARE2] += tap * Y * Y;
            sum[PRODUCT] += tap * X * Y;
        }
        for (int i = 0; i < SUMS; i++)
            rows[i][x] = (uint32_t)plain_rsh_u(sum[i], i < SQUARE1 ? mean_shift : square_shift);
    }
    for (int i = 0; i < SUMS; i++)
        pad_row(rows[i], width);
}

/* 32-bit wrap-around, as section 6 asks */
static int32_t centred(uint64_t raw, uint64_t mean_a, uint64_t mean_b)
{
    uint64_t moment = plain_rsh_u(raw, 16), product = (mean_a * mean_b + ((uint64_t)1 << 31)) >> 32;
    return (int32_t)(uint32_t)(moment - product);
}

static void add_pixel(const uint16_t *table, int32_t s1, int32_t s2, int32_t s12, double limit,
                      struct plain_vif_sums *sums)
{
    if (s1 < NOISE_VARIANCE) {
        sums->num_flat += s2;
        sums->n_flat++;
        return;
    }
    sums->den_log += logarithm(table, (int64_t)NOISE_VARIANCE + s1) - LOG_OF_NOISE;
    if (s12 <= 0 || s2 <= 0)
        return;
    double g = s12 / (s1 + epsilon);
    double explained = g * s12;
    int64_t sv = (int64_t)(s2 - explained);
    if (sv < 0)
        sv = 0;
    g = g < limit ? g : limit;
    double square = g * g;
    int64_t q = (int64_t)(square * s1), noise = NOISE_VARIANCE + sv;
    sums->num_log += logarithm(table, noise + q) - logarithm(table, noise);
}

static void add_row(const struct plain_vif_planes *planes, int scale, uint32_t *rows[SUMS], double limit,
                    struct plain_vif_sums *sums)
{
    const uint16_t *table = plain_vif_log_table();
    int half = half_widths[scale];
    for (int x = 0; x < planes->width[scale]; x++) {
        uint64_t sum[SUMS] = {0};
        for (int k = -half; k <= half; k++)
            for (int i = 0; i < SUMS; i++)
                sum[i] += (uint64_t)kernels[scale][k + half] * rows[i][x + k];
        int32_t s1 = centred(sum[SQUARE1], sum[MEAN1], sum[MEAN1]);
        int32_t s2 = centred(sum[SQUARE2], sum[MEAN2], sum[MEAN2]);
        int32_t s12 = centred(sum[PRODUCT], sum[MEAN1], sum[MEAN2]);
        add_pixel(table, s1, s2 > 0 ? s2 : 0, s12, limit, sums);
    }
}

void plain_vif_statistics(const struct plain_vif_planes *planes, int scale, int depth, double gain_limit,
                          struct plain_vif_sums *sums)
{
    int stride = planes->width[scale] + 2 * PAD;
    uint32_t *memory = plain_alloc((size_t)stride * SUMS, sizeof(*memory)), *rows[SUMS];
    for (int i = 0; i < SUMS; i++)
        rows[i] = memory + i * stride + PAD;
    *sums = (struct plain_vif_sums){0};
    for (int y = 0; y < planes->height[scale]; y++) {
        filter_columns(planes, scale, depth, y, rows);
        add_row(planes, scale, rows, gain_limit, sums);
    }
    free(memory);
}

static float numerator(const struct plain_vif_sums *sums)
{
    double flat = (double)sums->n_flat - ((double)sums->num_flat / 16384.0) / 65025.0;
    return (float)((double)sums->num_log / 2048.0 + flat);
}

static float denominator(const struct plain_vif_sums *sums)
{
    return (float)((double)sums->den_log / 2048.0 + (double)sums->n_flat);
}

/* Section 8's order; a scale that was skipped has num 0 and den -1, and stays out of both sums. */
static void emit_scores(int t, const float num[4], const float den[4], const struct vif_options *options,
                        plain_emit_fn emit, void *user)
{
    static const char *const scale_names[4] = {"integer_vif_scale0", "integer_vif_scale1",
                                               "integer_vif_scale2", "integer_vif_scale3"};
    static const char *const num_names[4] = {"integer_vif_num_scale0", "integer_vif_num_scale1",
                                             "integer_vif_num_scale2", "integer_vif_num_scale3"};
    static const char *const den_names[4] = {"integer_vif_den_scale0", "integer_vif_den_scale1",
                                             "integer_vif_den_scale2", "integer_vif_den_scale3"};
    int first = options->vif_skip_scale0 ? 1 : 0;
    double sum_num = 0.0, sum_den = 0.0;
    for (int s = 0; s < 4; s++) {
        float score = s < first ? 0.0F : num[s] / den[s];
        emit(user, t, scale_names[s], (double)score);
        sum_num += s < first ? 0.0 : (double)num[s];
        sum_den += s < first ? 0.0 : (double)den[s];
    }
    if (!options->debug)
        return;
    emit(user, t, "integer_vif", sum_den == 0.0 ? 1.0 : sum_num / sum_den);
    emit(user, t, "integer_vif_num", sum_num);
    emit(user, t, "integer_vif_den", sum_den);
    for (int s = 0; s < 4; s++) {
        emit(user, t, num_names[s], (double)num[s]);
        emit(user, t, den_names[s], (double)den[s]);
    }
}

static int run(const void *opaque, const struct plain_clip_frame *frames, int count, plain_emit_fn emit,
               void *user)
{
    const struct vif_options *options = opaque;
    for (int t = 0; t < count; t++) {
        struct plain_vif_planes planes;
        float num[4] = {0.0F}, den[4] = {-1.0F};
        if (plain_vif_planes(&frames[t], &planes))
            return 1;
        for (int s = options->vif_skip_scale0 ? 1 : 0; s < 4; s++) {
            struct plain_vif_sums sums;
            plain_vif_statistics(&planes, s, frames[t].depth, options->vif_enhn_gain_limit, &sums);
            num[s] = numerator(&sums);
            den[s] = denominator(&sums);
        }
        plain_vif_planes_free(&planes);
        emit_scores(t, num, den, options, emit, user);
    }
    return 0;
}

static const struct plain_golden goldens[] = {{"", ""}, {"vif_enhn_gain_limit=1.0", "_egl_1"}, {0}};
static const struct plain_refusal refused[] = {
    {"flat:16x15:8:0:0", ""},
    {"flat:40x40:8:0:0", "vif_enhn_gain_limit=0.5"},
    {"flat:40x40:8:0:0", "egl=1.0"},
    {0},
};
extern const struct plain_figure plain_vif_figures[];

const struct plain_metric plain_vif = {
    .name = "vif",
    .options = option_table,
    .options_size = sizeof(struct vif_options),
    .min_size = 16,
    .single = true,
    .run = run,
    .goldens = goldens,
    .figures = plain_vif_figures,
    .refused = refused,
};
