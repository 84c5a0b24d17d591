#include "cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/presets.h"
#include "isovq/meter.h"

static void *setting_at(const struct cli_option *o, struct cli_settings *s)
{
    return (char *)s + o->offset;
}

static enum ivq_status take_text(const struct cli_option *o, struct cli_settings *s, const char *value,
                                 struct ivq_error *error)
{
    if (!*value)
        return ivq_fail(error, IVQ_USAGE, "--%s: the %s is empty", o->name, o->argument);
    *(const char **)setting_at(o, s) = value;
    return IVQ_OK;
}

static enum ivq_status take_count(const struct cli_option *o, struct cli_settings *s, const char *value,
                                  struct ivq_error *error)
{
    uint64_t number;
    if (!ivq_number_parse_unsigned(value, o->max, &number) || number < o->min)
        return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is not a number from %d to %d", o->name, value,
                        (int)o->min, (int)o->max);
    *(int *)setting_at(o, s) = (int)number;
    return IVQ_OK;
}

static enum ivq_status take_flag(const struct cli_option *o, struct cli_settings *s, const char *value,
                                 struct ivq_error *error)
{
    (void)value;
    (void)error;
    *(bool *)setting_at(o, s) = true;
    return IVQ_OK;
}

static enum ivq_status take_item(const struct cli_option *o, struct cli_settings *s, const char *value,
                                 struct ivq_error *error)
{
    struct cli_list *const list = setting_at(o, s);
    if (list->count == CLI_MAX_ITEMS)
        return ivq_fail(error, IVQ_USAGE, "--%s: given more than %d times", o->name, CLI_MAX_ITEMS);
    list->items[list->count++] = value;
    return IVQ_OK;
}

/* All bits can be written as -1 (spec cli_and_logs, 1). */
static bool parse_mask(const char *value, uint64_t max, uint64_t *mask)
{
    if (!strcmp(value, "-1")) {
        *mask = max;
        return true;
    }
    return ivq_number_parse_unsigned(value, max, mask);
}

static enum ivq_status take_cpumask(const struct cli_option *o, struct cli_settings *s, const char *value,
                                    struct ivq_error *error)
{
    uint64_t mask;
    if (!parse_mask(value, o->max, &mask))
        return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is not a bit mask, a number from 0 to 4294967295 or -1",
                        o->name, value);
    s->cpumask = (unsigned)mask;
    return IVQ_OK;
}

static enum ivq_status take_gpumask(const struct cli_option *o, struct cli_settings *s, const char *value,
                                    struct ivq_error *error)
{
    if (!parse_mask(value, o->max, &s->gpumask))
        return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is not a bit mask, a number from 0 or -1", o->name,
                        value);
    return IVQ_OK;
}

static enum ivq_status take_chroma(const struct cli_option *o, struct cli_settings *s, const char *value,
                                   struct ivq_error *error)
{
    if (!ivq_chroma_find(value, &s->chroma))
        return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is not one of 400, 420, 422, 444", o->name, value);
    s->has_chroma = true;
    return IVQ_OK;
}

static enum ivq_status take_format(const struct cli_option *o, struct cli_settings *s, const char *value,
                                   struct ivq_error *error)
{
    (void)value;
    (void)error;
    s->format = ivq_report_format_find(o->name);
    return IVQ_OK;
}

static enum ivq_status take_precision(const struct cli_option *o, struct cli_settings *s, const char *value,
                                      struct ivq_error *error)
{
    if (!ivq_precision_parse(value, &s->precision))
        return ivq_fail(error, IVQ_USAGE,
                        "--%s: '%s' is neither a number of digits from 0 to %d nor max or legacy", o->name,
                        value, IVQ_PRECISION_MAX_DIGITS);
    return IVQ_OK;
}

static enum ivq_status take_pools(const struct cli_option *o, struct cli_settings *s, const char *value,
                                  struct ivq_error *error)
{
    for (const char *at = value;; at++) {
        const size_t length = strcspn(at, ",");
        if (s->pool_count == CLI_MAX_ITEMS)
            return ivq_fail(error, IVQ_USAGE, "--%s: more than %d poolings", o->name, CLI_MAX_ITEMS);
        char *const name = s->pool_names[s->pool_count];
        snprintf(name, CLI_POOL_NAME_SIZE, "%.*s", (int)length, at);
        if (length >= CLI_POOL_NAME_SIZE || !ivq_pool_method_parse(name, &s->pools[s->pool_count++]))
            return ivq_fail(error, IVQ_USAGE,
                            "--%s: '%.*s' is none of min, max, mean, harmonic_mean, median, p1 to p99",
                            o->name, (int)length, at);
        at += length;
        if (!*at)
            return IVQ_OK;
    }
}

