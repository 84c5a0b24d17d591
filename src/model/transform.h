/* The map from a regression's score to the logged one (model.md 1.2 and 5). */
#ifndef IVQ_MODEL_TRANSFORM_H
#define IVQ_MODEL_TRANSFORM_H
#include <stdbool.h>

#include "model/json.h"

enum {
    IVQ_TRANSFORM_DEGREES = 3,   /* p0, p1, p2 */
    IVQ_TRANSFORM_MAX_KNOTS = 10 /* model.md 1.2 */
};

struct ivq_transform {
    bool enabled;
    bool has[IVQ_TRANSFORM_DEGREES]; /* an absent term is left out, which is not the same as adding 0 to an
                                        infinity */
    double p[IVQ_TRANSFORM_DEGREES];
    int knots;
    double x[IVQ_TRANSFORM_MAX_KNOTS], y[IVQ_TRANSFORM_MAX_KNOTS]; /* x ascends, y does not descend */
    bool out_lte_in, out_gte_in;
};

/* json is the score_transform object. Checks everything that apply relies on. */
enum ivq_status ivq_transform_read(struct ivq_transform *transform, const struct ivq_json *json);

/* Whether it is enabled is the caller's to ask. */
double ivq_transform_apply(const struct ivq_transform *transform, double y);

#endif
