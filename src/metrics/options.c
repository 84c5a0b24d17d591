#include "metrics/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static void *value_at(const struct ivq_option *option, void *options)
{
    return (char *)options + option->offset;
}

static double value_of(const struct ivq_option *option, const void *options)
{
    const void *const at = (const char *)options + option->offset;
    switch (option->type) {
    case IVQ_OPTION_BOOL:
        return *(const bool *)at;
    case IVQ_OPTION_INT:
        return *(const int *)at;
    default:
        return *(const double *)at;
    }
}

static void set_value(const struct ivq_option *option, void *options, double value)
{
    switch (option->type) {
    case IVQ_OPTION_BOOL:
        *(bool *)value_at(option, options) = value != 0;
        break;
    case IVQ_OPTION_INT:
        *(int *)value_at(option, options) = (int)value;
        break;
    default:
        *(double *)value_at(option, options) = value;
    }
}

void ivq_options_init(const struct ivq_metric *metric, void *options)
{
    memset(options, 0, metric->options_size);
    for (const struct ivq_option *o = metric->options; o->name; o++)
        set_value(o, options, o->initial);
}

/* A number that is 0 must look like one (spec model, 2.2): "-0", ".0" and "" are refused. */
static bool looks_like_its_value(const char *text, double value)
{
    return value != 0 || *text == '0';
}

static bool parse(const struct ivq_option *option, const char *text, double *value)
{
    int64_t integer;
    switch (option->type) {
    case IVQ_OPTION_BOOL:
        *value = !strcmp(text, "true");
        return *value != 0 || !strcmp(text, "false");
    case IVQ_OPTION_INT:
        if (!ivq_number_parse_int(text, (int64_t)option->min, (int64_t)option->max, &integer))
            return false;
        *value = (double)integer;
        return looks_like_its_value(text, *value);
    default:
        return ivq_number_parse(text, value) && *value >= option->min && *value <= option->max &&
               looks_like_its_value(text, *value);
    }
}

/* "a, b, c": for the message about an unknown key. */
static void list_keys(const struct ivq_metric *metric, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (const struct ivq_option *o = metric->options; o->name && used < size; o++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", o->name);
}

enum ivq_status ivq_options_set(const struct ivq_metric *metric, void *options, const char *key,
                                const char *value, struct ivq_error *error)
{
    for (const struct ivq_option *o = metric->options; o->name; o++) {
        if (strcmp(o->name, key) != 0)
            continue;
        double parsed;
        if (parse(o, value, &parsed)) {
            set_value(o, options, parsed);
            return IVQ_OK;
        }
        char range[IVQ_NAME_SIZE];
        ivq_option_range(o, range);
        return ivq_fail(error, IVQ_USAGE, "%s: option %s is '%s', but takes %s", metric->name, key, value,
                        range);
    }
    char keys[400];
    list_keys(metric, keys, sizeof keys);
    if (!*keys)
        return ivq_fail(error, IVQ_USAGE, "%s: no option '%s'; this metric has no options", metric->name,
                        key);
    return ivq_fail(error, IVQ_USAGE, "%s: no option '%s'; its options are: %s", metric->name, key, keys);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct ivq_option *const *)a)->name, (*(const struct ivq_option *const *)b)->name);
}

void ivq_options_suffix(const struct ivq_metric *metric, const void *options, char suffix[IVQ_NAME_SIZE])
{
    enum { MAX_OPTIONS = 64 };
    const struct ivq_option *named[MAX_OPTIONS];
    size_t count = 0, used = 0;
    for (const struct ivq_option *o = metric->options; o->name && count < MAX_OPTIONS; o++)
        if (o->alias && value_of(o, options) != o->initial)
            named[count++] = o;
    qsort(named, count, sizeof *named, by_name);
    suffix[0] = 0;
    for (size_t i = 0; i < count && used < IVQ_NAME_SIZE; i++) {
        char value[IVQ_NAME_SIZE];
        ivq_option_print(named[i], options, value);
        const bool is_bool = named[i]->type == IVQ_OPTION_BOOL;
        used += (size_t)snprintf(suffix + used, IVQ_NAME_SIZE - used, "_%s%s%s", named[i]->alias,
                                 is_bool ? "" : "_", is_bool ? "" : value);
    }
}

static bool needs(const struct ivq_output *output, const char *option)
{
    return (output->needs && !strcmp(output->needs, option)) ||
           (output->also_needs && !strcmp(output->also_needs, option));
}

static bool only_adds_outputs(const struct ivq_metric *metric, const struct ivq_option *option)
{
    for (const struct ivq_output *o = metric->outputs; o->name; o++)
        if (needs(o, option->name))
            return true;
    return false;
}

const char *ivq_options_difference(const struct ivq_metric *metric, const void *a, const void *b)
{
    for (const struct ivq_option *o = metric->options; o->name; o++)
        if (value_of(o, a) != value_of(o, b))
            return o->name;
    return NULL;
}

bool ivq_options_merge(const struct ivq_metric *metric, const void *a, const void *b, void *merged,
                       const char **key)
{
    for (const struct ivq_option *o = metric->options; o->name; o++)
        if (value_of(o, a) != value_of(o, b) && !only_adds_outputs(metric, o)) {
            *key = o->name;
            return false;
        }
    for (const struct ivq_option *o = metric->options; o->name; o++) {
        const double x = value_of(o, a), y = value_of(o, b);
        set_value(o, merged, x > y ? x : y);
    }
    return true;
}

void ivq_option_print(const struct ivq_option *option, const void *options, char text[IVQ_NAME_SIZE])
{
    char number[IVQ_NUMBER_SIZE];
    switch (option->type) {
    case IVQ_OPTION_BOOL:
        snprintf(text, IVQ_NAME_SIZE, "%s", value_of(option, options) != 0 ? "true" : "false");
        break;
    case IVQ_OPTION_INT:
        snprintf(text, IVQ_NAME_SIZE, "%d", (int)value_of(option, options));
        break;
    default:
        ivq_number_format_short(number, value_of(option, options));
        snprintf(text, IVQ_NAME_SIZE, "%.*s", IVQ_NAME_SIZE - 1, number);
    }
}

void ivq_option_range(const struct ivq_option *option, char text[IVQ_NAME_SIZE])
{
    char low[IVQ_NUMBER_SIZE], high[IVQ_NUMBER_SIZE];
    if (option->type == IVQ_OPTION_BOOL) {
        snprintf(text, IVQ_NAME_SIZE, "true or false");
        return;
    }
    ivq_number_format_short(low, option->min);
    ivq_number_format_short(high, option->max);
    snprintf(text, IVQ_NAME_SIZE, "%s from %.40s to %.40s",
             option->type == IVQ_OPTION_INT ? "an integer" : "a number", low, high);
}

bool ivq_output_exists(const struct ivq_metric *metric, const struct ivq_output *output, const void *options,
                       const struct ivq_format *format)
{
    if (output->chroma && format && format->chroma == IVQ_CHROMA_400)
        return false;
    for (const struct ivq_option *o = metric->options; o->name; o++)
        if (needs(output, o->name) && value_of(o, options) == 0)
            return false;
    return true;
}
