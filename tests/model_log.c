#include "model_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/number.h"
#include "metrics/options.h"

const struct log_series *model_log_find(const struct model_log *log, const char *run, const char *metric)
{
    for (int i = 0; i < log->count; i++)
        if (strcmp(log->series[i].run, run) == 0 && strcmp(log->series[i].metric, metric) == 0)
            return &log->series[i];
    return NULL;
}

static struct log_series *add_series(struct model_log *log, const char *run, const char *metric)
{
    if (log->count == log->room) {
        log->room = log->room * 2 + 64;
        log->series = realloc(log->series, (size_t)log->room * sizeof *log->series);
        assert_non_null(log->series);
    }
    struct log_series *series = &log->series[log->count++];
    memset(series, 0, sizeof *series);
    snprintf(series->run, LOG_TEXT_SIZE, "%s", run);
    snprintf(series->metric, LOG_TEXT_SIZE, "%s", metric);
    return series;
}

/* Frames of a series come in ascending order. */
struct model_log model_log_read(const char *path)
{
    struct model_log log = {0};
    FILE *file = fopen(path, "r");
    char line[1024];
    if (!file)
        fail_msg("%s cannot be opened", path);
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        const char *run = strsep(&rest, ","), *frame = strsep(&rest, ","), *metric = strsep(&rest, ",");
        const char *value = strsep(&rest, ",\n");
        if (strncmp(run, "model=", 6) != 0)
            continue;
        struct log_series *series = (struct log_series *)model_log_find(&log, run, metric);
        if (!series)
            series = add_series(&log, run, metric);
        assert_int_equal(atoi(frame), series->frames);
        assert_true(series->frames < LOG_MAX_FRAMES &&
                    ivq_number_parse(value, &series->values[series->frames++]));
    }
    fclose(file);
    return log;
}

void model_log_free(struct model_log *log)
{
    free(log->series);
    *log = (struct model_log){0};
}

static const struct ivq_metric *metric_of(const char *raw, const struct ivq_output **output)
{
    for (const struct ivq_metric *const *m = ivq_metrics; *m; m++)
        for (*output = (*m)->outputs; (*output)->name; ++*output)
            if ((*output)->raw && strcmp((*output)->raw, raw) == 0)
                return *m;
    return NULL;
}

/* The logged name as the metric's own table has it (model.md 2.3); false where this version lacks the metric.
 */
static bool logged_name(const struct ivq_model_feature *feature, char name[2 * IVQ_NAME_SIZE])
{
    const struct ivq_output *output;
    const struct ivq_metric *metric = metric_of(feature->raw, &output);
    struct ivq_error error = {0};
    char suffix[IVQ_NAME_SIZE];
    if (!metric)
        return false;
    void *options = malloc(metric->options_size);
    assert_non_null(options);
    ivq_options_init(metric, options);
    for (int i = 0; i < feature->option_count; i++)
        if (ivq_options_set(metric, options, feature->options[i].name, feature->options[i].value, &error) !=
            IVQ_OK)
            fail_msg("%s", error.text);
    ivq_options_suffix(metric, options, suffix);
    snprintf(name, 2 * IVQ_NAME_SIZE, "%s%s", output->name, suffix);
    free(options);
    return true;
}

/* Whatever the options behind its short name are. */
static const struct log_series *find_by_beginning(const struct model_log *log, const char *run,
                                                  const char *raw)
{
    char name[LOG_TEXT_SIZE];
    const char *middle = strstr(raw, "feature_") + strlen("feature_");
    const int length =
        snprintf(name, LOG_TEXT_SIZE, "%s%.*s", strncmp(raw, "VMAF_integer", 12) == 0 ? "integer_" : "",
                 (int)(strlen(middle) - strlen("_score")), middle);
    for (int i = 0; i < log->count; i++) {
        const char *metric = log->series[i].metric;
        if (strcmp(log->series[i].run, run) == 0 && strncmp(metric, name, (size_t)length) == 0 &&
            (metric[length] == '\0' || metric[length] == '_'))
            return &log->series[i];
    }
    return NULL;
}

void model_log_features(const struct model_log *log, const char *run, const struct ivq_model *model,
                        const struct log_series *features[IVQ_MODEL_MAX_FEATURES])
{
    for (int i = 0; i < ivq_model_feature_count(model); i++) {
        const struct ivq_model_feature *feature = ivq_model_feature(model, i);
        char name[2 * IVQ_NAME_SIZE];
        features[i] = logged_name(feature, name) ? model_log_find(log, run, name)
                                                 : find_by_beginning(log, run, feature->raw);
        if (!features[i])
            fail_msg("%s: no series for %s", run, feature->raw);
    }
}
