/* What speed_chroma and speed_temporal share, in the names of speed.md. */
#ifndef PLAIN_SPEED_H
#define PLAIN_SPEED_H
#include "plain_image.h"
#include "plain_kernel.h"

enum { PLAIN_SPEED_OFFSETS = 25 }; /* of a 5x5 block */

struct plain_speed_options {
    double speed_kernelscale, speed_prescale, speed_sigma_nn, speed_nn_floor, speed_max_val;
    int speed_prescale_method, speed_weight_var_mode;
    bool speed_use_ref_diff;
};

/* Lines of the tables of both metrics. */
#define PLAIN_SPEED_OPTIONS                                                                                  \
    PLAIN_NUMBER(plain_speed_options, speed_kernelscale, 1.0, 0.1, 4.0),                                     \
        PLAIN_NUMBER(plain_speed_options, speed_prescale, 1.0, 0.1, 4.0),                                    \
        PLAIN_TEXT(plain_speed_options, speed_prescale_method, PLAIN_NEAREST, plain_resize_names),           \
        PLAIN_NUMBER(plain_speed_options, speed_sigma_nn, 0.29, 0.1, 2.0),                                   \
        PLAIN_NUMBER(plain_speed_options, speed_nn_floor, 0.0, 0.0, 1.0),                                    \
        PLAIN_NUMBER(plain_speed_options, speed_max_val, 1000.0, 0.0, 1000.0)

float plain_speed_sqrt(float x);
float plain_speed_hypotenuse(float x, float y);
float plain_speed_sign(float x);

/* A value below 2^-126 in magnitude counts as zero (DECISIONS 12). */
float plain_speed_flushed(float x);

/* Section 4. The taps A (n = 9) or G (n = 2); returns how many. */
int plain_speed_taps(int n, double kernel_scale, float taps[PLAIN_KERNEL_MOST]);

/* Sections 4 and 9: D. The caller frees it. */
struct plain_image plain_speed_residual(const struct plain_image *plane,
                                        const struct plain_speed_options *options);

/* Section 6: lambda in the order in which the iteration leaves them. */
void plain_speed_eigenvalues(float K[PLAIN_SPEED_OFFSETS][PLAIN_SPEED_OFFSETS],
                             float lambda[PLAIN_SPEED_OFFSETS]);

/* Section 7, steps 1 to 3: X of K X = Y, both 25 * count, row by row. False: the plane is singular. */
bool plain_speed_solve(float K[PLAIN_SPEED_OFFSETS][PLAIN_SPEED_OFFSETS], const float *Y, int count,
                       float *X);

/* Section 3: refuses a kernel scale that is not listed and planes that are too small. */
int plain_speed_check(const char *feature, const struct plain_plane *plane,
                      const struct plain_speed_options *options);

/* Sections 5, 7 and 8 on the residuals of two planes; *bad: at least one of them is singular. */
float plain_speed_score(const struct plain_image *ref, const struct plain_image *dis,
                        const struct plain_speed_options *options, bool *bad);

/* All of it from two planes of samples that section 2 has made binary32. */
float plain_speed_core(const struct plain_image *ref, const struct plain_image *dis,
                       const struct plain_speed_options *options, bool *bad);

#endif
