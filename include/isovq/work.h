/* What a meter did, and where: for records that have to prove which device computed a score. From
   ivq_meter_start on; texts live as long as the meter. Lists go by index from 0. */
#ifndef ISOVQ_WORK_H
#define ISOVQ_WORK_H
#include <stdbool.h>
#include <stdint.h>

#include "isovq/meter.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All metrics of a meter share one list of passes, which the device runs once for each pair of frames. */
struct ivq_work {
    int64_t frames; /* pairs for which the device has finished it */
    int64_t
        bytes_to_device; /* samples of the planes that passes read; without a copy where memory is shared */
    int64_t bytes_from_device; /* results; both of all that was submitted */
    double device_seconds;     /* spent in it, by the device's own clock; negative where it has none */
};

IVQ_API void ivq_meter_work(const struct ivq_meter *meter, struct ivq_work *work);

/* A pass: one kernel over one plane or intermediate result. */
struct ivq_work_pass {
    const char *kernel;
    int tiles_x, tiles_y; /* groups of one dispatch */
    int64_t dispatches;   /* submitted so far: at most one for each pair */
};

/* False after the last. Passes that no metric names check the range of samples. */
IVQ_API bool ivq_meter_pass(const struct ivq_meter *meter, int index, struct ivq_work_pass *pass);

/* NULL after the last: a metric that was measured, asked for by itself or by a model. */
IVQ_API const char *ivq_meter_metric(const struct ivq_meter *meter, int index);

struct ivq_work_setting {
    const char *name;
    char value[256]; /* in effect: asked for, or the default */
};

/* An option of a metric by that index; false after the last. */
IVQ_API bool ivq_meter_metric_setting(const struct ivq_meter *meter, int metric, int index,
                                      struct ivq_work_setting *setting);

/* The index of a pass that serves the metric, and of a series that it fills; -1 after the last. */
IVQ_API int ivq_meter_metric_pass(const struct ivq_meter *meter, int metric, int index);
IVQ_API int ivq_meter_metric_series(const struct ivq_meter *meter, int metric, int index);

/* The series that a model fills, the model by its index in ivq_meter_model. Models are predicted on the host.
 */
IVQ_API int ivq_meter_model_series(const struct ivq_meter *meter, int model, int index);

#ifdef __cplusplus
}
#endif
#endif
