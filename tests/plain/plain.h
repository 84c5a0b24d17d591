/* The plain references of psnr, motion, vif and adm: whole planes, plain loops, written from the specs alone.
   They share no code with src/ but the exact logarithms and powers that define scores (DECISIONS 6), so that
   a mistake in the one kernel text shows as a difference.

   Every function returns 0, or 1 where the spec refuses the options or the pictures; plain_message() then
   says why. Memory that runs out ends the test program. Nothing here is safe to call from two threads at
   once. */
#ifndef PLAIN_PLAIN_H
#define PLAIN_PLAIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plain_plane {
    int width, height;
    const uint16_t *samples; /* width * height in raster order, no padding, 0 .. 2^depth - 1 */
};

/* One picture pair. The samples belong to the caller. */
struct plain_clip_frame {
    struct plain_plane ref[3], dis[3];
    int planes; /* 1 (4:0:0) or 3 */
    int depth;  /* bits per sample, 8 to 16; the same in all frames of a clip */
};

/* Receives every score. frame is -1 for one value of the whole clip; name is the log name while all options
   have their defaults, and never carries an option suffix. */
typedef void (*plain_emit_fn)(void *user, int frame, const char *name, double value);

/* Why the last call refused. One line, valid until the next refusal. */
const char *plain_message(void);

/* Runs a metric ("psnr", "motion", "vif" or "adm") with options as text, "name=value:name=value" or "". */
int plain_run(const char *feature, const char *options, const struct plain_clip_frame *frames, int count,
              plain_emit_fn emit, void *user);

/* psnr.md section 4 */
struct plain_psnr_options {
    bool enable_chroma, enable_mse, enable_apsnr, reduced_hbd_peak;
    double min_sse;
};

struct plain_psnr_options plain_psnr_defaults(void);
int plain_psnr(const struct plain_clip_frame *frames, int count, const struct plain_psnr_options *options,
               plain_emit_fn emit, void *user);

/* The sum of squared differences of two planes of one size. */
uint64_t plain_psnr_sse(const struct plain_plane *ref, const struct plain_plane *dis);

/* motion.md section 6 */
struct plain_motion_options {
    bool debug, motion_force_zero, motion_five_frame_window, motion_moving_average;
    double motion_blend_factor, motion_blend_offset, motion_fps_weight, motion_max_val;
};

struct plain_motion_options plain_motion_defaults(void);
int plain_motion(const struct plain_clip_frame *frames, int count, const struct plain_motion_options *options,
                 plain_emit_fn emit, void *user);

/* SAD(P, C) of motion.md section 2: P the earlier picture, C the current one, each w * h samples, w and h
 * >= 3. */
uint64_t plain_motion_sad(const uint16_t *P, const uint16_t *C, int w, int h, int depth);

/* vif.md section 1 */
struct plain_vif_options {
    bool debug, vif_skip_scale0;
    double vif_enhn_gain_limit;
};

/* The four integer accumulators of one scale (vif.md section 6). */
struct plain_vif_sums {
    int64_t num_log, den_log, num_flat, n_flat;
};

/* The luma planes of all scales, scale 0 being a copy of the input (vif.md section 5). */
struct plain_vif_planes {
    int width[4], height[4];
    uint16_t *ref[4], *dis[4];
};

struct plain_vif_options plain_vif_defaults(void);
int plain_vif(const struct plain_clip_frame *frames, int count, const struct plain_vif_options *options,
              plain_emit_fn emit, void *user);

/* Fills *planes; the caller frees with plain_vif_planes_free. */
int plain_vif_planes(const struct plain_clip_frame *frame, struct plain_vif_planes *planes);
void plain_vif_planes_free(struct plain_vif_planes *planes);
void plain_vif_statistics(const struct plain_vif_planes *planes, int scale, int depth, double gain_limit,
                          struct plain_vif_sums *sums);

/* T[32768 .. 65535] of vif.md section 3, indexed from 0. */
const uint16_t *plain_vif_log_table(void);

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

struct plain_adm_options plain_adm_defaults(void);
int plain_adm(const struct plain_clip_frame *frames, int count, const struct plain_adm_options *options,
              plain_emit_fn emit, void *user);
int plain_adm_weights(const struct plain_adm_options *options, struct plain_adm_weights *weights);
int plain_adm_scales(const struct plain_clip_frame *frame, const struct plain_adm_options *options,
                     struct plain_adm_scale scales[4]);

#endif
