/* The models that the build embeds (model.md 9). */
#ifndef IVQ_MODEL_BUILTIN_H
#define IVQ_MODEL_BUILTIN_H
#include "model/model.h"

#define IVQ_MODEL_DEFAULT_VERSION "vmaf_v0.6.1" /* model.md 9 */

struct ivq_builtin_model {
    const char *version; /* also its file's name, without .json */
    const char *json;    /* NULL: the build was not given the file */
    size_t length;
};

/* All versions there are, embedded or not; ends with a NULL version. Written by tools/embed_models.py. */
extern const struct ivq_builtin_model ivq_builtin_models[];

/* The JSON text of a version, or NULL where there is no such version or it is not embedded. The match is
 * exact. */
const char *ivq_model_builtin(const char *version, size_t *length);

/* As ivq_model_load; IVQ_USAGE, with what to do instead, where ivq_model_builtin has nothing. */
enum ivq_status ivq_model_load_builtin(const char *version, const struct ivq_model_settings *settings,
                                       struct ivq_model **out, struct ivq_error *error);

#endif
