#ifndef PLAIN_PSNR_H
#define PLAIN_PSNR_H
#include "plain.h"

/* The sum of squared differences of two planes of one size. */
uint64_t plain_psnr_sse(const struct plain_plane *ref, const struct plain_plane *dis);

#endif
