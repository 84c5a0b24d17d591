/* speed.md sections 3, 4 and 9: from a plane to its low-resolution residual. */
#include "plain_util.h"
#include "speed.h"

#include <math.h>
#include <stdlib.h>

enum { STEP = 16, BLOCK = 5, MOST_TAPS = 64, REACH = 4 };

const char *const plain_speed_methods[] = {[PLAIN_NEAREST] = "nearest",
                                           [PLAIN_BILINEAR] = "bilinear",
                                           [PLAIN_BICUBIC] = "bicubic",
                                           [PLAIN_LANCZOS4] = "lanczos4",
                                           NULL};

static const double kernel_scales[] = {1,       1.0 / 2, 3.0 / 2, 2,        2.0 / 3,  2.4,      360.0 / 97,
                                       4.0 / 3, 3.5 / 3, 1.25,    4.25 / 3, 5.0 / 3,  3,        1 / 2.25,
                                       1.4746,  1.54,    1.6,     1.06667,  0.711111, 0.740740, 1.111111};

float plain_speed_flushed(float x)
{
    return fabsf(x) < 0x1p-126F ? 0.0F : x;
}

struct plain_speed_plane plain_speed_plane_new(int width, int height)
{
    return (struct plain_speed_plane){width, height,
                                      plain_alloc((size_t)width * (size_t)height, sizeof(float))};
}

static float *at(const struct plain_speed_plane *plane, int y, int x)
{
    return &plane->values[y * plane->width + x];
}

/* --- Section 3 --- */

static int scaled_side(int side, double prescale)
{
    return fabs(prescale - 1.0) < 1e-3 ? side : (int)(side * prescale + 0.5);
}

static bool listed(double kernel_scale)
{
    for (size_t i = 0; i < sizeof(kernel_scales) / sizeof(kernel_scales[0]); i++)
        if ((double)fabsf((float)kernel_scale - (float)kernel_scales[i]) < 1e-3)
            return true;
    return false;
}

int plain_speed_check(const char *feature, const struct plain_plane *plane,
                      const struct plain_speed_options *options)
{
    int width = scaled_side(plane->width, options->speed_prescale);
    int height = scaled_side(plane->height, options->speed_prescale);
    if (!listed(options->speed_kernelscale))
        return plain_fail("%s: a kernel scale of %g", feature, options->speed_kernelscale);
    if (width < STEP * BLOCK || height < STEP * BLOCK)
        return plain_fail("%s: a plane of %dx%d after scaling has no 80x80", feature, width, height);
    return 0;
}

/* --- Section 9 --- */

/* Where one output column or row reads: source positions, and their weights. */
struct reading {
    int count, positions[2 * REACH + 1];
    float weights[2 * REACH + 1];
};

static float bicubic_weight(float distance)
{
    float t = fabsf(distance);
    if (t < 1.0F)
        return ((1.25F * t - 2.25F) * t) * t + 1.0F;
    return t < 2.0F ? (((t - 5.0F) * t + 8.0F) * t - 4.0F) * -0.75F : 0.0F;
}

static float lanczos_weight(float distance)
{
    const double pi = 0x1.921fb54442d18p+1, t = (double)distance;
    if (t == 0.0)
        return 1.0F;
    if (!(-4.0 < t && t < 4.0))
        return 0.0F;
    return (float)(4.0 * plain_sin(pi * t) * plain_sin(pi * t / 4.0) / (pi * pi * t * t));
}

static struct reading spread(float position, int n, int first, int last, float (*weight)(float))
{
    struct reading reading = {0};
    float whole = floorf(position), rest = position - whole;
    for (int i = first; i <= last; i++) {
        reading.positions[reading.count] = plain_mirror((int)whole + i, n);
        reading.weights[reading.count++] = weight((float)i - rest);
    }
    return reading;
}

static struct reading reading_of(int x, float ratio, int n, enum plain_speed_method method)
{
    float position = (float)((x + 0.5) * (double)ratio - 0.5);
    struct reading reading = {1, {(int)((float)x * ratio)}, {1.0F}};
    switch (method) {
    case PLAIN_BILINEAR: {
        int left = plain_mirror((int)floorf(position), n), right = plain_mirror((int)ceilf(position), n);
        float rest = position - (float)left; /* of the mirrored one: at an edge it extrapolates */
        return (struct reading){2, {left, right}, {1.0F - rest, rest}};
    }
    case PLAIN_BICUBIC:
        return spread(position, n, -1, 2, bicubic_weight);
    case PLAIN_LANCZOS4:
        return spread(position, n, -REACH, REACH, lanczos_weight);
    default:
        return reading;
    }
}

