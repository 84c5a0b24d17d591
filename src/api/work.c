/* What a meter did: views of its session. */
#include "isovq/work.h"

#include "api/meter_impl.h"
#include "metrics/options.h"

void ivq_meter_work(const struct ivq_meter *m, struct ivq_work *work)
{
    if (!work)
        return;
    *work = (struct ivq_work){.device_seconds = -1};
    if (ivq_meter_is_usable(m) && m->session)
        ivq_session_work(m->session, work);
}

bool ivq_meter_pass(const struct ivq_meter *m, int index, struct ivq_work_pass *pass)
{
    return ivq_meter_is_usable(m) && pass && m->session && ivq_session_pass(m->session, index, pass);
}

static bool find(const struct ivq_meter *m, int index, struct ivq_session_metric *metric)
{
    return ivq_meter_is_usable(m) && m->session && ivq_session_metric(m->session, index, metric);
}

const char *ivq_meter_metric(const struct ivq_meter *m, int index)
{
    struct ivq_session_metric metric;
    return find(m, index, &metric) ? metric.metric->name : NULL;
}

bool ivq_meter_metric_setting(const struct ivq_meter *m, int index, int option,
                              struct ivq_work_setting *setting)
{
    struct ivq_session_metric metric;
    if (!setting || !find(m, index, &metric) || option < 0)
        return false;
    for (int i = 0; i <= option; i++)
        if (!metric.metric->options[i].name)
            return false;
    setting->name = metric.metric->options[option].name;
    _Static_assert(sizeof setting->value == IVQ_NAME_SIZE, "room for the value of an option");
    ivq_option_print(&metric.metric->options[option], metric.options, setting->value);
    return true;
}

int ivq_meter_metric_pass(const struct ivq_meter *m, int index, int pass)
{
    struct ivq_session_metric metric;
    return find(m, index, &metric) && pass >= 0 ? ivq_session_metric_pass(m->session, index, pass) : -1;
}

int ivq_meter_metric_series(const struct ivq_meter *m, int index, int series)
{
    struct ivq_session_metric metric;
    return find(m, index, &metric) && series >= 0 ? ivq_session_metric_series(m->session, index, series) : -1;
}

int ivq_meter_model_series(const struct ivq_meter *m, int model, int series)
{
    return ivq_meter_is_usable(m) && m->session && model >= 0 && series >= 0
               ? ivq_session_model_series(m->session, model, series)
               : -1;
}