static enum ivq_status take_progress(const struct cli_option *o, struct cli_settings *s, const char *value,
                                     struct ivq_error *error)
{
    static const char *const names[] = {[CLI_PROGRESS_AUTO] = "auto",
                                        [CLI_PROGRESS_LINE] = "line",
                                        [CLI_PROGRESS_JSON] = "json",
                                        [CLI_PROGRESS_NONE] = "none"};
    for (int i = 0; i <= CLI_PROGRESS_NONE; i++)
        if (!strcmp(names[i], value)) {
            s->progress = (enum cli_progress)i;
            return IVQ_OK;
        }
    return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is not one of auto, line, json, none", o->name, value);
}

static enum ivq_status take_preset(const struct cli_option *o, struct cli_settings *s, const char *value,
                                   struct ivq_error *error)
{
    return cli_preset_apply(o->name, value, s, error);
}

static enum ivq_status take_nothing(const struct cli_option *o, struct cli_settings *s, const char *value,
                                    struct ivq_error *error)
{
    (void)o;
    (void)s;
    (void)value;
    (void)error;
    return IVQ_OK;
}

#define SETTING(field) offsetof(struct cli_settings, field)

enum { MAX_NUMBER = 0x7fffffff };

static const struct cli_option clip_options[] = {
    {"reference", 'r', "FILE", NULL, "the clip to compare with: y4m, or raw planes; - is standard input",
     take_text, SETTING(reference), 0, 0},
    {"distorted", 'd', "FILE", NULL, "the clip to be judged, likewise", take_text, SETTING(distorted), 0, 0},
    {"width", 'w', "N", NULL, "raw clips: luma samples in a row", take_count, SETTING(width), 1,
     IVQ_FORMAT_MAX_SIZE},
    {"height", 'h', "N", NULL, "raw clips: rows of luma", take_count, SETTING(height), 1,
     IVQ_FORMAT_MAX_SIZE},
    {"pixel_format", 'p', "FORMAT", "400|420|422|444", "raw clips: chroma sampling", take_chroma, 0, 0, 0},
    {"bitdepth", 'b', "N", "8|10|12|16",
     "raw clips: bits of a sample, 8 to 16; above 8 a sample is two bytes", take_count, SETTING(depth),
     IVQ_FORMAT_MIN_DEPTH, IVQ_FORMAT_MAX_DEPTH},
    {"match_depth", 0, NULL, NULL,
     "y4m clips may differ in bit depth: samples of the shallower one are shifted left", take_flag,
     SETTING(match_depth), 0, 0, true},
    {"frame_skip_ref", 0, "N", NULL, "pass over the first N frames of the reference", take_count,
     SETTING(skip_reference), 0, MAX_NUMBER},
    {"frame_skip_dist", 0, "N", NULL, "pass over the first N frames of the distorted clip", take_count,
     SETTING(skip_distorted), 0, MAX_NUMBER},
    {"frame_cnt", 0, "N", NULL, "measure at most N pairs; 0: all", take_count, SETTING(frame_count), 0,
     MAX_NUMBER},
    {"subsample", 0, "N", NULL, "score only frames whose number N divides", take_count, SETTING(subsample), 0,
     MAX_NUMBER},
    {"strict-length", 0, NULL, NULL, "one clip ending before the other is a failure (exit code 4)", take_flag,
     SETTING(strict_length), 0, 0, true},
    {0},
};

static const struct cli_option metric_options[] = {
    {"model", 'm', "ITEMS", NULL,
     "a model: version=V or path=FILE, and name=N, disable_clip, enable_transform, METRIC.OPTION=VALUE, "
     "separated by ':'; may be repeated; default version=vmaf_v0.6.1",
     take_item, SETTING(models), 0, 0},
    {"feature", 0, "METRIC", NULL,
     "a metric besides the models, as NAME or NAME=OPTION=VALUE:OPTION=VALUE; may be repeated; see `isovq "
     "metrics`",
     take_item, SETTING(features), 0, 0},
    {"no_prediction", 'n', NULL, NULL, "no default model, and only the metrics of other models", take_flag,
     SETTING(no_prediction), 0, 0},
    {"aom_ctc", 0, "VERSION", "v1.0|v2.0|v3.0|v4.0|v5.0|v6.0|v7.0",
     "the models and metrics of the AOM common test conditions", take_preset, 0, 0, 0},
    {"nflx_ctc", 0, "VERSION", "v1.0", "the models and metrics of the Netflix common test conditions",
     take_preset, 0, 0, 0},
    {0},
};