static float resampled_at(const struct plain_speed_plane *source, const struct reading *row,
                          const struct reading *column, bool normalise)
{
    float sum = 0.0F, weights = 0.0F;
    for (int j = 0; j < row->count; j++)
        for (int i = 0; i < column->count; i++) {
            float weight = column->weights[i] * row->weights[j];
            sum += *at(source, row->positions[j], column->positions[i]) * weight;
            weights += weight;
        }
    return plain_speed_flushed(normalise ? sum / weights : sum);
}

struct plain_speed_plane plain_speed_resampled(const struct plain_speed_plane *source, int width, int height,
                                               enum plain_speed_method method)
{
    struct plain_speed_plane result = plain_speed_plane_new(width, height);
    bool same = width == source->width && height == source->height;
    float ratio_x = (float)source->width / (float)width, ratio_y = (float)source->height / (float)height;
    for (int y = 0; y < height; y++) {
        struct reading row = reading_of(y, ratio_y, source->height, method);
        for (int x = 0; x < width; x++) {
            struct reading column = reading_of(x, ratio_x, source->width, method);
            *at(&result, y, x) =
                same ? *at(source, y, x) : resampled_at(source, &row, &column, method == PLAIN_LANCZOS4);
        }
    }
    return result;
}

/* --- Section 4 --- */

int plain_speed_taps(int n, double kernel_scale, float *taps)
{
    int count = (int)ceilf((float)n * (float)kernel_scale) | 1;
    count = count < 3 ? 3 : count;
    double sigma = (double)(n == 9 ? (float)(2.0 * count / 5.0) : (float)(count / 5.0));
    float scale = (float)(1.0 / (sigma * sqrt(2.0 * 0x1.921fb54442d18p+1))), sum = 0.0F;
    for (int i = 0; i < count; i++) {
        int from_centre = i - count / 2;
        double x = from_centre;
        taps[i] = (float)plain_exp(-0.5 * x / sigma * x / sigma) / scale;
        sum += taps[i];
    }
    for (int i = 0; i < count; i++)
        taps[i] /= sum;
    return count;
}

static float filtered_at(const struct plain_speed_plane *plane, int y, int x, const float *taps, int count,
                         bool vertical)
{
    float sum = 0.0F;
    for (int i = 0; i < count; i++) {
        int offset = i - count / 2;
        int row = vertical ? plain_mirror(y + offset, plane->height) : y;
        int column = vertical ? x : plain_mirror(x + offset, plane->width);
        sum += taps[i] * *at(plane, row, column);
    }
    return plain_speed_flushed(sum);
}

static struct plain_speed_plane filtered(const struct plain_speed_plane *plane, const float *taps, int count)
{
    struct plain_speed_plane columns = plain_speed_plane_new(plane->width, plane->height);
    struct plain_speed_plane result = plain_speed_plane_new(plane->width, plane->height);
    for (int y = 0; y < plane->height; y++)
        for (int x = 0; x < plane->width; x++)
            *at(&columns, y, x) = filtered_at(plane, y, x, taps, count, true);
    for (int y = 0; y < plane->height; y++)
        for (int x = 0; x < plane->width; x++)
            *at(&result, y, x) = filtered_at(&columns, y, x, taps, count, false);
    free(columns.values);
    return result;
}

static struct plain_speed_plane decimated(const struct plain_speed_plane *plane)
{
    struct plain_speed_plane result = plain_speed_plane_new(plane->width / STEP, plane->height / STEP);
    for (int y = 0; y < result.height; y++)
        for (int x = 0; x < result.width; x++)
            *at(&result, y, x) = *at(plane, STEP * y, STEP * x);
    return result;
}

struct plain_speed_plane plain_speed_residual(const struct plain_speed_plane *plane,
                                              const struct plain_speed_options *options)
{
    float taps[MOST_TAPS];
    struct plain_speed_plane scaled =
        plain_speed_resampled(plane, scaled_side(plane->width, options->speed_prescale),
                              scaled_side(plane->height, options->speed_prescale),
                              (enum plain_speed_method)options->speed_prescale_method);
    int count = plain_speed_taps(9, options->speed_kernelscale, taps);
    struct plain_speed_plane smooth = filtered(&scaled, taps, count);
    struct plain_speed_plane low = decimated(&smooth);
    count = plain_speed_taps(2, options->speed_kernelscale, taps);
    struct plain_speed_plane mean = filtered(&low, taps, count);
    for (int i = 0; i < low.width * low.height; i++)
        low.values[i] = plain_speed_flushed(low.values[i] - mean.values[i]);
    free(scaled.values);
    free(smooth.values);
    free(mean.values);
    return low;
}
