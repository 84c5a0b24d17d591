#include "metrics/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static void *value_at(const struct ivq_option *option, void *options)
{
    return (char *)options + option->offset;
}

/* Of every type but text. */
static double value_of(const struct ivq_option *option, const void *options)
{
    const void *const at = (const char *)options + option->offset;
    switch (option->type) {
    case IVQ_OPTION_BOOL:
        return *(const bool *)at;
    case IVQ_OPTION_INT:
    case IVQ_OPTION_CHOICE:
        return *(const int *)at;
    default:
        return *(const double *)at;
    }
}

static char **text_of(const struct ivq_option *option, const void *options)
{
    return (char **)((const char *)options + option->offset);
}

/* Is it what ivq_options_init made it? */
static bool is_initial(const struct ivq_option *option, const void *options)
{
    return option->type == IVQ_OPTION_TEXT ? !*text_of(option, options)
                                           : value_of(option, options) == option->initial;
}

static bool equal(const struct ivq_option *option, const void *a, const void *b)
{
    if (option->type != IVQ_OPTION_TEXT)
        return value_of(option, a) == value_of(option, b);
    const char *const x = *text_of(option, a), *const y = *text_of(option, b);
    return x && y ? !strcmp(x, y) : x == y;
}

static void set_value(const struct ivq_option *option, void *options, double value)
{
    switch (option->type) {
    case IVQ_OPTION_BOOL:
        *(bool *)value_at(option, options) = value != 0;
        break;
    case IVQ_OPTION_INT:
    case IVQ_OPTION_CHOICE:
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
        if (o->type != IVQ_OPTION_TEXT)
            set_value(o, options, o->initial);
}

void ivq_options_free(const struct ivq_metric *metric, void *options)
{
    for (const struct ivq_option *o = metric->options; options && o->name; o++)
        if (o->type == IVQ_OPTION_TEXT)
            free(*text_of(o, options));
    free(options);
}

/* A number that is 0 must look like one (spec model, 2.2): "-0", ".0" and "" are refused. */
static bool looks_like_its_value(const char *text, double value)
{
    return value != 0 || *text == '0';
}

static bool find_choice(const struct ivq_option *option, const char *text, double *value)
{
    for (int i = 0; option->choices[i]; i++)
        if (!strcmp(option->choices[i], text)) {
            *value = i;
            return true;
        }
    return false;
}

static bool parse(const struct ivq_option *option, const char *text, double *value)
{
    int64_t integer;
    switch (option->type) {
    case IVQ_OPTION_CHOICE:
        return find_choice(option, text, value);
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

static enum ivq_status set_text(const struct ivq_option *option, void *options, const char *text,
                                struct ivq_error *error)
{
    char *const copy = strdup(text);
    if (!copy)
        return ivq_fail_memory(error, "options");
    free(*text_of(option, options));
    *text_of(option, options) = copy;
    return IVQ_OK;
}

static enum ivq_status refuse_key(const struct ivq_metric *metric, const char *key, struct ivq_error *error)
{
    char keys[400];
    list_keys(metric, keys, sizeof keys);
    if (!*keys)
        return ivq_fail(error, IVQ_USAGE, "%s: no option '%s'; this metric has no options", metric->name,
                        key);
    return ivq_fail(error, IVQ_USAGE, "%s: no option '%s'; its options are: %s", metric->name, key, keys);
}

enum ivq_status ivq_options_set(const struct ivq_metric *metric, void *options, const char *key,
                                const char *value, struct ivq_error *error)
{
    double parsed;
    char range[IVQ_NAME_SIZE];
    const struct ivq_option *o = metric->options;
    while (o->name && strcmp(o->name, key) != 0)
        o++;
    if (!o->name)
        return refuse_key(metric, key, error);
    if (o->type == IVQ_OPTION_TEXT && *value)
        return set_text(o, options, value, error);
    if (o->type != IVQ_OPTION_TEXT && parse(o, value, &parsed)) {
        set_value(o, options, parsed);
        return IVQ_OK;
    }
    ivq_option_range(o, range);
    return ivq_fail(error, IVQ_USAGE, "%s: option %s is '%s', but takes %s", metric->name, key, value, range);
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
        if (o->alias && !is_initial(o, options))
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
        if (!equal(o, a, b))
            return o->name;
    return NULL;
}

/* A text that only one of the two has can be taken over; one that both have cannot. */
static bool can_merge(const struct ivq_metric *metric, const struct ivq_option *option, const void *a,
                      const void *b)
{
    if (equal(option, a, b) || only_adds_outputs(metric, option))
        return true;
    return option->type == IVQ_OPTION_TEXT && !option->alias &&
           (is_initial(option, a) || is_initial(option, b));
}

static void merge_option(const struct ivq_option *option, void *into, void *from)
{
    if (option->type == IVQ_OPTION_TEXT) {
        char **const a = text_of(option, into), **const b = text_of(option, from);
        if (!*a) {
            *a = *b;
            *b = NULL;
        }
        return;
    }
    const double x = value_of(option, into), y = value_of(option, from);
    set_value(option, into, x > y ? x : y);
}

bool ivq_options_merge(const struct ivq_metric *metric, void *into, void *from, const char **key)
{
    for (const struct ivq_option *o = metric->options; o->name; o++)
        if (!can_merge(metric, o, into, from)) {
            *key = o->name;
            return false;
        }
    for (const struct ivq_option *o = metric->options; o->name; o++)
        merge_option(o, into, from);
    return true;
}

void ivq_option_print(const struct ivq_option *option, const void *options, char text[IVQ_NAME_SIZE])
{
    char number[IVQ_NUMBER_SIZE];
    const char *string;
    switch (option->type) {
    case IVQ_OPTION_CHOICE:
        snprintf(text, IVQ_NAME_SIZE, "%s", option->choices[(int)value_of(option, options)]);
        break;
    case IVQ_OPTION_TEXT:
        string = *text_of(option, options);
        snprintf(text, IVQ_NAME_SIZE, "%s", string ? string : "");
        break;
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

/* "nearest, bilinear or bicubic" */
static void list_choices(const struct ivq_option *option, char text[IVQ_NAME_SIZE])
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; option->choices[i] && used < IVQ_NAME_SIZE; i++) {
        const char *const before = !i ? "" : option->choices[i + 1] ? ", " : " or ";
        used += (size_t)snprintf(text + used, IVQ_NAME_SIZE - used, "%s%s", before, option->choices[i]);
    }
}

void ivq_option_range(const struct ivq_option *option, char text[IVQ_NAME_SIZE])
{
    char low[IVQ_NUMBER_SIZE], high[IVQ_NUMBER_SIZE];
    if (option->type == IVQ_OPTION_BOOL || option->type == IVQ_OPTION_TEXT) {
        snprintf(text, IVQ_NAME_SIZE, "%s", option->type == IVQ_OPTION_BOOL ? "true or false" : "a text");
        return;
    }
    if (option->type == IVQ_OPTION_CHOICE) {
        list_choices(option, text);
        return;
    }
    ivq_number_format_short(low, option->min);
    ivq_number_format_short(high, option->max);
    snprintf(text, IVQ_NAME_SIZE, "%s from %.40s to %.40s",
             option->type == IVQ_OPTION_INT ? "an integer" : "a number", low, high);
}

const char *ivq_options_text(const struct ivq_metric *metric, const void *options, const char *name)
{
    for (const struct ivq_option *o = metric->options; o->name; o++)
        if (o->type == IVQ_OPTION_TEXT && !strcmp(o->name, name))
            return *text_of(o, options);
    return NULL;
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
