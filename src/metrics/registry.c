#include "metrics/metric.h"

#include <string.h>

extern const struct ivq_metric ivq_metric_adm, ivq_metric_motion, ivq_metric_motion_v2, ivq_metric_psnr,
    ivq_metric_vif;

const struct ivq_metric *const ivq_metrics[] = {&ivq_metric_adm,  &ivq_metric_motion, &ivq_metric_motion_v2,
                                                &ivq_metric_psnr, &ivq_metric_vif,    NULL};

const struct ivq_metric *ivq_metric_find(const char *name)
{
    for (int i = 0; ivq_metrics[i]; i++)
        if (!strcmp(ivq_metrics[i]->name, name))
            return ivq_metrics[i];
    return NULL;
}
