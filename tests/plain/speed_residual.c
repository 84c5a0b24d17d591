/* speed.md sections 3 and 4: from a plane to its low-resolution residual. */
#include "speed.h"

#include <math.h>

enum { STEP = 16, BLOCK = 5 };

float plain_speed_flushed(float x)
{
    return fabsf(x) < 0x1p-126F ? 0.0F : x;
}

/* --- Section 3 --- */

static int scaled_side(int side, double prescale)
{
    return fabs(prescale - 1.0) < 1e-3 ? side : (int)(side * prescale + 0.5);
}

int plain_speed_check(const char *feature, const struct plain_plane *plane,
                      const struct plain_speed_options *options)
{
    int width = scaled_side(plane->width, options->speed_prescale);
    int height = scaled_side(plane->height, options->speed_prescale);
    if (!plain_kernel_allows(options->speed_kernelscale))
        return plain_fail("%s: a kernel scale of %g", feature, options->speed_kernelscale);
    if (width < STEP * BLOCK || height < STEP * BLOCK)
        return plain_fail("%s: a plane of %dx%d after scaling has no 80x80", feature, width, height);
    return 0;
}

/* --- Section 4 --- */

int plain_speed_taps(int n, double kernel_scale, float taps[PLAIN_KERNEL_MOST])
{
    int count = plain_kernel_count(n, kernel_scale);
    plain_kernel_taps(count, (float)((n == 9 ? 2.0 * count : count) / 5.0), taps);
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
    float taps[PLAIN_KERNEL_MOST];
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
