/* The percentile that bootstrap collections and pooling share (model.md 8.4). */
#ifndef IVQ_MODEL_PERCENTILE_H
#define IVQ_MODEL_PERCENTILE_H

/* sorted[count] ascends, count is at least 1, percent from 0 to 100. Linear between the two nearest ranks. */
double ivq_percentile(const double *sorted, int count, double percent);

/* Its two steps, where there is no sorted array: the rank, from 0, and the value between the scores of the
   ranks (int)rank and (int)rank + 1. A whole rank has no second score: its own is the percentile. */
double ivq_percentile_rank(int count, double percent);
double ivq_percentile_between(double rank, double low, double high);

#endif
