/* Detail loss in integers (spec adm): four levels of a wavelet; at each the restored detail and the additive
   impairment are masked by each other, cubed and summed on the device; the host takes cube roots and
   quotients. */
#include <math.h>
#include <string.h>

#include "base/exactmath.h"
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/adm/adm_csf.h"
#include "metrics/metric.h"

enum {
    SCALES = IVQ_ADM_SCALES,
    BANDS = 3,          /* H, V, D */
    VALUES = 3 * BANDS, /* a scale returns masked r, masked a, reference detail, of each band */
    ROW_GROUPS = 8,     /* in which the rows of a value are added, by adm_rows.k */
};

struct adm_options {
    bool debug, adm_skip_aim, adm_skip_scale0;
    int adm_csf_mode, adm_ref_display_height;
    double adm_csf_scale, adm_csf_diag_scale, adm_norm_view_dist, adm_enhn_gain_limit, adm_noise_weight,
        adm_dlm_weight, adm_min_val;
};

#define OPTION(name, alias, type, initial, min, max, help)                                                   \
    {                                                                                                        \
#name, alias, type, initial, min, max, offsetof(struct adm_options, name), help                      \
    }

static const struct ivq_option options[] = {
    OPTION(debug, NULL, IVQ_OPTION_BOOL, 0, 0, 1, "also numerators and denominators"),
    OPTION(adm_csf_mode, "csf", IVQ_OPTION_INT, 0, 0, 3,
           "contrast sensitivity: 0 Watson, 1 Barten, 2 and 3 tables"),
    OPTION(adm_csf_scale, "scf", IVQ_OPTION_DOUBLE, 1, 0, 50, "factor on bands H and V, mode 1 only"),
    OPTION(adm_csf_diag_scale, "scfd", IVQ_OPTION_DOUBLE, 1, 0, 50, "factor on band D, mode 1 only"),
    OPTION(adm_norm_view_dist, "nvd", IVQ_OPTION_DOUBLE, 3, 0.75, 24, "viewing distance in display heights"),
    OPTION(adm_ref_display_height, "rdh", IVQ_OPTION_INT, 1080, 1, 4320, "display height in pixels"),
    OPTION(adm_enhn_gain_limit, "egl", IVQ_OPTION_DOUBLE, 100, 1, 100,
           "limit on enhancement; 1: no credit for it"),
    OPTION(adm_noise_weight, "nw", IVQ_OPTION_DOUBLE, 0.03125, 0, 1500, "floor that is added to both sums"),
    OPTION(adm_dlm_weight, "dlmw", IVQ_OPTION_DOUBLE, 0.5, 0, 1, "share of adm2 in adm3"),
    OPTION(adm_min_val, "min", IVQ_OPTION_DOUBLE, 0, 0, 1, "lower limit of adm3"),
    OPTION(adm_skip_aim, NULL, IVQ_OPTION_BOOL, 0, 0, 1, "additive impairment counts as none"),
    OPTION(adm_skip_scale0, "ssz", IVQ_OPTION_BOOL, 0, 0, 1, "leave out the finest scale"),
    {0},
};

enum { ADM2, AIM, ADM3, SCALE0, ADM = SCALE0 + SCALES, NUM, DEN, NUM_SCALE0 };

#define SCALE_OUTPUT(n)                                                                                      \
    {                                                                                                        \
        .name = "integer_adm_scale" #n, .help = "scale " #n                                                  \
    }
