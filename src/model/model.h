/* VMAF models: reading the JSON files, and scores from features (model.md 1 to 8).

   A model knows features only by raw name and options: which metric provides one is the caller's knowledge.
   Once loaded a model does not change, so any number of threads may use it at once. */
#ifndef IVQ_MODEL_MODEL_H
#define IVQ_MODEL_MODEL_H
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "isovq/setting.h"

struct ivq_model; /* a plain model, or a bootstrap collection of models with the same features */

enum {
    IVQ_MODEL_MAX_FEATURES = 64,    /* model.md 1.1 */
    IVQ_MODEL_MAX_ENTRIES = 256,    /* of a collection; published ones have 20 and 21 */
    IVQ_MODEL_MAX_VECTORS = 100000, /* support vectors of a whole file; published ones have below 5,000 */
    IVQ_MODEL_MAX_BYTES = 4 << 20,  /* of a file; the largest published one has below 512 KiB */
    IVQ_MODEL_MAX_OPTIONS = 64,     /* of a feature in a file; the metric with most knows below 32 */
    IVQ_MODEL_MAX_OPTION_BYTES =
        255 /* of an option's value: longer ones cannot enter a logged name (model.md 2.3) */
};

#define IVQ_MODEL_DEFAULT_NAME "vmaf" /* model.md 7 */

/* How a file is to be loaded. All zero is the ordinary way; nothing here is kept after loading. */
struct ivq_model_settings {
    const char *name;      /* under which scores are logged; NULL: IVQ_MODEL_DEFAULT_NAME */
    bool disable_clip;     /* scores are not clipped to the model's range */
    bool enable_transform; /* the model's transform applies although the file does not enable it */
    const struct ivq_overload *overloads; /* as in adm.adm_enhn_gain_limit=1.0 */
    int overload_count;
    /* The metric that provides a raw feature name, NULL where there is none. Needed only for overloads. */
    const char *(*extractor_of)(const char *raw_name);
};

struct ivq_model_option {
    const char *name, *value; /* value as the metric is to parse it (option_text.h) */
};

struct ivq_model_feature {
    const char *raw; /* for instance VMAF_integer_feature_adm2_score */
    const struct ivq_model_option *options;
    int option_count;
};

/* Reads a model from length bytes of JSON. origin names them in messages. On success *out is the caller's, to
   be given to ivq_model_free; on failure it is NULL. settings may be NULL for the ordinary way. IVQ_INPUT:
   what was read is no usable model. IVQ_USAGE: an overload that no feature takes, or an empty name.
   IVQ_MEMORY. */
enum ivq_status ivq_model_load(const char *json, size_t length, const char *origin,
                               const struct ivq_model_settings *settings, struct ivq_model **out,
                               struct ivq_error *error);
enum ivq_status ivq_model_load_file(const char *path, const struct ivq_model_settings *settings,
                                    struct ivq_model **out, struct ivq_error *error);
void ivq_model_free(struct ivq_model *model); /* NULL is allowed */

bool ivq_model_is_collection(const struct ivq_model *model);

/* What the model wants to know of each frame, in the order in which ivq_model_predict takes it. The same raw
   name may come twice, with different options. */
int ivq_model_feature_count(const struct ivq_model *model);
const struct ivq_model_feature *ivq_model_feature(const struct ivq_model *model, int index);

/* What the model says of each frame, in the order of logs (cli_and_logs.md 5). A plain model named N has one
   output, N; a collection has N, N_0001 and so on for its bootstrap entries, N_bagging, N_stddev,
   N_ci_p95_lo, N_ci_p95_hi. Names are as the user gave them: a writer of logs escapes them. */
int ivq_model_output_count(const struct ivq_model *model);
const char *ivq_model_output_name(const struct ivq_model *model, int index);

/* One frame: features[ivq_model_feature_count] to outputs[ivq_model_output_count]. A NaN feature gives NaN
   outputs. Allocates nothing; the same bits on every machine. */
void ivq_model_predict(const struct ivq_model *model, const double *features, double *outputs);

#endif
