#include "metrics/resample.h"

#include <math.h>
#include <stdlib.h>

#include "base/exactmath_short.h"
#include "kernel_params.h"

#define PI 3.14159265358979323846

enum { MOST_TAPS = 9 };

const char *const ivq_resample_names[] = {"nearest", "bilinear", "bicubic", "lanczos4", NULL};

static const struct {
    int taps, least;
} methods[] = {{1, 1}, {2, 2}, {4, 3}, {9, 6}};

int ivq_resample_least(enum ivq_resample method)
{
    return methods[method].least;
}

/* What one result reads along one axis. */
struct reads {
    int32_t at[MOST_TAPS];
    float weight[MOST_TAPS];
};

static int mirrored(int p, int n)
{
    return p < 0 ? -p : p > n - 1 ? 2 * (n - 1) - p : p;
}

/* dx is measured from the mirrored sample: positions in (-1, 0) extrapolate, as in the reference. */
static void bilinear(float position, int size, struct reads *r)
{
    r->at[0] = mirrored((int)floorf(position), size);
    r->at[1] = mirrored((int)ceilf(position), size);
    r->weight[1] = position - (float)r->at[0];
    r->weight[0] = 1.0f - r->weight[1];
}

static float cubic(float t)
{
    const float a = -0.75f;
    t = fabsf(t);
    if (t < 1.0f)
        return ((a + 2.0f) * t - (a + 3.0f)) * t * t + 1.0f;
    return t < 2.0f ? (((t - 5.0f) * t + 8.0f) * t - 4.0f) * a : 0.0f;
}

static float lanczos(float offset)
{
    const double t = (double)offset;
    if (offset == 0.0f)
        return 1.0f;
    if (!(offset > -4.0f && offset < 4.0f))
        return 0.0f;
    return (float)(4.0 * ivq_short_sin(PI * t) * ivq_short_sin(PI * t / 4.0) / (PI * PI * t * t));
}

static void around(float position, int size, int before, int taps, float (*weight)(float), struct reads *r)
{
    const float first = floorf(position), rest = position - first;
    for (int i = 0; i < taps; i++) {
        r->at[i] = mirrored((int)first + i - before, size);
        r->weight[i] = weight((float)(i - before) - rest);
    }
}

static void reads_of(int i, float ratio, int size, enum ivq_resample method, struct reads *r)
{
    const float position = (float)(((double)i + 0.5) * (double)ratio - 0.5);
    if (method == IVQ_NEAREST)
        *r = (struct reads){{(int)((float)i * ratio)}, {1.0f}};
    else if (method == IVQ_BILINEAR)
        bilinear(position, size, r);
    else if (method == IVQ_BICUBIC)
        around(position, size, 1, 4, cubic, r);
    else
        around(position, size, 4, MOST_TAPS, lanczos, r);
}

/* The tables of one axis: where results read, and with which weights. False without memory. */
static bool tabulate(struct ivq_graph *graph, int size, int out_size, enum ivq_resample method, ivq_ref *at,
                     ivq_ref *weight)
{
    const float ratio = (float)size / (float)out_size;
    const size_t taps = (size_t)methods[method].taps, count = taps * (size_t)out_size;
    int32_t *const places = malloc(count * sizeof *places);
    float *const weights = malloc(count * sizeof *weights);
    for (int i = 0; places && weights && i < out_size; i++) {
        struct reads r = {0};
        reads_of(i, ratio, size, method, &r);
        for (size_t t = 0; t < taps; t++) {
            places[(size_t)i * taps + t] = r.at[t];
            weights[(size_t)i * taps + t] = r.weight[t];
        }
    }
    const bool made = places && weights;
    if (made) {
        *at = ivq_graph_table(graph, places, count * sizeof *places);
        *weight = ivq_graph_table(graph, weights, count * sizeof *weights);
    }
    free(places);
    free(weights);
    return made;
}

enum ivq_status ivq_plan_resample(struct ivq_graph *graph, const struct ivq_resampling *to,
                                  struct ivq_plane *plane, struct ivq_error *error)
{
    ivq_ref inputs[5] = {plane->ref}, out = 0;
    if (!tabulate(graph, plane->width, to->width, to->method, &inputs[1], &inputs[3]) ||
        !tabulate(graph, plane->height, to->height, to->method, &inputs[2], &inputs[4]))
        return ivq_fail_memory(error, "the weights of a resized picture");
    const struct resample_params params = {
        .width = plane->width,
        .height = plane->height,
        .stride = plane->stride,
        .out_width = to->width,
        .out_height = to->height,
        .out_stride = ivq_stride(to->width),
        .taps = methods[to->method].taps,
        .normalised = to->method == IVQ_LANCZOS4,
        .unit = to->unit,
        .offset = to->offset,
    };
    const struct ivq_kernel *const kernel = ivq_graph_kernel(graph, "resample", to->sample);
    const size_t elements = ivq_plane_elements(to->width, to->height);
    ivq_graph_launch(graph,
                     &(struct ivq_launch){kernel, &params, to->width, to->height, inputs, &elements, &out});
    *plane = ivq_plane_of(out, to->width, to->height);
    return ivq_graph_status(graph, error);
}
