#ifndef PLAIN_FLOAT_ADM_H
#define PLAIN_FLOAT_ADM_H
#include "plain.h"

/* float_adm.md section 2 */
struct plain_float_adm_options {
    bool debug, adm_adm3_apply_hm, adm_skip_scale0;
    int adm_csf_mode, adm_ref_display_height, adm_bypass_cm, adm_skip_aim_scale;
    double adm_csf_scale, adm_csf_diag_scale, adm_norm_view_dist, adm_enhn_gain_limit;
    double adm_noise_weight, adm_p_norm, adm_dlm_weight, adm_min_val;
    double adm_f1s0, adm_f1s1, adm_f1s2, adm_f1s3, adm_f2s0, adm_f2s1, adm_f2s2, adm_f2s3;
};

/* Section 5: diagonal 0: w1, of bands H and V; 1: w2, of band D. */
float plain_float_adm_weight(const struct plain_float_adm_options *options, int scale, int diagonal);

#endif
