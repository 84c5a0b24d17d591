/* float_vif.md section 2. */
#include "plain_image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { MOST_TAPS = 9 };

const char *const plain_resize_names[] = {"nearest", "bilinear", "bicubic", "lanczos4", NULL};

int plain_resize_least(enum plain_resize method)
{
    static const int least[] = {1, 2, 3, 6}; /* one reflection suffices */
    return least[method];
}

/* The samples that one axis of a target position reads, and their weights. */
struct axis {
    int count, at[MOST_TAPS];
    float weight[MOST_TAPS];
};

static void cubic_axis(float position, int size, struct axis *axis)
{
    const float a = -0.75F;
    float first = floorf(position), rest = position - first;
    axis->count = 4;
    for (int i = 0; i < 4; i++) {
        float t = fabsf((float)(i - 1) - rest), weight = 0.0F;
        if (t < 1.0F)
            weight = ((a + 2.0F) * t - (a + 3.0F)) * t * t + 1.0F;
        else if (t < 2.0F)
            weight = (((t - 5.0F) * t + 8.0F) * t - 4.0F) * a;
        axis->at[i] = plain_mirror((int)first + i - 1, size);
        axis->weight[i] = weight;
    }
}

static float lanczos(float t)
{
    double x = (double)t;
    if (t == 0.0F)
        return 1.0F;
    if (!(t > -4.0F && t < 4.0F))
        return 0.0F;
    return (float)(4.0 * plain_sin(PI * x) * plain_sin(PI * x / 4.0) / (PI * PI * x * x));
}

static void lanczos_axis(float position, int size, struct axis *axis)
{
    float first = floorf(position), rest = position - first;
    axis->count = 9;
    for (int i = 0; i < 9; i++) {
        axis->at[i] = plain_mirror((int)first + i - 4, size);
        axis->weight[i] = lanczos((float)(i - 4) - rest);
    }
}

/* dx is measured from the mirrored sample: positions in (-1, 0) extrapolate. */
static void linear_axis(float position, int size, struct axis *axis)
{
    axis->count = 2;
    axis->at[0] = plain_mirror((int)floorf(position), size);
    axis->at[1] = plain_mirror((int)ceilf(position), size);
    axis->weight[1] = position - (float)axis->at[0];
    axis->weight[0] = 1.0F - axis->weight[1];
}

/* Target position i of an axis whose size changes by ratio. */
static void set_axis(int i, float ratio, int size, enum plain_resize method, struct axis *axis)
{
    float position = (float)(((double)i + 0.5) * (double)ratio - 0.5);
    if (method == PLAIN_NEAREST)
        *axis = (struct axis){1, {(int)((float)i * ratio)}, {1.0F}};
    else if (method == PLAIN_BILINEAR)
        linear_axis(position, size, axis);
    else if (method == PLAIN_BICUBIC)
        cubic_axis(position, size, axis);
    else
        lanczos_axis(position, size, axis);
}

static float weighted(const struct plain_image *image, const struct axis *x, const struct axis *y,
                      enum plain_resize method)
{
    float sum = 0.0F, weights = 0.0F;
    for (int j = 0; j < y->count; j++)
        for (int i = 0; i < x->count; i++) {
            float weight = x->weight[i] * y->weight[j];
            sum += image->samples[y->at[j] * image->width + x->at[i]] * weight;
            weights += weight;
        }
    return method == PLAIN_LANCZOS4 ? sum / weights : sum;
}

struct plain_image plain_image_resize(const struct plain_image *image, int width, int height,
                                      enum plain_resize method)
{
    struct plain_image out = plain_image_new(width, height);
    float rx = (float)image->width / (float)width, ry = (float)image->height / (float)height;
    if (width == image->width && height == image->height) {
        memcpy(out.samples, image->samples, (size_t)plain_image_count(image) * sizeof(float));
        return out;
    }
    struct axis *columns = plain_alloc((size_t)width, sizeof(*columns)), row;
    for (int x = 0; x < width; x++)
        set_axis(x, rx, image->width, method, &columns[x]);
    for (int y = 0; y < height; y++) {
        set_axis(y, ry, image->height, method, &row);
        for (int x = 0; x < width; x++)
            out.samples[y * width + x] = weighted(image, &columns[x], &row, method);
    }
    free(columns);
    return out;
}
