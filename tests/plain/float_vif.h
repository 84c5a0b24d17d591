#ifndef PLAIN_FLOAT_VIF_H
#define PLAIN_FLOAT_VIF_H
#include "plain_image.h"

enum { PLAIN_VIF_MOST_TAPS = 65 };

/* float_vif.md section 3: whether a kernel scale is allowed, how many taps it gives to a scale, 0 .. 3, and
   so many taps. */
bool plain_vif_kernelscale(float value);
int plain_vif_width(float kernelscale, int scale);
void plain_vif_taps(int n, float taps[PLAIN_VIF_MOST_TAPS]);

#endif
