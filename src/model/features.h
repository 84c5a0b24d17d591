/* The features a model asks for: raw names and option dictionaries (model.md 2 and 7). */
#ifndef IVQ_MODEL_FEATURES_H
#define IVQ_MODEL_FEATURES_H
#include "model/json.h"
#include "model/model.h"

struct ivq_features {
    struct ivq_model_feature *items; /* everything in it is owned */
    int count;
};

/* json is a model_dict. Whatever is returned, ivq_features_free is right afterwards if *features was zero
 * before. */
enum ivq_status ivq_features_read(struct ivq_features *features, const struct ivq_json *json);
enum ivq_status ivq_features_overload(struct ivq_features *features,
                                      const struct ivq_model_settings *settings, const struct ivq_json *json);
void ivq_features_free(struct ivq_features *features);

/* The same raw names in the same order, each with the same options in any order. */
bool ivq_features_equal(const struct ivq_features *a, const struct ivq_features *b);

enum { IVQ_FEATURE_NONE = -1, IVQ_FEATURE_SEVERAL = -2 };

/* The index of the one feature whose raw name contains part; or one of the two constants above. */
int ivq_features_find(const struct ivq_features *features, const char *part);

#endif
