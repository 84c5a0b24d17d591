/* The product on picture pairs in memory: what golden_test, equality_test and determinism_test share. */
#ifndef PRODUCT_H
#define PRODUCT_H
#include "device/device.h"
#include "metrics/options.h"
#include "plain/plain.h"

struct product_score {
    char name[IVQ_NAME_SIZE]; /* as logged, with the suffix of its options */
    const char *metric;       /* which it belongs to; NULL: a model's, or not of the product */
    int frame;                /* -1: one value for the whole clip */
    double value;
};

/* In the order of columns, each column in the order of frames. */
struct product_scores {
    struct product_score *all;
    int count, capacity;
};

struct product_settings {
    struct ivq_device *device;
    int frames_in_flight, subsample; /* 0: as the session does by itself */
    size_t memory_limit;
};

/* Measures the clip with everything in `what`, in one session. An entry is "NAME" or
   "NAME=key=value:key=value" for a metric, and "model=VERSION" for a model, whose scores are then named
   VERSION in place of vmaf. Models are read from $ISOVQ_SHARED/models. What lies between the end of a row and
   its stride is filled with garbage. Ends the program where memory runs out. The caller frees with
   product_scores_free, also after an error. */
enum ivq_status product_run(const struct product_settings *settings, const struct plain_clip_frame *frames,
                            int count, const char *const *what, int what_count, struct product_scores *scores,
                            struct ivq_error *error);
void product_scores_free(struct product_scores *scores);

/* Appends one score to a struct product_scores: what plain_run takes to collect its own. */
void product_collect(void *scores, int frame, const char *name, double value);

/* The first score of that name and frame at or after *from, which moves behind it: looking up scores in their
   own order takes one step each. NULL: there is none. */
const struct product_score *product_find(const struct product_scores *scores, int *from, const char *name,
                                         int frame);

/* The suffix that these options, "key=value:key=value", give to the names of a metric's scores. */
void product_suffix(const char *metric, const char *options, char suffix[IVQ_NAME_SIZE]);

/* False while the metric, or a metric that the model needs, is not registered. */
bool product_has(const char *what);

/* The same, and the metric is one of $ISOVQ_TEST_METRICS, names with blanks between, where that is set. */
bool product_wants(const char *what);

/* The first difference between two runs of the same measurement, printed with `where`; true if there is none.
 */
bool product_same_scores(const struct product_scores *a, const struct product_scores *b, const char *where);

#endif
