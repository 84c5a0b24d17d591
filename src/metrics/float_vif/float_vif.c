/* Visual information fidelity in binary32 (spec float_vif): four scales, each a kernel of statistics and a
   step down. Kernel scale 1 has kernels of its own, with its taps in their text; any other takes its taps
   from a table. */
#include <math.h>
#include <string.h>

#include "base/exactmath.h"
#include "graph/graph.h"
#include "kernel_params.h"
#include "metrics/gaussian.h"
#include "metrics/metric.h"
#include "metrics/resample.h"

enum { SCALES = 4 };

struct float_vif_options {
    bool debug, vif_skip_scale0;
    int vif_prescale_method;
    double vif_enhn_gain_limit, vif_kernelscale, vif_prescale, vif_scale_min_val[SCALES], vif_sigma_nsq;
};

#define AT(member) offsetof(struct float_vif_options, member)

static const struct ivq_option options[] = {
    {"debug", NULL, IVQ_OPTION_BOOL, 0, 0, 1, AT(debug),
     "also the whole of all scales, and numerators and denominators"},
    {"vif_enhn_gain_limit", "egl", IVQ_OPTION_DOUBLE, 100, 1, 100, AT(vif_enhn_gain_limit),
     "upper limit of the gain; 1: no credit for enhancement"},
    {"vif_kernelscale", "ks", IVQ_OPTION_DOUBLE, 1, 0.1, 4, AT(vif_kernelscale),
     "scales the width of the filters; one of 21 values (docs/metrics/float_vif.md)"},
    {"vif_prescale", "ps", IVQ_OPTION_DOUBLE, 1, 0.1, 4, AT(vif_prescale),
     "resizes both pictures first; 2: twice as wide and high"},
    {"vif_prescale_method", "pm", IVQ_OPTION_CHOICE, IVQ_NEAREST, 0, 0, AT(vif_prescale_method),
     "how pictures are resized", ivq_resample_names},
    {"vif_scale1_min_val", "s1miv", IVQ_OPTION_DOUBLE, 0, 0, 1, AT(vif_scale_min_val[1]),
     "least score of scale 1"},
    {"vif_scale2_min_val", "s2miv", IVQ_OPTION_DOUBLE, 0, 0, 1, AT(vif_scale_min_val[2]),
     "least score of scale 2"},
    {"vif_scale3_min_val", "s3miv", IVQ_OPTION_DOUBLE, 0, 0, 1, AT(vif_scale_min_val[3]),
     "least score of scale 3"},
    {"vif_sigma_nsq", "snsq", IVQ_OPTION_DOUBLE, 2, 0, 5, AT(vif_sigma_nsq), "variance of the visual noise"},
    {"vif_skip_scale0", "ssclz", IVQ_OPTION_BOOL, 0, 0, 1, AT(vif_skip_scale0), "leave out the finest scale"},
    {0},
};

enum { SCALE0, TOTAL = SCALES, NUM, DEN, NUM_SCALE0 };

#define SCALE_OUTPUT(n)                                                                                      \
    {                                                                                                        \
        .name = "vif_scale" #n, .raw = "VMAF_feature_vif_scale" #n "_score", .help = "scale " #n             \
    }
