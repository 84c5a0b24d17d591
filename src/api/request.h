/* What a meter is asked to measure: checked when asked for, applied when the clips are known. */
#ifndef IVQ_API_REQUEST_H
#define IVQ_API_REQUEST_H
#include "api/meter_impl.h"
#include "model/spec.h"

void ivq_request_free(struct ivq_request *request);

enum ivq_status ivq_request_apply(const struct ivq_request *request, struct ivq_session *session,
                                  struct ivq_error *error);

/* ivq_meter_add_model_text, the text parsed. */
enum ivq_status ivq_request_add_spec(struct ivq_meter *meter, const struct ivq_model_spec *spec,
                                     bool features_only, struct ivq_error *error);

/* IVQ_USAGE, with the feature, where no metric provides it. */
enum ivq_status ivq_request_check_features(const struct ivq_model *model, const char *label,
                                           struct ivq_error *error);

#endif
