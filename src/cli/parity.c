/* isovq parity: compares devices, or two logs. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/parity.h"
#include "isovq/meter.h"
#include "parity/gate.h"
#include "parity/log.h"
#include "parity/report.h"
#include "report/file.h"

enum { MAX_ITEMS = 64, FIRST_CODE = 256, PATIENCE = 300 /* seconds: a first run compiles kernels */ };

struct list {
    const char *items[MAX_ITEMS + 1]; /* ended by NULL */
    int count;
};

enum report_kind { REPORT_JSON, REPORT_MARKDOWN, REPORT_HTML, REPORTS };

struct settings {
    struct list devices, features, logs, fp16;
    bool quick, quiet, help;
    struct ivq_clip_files files;
    const char *sampling, *required, *commit;
    int patience;
    int places;
    const char *gpu_id, *calibration;
    const char *reports[REPORTS]; /* paths */
    struct ivq_gate_side side;    /* of a process that the gate starts */
    char *cut[MAX_ITEMS];         /* owned copies of lists */
    int cut_count;
};

/* --- options --- */

enum kind { TEXT, ANY_TEXT, NUMBER, FLAG, LIST, COMMA_LIST };

static const struct parity_option {
    const char *name;
    int letter;
    const char *argument, *help; /* help: NULL for what the gate tells its own processes */
    enum kind kind;
    size_t offset;
    int most; /* of a number */
} options[] = {
#define AT(field) offsetof(struct settings, field)
    {"quick", 0, NULL, "six clips instead of twelve", FLAG, AT(quick), 0},
    {"devices", 0, "LIST",
     "only these besides cpu:scalar, separated by commas: cpu:v3, vulkan:0, a backend, an id or a UUID",
     COMMA_LIST, AT(devices), 0},
    {"features", 0, "LIST",
     "only these metrics, as NAME or NAME=OPTION=VALUE:OPTION=VALUE, separated by commas", COMMA_LIST,
     AT(features), 0},
    {"reference", 'r', "FILE", "a clip of your own, y4m or raw; with --distorted", TEXT, AT(files.reference),
     0},
    {"distorted", 'd', "FILE", "likewise", TEXT, AT(files.distorted), 0},
    {"width", 'w', "N", "raw clips: luma samples in a row", NUMBER, AT(files.width), 16384},
    {"height", 'h', "N", "raw clips: rows of luma", NUMBER, AT(files.height), 16384},
    {"pixel_format", 'p', "FORMAT", "raw clips: 400, 420, 422 or 444", TEXT, AT(sampling), 0},
    {"bitdepth", 'b', "N", "raw clips: bits of a sample, 8 to 16", NUMBER, AT(files.depth), 16},
    {"frames", 0, "N", "at most N frames of your own clip", NUMBER, AT(files.frames), 1000000},
    {"required", 0, "FILE",
     "cells that must have passed, and waivers (docs/parity.md); without it all that were found", TEXT,
     AT(required), 0},
    {"commit", 0, "HASH", "fail unless this program is that commit", TEXT, AT(commit), 0},
    {"timeout", 0, "SECONDS", "a device that gives no result for so long has hung; default 300", NUMBER,
     AT(patience), 86400},
    {"json", 0, "FILE", "write the report as JSON; - is standard output", TEXT, AT(reports[REPORT_JSON]), 0},
    {"markdown", 0, "FILE", "likewise for a comment on a pull request", TEXT, AT(reports[REPORT_MARKDOWN]),
     0},
    {"html", 0, "FILE", "likewise as one page for a browser", TEXT, AT(reports[REPORT_HTML]), 0},
    {"quiet", 'q', NULL, "no progress", FLAG, AT(quiet), 0},
    {"log", 0, "FILE",
     "compare two logs instead of devices: give it twice; JSON of isovq, of vmaf or of its forks", LIST,
     AT(logs), 0},
    {"places", 0, "N",
     "logs: values may differ by half a unit of decimal N, instead of the table of features", NUMBER,
     AT(places), 15},
    {"fp16-features", 0, "LIST", "logs: features computed in half precision, separated by commas: up to 1e-2",
     COMMA_LIST, AT(fp16), 0},
    {"gpu-id", 0, "ID",
     "logs: look tolerances up for this device, cuda:9.0 or the like; it must be that of the log", TEXT,
     AT(gpu_id), 0},
    {"calibration-table", 0, "FILE", "logs: the table for --gpu-id, in YAML", TEXT, AT(calibration), 0},
    {"help", 0, NULL, "print this text", FLAG, AT(help), 0},
    {"side", 0, "SELECTOR", NULL, TEXT, AT(side.selector), 0},
    {"side-run", 0, "ID", NULL, TEXT, AT(side.run_id), 0},
    {"side-key", 0, "ID", NULL, ANY_TEXT, AT(side.key), 0},
    {"side-out", 0, "N", NULL, NUMBER, AT(side.descriptor), 1000},
    {"side-first", 0, "N", NULL, NUMBER, AT(side.first), 100000},
#undef AT
};

