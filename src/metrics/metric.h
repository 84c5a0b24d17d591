/* A metric describes itself once: options, outputs, what it reads, its passes, its last arithmetic.
   The command's help and checks, the names in logs, the documentation and the tests all read this table. */
#ifndef IVQ_METRICS_METRIC_H
#define IVQ_METRICS_METRIC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "frame/format.h"

enum ivq_option_type {
    IVQ_OPTION_BOOL,   /* bool */
    IVQ_OPTION_INT,    /* int */
    IVQ_OPTION_DOUBLE, /* double */
    IVQ_OPTION_CHOICE, /* one of `choices`, by its index, as int */
    IVQ_OPTION_TEXT,   /* char *, owned by the options; NULL while it is not set */
};

/* One option of a metric. Its value lives at `offset` in the metric's own options struct. */
struct ivq_option {
    const char *name;
    const char
        *alias; /* enters the names of outputs when the value is not the default; NULL: never enters a name */
    enum ivq_option_type type;
    double initial, min, max; /* bool: 0 or 1; choice: initial is an index; text: not used */
    size_t offset;
    const char *help;
    const char *const *choices; /* CHOICE: what it may be, ended by NULL */
};

/* One series of scores. */
struct ivq_output {
    const char *name;       /* as logged while every option has its default */
    const char *raw;        /* the long name that models use; NULL: the same as name */
    const char *needs;      /* the bool option that must be set for this output to exist; NULL: always */
    const char *also_needs; /* a second one */
    bool chroma;            /* exists only where there are chroma planes */
    bool aggregate;         /* one value for the whole clip, not one per frame */
    bool unsuffixed;        /* no option enters its name */
    bool late; /* needs later frames: comes after its frame, so its column stands after the prompt ones */
    const char *help;
};

/* Which planes a metric may read. */
enum ivq_reads {
    IVQ_READS_REF = 1, /* luma of the reference */
    IVQ_READS_DIS = 2,
    IVQ_READS_BOTH = IVQ_READS_REF | IVQ_READS_DIS,
    IVQ_READS_CHROMA = 4, /* also the chroma planes of these sides, where there are some */
};

/* graph/graph.h: where a metric records its passes, and what they return */
struct ivq_graph;
struct ivq_result;

/* One frame on its way to scores. */
struct ivq_scored {
    int frame;
    const struct ivq_result *results; /* in the order of ivq_graph_result calls */
    const void *made;                 /* by the metric's host(); NULL without one */
};

/* A picture that a metric puts out beside the scores of a frame (a heat map): raw files, a frame after the
 * other. */
struct ivq_plane_output {
    const char *name;   /* of the file: NAME_WIDTHxHEIGHT_16b.gray */
    const char *folder; /* the text option that names its folder; while that is not set there is no file */
    const char *help;
};

struct ivq_gray {
    int width, height, stride;         /* in samples */
    int nominal_width, nominal_height; /* in the name of the file: those of the first frame */
    const uint16_t *samples;
};

/* Where a metric puts its scores. frame is ignored for aggregates. Each score is put once. */
struct ivq_sink {
    void (*put)(struct ivq_sink *sink, int output, int frame, double value);
    /* plane: of the metric's planes. Called for each of them, or for none if its folder is not set. */
    void (*put_plane)(struct ivq_sink *sink, int plane, const struct ivq_gray *gray);
};

struct ivq_metric {
    const char *name, *help;
    const struct ivq_option *options;      /* ends with a NULL name */
    const struct ivq_output *outputs;      /* ends with a NULL name */
    const struct ivq_plane_output *planes; /* ends with a NULL name; NULL: none */
    const char *host_stages; /* what host() does, as shown to users ("eigen, solve"); NULL: there is none */
    size_t options_size;     /* of the metric's options struct */
    size_t made_size;        /* bytes of what host() makes of a frame, its working memory included */
    size_t state_size; /* of what it carries from frame to frame on the host, zeroed at the start; may be 0 */
    int min_size;      /* the smallest luma width and height it accepts */
    int max_size;      /* the largest; 0: IVQ_FORMAT_MAX_SIZE */
    int max_depth;     /* bits per sample; 0: IVQ_FORMAT_MAX_DEPTH */
    enum ivq_reads reads;
    bool needs_chroma; /* 4:0:0 is refused; from a model its features are then 0 (DECISIONS 2) */
    int past;          /* how many frames it looks back, with the options that look furthest */
    bool every_frame;  /* its scores of a frame depend on what it carries from earlier ones, on the host or in
                          device memory: subsampling does not skip it */
    /* Refuses what single options' ranges cannot express. May be NULL. */
    enum ivq_status (*check)(const void *options, const struct ivq_format *format, struct ivq_error *error);
    /* Records the passes of one frame. */
    enum ivq_status (*plan)(const void *options, const struct ivq_format *format, struct ivq_graph *graph,
                            struct ivq_error *error);
    /* More of a frame than a last arithmetic: fills made_size bytes from what its passes returned, and from
       nothing else. Worker threads do this for several frames at once. May be NULL. */
    void (*host)(const void *options, const struct ivq_format *format, const struct ivq_result *results,
                 void *made);
    /* Turns what the passes of a frame returned into scores. Called for the frames in order. */
    void (*score)(const void *options, const struct ivq_format *format, void *state,
                  const struct ivq_scored *scored, struct ivq_sink *sink);
    /* After the last frame, for what needs the end of the clip. May be NULL. */
    void (*finish)(const void *options, const struct ivq_format *format, void *state, int frames,
                   struct ivq_sink *sink);
};

/* All metrics, ended by NULL. To add a metric: one folder, one line in registry.c. */
extern const struct ivq_metric *const ivq_metrics[];

/* NULL where there is none of that name. */
const struct ivq_metric *ivq_metric_find(const char *name);

#endif
