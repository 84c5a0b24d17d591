/* Pooling over time: one number for a series of per-frame scores (model.md 10). */
#ifndef IVQ_MODEL_POOL_H
#define IVQ_MODEL_POOL_H
#include <stdbool.h>

#include "base/error.h"

enum ivq_pool_kind {
    IVQ_POOL_MIN,
    IVQ_POOL_MAX,
    IVQ_POOL_MEAN,
    IVQ_POOL_HARMONIC_MEAN, /* shifted by one, so that zeros are harmless */
    IVQ_POOL_PERCENTILE     /* linear between the two nearest ranks */
};

struct ivq_pool_method {
    const char *name; /* in the table below */
    enum ivq_pool_kind kind;
    double percent; /* IVQ_POOL_PERCENTILE only */
};

/* min, max, mean, harmonic_mean (the order of logs), then median. Ends with a NULL name. p1 to p99 are
 * methods too. */
extern const struct ivq_pool_method ivq_pool_methods[];
enum { IVQ_POOL_LOGGED = 4 }; /* so many of the table belong into a log's pooled metrics */

/* False where no method has that name. The method's name is then the caller's text for p1 to p99. */
bool ivq_pool_method_parse(const char *name, struct ivq_pool_method *method);

/* The frames first to last, both included, of which those that step divides count (step 0 and 1: all). */
struct ivq_pool_series {
    const char *name;                                          /* for messages */
    bool (*score)(const void *user, int frame, double *value); /* false where that frame has no score */
    const void *user;
    int first, last, step;
};

/* IVQ_USAGE where a frame that counts has no score, or none counts. A NaN makes means and percentiles NaN;
   min and max keep it only as the first score. Scores are asked for again and again in frame order, and
   nothing is allocated, so that a series may be longer than memory. */
enum ivq_status ivq_pool(const struct ivq_pool_series *series, const struct ivq_pool_method *method,
                         double *out, struct ivq_error *error);

#endif
