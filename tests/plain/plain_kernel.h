/* Kernels that an option scales: float_vif.md section 3, speed.md sections 3 and 4. */
#ifndef PLAIN_KERNEL_H
#define PLAIN_KERNEL_H
#include <stdbool.h>

enum { PLAIN_KERNEL_MOST = 65 }; /* taps */

/* Whether a scale is one of those allowed. */
bool plain_kernel_allows(double scale);

/* How many taps a scale makes of width: odd, at least 3. */
int plain_kernel_count(int width, double scale);

/* So many values of a bell of that deviation around the middle one, their sum about 1. */
void plain_kernel_taps(int count, float deviation, float taps[PLAIN_KERNEL_MOST]);

#endif