#define PART_OUTPUT(n)                                                                                       \
    {.name = "vif_num_scale" #n, .needs = "debug", .help = "numerator of scale " #n},                        \
    {                                                                                                        \
        .name = "vif_den_scale" #n, .needs = "debug", .help = "denominator of scale " #n                     \
    }

static const struct ivq_output outputs[] = {
    SCALE_OUTPUT(0),
    SCALE_OUTPUT(1),
    SCALE_OUTPUT(2),
    SCALE_OUTPUT(3),
    {.name = "vif", .needs = "debug", .help = "all scales together"},
    {.name = "vif_num", .needs = "debug", .help = "sum of the numerators"},
    {.name = "vif_den", .needs = "debug", .help = "sum of the denominators"},
    PART_OUTPUT(0),
    PART_OUTPUT(1),
    PART_OUTPUT(2),
    PART_OUTPUT(3),
    {0},
};

/* --- what a size allows --- */

static int resized(int size, double prescale)
{
    return (int)((double)size * prescale + 0.5);
}

static int taps_of(const struct float_vif_options *o, int scale)
{
    return ivq_gaussian_count((1 << (4 - scale)) + 1, o->vif_kernelscale);
}

/* Is every sample that a filter looks for at most one reflection away? */
static bool reaches(const struct float_vif_options *o, int side)
{
    for (int scale = o->vif_skip_scale0 ? 1 : 0; scale < SCALES; scale++) {
        const int reach = taps_of(o, scale) / 2, filtered = scale ? side / 2 : side;
        if (reach > side - 1 || reach > filtered - 1)
            return false;
        side = filtered;
    }
    return true;
}

static int least_side(const struct float_vif_options *o)
{
    int side = 1;
    while (!reaches(o, side))
        side++;
    return side;
}

static enum ivq_status check(const void *opaque, const struct ivq_format *format, struct ivq_error *error)
{
    const struct float_vif_options *o = opaque;
    const int width = format->width[0], height = format->height[0];
    const int to_width = resized(width, o->vif_prescale), to_height = resized(height, o->vif_prescale);
    const int least = ivq_resample_least((enum ivq_resample)o->vif_prescale_method);
    if (!ivq_gaussian_allows(o->vif_kernelscale))
        return ivq_fail(
            error, IVQ_USAGE,
            "float_vif: vif_kernelscale=%g is none of the values it takes: docs/metrics/float_vif.md",
            o->vif_kernelscale);
    if ((to_width != width || to_height != height) && (width < least || height < least))
        return ivq_fail(error, IVQ_USAGE, "float_vif: %d x %d is too small to be resized by %s: at least %d",
                        width, height, ivq_resample_names[o->vif_prescale_method], least);
    if (!reaches(o, to_width) || !reaches(o, to_height))
        return ivq_fail(error, IVQ_USAGE, "float_vif: %d x %d is too small for its filters: at least %d",
                        to_width, to_height, least_side(o));
    return IVQ_OK;
}

/* --- passes --- */

/* Both pictures at a scale. */
struct pictures {
    struct ivq_plane of[IVQ_SIDES];
    const char *sample; /* u8, u16, f32 */
    float unit, offset; /* a sample counts as unit * value - offset */
};

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The name of scale s's own variant at kernel scale 1: first is the first scale that reads these samples. */
static const char *own_variant(const struct pictures *p, int scale, int first)
{
    static const char *const deep[SCALES] = {"", "s1", "s2", "s3"};
    static const char *const names[2][3] = {{"s0_u8", "s0_u16", "s0_f32"}, {"s1_u8", "s1_u16", "s1_f32"}};
    const int sample = !strcmp(p->sample, "u8") ? 0 : !strcmp(p->sample, "u16") ? 1 : 2;
    return scale > first ? deep[scale] : names[first][sample];
}

/* Appends the taps of a scale to the inputs of a launch. */
static int add_taps(const struct float_vif_options *o, int scale, struct ivq_graph *graph, ivq_ref *taps_ref)
{
    float taps[IVQ_GAUSSIAN_MOST] = {0};
    const int count = taps_of(o, scale);
    ivq_gaussian_taps(count, (float)count / 5.0f, taps);
    *taps_ref = ivq_graph_table(graph, taps, sizeof taps);
    return count / 2;
}

static bool has_own_kernels(const struct float_vif_options *o)
{
    return o->vif_kernelscale == 1;
}

static void plan_statistics(const struct float_vif_options *o, int scale, const struct pictures *p,
                            struct ivq_graph *graph)
{
    const int width = p->of[0].width, height = p->of[0].height;
    const double noise = o->vif_sigma_nsq;
    const float square = ivq_powf((float)noise, 2.0f), slope = (float)((double)square / 65025);
    const uint64_t bits = bits_of(noise), divisor = bits_of(noise == 0 ? 1.0 : noise);
    const float limit = (float)o->vif_enhn_gain_limit;
    ivq_ref inputs[3] = {p->of[0].ref, p->of[1].ref};
    struct ivq_launch launch = {.width = width, .height = height, .inputs = inputs};
    if (has_own_kernels(o)) {
        const struct float_vif_stat_params params = {.noise = bits,
                                                     .noise_divisor = divisor,
                                                     .width = width,
                                                     .height = height,
                                                     .stride = p->of[0].stride,
                                                     .unit = p->unit,
                                                     .offset = p->offset,
                                                     .limit = limit,
                                                     .flat_slope = slope};
        launch.kernel = ivq_graph_kernel(graph, "float_vif_stat", own_variant(p, scale, 0));
        launch.params = &params;
        ivq_graph_launch_rows(graph, &launch);
        return;
    }
    const struct float_vif_wide_stat_params params = {.noise = bits,
                                                      .noise_divisor = divisor,
                                                      .width = width,
                                                      .height = height,
                                                      .stride = p->of[0].stride,
                                                      .half_width = add_taps(o, scale, graph, &inputs[2]),
                                                      .unit = p->unit,
                                                      .offset = p->offset,
                                                      .limit = limit,
                                                      .flat_slope = slope};
    launch.kernel = ivq_graph_kernel(graph, "float_vif_wide_stat", p->sample);
    launch.params = &params;
    ivq_graph_launch_rows(graph, &launch);
}

/* The pictures of `scale` from those of the scale before it. */
static void plan_step_down(const struct float_vif_options *o, int scale, struct pictures *p,
                           struct ivq_graph *graph)
{
    const struct ivq_plane from = p->of[0];
    const int width = from.width / 2, height = from.height / 2;
    const size_t elements = ivq_plane_elements(width, height), both[] = {elements, elements};
    ivq_ref inputs[3] = {p->of[0].ref, p->of[1].ref}, out[IVQ_SIDES];
    struct ivq_launch launch = {
        .width = width, .height = height, .inputs = inputs, .elements = both, .outputs = out};
    if (has_own_kernels(o)) {
        const struct float_vif_down_params params = {from.width, from.height,       from.stride, width,
                                                     height,     ivq_stride(width), p->unit,     p->offset};
        launch.kernel = ivq_graph_kernel(graph, "float_vif_down", own_variant(p, scale, 1));
        launch.params = &params;
        ivq_graph_launch(graph, &launch);
    } else {
        const int half_width = add_taps(o, scale, graph, &inputs[2]);
        const struct float_vif_wide_down_params params = {from.width, from.height, from.stride,
                                                          width,      height,      ivq_stride(width),
                                                          half_width, p->unit,     p->offset};
        launch.kernel = ivq_graph_kernel(graph, "float_vif_wide_down", p->sample);
        launch.params = &params;
        ivq_graph_launch(graph, &launch);
    }
    *p = (struct pictures){
        {ivq_plane_of(out[0], width, height), ivq_plane_of(out[1], width, height)}, "f32", 1, 0};
}

static enum ivq_status plan_prescale(const struct float_vif_options *o, struct pictures *p,
                                     struct ivq_graph *graph, struct ivq_error *error)
{
    const struct ivq_resampling to = {.method = (enum ivq_resample)o->vif_prescale_method,
                                      .width = resized(p->of[0].width, o->vif_prescale),
                                      .height = resized(p->of[0].height, o->vif_prescale),
                                      .sample = p->sample,
                                      .unit = p->unit,
                                      .offset = p->offset};
    if (to.width == p->of[0].width && to.height == p->of[0].height)
        return IVQ_OK;
    for (int side = 0; side < IVQ_SIDES; side++) {
        const enum ivq_status status = ivq_plan_resample(graph, &to, &p->of[side], error);
        if (status != IVQ_OK)
            return status;
    }
    p->sample = "f32";
    p->unit = 1;
    p->offset = 0;
    return IVQ_OK;
}

static enum ivq_status plan(const void *opaque, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error)
{
    const struct float_vif_options *o = opaque;
    struct pictures p = {
        {ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0), ivq_graph_plane(graph, IVQ_SIDE_DIS, 0, 0)},
        format->depth == 8 ? "u8" : "u16",
        ldexpf(1, 8 - format->depth),
        128};
    const enum ivq_status status = plan_prescale(o, &p, graph, error);
    if (status != IVQ_OK)
        return status;
    for (int scale = 0; scale < SCALES; scale++) {
        if (scale)
            plan_step_down(o, scale, &p, graph);
        if (scale || !o->vif_skip_scale0)
            plan_statistics(o, scale, &p, graph);
    }
    return ivq_graph_status(graph, error);
}