enum { OPTIONS = sizeof options / sizeof *options };

static enum ivq_status add_item(const struct parity_option *o, struct list *list, const char *item,
                                struct ivq_error *error)
{
    if (list->count == MAX_ITEMS)
        return ivq_fail(error, IVQ_USAGE, "--%s: more than %d items", o->name, MAX_ITEMS);
    list->items[list->count++] = item;
    return IVQ_OK;
}

/* The text of argv stays whole: the gate hands it on to its processes. */
static enum ivq_status add_items(const struct parity_option *o, struct settings *s, struct list *list,
                                 const char *value, struct ivq_error *error)
{
    char *const copy = s->cut_count < MAX_ITEMS ? strdup(value) : NULL, *rest = copy;
    enum ivq_status status = copy ? IVQ_OK : ivq_fail_memory(error, "a list of options");
    if (copy)
        s->cut[s->cut_count++] = copy;
    for (char *item; status == IVQ_OK && (item = strsep(&rest, ","));)
        status = *item ? add_item(o, list, item, error)
                       : ivq_fail(error, IVQ_USAGE, "--%s: an item is empty", o->name);
    return status;
}

static enum ivq_status take(const struct parity_option *o, struct settings *settings, const char *value,
                            struct ivq_error *error)
{
    void *const at = (char *)settings + o->offset;
    int64_t number;
    switch (o->kind) {
    case FLAG:
        *(bool *)at = true;
        return IVQ_OK;
    case LIST:
        return add_item(o, at, value, error);
    case COMMA_LIST:
        return add_items(o, settings, at, value, error);
    case NUMBER:
        if (!ivq_number_parse_int(value, 0, o->most, &number))
            return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is not a number from 0 to %d", o->name, value,
                            o->most);
        *(int *)at = (int)number;
        return IVQ_OK;
    default:
        *(const char **)at = value;
        return *value || o->kind == ANY_TEXT
                   ? IVQ_OK
                   : ivq_fail(error, IVQ_USAGE, "--%s: the %s is empty", o->name, o->argument);
    }
}

static enum ivq_status refuse(int code, char **argv, struct ivq_error *error)
{
    if (code == ':')
        return ivq_fail(error, IVQ_USAGE, "%s needs a value; see `isovq parity --help`", argv[optind - 1]);
    return ivq_fail(error, IVQ_USAGE,
                    "isovq parity has no option %s, or it takes no value; see `isovq parity --help`",
                    argv[optind - 1]);
}

static const struct parity_option *by_code(int code)
{
    for (int i = 0; i < OPTIONS; i++)
        if (code == FIRST_CODE + i || (options[i].letter && code == options[i].letter))
            return &options[i];
    return NULL;
}

static enum ivq_status parse(int argc, char **argv, struct settings *settings, struct ivq_error *error)
{
    struct option longs[OPTIONS + 1] = {{0}};
    char letters[2 * OPTIONS + 2] = ":";
    enum ivq_status status = IVQ_OK;
    int code;
    for (int i = 0; i < OPTIONS; i++) {
        const struct parity_option *const o = &options[i];
        longs[i] =
            (struct option){o->name, o->argument ? required_argument : no_argument, NULL, FIRST_CODE + i};
        if (o->letter)
            snprintf(letters + strlen(letters), 3, "%c%s", o->letter, o->argument ? ":" : "");
    }
    *settings = (struct settings){.places = -1, .patience = PATIENCE};
    opterr = 0;
    optind = 1;
    while (status == IVQ_OK && (code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct parity_option *const o = by_code(code);
        status = o ? take(o, settings, optarg, error) : refuse(code, argv, error);
    }
    if (status == IVQ_OK && optind < argc)
        status = ivq_fail(error, IVQ_USAGE, "'%s' belongs to no option of isovq parity", argv[optind]);
    return status;
}

static void print_help(void)
{
    printf("isovq parity [OPTIONS]\n\n"
           "Measures generated clips with all metrics on every device and compares the bits of all scores "
           "with those\n"
           "of cpu:scalar; or compares two logs. Exit code 0: all passed; 1: a cell did not; 2: the gate "
           "could not\n"
           "judge.\n\n");
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].help)
            printf("  --%s%s%s\n        %s\n", options[i].name, options[i].argument ? " " : "",
                   options[i].argument ? options[i].argument : "", options[i].help);
}

