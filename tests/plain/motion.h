#ifndef PLAIN_MOTION_H
#define PLAIN_MOTION_H
#include "plain.h"

/* SAD(P, C) of motion.md section 2: P the earlier picture, C the current one, each w * h samples, w and h
 * >= 3. */
uint64_t plain_motion_sad(const uint16_t *P, const uint16_t *C, int w, int h, int depth);

#endif