/* --- scores (section 7) --- */

static void put_debug(const float num[SCALES], const float den[SCALES], int first, int frame,
                      struct ivq_sink *sink)
{
    double sum_num = 0, sum_den = 0;
    for (int s = 0; s < SCALES; s++) {
        sink->put(sink, NUM_SCALE0 + 2 * s, frame, (double)num[s]);
        sink->put(sink, NUM_SCALE0 + 2 * s + 1, frame, (double)den[s]);
        if (s < first)
            continue;
        sum_num += (double)num[s];
        sum_den += (double)den[s];
    }
    sink->put(sink, TOTAL, frame, sum_den == 0 ? 1.0 : sum_num / sum_den);
    sink->put(sink, NUM, frame, sum_num);
    sink->put(sink, DEN, frame, sum_den);
}

static void score(const void *opaque, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct float_vif_options *o = opaque;
    const int frame = scored->frame, first = o->vif_skip_scale0 ? 1 : 0;
    int rows = resized(format->height[0], o->vif_prescale);
    float num[SCALES] = {0}, den[SCALES] = {-1}; /* of a scale left out */
    (void)state;
    if (first)
        sink->put(sink, SCALE0, frame, 0);
    for (int s = 0; s < SCALES; rows /= 2, s++) {
        if (s < first)
            continue;
        num[s] = ivq_result_rows(&scored->results[s - first], rows, 0);
        den[s] = ivq_result_rows(&scored->results[s - first], rows, 1);
        const double quotient = (double)num[s] / (double)den[s];
        const bool clamped = s > 0 && !(quotient > o->vif_scale_min_val[s]);
        sink->put(sink, SCALE0 + s, frame, clamped ? o->vif_scale_min_val[s] : quotient);
    }
    if (o->debug)
        put_debug(num, den, first, frame, sink);
}

const struct ivq_metric ivq_metric_float_vif = {
    .name = "float_vif",
    .help = "visual information fidelity in floating point, four scales",
    .options = options,
    .outputs = outputs,
    .options_size = sizeof(struct float_vif_options),
    .min_size = 1,
    .reads = IVQ_READS_BOTH,
    .check = check,
    .plan = plan,
    .score = score,
};
