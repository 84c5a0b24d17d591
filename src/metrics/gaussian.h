/* The Gaussians of float_vif (spec float_vif, section 3) and speed (spec speed, section 4), whose widths a
 * kernel scale changes. */
#ifndef IVQ_METRICS_GAUSSIAN_H
#define IVQ_METRICS_GAUSSIAN_H
#include <stdbool.h>

enum { IVQ_GAUSSIAN_MOST = 65 }; /* taps, at the largest kernel scale */

/* Is it near one of the scales that the metrics take? */
bool ivq_gaussian_allows(double scale);

/* How many taps a kernel of `width` has at a scale: an odd number, at least 3. */
int ivq_gaussian_count(int width, double scale);

/* count taps, the sum 1 as far as binary32 goes. */
void ivq_gaussian_taps(int count, float deviation, float taps[IVQ_GAUSSIAN_MOST]);

#endif
