/* The text of --model (model.md 7): items separated by ':', each one of version=V, path=P, name=N,
   disable_clip, enable_transform (both also with =true or =false), EXTRACTOR.OPTION=V. Nothing can be
   escaped. An item given again wins over the earlier one. */
#ifndef IVQ_MODEL_SPEC_H
#define IVQ_MODEL_SPEC_H
#include "model/model.h"

enum { IVQ_MODEL_SPEC_MAX_OVERLOADS = 32 }; /* model.md 7 */

struct ivq_model_spec {
    const char *version,
        *path;        /* exactly one is not NULL; a version wins over a path, and the default is a version */
    const char *name; /* NULL: the default name */
    bool disable_clip, enable_transform;
    struct ivq_overload overloads[IVQ_MODEL_SPEC_MAX_OVERLOADS];
    int overload_count;
    char *text; /* owned; what the pointers above point into */
};

/* IVQ_USAGE names the item that is wrong. On success ivq_model_spec_free is due, on failure there is nothing
 * to free. */
enum ivq_status ivq_model_spec_parse(const char *text, struct ivq_model_spec *spec, struct ivq_error *error);
void ivq_model_spec_free(struct ivq_model_spec *spec);

/* Loads what the spec says. extractor_of: as in struct ivq_model_settings. */
enum ivq_status ivq_model_spec_load(const struct ivq_model_spec *spec,
                                    const char *(*extractor_of)(const char *raw_name), struct ivq_model **out,
                                    struct ivq_error *error);

#endif
