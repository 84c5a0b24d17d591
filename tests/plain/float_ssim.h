#ifndef PLAIN_FLOAT_SSIM_H
#define PLAIN_FLOAT_SSIM_H
#include "plain_image.h"

/* The smallest side that the window leaves a sample of. */
enum { PLAIN_SSIM_LEAST = 11 };

struct plain_ssim_means {
    float l, c, s, product;
};

/* ssim.md A4 to A6, of images of one size, at least PLAIN_SSIM_LEAST each way. */
struct plain_ssim_means plain_ssim_means(const struct plain_image *ref, const struct plain_image *dis);

/* ssim.md A7. The ceiling is that of the whole picture; clip false: none. */
double plain_ssim_decibels(double score, const struct plain_clip_frame *frame, bool clip);

/* The sum of the samples near x, y, outside of the image repeated from its edge on (half-sample symmetric):
   weights[v * size + u] is of (x + first + u, y + first + v); products are rounded to binary32, the sum of
   binary64 at the end. */
float plain_ssim_box(const struct plain_image *image, const float *weights, int size, int first, int x,
                     int y);

#endif