static const struct cli_option device_options[] = {
    {"device", 0, "DEVICE", "auto|cpu|vulkan|cuda|opencl",
     "auto, cpu[:LEVEL], vulkan[:N], cuda[:N] or opencl[:N]; auto takes the first GPU, else the CPU. Scores "
     "do not depend on it",
     take_text, SETTING(device), 0, 0, true},
    {"backend", 0, "DEVICE", "auto|cpu|vulkan|cuda|opencl", NULL, take_text, SETTING(device), 0, 0, true},
    {"threads", 0, "N", NULL, "threads of a CPU device; 0: all processors (called as vmaf: one)", take_count,
     SETTING(threads), 0, IVQ_METER_MAX_THREADS},
    {"memory", 0, "MIB", NULL,
     "memory of the frames in flight, in MiB; 0: what keeps the device busy, and at most a quarter of what "
     "the "
     "process may use",
     take_count, SETTING(memory), 0, INT_MAX, true},
    {"cpumask", 0, "MASK", NULL, "instruction sets not to use; -1: none but the plainest", take_cpumask, 0, 0,
     UINT32_MAX},
    {"gpumask", 0, "MASK", NULL, "not 0: auto takes no GPU", take_gpumask, 0, 0, UINT64_MAX},
    {0},
};

static const struct cli_option output_options[] = {
    {"output", 'o', "FILE", NULL, "write a log; - is standard output", take_text, SETTING(output), 0, 0},
    {"json", 0, NULL, NULL, "the log is JSON (the default)", take_format, 0, 0, 0},
    {"xml", 0, NULL, NULL, "the log is XML (the default when called as vmaf)", take_format, 0, 0, 0},
    {"csv", 0, NULL, NULL, "the log is CSV, without pooled values", take_format, 0, 0, 0},
    {"sub", 0, NULL, NULL, "the log is a MicroDVD subtitle", take_format, 0, 0, 0},
    {"jsonl", 0, "FILE", NULL, "write the scores of each frame as a line of JSON as soon as they are known",
     take_text, SETTING(live), 0, 0, true},
    {"record", 0, "FILE", NULL,
     "write what was computed where, from which files and by which program, as JSON; reads the clips once "
     "more for their SHA-256",
     take_text, SETTING(record), 0, 0, true},
    {"precision", 0, "N", "max|legacy|6|17",
     "digits after the point; max: as many as read back to the same bits; legacy, the default: 6, or 16 for "
     "tiny fractions",
     take_precision, 0, 0, 0, true},
    {"pool", 0, "LIST", NULL,
     "also print these poolings, separated by commas: min, max, mean, harmonic_mean, median, p1 to p99",
     take_pools, 0, 0, 0, true},
    {"progress", 0, "KIND", "auto|line|json|none",
     "on standard error: a line, JSON lines, or nothing; auto: a line where that is a terminal",
     take_progress, 0, 0, 0, true},
    {"quiet", 'q', NULL, NULL, "no progress", take_flag, SETTING(quiet), 0, 0},
    {0},
};

static const struct cli_option other_options[] = {
    {"help", 0, NULL, NULL, "print this text", take_flag, SETTING(help), 0, 0, true},
    {"version", 'v', NULL, NULL, "print the version", take_flag, SETTING(version), 0, 0},
    {"", 'c', "TEXT", NULL, NULL, take_nothing, 0, 0, 0}, /* the reference takes and ignores it */
    {0},
};

const struct cli_option_group cli_option_groups[] = {
    {"Clips", clip_options},   {"What to measure", metric_options},
    {"Where", device_options}, {"Output", output_options},
    {"Other", other_options},  {NULL, NULL},
};

/* --- parsing --- */

enum { MAX_OPTIONS = 96, FIRST_CODE = 256 }; /* getopt's codes of long options lie above all letters */

struct parser {
    const struct cli_option *options[MAX_OPTIONS];
    struct option longs[MAX_OPTIONS + 1];
    char letters[2 * MAX_OPTIONS + 2];
    int count;
};

static void build(struct parser *p)
{
    size_t used = 0;
    *p = (struct parser){.count = 0};
    p->letters[used++] = ':'; /* a missing argument is told from an unknown option */
    for (const struct cli_option_group *group = cli_option_groups; group->title; group++)
        for (const struct cli_option *o = group->options; o->name && p->count < MAX_OPTIONS; o++) {
            p->longs[p->count] = (struct option){o->name, o->argument ? required_argument : no_argument, NULL,
                                                 FIRST_CODE + p->count};
            p->options[p->count++] = o;
            if (o->letter)
                p->letters[used++] = (char)o->letter;
            if (o->letter && o->argument)
                p->letters[used++] = ':';
        }
}

static const struct cli_option *by_code(const struct parser *p, int code)
{
    if (code >= FIRST_CODE)
        return p->options[code - FIRST_CODE];
    for (int i = 0; i < p->count; i++)
        if (p->options[i]->letter == code && code)
            return p->options[i];
    return NULL;
}

