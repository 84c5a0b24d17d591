/* Pictures of another size in f32, as float_vif (spec float_vif, section 2) and speed pre-scale theirs. */
#ifndef IVQ_METRICS_RESAMPLE_H
#define IVQ_METRICS_RESAMPLE_H
#include "graph/graph.h"

enum ivq_resample { IVQ_NEAREST, IVQ_BILINEAR, IVQ_BICUBIC, IVQ_LANCZOS4 };

/* Their names, in that order, ended by NULL: choices of an option. */
extern const char *const ivq_resample_names[];

/* The smallest side that can be resampled: one reflection at an edge has to suffice. */
int ivq_resample_least(enum ivq_resample method);

struct ivq_resampling {
    enum ivq_resample method;
    int width, height;  /* of the result */
    const char *sample; /* what the source holds: "u8", "u16", "f32" */
    float unit, offset; /* a sample counts as unit * value - offset */
};

/* Records the launch; *plane is the source, and then the result, in f32. */
enum ivq_status ivq_plan_resample(struct ivq_graph *graph, const struct ivq_resampling *to,
                                  struct ivq_plane *plane, struct ivq_error *error);

#endif
