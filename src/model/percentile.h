/* The percentile that bootstrap collections and pooling share (model.md 8.4). */
#ifndef IVQ_MODEL_PERCENTILE_H
#define IVQ_MODEL_PERCENTILE_H

/* sorted[count] ascends, count is at least 1, percent from 0 to 100. Linear between the two nearest ranks. */
double ivq_percentile(const double *sorted, int count, double percent);

#endif
