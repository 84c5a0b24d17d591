/* Options as text, and the metric by name. */
#include "plain_util.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 400 };

static int set_choice(const struct plain_option *option, const char *value, void *field)
{
    for (int i = 0; option->choices[i]; i++)
        if (strcmp(option->choices[i], value) == 0) {
            memcpy(field, &i, sizeof(i));
            return 0;
        }
    return plain_fail("%s=%s is none of its values", option->name, value);
}

static void set_number(const struct plain_option *option, double number, void *field)
{
    bool on = number != 0.0;
    int whole = (int)number;
    if (option->type == PLAIN_BOOL)
        memcpy(field, &on, sizeof(on));
    else if (option->type == PLAIN_DOUBLE)
        memcpy(field, &number, sizeof(number));
    else
        memcpy(field, &whole, sizeof(whole));
}

static int read_number(const struct plain_option *option, const char *value, double *number)
{
    char *end = NULL;
    *number = strtod(value, &end);
    if (option->type == PLAIN_BOOL) {
        *number = strcmp(value, "true") == 0;
        if (*number == 0.0 && strcmp(value, "false") != 0)
            return plain_fail("%s=%s is neither true nor false", option->name, value);
    } else if (end == value || *end != '\0') {
        return plain_fail("%s=%s is not a number", option->name, value);
    }
    if (!(*number >= option->min && *number <= option->max)) /* also NaN */
        return plain_fail("%s=%s is outside %g .. %g", option->name, value, option->min, option->max);
    if (option->type == PLAIN_INT && *number != (double)(int)*number)
        return plain_fail("%s=%s is not a whole number", option->name, value);
    return 0;
}

static int set_value(const struct plain_option *option, const char *value, void *options)
{
    char *field = (char *)options + option->offset;
    double number;
    if (option->type == PLAIN_CHOICE)
        return set_choice(option, value, field);
    if (read_number(option, value, &number))
        return 1;
    set_number(option, number, field);
    return 0;
}

static int set_option(const struct plain_option *table, char *pair, void *options)
{
    char *equals = strchr(pair, '=');
    if (!equals)
        return plain_fail("%s has no value", pair);
    *equals = '\0';
    for (; table->name; table++)
        if (strcmp(table->name, pair) == 0)
            return set_value(table, equals + 1, options);
    return plain_fail("there is no option %s", pair);
}

int plain_parse(const struct plain_metric *metric, const char *text, void *options)
{
    char copy[TEXT_SIZE], *rest = NULL;
    if (strlen(text) >= sizeof(copy))
        return plain_fail("options of %zu characters", strlen(text));
    strcpy(copy, text);
    for (const struct plain_option *option = metric->options; option->name; option++)
        set_number(option, option->initial, (char *)options + option->offset);
    for (char *pair = strtok_r(copy, ":", &rest); pair; pair = strtok_r(NULL, ":", &rest))
        if (set_option(metric->options, pair, options))
            return 1;
    return 0;
}

const struct plain_metric *plain_find(const char *name)
{
    for (const struct plain_metric *const *metric = plain_metrics; *metric; metric++)
        if (strcmp((*metric)->name, name) == 0)
            return *metric;
    return NULL;
}

int plain_run(const char *feature, const char *options, const struct plain_clip_frame *frames, int count,
              plain_emit_fn emit, void *user)
{
    const struct plain_metric *metric = plain_find(feature);
    if (!metric)
        return plain_fail("there is no plain reference of %s", feature);
    void *values = plain_alloc(1, metric->options_size + 1);
    int refused = plain_parse(metric, options, values) ||
                  plain_check_frames(feature, frames, count, metric->min_size) ||
                  metric->run(values, frames, count, emit, user);
    free(values);
    return refused;
}
