/* Whole planes of binary32, and what several float metrics do to them. Every product and every sum is rounded
   by itself. */
#ifndef PLAIN_IMAGE_H
#define PLAIN_IMAGE_H
#include "plain_util.h"

struct plain_image {
    int width, height;
    float *samples; /* width * height in raster order */
};

/* Zeroed. The caller of each function below that returns an image frees it with plain_image_free. */
struct plain_image plain_image_new(int width, int height);
void plain_image_free(struct plain_image *image);

static inline int plain_image_count(const struct plain_image *image)
{
    return image->width * image->height;
}

/* The largest sample on the scale of 8 bits, and the decibels at which float_psnr and float_anpsnr end. */
static inline double plain_image_peak(int depth)
{
    return (double)((1 << depth) - 1) / (double)(1 << (depth - 8));
}

static inline double plain_image_cap(int depth)
{
    return 6.0 * depth + 12.0;
}

/* Samples on the scale of 8 bits, 0 .. 255.996, with offset added: both exact. */
struct plain_image plain_image_of(const struct plain_plane *plane, int depth, float offset);

struct plain_image plain_image_product(const struct plain_image *a, const struct plain_image *b);

/* Correlation with count (odd) taps, columns first, then rows; terms in ascending order from 0. Samples
   outside are mirrored about the first and last one, which are not repeated; count / 2 is below both sizes.
 */
struct plain_image plain_image_filter(const struct plain_image *image, const float *taps, int count);

/* The sum of all samples, which are whole multiples of 2^-bits, rounded once. */
double plain_image_exact_sum(const struct plain_image *image, int bits);

/* The sum of each row from left to right, and of the rows from top to bottom, all in binary32. */
float plain_image_sum(const struct plain_image *image);

enum plain_resize { PLAIN_NEAREST, PLAIN_BILINEAR, PLAIN_BICUBIC, PLAIN_LANCZOS4 };

/* The names of these, for PLAIN_TEXT. */
extern const char *const plain_resize_names[];

/* float_vif.md section 2; a copy where the size does not change. The sizes hold at least
   plain_resize_least(method) samples, unless it is a copy. */
struct plain_image plain_image_resize(const struct plain_image *image, int width, int height,
                                      enum plain_resize method);
int plain_resize_least(enum plain_resize method);

#endif
