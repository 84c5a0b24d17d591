#ifndef PLAIN_ADM_H
#define PLAIN_ADM_H
#include "plain.h"

/* adm.md section 3 */
struct plain_adm_options {
    bool debug, adm_skip_aim, adm_skip_scale0;
    int adm_csf_mode, adm_ref_display_height;
    double adm_csf_scale, adm_csf_diag_scale, adm_norm_view_dist, adm_enhn_gain_limit;
    double adm_noise_weight, adm_dlm_weight, adm_min_val;
};

/* Contrast sensitivity per scale (adm.md section 6); second index 0: bands H and V, 1: band D. */
struct plain_adm_weights {
    float w[4][2];
    uint32_t fixed[4][2];
};

/* One scale; bands in the order H, V, D. The integers are `total` of adm.md sections 7.1 and 7.3. */
struct plain_adm_scale {
    int width, height; /* of a band */
    uint64_t dlm[3], aim[3], denominator[3];
    float n, a, d; /* N_s, A_s, D_s */
};

int plain_adm_weights(const struct plain_adm_options *options, struct plain_adm_weights *weights);
int plain_adm_scales(const struct plain_clip_frame *frame, const struct plain_adm_options *options,
                     struct plain_adm_scale scales[4]);

/* adm.md section 6: r, and the weights of modes 0 and 1; diagonal 0: bands H and V, 1: band D. */
float plain_adm_pixels_per_degree(double view_distance, int display_height);
float plain_adm_watson(float r, int scale, int diagonal);
float plain_adm_barten(float r, int scale, double factor);

/* The positions of a width * height band that are pooled (adm.md section 7). */
struct plain_adm_region {
    int left, top, right, bottom;
};

struct plain_adm_region plain_adm_central(int width, int height);

#endif