#define PART_OUTPUT(n)                                                                                       \
    {.name = "integer_adm_num_scale" #n, .needs = "debug", .help = "numerator of scale " #n},                \
    {                                                                                                        \
        .name = "integer_adm_den_scale" #n, .needs = "debug", .help = "denominator of scale " #n             \
    }

static const struct ivq_output outputs[] = {
    {.name = "integer_adm2", .raw = "VMAF_integer_feature_adm2_score", .help = "detail that is left; 1: all"},
    {.name = "integer_aim",
     .raw = "VMAF_integer_feature_aim_score",
     .help = "detail that was added; 0: none"},
    {.name = "integer_adm3", .raw = "VMAF_integer_feature_adm3_score", .help = "both, weighted"},
    SCALE_OUTPUT(0),
    SCALE_OUTPUT(1),
    SCALE_OUTPUT(2),
    SCALE_OUTPUT(3),
    {.name = "integer_adm", .needs = "debug", .help = "the same as adm2"},
    {.name = "integer_adm_num", .needs = "debug", .help = "sum of the numerators"},
    {.name = "integer_adm_den", .needs = "debug", .help = "sum of the denominators"},
    PART_OUTPUT(0),
    PART_OUTPUT(1),
    PART_OUTPUT(2),
    PART_OUTPUT(3),
    {0},
};

/* --- geometry: what follows from the size of a band (sections 4 and 7) --- */

struct region {
    int width, height;            /* of the band */
    int left, top, right, bottom; /* what is pooled of it */
};

/* What to leave out at each end: trunc(0.1 * size - 0.5). */
static int margin(int size)
{
    return size < 5 ? 0 : (size - 5) / 10;
}

static struct region region_of(const struct ivq_format *format, int scale)
{
    struct region r = {.width = format->width[0], .height = format->height[0]};
    for (int s = 0; s <= scale; s++) {
        r.width = (r.width + 1) / 2;
        r.height = (r.height + 1) / 2;
    }
    r.left = margin(r.width);
    r.top = margin(r.height);
    r.right = r.width - r.left;
    r.bottom = r.height - r.top;
    return r;
}

static double area(const struct region *r)
{
    return (double)(r->right - r->left) * (double)(r->bottom - r->top);
}

static int ceil_log2(int64_t n)
{
    int log = 0;
    while ((int64_t)1 << log < n)
        log++;
    return log;
}

/* Rounding shifts of a scale, and the powers of two that its totals are in (section 7). */
struct shifts {
    int cube[2], row;                           /* masked sums; [0]: bands H and V, [1]: band D */
    int detail_square, detail_cube, detail_row; /* the denominator */
    int scaling[2], detail_scaling;             /* a total is in units of 2^-scaling */
};

static struct shifts shifts_of(const struct region *r, int scale)
{
    static const int masked_q[SCALES] = {52, 45, 39, 36}, finest_diagonal_q = 57;
    static const int detail_q[SCALES] = {18, 32, 27, 23}, detail_square[SCALES] = {0, 31, 30, 31};
    const int columns = ceil_log2(r->width), rows = ceil_log2(r->height);
    struct shifts s = {.cube = {columns, columns}, .row = rows, .detail_square = detail_square[scale]};
    if (scale == 0) {
        const int excess = ceil_log2((int64_t)area(r)) - 20;
        s.cube[0] = columns - 4;
        s.cube[1] = columns - 3;
        s.detail_row = excess > 0 ? excess : 0;
    } else {
        s.detail_cube = ceil_log2(r->right - r->left);
        s.detail_row = ceil_log2(r->bottom - r->top);
    }
    s.scaling[0] = masked_q[scale] - s.cube[0] - s.row;
    s.scaling[1] = (scale ? masked_q[scale] : finest_diagonal_q) - s.cube[1] - s.row;
    s.detail_scaling = detail_q[scale] - s.detail_cube - s.detail_row;
    return s;
}

/* --- passes --- */

static enum ivq_status weights_of(const struct adm_options *o, struct ivq_adm_weights weights[SCALES],
                                  struct ivq_error *error)
{
    const struct ivq_adm_csf_options csf = {o->adm_csf_mode, o->adm_norm_view_dist, o->adm_ref_display_height,
                                            o->adm_csf_scale, o->adm_csf_diag_scale};
    return ivq_adm_weights(&csf, weights, error);
}

static enum ivq_status check(const void *opaque, const struct ivq_format *format, struct ivq_error *error)
{
    struct ivq_adm_weights weights[SCALES];
    (void)format;
    return weights_of(opaque, weights, error);
}

/* One level of one picture's wavelet: gives the bands, and moves the low/low plane that it starts from on. */
static ivq_ref plan_wavelet(int scale, int depth, struct ivq_plane *level, struct ivq_graph *graph)
{
    static const char *const variants[SCALES] = {"s0_u16", "s1", "s2", "s3"};
    const struct ivq_kernel *kernel =
        ivq_graph_kernel(graph, "adm_dwt", scale == 0 && depth == 8 ? "s0_u8" : variants[scale]);
    const int width = (level->width + 1) / 2, height = (level->height + 1) / 2;
    const struct adm_dwt_params params = {
        .width = level->width,
        .height = level->height,
        .stride = level->stride,
        .out_width = width,
        .out_height = height,
        .out_stride = ivq_stride(width),
        .column_shift = depth,
        .grey = UINT32_C(46342) << (depth - 1), /* the low-pass taps' sum times mid-grey (section 4) */
    };
    const size_t band = ivq_plane_elements(width, height), elements[] = {band, BANDS * band};
    ivq_ref out[2];
    ivq_graph_launch(graph, &(struct ivq_launch){kernel, &params, width, height, &level->ref, elements, out});
    *level = ivq_plane_of(out[0], width, height);
    return out[1];
}

static void plan_rows(const struct region *r, const struct shifts *s, ivq_ref part, int tiles,
                      struct ivq_graph *graph)
{
    const int rows = r->bottom - r->top;
    const struct adm_rows_params params = {
        .rows = rows,
        .rows_a_group = (rows + ROW_GROUPS - 1) / ROW_GROUPS,
        .tiles = tiles,
        .values = VALUES,
        .shift = (uint32_t)s->row,
        .detail_shift = (uint32_t)s->detail_row,
    };
    const size_t elements = VALUES * ROW_GROUPS;
    ivq_ref total;
    ivq_graph_launch(graph, &(struct ivq_launch){ivq_graph_kernel(graph, "adm_rows", ""), &params, ROW_GROUPS,
                                                 VALUES, &part, &elements, &total});
    ivq_graph_result(graph, total, VALUES * ROW_GROUPS);
}

static void plan_sums(const struct adm_options *o, const struct ivq_adm_weights *w, const struct region *r,
                      int scale, const ivq_ref bands[2], struct ivq_graph *graph)
{
    const struct ivq_kernel *kernel = ivq_graph_kernel(graph, "adm_stat", scale ? "coarse" : "s0");
    const struct shifts s = shifts_of(r, scale);
    const int columns = r->right - r->left, rows = r->bottom - r->top;
    struct adm_stat_params params = {
        .width = r->width,
        .height = r->height,
        .stride = ivq_stride(r->width),
        .left = r->left,
        .top = r->top,
        .right = r->right,
        .bottom = r->bottom,
        .weight_hv = w->fixed[0],
        .weight_d = w->fixed[1],
        .cube_shift_hv = (uint32_t)s.cube[0],
        .cube_shift_d = (uint32_t)s.cube[1],
        .detail_square_shift = (uint32_t)s.detail_square,
        .detail_cube_shift = (uint32_t)s.detail_cube,
    };
    memcpy(&params.gain, &o->adm_enhn_gain_limit, sizeof params.gain);
    const int tiles = ivq_graph_tiles_x(graph, kernel, columns);
    const size_t elements = (size_t)rows * (size_t)tiles * VALUES;
    ivq_ref part;
    ivq_graph_launch(graph, &(struct ivq_launch){kernel, &params, columns, rows, bands, &elements, &part});
    plan_rows(r, &s, part, tiles, graph);
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct adm_options *o = opaque;
    struct ivq_adm_weights weights[SCALES];
    const enum ivq_status status = weights_of(o, weights, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_plane level[IVQ_SIDES];
    for (int side = 0; side < IVQ_SIDES; side++)
        level[side] = ivq_graph_plane(graph, (enum ivq_side)side, 0, 0);
    for (int scale = 0; scale < SCALES; scale++) {
        ivq_ref bands[IVQ_SIDES];
        for (int side = 0; side < IVQ_SIDES; side++)
            bands[side] = plan_wavelet(scale, format->depth, &level[side], graph);
        const struct region r = region_of(format, scale);
        if (scale || !o->adm_skip_scale0)
            plan_sums(o, &weights[scale], &r, scale, bands, graph);
    }
    return ivq_graph_status(graph, error);
}

/* --- scores --- */

/* Not one third: the reference's exponent in binary32 (section 7.1). */
static float cube_root(float v)
{
    return ivq_powf(v, 0x1.555556p-2f);
}

/* ( powf(H) + n ) + ( powf(V) + n ) + ( powf(D) + n ) */
static float pool(const float sums[BANDS], float noise)
{
    return (cube_root(sums[0]) + noise) + (cube_root(sums[1]) + noise) + (cube_root(sums[2]) + noise);
}

/* total / 2^scaling as binary32, rounded once at scale 0, before the division elsewhere; powers of two are
 * exact. */
static float masked_sum(int64_t total, int scale, int scaling)
{
    if (scale == 0)
        return (float)ldexp((double)(uint64_t)total, -scaling);
    return ldexpf((float)(uint64_t)total, -scaling);
}

static float masked_pool(const int64_t totals[BANDS], int scale, const struct shifts *s, float noise)
{
    float sums[BANDS];
    for (int band = 0; band < BANDS; band++)
        sums[band] = masked_sum(totals[band], scale, s->scaling[band == BANDS - 1]);
    return pool(sums, noise);
}

/* The denominator (section 7.3): the weights enter here, cubed. */
static float detail_pool(const int64_t totals[BANDS], const struct shifts *s, const struct ivq_adm_weights *w,
                         float noise)
{
    float sums[BANDS];
    for (int band = 0; band < BANDS; band++) {
        const double weight = (double)w->w[band == BANDS - 1];
        sums[band] =
            (float)(ldexp((double)(uint64_t)totals[band], -s->detail_scaling) * (weight * weight * weight));
    }
    return pool(sums, noise);
}

struct scale_scores {
    float num, den, aim;
};

static struct scale_scores finish_scale(const struct adm_options *o, const struct ivq_format *format,
                                        int scale, const struct ivq_adm_weights *w,
                                        const int64_t totals[VALUES])
{
    const struct region r = region_of(format, scale);
    const struct shifts s = shifts_of(&r, scale);
    const float noise = cube_root((float)(area(&r) * o->adm_noise_weight));
    return (struct scale_scores){
        .num = masked_pool(totals, scale, &s, noise),
        .den = detail_pool(totals + 2 * BANDS, &s, w, noise),
        .aim = o->adm_skip_aim ? 0 : masked_pool(totals + BANDS, scale, &s, 0),
    };
}

/* One NaN on every machine: the sign of 0 / 0 is the processor's choice. */
static double quotient(float a, float b)
{
    return a == 0 && b == 0 ? (double)NAN : (double)a / (double)b;
}

static void put_totals(const struct adm_options *o, const struct ivq_format *format, double n, double d,
                       double a, int frame, struct ivq_sink *sink)
{
    const double limit =
        1e-10 * ((double)format->width[0] * (double)format->height[0]) / (1920.0 * 1080.0); /* section 8 */
    if (n < limit)
        n = 0;
    if (d < limit)
        d = 0;
    const double adm2 = d == 0 ? 1 : n / d, aim = d == 0 ? 0 : a / d;
    const double adm3 = adm2 * o->adm_dlm_weight + (1 - aim) * (1 - o->adm_dlm_weight);
    sink->put(sink, ADM2, frame, adm2);
    sink->put(sink, AIM, frame, aim);
    sink->put(sink, ADM3, frame, adm3 > o->adm_min_val ? adm3 : o->adm_min_val);
    if (!o->debug)
        return;
    sink->put(sink, ADM, frame, adm2);
    sink->put(sink, NUM, frame, n);
    sink->put(sink, DEN, frame, d);
}

/* The totals of a scale, of what its groups of rows add up to. */
static void add_groups(const int64_t *groups, int64_t totals[VALUES])
{
    for (int value = 0; value < VALUES; value++) {
        totals[value] = 0;
        for (int group = 0; group < ROW_GROUPS; group++)
            totals[value] += groups[value * ROW_GROUPS + group];
    }
}

static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct adm_options *o = opaque;
    const struct ivq_result *result = scored->results; /* of the next scale */
    const int frame = scored->frame;
    struct ivq_adm_weights weights[SCALES];
    double n = 0, d = 0, a = 0;
    (void)state;
    weights_of(o, weights, NULL); /* check() has accepted them */
    for (int scale = 0; scale < SCALES; scale++) {
        struct scale_scores s = {0, (float)1e-10, 0}; /* of a scale left out (section 3) */
        if (scale || !o->adm_skip_scale0) {
            int64_t totals[VALUES];
            add_groups((result++)->i64, totals);
            s = finish_scale(o, format, scale, &weights[scale], totals);
        }
        n += (double)s.num;
        d += (double)s.den;
        a += (double)s.aim;
        sink->put(sink, SCALE0 + scale, frame, quotient(s.num, s.den));
        if (o->debug) {
            sink->put(sink, NUM_SCALE0 + 2 * scale, frame, (double)s.num);
            sink->put(sink, NUM_SCALE0 + 2 * scale + 1, frame, (double)s.den);
        }
    }
    put_totals(o, format, n, d, a, frame, sink);
}

const struct ivq_metric ivq_metric_adm = {
    .name = "adm",
    .help = "detail loss and additive impairment",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct adm_options),
    .min_size = 17,
    .reads = IVQ_READS_BOTH,
    .check = check,
    .plan = plan,
    .score = score,
};
