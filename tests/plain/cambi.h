#ifndef PLAIN_CAMBI_H
#define PLAIN_CAMBI_H
#include "plain.h"

enum { PLAIN_CAMBI_SCALES = 5, PLAIN_CAMBI_LAST_RECIPROCAL = 127 * 127 };

enum { PLAIN_BT1886, PLAIN_PQ };

/* cambi.md section 1 but the path of heat maps. Sizes and depth: 0 where they were not given. */
struct plain_cambi_options {
    int enc_width, enc_height, enc_bitdepth, src_width, src_height;
    int window_size, max_log_contrast, cambi_high_res_speedup, eotf, cambi_eotf;
    double cambi_max_val, topk, cambi_topk, tvi_threshold, cambi_vis_lum_threshold;
    bool full_ref;
};

/* Section 3. Entry d of last_visible is T_d. */
struct plain_cambi_limits {
    int last_visible[33], darkest;
};

/* One scale of one picture: width * height values in raster order. */
struct plain_cambi_scale {
    int width, height;
    float *contrast; /* c of section 6 */
    uint16_t *heat;  /* section 8 */
    double mean;
};

void plain_cambi_limits(const struct plain_cambi_options *options, struct plain_cambi_limits *limits);

/* R[n] of section 6, 1 <= n <= PLAIN_CAMBI_LAST_RECIPROCAL. */
float plain_cambi_reciprocal(int n);

/* The scales of the distorted picture, or of the reference; the caller frees with plain_cambi_scales_free. */
int plain_cambi_scales(const struct plain_clip_frame *frame, const struct plain_cambi_options *options,
                       bool reference, struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES]);
void plain_cambi_scales_free(struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES]);

#endif
