#include "plain_image.h"

#include <math.h>
#include <stdlib.h>

struct plain_image plain_image_new(int width, int height)
{
    return (struct plain_image){width, height, plain_alloc((size_t)width * (size_t)height, sizeof(float))};
}

void plain_image_free(struct plain_image *image)
{
    free(image->samples);
    *image = (struct plain_image){0};
}

struct plain_image plain_image_of(const struct plain_plane *plane, int depth, float offset)
{
    struct plain_image image = plain_image_new(plane->width, plane->height);
    float unit = (float)(1 << (depth - 8));
    for (int i = 0; i < plain_image_count(&image); i++)
        image.samples[i] = (float)plane->samples[i] / unit + offset;
    return image;
}

struct plain_image plain_image_product(const struct plain_image *a, const struct plain_image *b)
{
    struct plain_image product = plain_image_new(a->width, a->height);
    for (int i = 0; i < plain_image_count(&product); i++)
        product.samples[i] = a->samples[i] * b->samples[i];
    return product;
}

/* One line of width sums: out[x] of the samples before, at and behind line[x], which is mirrored into padded.
 */
static void filter_line(const float *line, int width, const float *taps, int count, float *padded, float *out)
{
    for (int i = 0; i < width + count - 1; i++)
        padded[i] = line[plain_mirror(i - count / 2, width)];
    for (int k = 0; k < count; k++)
        for (int x = 0; x < width; x++)
            out[x] += taps[k] * padded[x + k];
}

struct plain_image plain_image_filter(const struct plain_image *image, const float *taps, int count)
{
    int width = image->width, height = image->height;
    struct plain_image columns = plain_image_new(width, height), out = plain_image_new(width, height);
    float *padded = plain_alloc((size_t)(width + count - 1), sizeof(*padded));
    for (int y = 0; y < height; y++)
        for (int k = 0; k < count; k++) {
            const float *from = image->samples + plain_mirror(y + k - count / 2, height) * width;
            for (int x = 0; x < width; x++)
                columns.samples[y * width + x] += taps[k] * from[x];
        }
    for (int y = 0; y < height; y++)
        filter_line(columns.samples + y * width, width, taps, count, padded, out.samples + y * width);
    plain_image_free(&columns);
    free(padded);
    return out;
}

double plain_image_exact_sum(const struct plain_image *image, int bits)
{
    int64_t sum = 0;
    for (int i = 0; i < plain_image_count(image); i++)
        sum += (int64_t)ldexp((double)image->samples[i], bits);
    return ldexp((double)sum, -bits);
}

float plain_image_sum(const struct plain_image *image)
{
    float total = 0.0F;
    for (int y = 0; y < image->height; y++) {
        float row = 0.0F;
        for (int x = 0; x < image->width; x++)
            row += image->samples[y * image->width + x];
        total += row;
    }
    return total;
}
