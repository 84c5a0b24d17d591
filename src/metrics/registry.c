/* All metrics. To add one: a folder of its name here, and a line below. */
#include "metrics/metric.h"

#include <string.h>

#define METRICS(METRIC)                                                                                      \
    METRIC(adm)                                                                                              \
    METRIC(float_ansnr)                                                                                      \
    METRIC(float_moment)                                                                                     \
    METRIC(float_motion)                                                                                     \
    METRIC(float_psnr)                                                                                       \
    METRIC(float_vif)                                                                                        \
    METRIC(motion)                                                                                           \
    METRIC(motion_v2)                                                                                        \
    METRIC(psnr)                                                                                             \
    METRIC(psnr_hvs)                                                                                         \
    METRIC(vif)

#define DECLARE(name) extern const struct ivq_metric ivq_metric_##name;
#define ENTRY(name) &ivq_metric_##name,

METRICS(DECLARE)

const struct ivq_metric *const ivq_metrics[] = {METRICS(ENTRY) NULL};

const struct ivq_metric *ivq_metric_find(const char *name)
{
    for (int i = 0; ivq_metrics[i]; i++)
        if (!strcmp(ivq_metrics[i]->name, name))
            return ivq_metrics[i];
    return NULL;
}
