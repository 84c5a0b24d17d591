/* A metric describes itself once: options, outputs, what it reads, its passes, its last arithmetic.
   The command's help and checks, the names in logs, the documentation and the tests all read this table. */
#ifndef IVQ_METRICS_METRIC_H
#define IVQ_METRICS_METRIC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "frame/format.h"

enum ivq_option_type { IVQ_OPTION_BOOL, IVQ_OPTION_INT, IVQ_OPTION_DOUBLE };

/* One option of a metric. Its value lives at `offset` in the metric's own options struct, as bool, int or
 * double. */
struct ivq_option {
    const char *name;
    const char
        *alias; /* enters the names of outputs when the value is not the default; NULL: never enters a name */
    enum ivq_option_type type;
    double initial, min, max; /* bool: 0 or 1 */
    size_t offset;
    const char *help;
};

/* One series of scores. */
struct ivq_output {
    const char *name;       /* as logged while every option has its default */
    const char *raw;        /* the long name that models use; NULL: the same as name */
    const char *needs;      /* the bool option that must be set for this output to exist; NULL: always */
    const char *also_needs; /* a second one */
    bool chroma;            /* exists only where there are chroma planes */
    bool aggregate;         /* one value for the whole clip, not one per frame */
    bool late; /* needs later frames: comes after its frame, so its column stands after the prompt ones */
    const char *help;
};

struct ivq_graph; /* frame/graph.h: where a metric records its passes */

/* Where a metric puts its scores. frame is ignored for aggregates. Each score is put once. */
struct ivq_sink {
    void (*put)(struct ivq_sink *sink, int output, int frame, double value);
};

struct ivq_metric {
    const char *name, *help;
    const struct ivq_option *options; /* ends with a NULL name */
    const struct ivq_output *outputs; /* ends with a NULL name */
    size_t options_size;              /* of the metric's options struct */
    size_t state_size; /* of what it carries from frame to frame on the host, zeroed at the start; may be 0 */
    int min_size;      /* the smallest luma width and height it accepts */
    bool needs_every_frame; /* has history or aggregates: subsampling does not skip it */
    bool luma_only;         /* reads no chroma plane */
    /* Refuses what single options' ranges cannot express. May be NULL. */
    enum ivq_status (*check)(const void *options, const struct ivq_format *format, struct ivq_error *error);
    /* Records the passes of one frame; what they return arrives in score() in the order of ivq_graph_result
     * calls. */
    enum ivq_status (*plan)(const void *options, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error);
    /* Turns one frame's integers into scores. Called for every frame in order. */
    void (*score)(const void *options, const struct ivq_format *format, void *state, int frame,
                  const int64_t *results, struct ivq_sink *sink);
    /* After the last frame, for what needs the end of the clip. May be NULL. */
    void (*finish)(const void *options, const struct ivq_format *format, void *state, int frames,
                   struct ivq_sink *sink);
};

/* All metrics, ended by NULL. To add a metric: one folder, one line in registry.c. */
extern const struct ivq_metric *const ivq_metrics[];

/* NULL where there is none of that name. */
const struct ivq_metric *ivq_metric_find(const char *name);

#endif
