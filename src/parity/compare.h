/* One series of scores against another: as bits, and as numbers. */
#ifndef IVQ_PARITY_COMPARE_H
#define IVQ_PARITY_COMPARE_H
#include <stdbool.h>
#include <stdint.h>

#include "parity/score_set.h"

/* Begin zeroed; the same series on several clips may be added up. */
struct ivq_difference {
    int values, bit_equal;
    int mismatches; /* values further apart than the tolerance, NaNs and unequal infinities included */
    int unpaired;   /* frames that only one side has */
    int nan_a, nan_b, infinite;
    double max_abs_diff;   /* infinite where a value is NaN, or infinite on one side only */
    uint64_t max_ulp_diff; /* steps between neighbours in binary64 */
    int frame_of_max;      /* where max_abs_diff is, or else max_ulp_diff */
    double a, b;           /* there */
    double min_a, max_a;
};

/* Steps from one binary64 number to another; 0 only for equal bits. Counts any NaN as endlessly far away. */
uint64_t ivq_ulp_distance(double a, double b);

/* Adds to *difference; true where this pair holds the largest difference so far. tolerance 0: bits. */
bool ivq_compare_series(const struct ivq_series *a, const struct ivq_series *b, double tolerance,
                        struct ivq_difference *difference);

#endif
