/* speed.md sections 3 and 4: from a plane to its low-resolution residual. */
#include "speed.h"

#include <math.h>

enum { STEP = 16, BLOCK = 5, MOST_TAPS = 64 };

static const double kernel_scales[] = {1,       1.0 / 2, 3.0 / 2, 2,        2.0 / 3,  2.4,      360.0 / 97,
                                       4.0 / 3, 3.5 / 3, 1.25,    4.25 / 3, 5.0 / 3,  3,        1 / 2.25,
                                       1.4746,  1.54,    1.6,     1.06667,  0.711111, 0.740740, 1.111111};

float plain_speed_flushed(float x)
{
    return fabsf(x) < 0x1p-126F ? 0.0F : x;
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

static struct plain_image decimated(const struct plain_image *image)
{
    struct plain_image result = plain_image_new(image->width / STEP, image->height / STEP);
    for (int y = 0; y < result.height; y++)
        for (int x = 0; x < result.width; x++)
            result.samples[y * result.width + x] = image->samples[STEP * y * image->width + STEP * x];
    return result;
}

/* Replaces the image. */
static void filter(struct plain_image *image, int n, double kernel_scale)
{
    float taps[MOST_TAPS];
    int count = plain_speed_taps(n, kernel_scale, taps);
    struct plain_image filtered = plain_image_filter(image, taps, count);
    plain_image_free(image);
    *image = filtered;
}

struct plain_image plain_speed_residual(const struct plain_image *plane,
                                        const struct plain_speed_options *options)
{
    double prescale = options->speed_prescale, kernel_scale = options->speed_kernelscale;
    struct plain_image scaled =
        plain_image_resize(plane, scaled_side(plane->width, prescale), scaled_side(plane->height, prescale),
                           (enum plain_resize)options->speed_prescale_method);
    filter(&scaled, 9, kernel_scale);
    struct plain_image residual = decimated(&scaled), mean = decimated(&scaled);
    filter(&mean, 2, kernel_scale);
    for (int i = 0; i < plain_image_count(&residual); i++)
        residual.samples[i] -= mean.samples[i];
    plain_image_free(&scaled);
    plain_image_free(&mean);
    return residual;
}