/* --- devices --- */

static enum ivq_status check_clip_settings(struct settings *s, struct ivq_error *error)
{
    struct ivq_clip_files *const f = &s->files;
    enum ivq_chroma chroma = IVQ_CHROMA_420;
    const int given = !!f->width + !!f->height + !!f->depth + !!s->sampling;
    if (!f->reference != !f->distorted)
        return ivq_fail(error, IVQ_USAGE, "%s is missing",
                        f->reference ? "--distorted FILE" : "--reference FILE");
    if (!f->reference && given + !!f->frames)
        return ivq_fail(error, IVQ_USAGE,
                        "sizes and formats belong to a clip of your own: --reference is missing");
    if (given != 0 && given != 4)
        return ivq_fail(error, IVQ_USAGE,
                        "raw clips need all of --width, --height, --pixel_format and --bitdepth");
    if (s->sampling && !ivq_chroma_find(s->sampling, &chroma))
        return ivq_fail(error, IVQ_USAGE, "--pixel_format: '%s' is not one of 400, 420, 422, 444",
                        s->sampling);
    f->sampling = (enum ivq_sampling)chroma;
    return IVQ_OK;
}

/* Known metrics with known options, before any device is asked. */
static enum ivq_status check_features(const struct settings *s, struct ivq_error *error)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    params.device = "cpu";
    params.threads = 1;
    enum ivq_status status = ivq_meter_open(&params, &meter, error);
    for (int i = 0; i < s->features.count && status == IVQ_OK; i++)
        status = ivq_meter_add_metric_text(meter, s->features.items[i], error);
    ivq_meter_close(&meter);
    return status;
}

static void show_progress(void *user, const char *text)
{
    (void)user;
    fprintf(stderr, isatty(STDERR_FILENO) ? "\r\033[K%s" : "%s\n", text);
    fflush(stderr);
}

static struct ivq_gate_params gate_params(const struct settings *s, int argc, char **argv)
{
    return (struct ivq_gate_params){
        .quick = s->quick,
        .devices = s->devices.count ? s->devices.items : NULL,
        .features = s->features.count ? s->features.items : NULL,
        .files = s->files,
        .required = s->required,
        .commit = s->commit,
        .patience = s->patience,
        .argc = argc - 1,
        .argv = argv + 1,
        .progress = s->quiet ? NULL : show_progress,
    };
}

static enum ivq_status compare_devices(struct settings *s, struct ivq_gate_params *params,
                                       struct ivq_parity_result *result, struct ivq_error *error)
{
    enum ivq_status status = check_clip_settings(s, error);
    if (status == IVQ_OK && !s->patience)
        status = ivq_fail(error, IVQ_USAGE, "--timeout: a device needs at least a second");
    if (status == IVQ_OK && s->features.count)
        status = check_features(s, error);
    if (status != IVQ_OK)
        return status;
    params->files = s->files;
    params->stop = cli_interrupt_descriptor();
    cli_interrupt_catch(NULL);
    status = ivq_gate_run(params, result, error);
    if (params->progress && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    return status;
}

/* --- two logs --- */

static enum ivq_status check_log_settings(const struct settings *s, struct ivq_error *error)
{
    double tolerance;
    enum ivq_status status = IVQ_OK;
    if (s->logs.count != 2)
        return ivq_fail(error, IVQ_USAGE, "--log is given twice, once for each side");
    if (s->places >= 0)
        status = ivq_tolerance_places(s->places, &tolerance, error);
    for (int i = 0; i < s->fp16.count && status == IVQ_OK; i++)
        status = ivq_feature_check(s->fp16.items[i], "--fp16-features [B26]", error);
    if (status == IVQ_OK && s->gpu_id)
        status = ivq_gpu_id_check(s->gpu_id, error);
    if (status == IVQ_OK && !s->gpu_id != !s->calibration)
        status =
            ivq_fail(error, IVQ_USAGE, "--gpu-id and --calibration-table go together: %s is missing [B26]",
                     s->gpu_id ? "--calibration-table FILE" : "--gpu-id ID");
    return status;
}

static enum ivq_status compare_logs(const struct settings *s, struct ivq_parity_result *result,
                                    struct ivq_error *error)
{
    struct ivq_tolerances tolerances = {.places = s->places, .fp16 = s->fp16.items, .gpu_id = s->gpu_id};
    struct ivq_calibration *table = NULL;
    enum ivq_status status = check_log_settings(s, error);
    if (status == IVQ_OK && s->calibration)
        status = ivq_calibration_load(s->calibration, &table, error);
    tolerances.calibration = table;
    if (status == IVQ_OK)
        status = ivq_log_compare(s->logs.items[0], s->logs.items[1], &tolerances, result, error);
    ivq_calibration_free(table);
    return status;
}

/* --- reports --- */

static void (*const printers[REPORTS])(FILE *, const struct ivq_parity_result *) = {
    ivq_parity_print_json, ivq_parity_print_markdown, ivq_parity_print_html};

/* Before the first comparison, so that a path that cannot be written is known at once. */
static enum ivq_status open_reports(const struct settings *s, struct ivq_file files[REPORTS],
                                    struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < REPORTS; i++)
        files[i] = (struct ivq_file){.descriptor = -1};
    for (int i = 0; i < REPORTS && status == IVQ_OK; i++)
        status = ivq_file_open(&files[i], s->reports[i], IVQ_FILE_WHOLE, error);
    return status;
}

