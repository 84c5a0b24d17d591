/* Scores by series and frame. */
#ifndef IVQ_ENGINE_SERIES_H
#define IVQ_ENGINE_SERIES_H
#include <stdbool.h>

#include "base/error.h"

struct ivq_series {
    char *name;
    bool aggregate;
    int order;      /* columns are sorted by it, then by when they were added */
    double *values; /* [capacity] */
    bool *present;  /* [capacity] */
    int capacity;
};

enum ivq_status ivq_series_init(struct ivq_series *series, const char *name, bool aggregate, int order,
                                struct ivq_error *error);
void ivq_series_free(struct ivq_series *series);

/* Room for `frames` values, so that putting them cannot fail. */
enum ivq_status ivq_series_reserve(struct ivq_series *series, int frames, struct ivq_error *error);

/* frame lies in the reserved room; aggregates use frame 0. */
void ivq_series_put(struct ivq_series *series, int frame, double value);
bool ivq_series_get(const struct ivq_series *series, int frame, double *value);

#endif
