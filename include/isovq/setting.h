/* Settings of metrics, as texts. */
#ifndef ISOVQ_SETTING_H
#define ISOVQ_SETTING_H

/* An option of a metric. */
struct ivq_setting {
    const char *key, *value;
};

/* A setting for every feature of a model that the metric provides. */
struct ivq_overload {
    const char *metric, *key, *value;
};

#endif