static enum ivq_status write_reports(const struct ivq_parity_result *result, struct ivq_file files[REPORTS],
                                     struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < REPORTS; i++) {
        if (files[i].name && ivq_file_begin(&files[i]))
            printers[i](files[i].stream, result);
        const enum ivq_status closed = ivq_file_close(&files[i], status == IVQ_OK ? error : NULL);
        if (status == IVQ_OK)
            status = closed;
    }
    return status;
}

static bool prints_to_stdout(const struct settings *s)
{
    for (int i = 0; i < REPORTS; i++)
        if (s->reports[i] && !strcmp(s->reports[i], "-"))
            return true;
    return false;
}

/* The verdict as a status, for cli_parity_exit_code. */
static enum ivq_status judge(const struct ivq_parity_result *result, struct ivq_error *error)
{
    char sentence[IVQ_NOTE_SIZE];
    const enum ivq_verdict verdict = ivq_result_verdict(result);
    if (verdict == IVQ_VERDICT_PASS)
        return IVQ_OK;
    if (result->partial)
        return ivq_fail(error, IVQ_INTERRUPTED, "parity: %s: the report is incomplete", cli_interrupted());
    ivq_result_sentence(result, sentence);
    return ivq_fail(error, verdict == IVQ_VERDICT_FAIL ? IVQ_DEVICE : IVQ_INPUT, "parity: %s", sentence);
}

static enum ivq_status run(struct settings *s, struct ivq_gate_params *params,
                           struct ivq_parity_result *result, struct ivq_error *error)
{
    struct ivq_file files[REPORTS];
    result->start = time(NULL);
    enum ivq_status status = open_reports(s, files, error);
    if (status == IVQ_OK)
        status = s->logs.count ? compare_logs(s, result, error) : compare_devices(s, params, result, error);
    if (status != IVQ_OK) {
        for (int i = 0; i < REPORTS; i++)
            ivq_file_close(&files[i], NULL);
        return status;
    }
    ivq_parity_print_text(prints_to_stdout(s) ? stderr : stdout, result);
    status = write_reports(result, files, error);
    return status == IVQ_OK ? judge(result, error) : status;
}

/* A process of the gate has its clips from the same options. */
static enum ivq_status run_side(struct settings *s, struct ivq_gate_params *params, struct ivq_error *error)
{
    const enum ivq_status status = check_clip_settings(s, error);
    params->files = s->files;
    return status == IVQ_OK ? ivq_gate_run_side(params, &s->side, error) : status;
}

enum ivq_status cli_parity(int argc, char **argv, struct ivq_error *error)
{
    static struct ivq_parity_result result; /* large */
    static struct settings settings;
    char **const original = calloc((size_t)argc + 1, sizeof *original); /* parsing changes the order */
    if (!original)
        return ivq_fail_memory(error, "the command line");
    memcpy(original, argv, (size_t)argc * sizeof *argv);
    enum ivq_status status = parse(argc, argv, &settings, error);
    struct ivq_gate_params params = gate_params(&settings, argc, original);
    if (status == IVQ_OK && settings.help)
        print_help();
    else if (status == IVQ_OK)
        status = settings.side.selector ? run_side(&settings, &params, error)
                                        : run(&settings, &params, &result, error);
    for (int i = 0; i < settings.cut_count; i++)
        free(settings.cut[i]);
    free(original);
    ivq_result_free(&result);
    return status;
}

int cli_parity_exit_code(enum ivq_status status)
{
    enum { PASSED, FAILED, NOT_JUDGED };
    if (status == IVQ_INTERRUPTED)
        return ivq_status_info(status)->exit_code;
    return status == IVQ_OK ? PASSED : status == IVQ_DEVICE ? FAILED : NOT_JUDGED;
}
