/* What is to be measured, whatever the clips: metrics with their options, models and the metrics they need.
   Made once, measured any number of times (engine/session.h). */
#ifndef IVQ_ENGINE_SELECTION_H
#define IVQ_ENGINE_SELECTION_H
#include "isovq/setting.h"
#include "metrics/metric.h"
#include "model/model.h"

enum {
    IVQ_MAX_METRICS = 128,
    IVQ_MAX_MODELS = 32,
};

/* A metric with its options. */
struct ivq_selected_metric {
    const struct ivq_metric *metric;
    void *options; /* owned */
    bool by_name;  /* asked for itself, not only by models */
};

/* Where a feature of a model comes from. */
struct ivq_selected_feature {
    int metric, output;
};

struct ivq_selected_model {
    struct ivq_model *model; /* owned */
    char *label;             /* owned: how messages and records name it */
    bool predicts;           /* otherwise only its metrics are measured */
    struct ivq_selected_feature *features;
};

struct ivq_selection {
    struct ivq_selected_metric metrics[IVQ_MAX_METRICS];
    struct ivq_selected_model models[IVQ_MAX_MODELS];
    int metric_count, model_count;
    /* NULL: a metric that is asked for again under the same names of scores is merged or refused. Otherwise
       the first one stays as it is, and this is told where the other would have been different. */
    void (*on_repeat)(void *user, const char *text);
    void *user;
};

/* A selection is all zeros at first, and empty again after this. */
void ivq_selection_clear(struct ivq_selection *selection);

/* Adds a metric by name. An equal one, or one that differs only in what else it puts out, is shared; one
   whose scores would bear the same names but differ is IVQ_USAGE. on_repeat changes both. */
enum ivq_status ivq_selection_add_metric(struct ivq_selection *selection, const char *name,
                                         const struct ivq_setting *settings, int count,
                                         struct ivq_error *error);

/* The same for a metric by its table, which need not be in the registry. */
enum ivq_status ivq_selection_add(struct ivq_selection *selection, const struct ivq_metric *metric,
                                  const struct ivq_setting *settings, int count, struct ivq_error *error);

/* Adds a model and the metrics it needs. The model belongs to the selection from now on, or is freed after a
 * failure. */
enum ivq_status ivq_selection_add_model(struct ivq_selection *selection, struct ivq_model *model,
                                        const char *label, bool predicts, struct ivq_error *error);

/* The metric that provides a feature a model names, NULL if none does (also: features of metrics to come). */
const char *ivq_selection_metric_of(const char *raw_feature);

/* IVQ_USAGE, with the feature, where no metric provides one that the model needs. */
enum ivq_status ivq_selection_check_model(const struct ivq_model *model, const char *label,
                                          struct ivq_error *error);

#endif
