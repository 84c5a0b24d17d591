/* One trained regression: all of a plain model but its features' names, or one entry of a collection. */
#ifndef IVQ_MODEL_ENTRY_H
#define IVQ_MODEL_ENTRY_H
#include "model/features.h"
#include "model/svm.h"
#include "model/transform.h"

struct ivq_entry {
    int features;
    /* [0] is the score's, [1 + i] feature i's. norm_type none is slope 1 and intercept 0, which changes no
     * bit. */
    double slopes[1 + IVQ_MODEL_MAX_FEATURES], intercepts[1 + IVQ_MODEL_MAX_FEATURES];
    double chroma_correction; /* model.md 4.2; 0: none */
    int guide, guided;        /* features of the chroma correction */
    struct ivq_svm svm;
    struct ivq_transform transform; /* applies where enabled, settings taken into account */
    bool clips;
    double clip[2]; /* lowest and highest score */
};

/* json is a model_dict, features what it asks for. Whatever is returned, ivq_entry_free is right afterwards
   if *entry was zero before. */
enum ivq_status ivq_entry_read(struct ivq_entry *entry, const struct ivq_json *json,
                               const struct ivq_features *features, const struct ivq_model_settings *settings,
                               int max_vectors);
void ivq_entry_free(struct ivq_entry *entry);

/* The score of one frame before transform and clip (model.md 4.1 to 4.4), and what these make of it. */
double ivq_entry_predict(const struct ivq_entry *entry, const double *features);
double ivq_entry_finish(const struct ivq_entry *entry, double score);

#endif
