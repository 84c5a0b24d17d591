/* Logs of measurements, of this program and of others: what the `vmaf` command of libvmaf and of its forks
   writes as JSON. */
#ifndef IVQ_PARITY_LOG_H
#define IVQ_PARITY_LOG_H
#include "base/error.h"
#include "parity/result.h"
#include "parity/score_set.h"

/* Fills scores (to be freed, also after a failure) and what the log says of its device. null and NaN are NaN.
   IVQ_INPUT where it is no such log, has no frame, or a frame or a score twice. */
enum ivq_status ivq_log_read(const char *path, struct ivq_score_set *scores, struct ivq_parity_side *side,
                             struct ivq_error *error);

/* Compares two logs: one cell for each feature that either has. IVQ_INPUT where one cannot be read, IVQ_USAGE
   where tolerances->gpu_id is not the device that a log names. */
enum ivq_status ivq_log_compare(const char *a, const char *b, const struct ivq_tolerances *tolerances,
                                struct ivq_parity_result *result, struct ivq_error *error);

#endif
