/* What the checks of ssimulacra2.c need besides its scores. */
#ifndef PLAIN_SSIMULACRA2_H
#define PLAIN_SSIMULACRA2_H
#include "plain_image.h"

enum { PLAIN_SSIMULACRA2_SCALES = 6, PLAIN_SSIMULACRA2_NORMS = 108 };

/* How a plane's terms are added: columns from top to bottom, then the columns from left to right, which
   defines scores (DECISIONS 26); or in raster order with one accumulator, as the reference does. */
enum plain_sum_order { PLAIN_BY_COLUMNS, PLAIN_RASTER };

/* T of section 2.1, 1024 entries; and a component through it. */
const float *plain_ssimulacra2_table(void);
float plain_ssimulacra2_linear(float t);

/* Section 3.1 */
float plain_ssimulacra2_cube_root(float x);

/* Section 5 on one line of n samples, `step` apart; in and out may not overlap. */
void plain_ssimulacra2_blur_line(const float *in, float *out, int n, int step);

/* One picture at scale 0: linear RGB, and X, Y, B. The caller frees the images. */
void plain_ssimulacra2_rgb(const struct plain_plane planes[3], int depth, int matrix,
                           struct plain_image rgb[3]);
void plain_ssimulacra2_xyb(const struct plain_image rgb[3], struct plain_image xyb[3]);

/* Section 5, from one plane of X, Y or B. The caller frees with plain_ssimulacra2_blurred_free. */
struct plain_ssimulacra2_blurred {
    struct plain_image m1, m2, s11, s22, s12;
};
struct plain_ssimulacra2_blurred plain_ssimulacra2_blur(const struct plain_image *x1,
                                                        const struct plain_image *x2);

void plain_ssimulacra2_blurred_free(struct plain_ssimulacra2_blurred *b);

/* The inputs of section 7 in its order, and what it makes of them. */
void plain_ssimulacra2_norms(const struct plain_clip_frame *frame, int matrix, enum plain_sum_order order,
                             double norms[PLAIN_SSIMULACRA2_NORMS]);
double plain_ssimulacra2_pooled(const double norms[PLAIN_SSIMULACRA2_NORMS]);

#endif
