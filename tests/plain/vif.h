#ifndef PLAIN_VIF_H
#define PLAIN_VIF_H
#include "plain.h"

/* The four integer accumulators of one scale (vif.md section 6). */
struct plain_vif_sums {
    int64_t num_log, den_log, num_flat, n_flat;
};

/* The luma planes of all scales, scale 0 being a copy of the input (vif.md section 5). */
struct plain_vif_planes {
    int width[4], height[4];
    uint16_t *ref[4], *dis[4];
};

/* Fills *planes; the caller frees with plain_vif_planes_free. */
int plain_vif_planes(const struct plain_clip_frame *frame, struct plain_vif_planes *planes);
void plain_vif_planes_free(struct plain_vif_planes *planes);
void plain_vif_statistics(const struct plain_vif_planes *planes, int scale, int depth, double gain_limit,
                          struct plain_vif_sums *sums);

/* T[32768 .. 65535] of vif.md section 3, indexed from 0. */
const uint16_t *plain_vif_log_table(void);

#endif
