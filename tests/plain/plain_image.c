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

struct plain_image plain_image_filter(const struct plain_image *image, const float *taps, int count)
{
    int width = image->width, height = image->height, half = count / 2;
    struct plain_image columns = plain_image_new(width, height), out = plain_image_new(width, height);
    for (int y = 0; y < height; y++)
        for (int k = 0; k < count; k++) {
            const float *from = image->samples + plain_mirror(y + k - half, height) * width;
            for (int x = 0; x < width; x++)
                columns.samples[y * width + x] += taps[k] * from[x];
        }
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int k = 0; k < count; k++)
                out.samples[y * width + x] +=
                    taps[k] * columns.samples[y * width + plain_mirror(x + k - half, width)];
    plain_image_free(&columns);
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
