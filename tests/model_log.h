/* The runs of models in the reference's logs (shared/golden): features and scores, frame by frame. */
#ifndef MODEL_LOG_H
#define MODEL_LOG_H
#include "model/model.h"

enum { LOG_MAX_FRAMES = 64, LOG_TEXT_SIZE = 256 };

/* One series of one run. */
struct log_series {
    char run[LOG_TEXT_SIZE], metric[LOG_TEXT_SIZE]; /* "model=vmaf_v0.6.1", "vmaf" */
    double values[LOG_MAX_FRAMES];
    int frames;
};

struct model_log {
    struct log_series *series; /* those of a run stand together */
    int count, room;
};

/* Ends the test where the file cannot be read. The caller frees with model_log_free. */
struct model_log model_log_read(const char *path);
void model_log_free(struct model_log *log);

/* NULL where there is none. */
const struct log_series *model_log_find(const struct model_log *log, const char *run, const char *metric);

/* What a run logged of each feature of the model, in the model's order. Ends the test where one is missing.
 */
void model_log_features(const struct model_log *log, const char *run, const struct ivq_model *model,
                        const struct log_series *features[IVQ_MODEL_MAX_FEATURES]);

#endif
