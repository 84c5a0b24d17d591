#ifndef PLAIN_FLOAT_VIF_H
#define PLAIN_FLOAT_VIF_H
#include "plain_kernel.h"

/* The taps of a scale, 0 .. 3 (float_vif.md section 3). Returns how many. */
int plain_vif_taps(double kernelscale, int scale, float taps[PLAIN_KERNEL_MOST]);

#endif
