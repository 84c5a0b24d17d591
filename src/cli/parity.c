/* isovq parity: compares devices, or two logs. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/parity.h"
#include "parity/log.h"
#include "parity/report.h"
#include "report/file.h"

enum { MAX_ITEMS = 64, FIRST_CODE = 256 };

struct list {
    const char *items[MAX_ITEMS + 1]; /* ended by NULL */
    int count;
};

enum report_kind { REPORT_JSON, REPORT_MARKDOWN, REPORT_HTML, REPORTS };

struct settings {
    struct list logs, fp16;
    int places;
    const char *gpu_id, *calibration;
    const char *reports[REPORTS]; /* paths */
    bool help;
};

/* --- options --- */

enum kind { TEXT, NUMBER, FLAG, LIST, COMMA_LIST };

static const struct parity_option {
    const char *name, *argument, *help;
    enum kind kind;
    size_t offset;
    int most; /* of a number */
} options[] = {
#define AT(field) offsetof(struct settings, field)
    {"log", "FILE",
     "compare two logs instead of devices: give it twice; JSON of isovq, of vmaf or of its forks", LIST,
     AT(logs), 0},
    {"places", "N", "logs: values may differ by half a unit of decimal N, instead of the table of features",
     NUMBER, AT(places), 15},
    {"fp16-features", "LIST", "logs: features computed in half precision, separated by commas: up to 1e-2",
     COMMA_LIST, AT(fp16), 0},
    {"gpu-id", "ID",
     "logs: look tolerances up for this device, cuda:9.0 or the like; it must be the one of the log", TEXT,
     AT(gpu_id), 0},
    {"calibration-table", "FILE", "logs: the table for --gpu-id, in YAML", TEXT, AT(calibration), 0},
    {"json", "FILE", "write the report as JSON; - is standard output", TEXT, AT(reports[REPORT_JSON]), 0},
    {"markdown", "FILE", "likewise for a comment on a pull request", TEXT, AT(reports[REPORT_MARKDOWN]), 0},
    {"html", "FILE", "likewise as one page for a browser", TEXT, AT(reports[REPORT_HTML]), 0},
    {"help", NULL, "print this text", FLAG, AT(help), 0},
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

/* Cuts the text, which is of argv. */
static enum ivq_status add_items(const struct parity_option *o, struct list *list, char *text,
                                 struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (char *item; status == IVQ_OK && (item = strsep(&text, ","));)
        status = *item ? add_item(o, list, item, error)
                       : ivq_fail(error, IVQ_USAGE, "--%s: an item is empty", o->name);
    return status;
}

static enum ivq_status take(const struct parity_option *o, struct settings *settings, char *value,
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
        return add_items(o, at, value, error);
    case NUMBER:
        if (!ivq_number_parse_int(value, 0, o->most, &number))
            return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is not a number from 0 to %d", o->name, value,
                            o->most);
        *(int *)at = (int)number;
        return IVQ_OK;
    default:
        *(const char **)at = value;
        return *value ? IVQ_OK : ivq_fail(error, IVQ_USAGE, "--%s: the %s is empty", o->name, o->argument);
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

static enum ivq_status parse(int argc, char **argv, struct settings *settings, struct ivq_error *error)
{
    struct option longs[OPTIONS + 1] = {{0}};
    enum ivq_status status = IVQ_OK;
    int code;
    for (int i = 0; i < OPTIONS; i++)
        longs[i] = (struct option){options[i].name, options[i].argument ? required_argument : no_argument,
                                   NULL, FIRST_CODE + i};
    *settings = (struct settings){.places = -1};
    opterr = 0;
    optind = 1;
    while (status == IVQ_OK && (code = getopt_long(argc, argv, ":", longs, NULL)) != -1)
        status = code >= FIRST_CODE ? take(&options[code - FIRST_CODE], settings, optarg, error)
                                    : refuse(code, argv, error);
    if (status == IVQ_OK && optind < argc)
        status = ivq_fail(error, IVQ_USAGE, "'%s' belongs to no option of isovq parity", argv[optind]);
    return status;
}

static void print_help(void)
{
    printf("isovq parity [OPTIONS]\n\n"
           "Compares the scores of two logs. Exit code 0: all cells passed; 1: one did not; 2: the gate "
           "could not judge.\n\n");
    for (int i = 0; i < OPTIONS; i++)
        printf("  --%s%s%s\n        %s\n", options[i].name, options[i].argument ? " " : "",
               options[i].argument ? options[i].argument : "", options[i].help);
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

static enum ivq_status compare_logs(const struct settings *s, struct ivq_result *result,
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

static void (*const printers[REPORTS])(FILE *, const struct ivq_result *) = {
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

static enum ivq_status write_reports(const struct ivq_result *result, struct ivq_file files[REPORTS],
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
static enum ivq_status judge(const struct ivq_result *result, struct ivq_error *error)
{
    char sentence[IVQ_NOTE_SIZE];
    const enum ivq_verdict verdict = ivq_result_verdict(result);
    if (verdict == IVQ_VERDICT_PASS)
        return IVQ_OK;
    ivq_result_sentence(result, sentence);
    return ivq_fail(error, verdict == IVQ_VERDICT_FAIL ? IVQ_DEVICE : IVQ_INPUT, "parity: %s", sentence);
}

static enum ivq_status run(const struct settings *s, struct ivq_result *result, struct ivq_error *error)
{
    struct ivq_file files[REPORTS];
    result->start = time(NULL);
    enum ivq_status status = open_reports(s, files, error);
    if (status == IVQ_OK)
        status = compare_logs(s, result, error);
    if (status != IVQ_OK) {
        for (int i = 0; i < REPORTS; i++)
            ivq_file_close(&files[i], NULL);
        return status;
    }
    ivq_parity_print_text(prints_to_stdout(s) ? stderr : stdout, result);
    status = write_reports(result, files, error);
    return status == IVQ_OK ? judge(result, error) : status;
}

enum ivq_status cli_parity(int argc, char **argv, struct ivq_error *error)
{
    static struct ivq_result result; /* large */
    struct settings settings;
    enum ivq_status status = parse(argc, argv, &settings, error);
    if (status == IVQ_OK && settings.help)
        print_help();
    else if (status == IVQ_OK)
        status = run(&settings, &result, error);
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
