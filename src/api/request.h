/* What a meter is asked to measure. */
#ifndef IVQ_API_REQUEST_H
#define IVQ_API_REQUEST_H
#include "api/meter_impl.h"
#include "model/spec.h"

/* ivq_meter_add_model_text, the text parsed. */
enum ivq_status ivq_request_add_spec(struct ivq_meter *meter, const struct ivq_model_spec *spec,
                                     bool features_only, struct ivq_error *error);

#endif
