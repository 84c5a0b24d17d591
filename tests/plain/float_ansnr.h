#ifndef PLAIN_FLOAT_ANSNR_H
#define PLAIN_FLOAT_ANSNR_H
#include "plain_image.h"

/* S and E of float_ansnr.md section 3. */
struct plain_ansnr_energies {
    float signal, noise;
};

struct plain_ansnr_energies plain_ansnr_energies(const struct plain_clip_frame *frame);

#endif