/* The option of the reference that a name can only mean there, whatever own options begin so too; or NULL. */
static const struct cli_option *abbreviated(const struct parser *p, const char *text)
{
    const struct cli_option *found = NULL;
    if (strncmp(text, "--", 2) != 0)
        return NULL;
    for (int i = 0; i < p->count; i++) {
        const struct cli_option *const o = p->options[i];
        if (o->own || !*o->name || strncmp(o->name, text + 2, strcspn(text + 2, "=")) != 0)
            continue;
        if (found)
            return NULL;
        found = o;
    }
    return found;
}

/* Its value, as getopt would have found it. */
static enum ivq_status take_abbreviated(const struct cli_option *o, struct cli_settings *settings, int argc,
                                        char **argv, struct ivq_error *error)
{
    const char *const equals = strchr(argv[optind - 1], '=');
    const char *value = equals ? equals + 1 : NULL;
    if (value && !o->argument)
        return ivq_fail(error, IVQ_USAGE, "--%s takes no value", o->name);
    if (!value && o->argument && optind < argc)
        value = argv[optind++];
    if (!value && o->argument)
        return ivq_fail(error, IVQ_USAGE, "--%s needs a value: %s", o->name, o->argument);
    return o->take(o, settings, value, error);
}

static enum ivq_status refuse(const struct parser *p, int code, char **argv, struct ivq_error *error)
{
    const struct cli_option *const o = by_code(p, optopt);
    const char *const text = argv[optind - 1];
    if (code == ':' && o)
        return ivq_fail(error, IVQ_USAGE, "--%s needs a value: %s", o->name, o->argument);
    if (o && !o->argument)
        return ivq_fail(error, IVQ_USAGE, "--%s takes no value", o->name);
    if (!strncmp(text, "--", 2))
        return ivq_fail(error, IVQ_USAGE,
                        "there is no option %s, or more than one begins so; see `isovq --help`", text);
    return ivq_fail(error, IVQ_USAGE, "there is no option -%c; see `isovq --help`", optopt);
}

/* What getopt has found. */
static enum ivq_status take(const struct parser *p, int code, struct cli_settings *settings, int argc,
                            char **argv, struct ivq_error *error)
{
    const struct cli_option *const o = by_code(p, code);
    if (code != '?' && code != ':' && o)
        return o->take(o, settings, optarg, error);
    const struct cli_option *const meant =
        settings->as_vmaf && !optopt ? abbreviated(p, argv[optind - 1]) : NULL;
    return meant ? take_abbreviated(meant, settings, argc, argv, error) : refuse(p, code, argv, error);
}

enum ivq_status cli_options_parse(int argc, char **argv, struct cli_settings *settings, struct cli_list *rest,
                                  struct ivq_error *error)
{
    struct parser parser;
    enum ivq_status first = IVQ_OK;
    int code;
    build(&parser);
    opterr = 0;
    optind = 1;
    /* To the end, also after a failure: the inputs are to be known. */
    while ((code = getopt_long(argc, argv, parser.letters, parser.longs, NULL)) != -1) {
        const enum ivq_status status =
            take(&parser, code, settings, argc, argv, first == IVQ_OK ? error : NULL);
        if (first == IVQ_OK)
            first = status;
    }
    for (rest->count = 0; optind < argc && rest->count < CLI_MAX_ITEMS; optind++)
        rest->items[rest->count++] = argv[optind];
    return first;
}

static enum ivq_status check_geometry(const struct cli_settings *s, struct ivq_error *error)
{
    const int given = !!s->width + !!s->height + !!s->depth + s->has_chroma;
    if (given != 0 && given != 4)
        return ivq_fail(
            error, IVQ_USAGE,
            "raw clips need all of --width, --height, --pixel_format and --bitdepth: %s is missing",
            !s->width    ? "--width"
            : !s->height ? "--height"
            : !s->depth  ? "--bitdepth"
                         : "--pixel_format");
    if (given && s->match_depth)
        return ivq_fail(error, IVQ_USAGE, "--match_depth is for y4m clips: raw clips have one --bitdepth");
    return IVQ_OK;
}

enum ivq_status cli_options_check(const struct cli_settings *s, struct ivq_error *error)
{
    if (!s->reference || !s->distorted)
        return ivq_fail(error, IVQ_USAGE, "%s is missing; see `isovq --help`",
                        s->reference ? "--distorted FILE" : "--reference FILE");
    if (!strcmp(s->reference, "-") && !strcmp(s->distorted, "-"))
        return ivq_fail(error, IVQ_USAGE, "only one clip can come from standard input");
    if (s->no_prediction && !s->models.count && !s->features.count)
        return ivq_fail(error, IVQ_USAGE, "with --no_prediction nothing is left to measure: give --feature");
    return check_geometry(s, error);
}
