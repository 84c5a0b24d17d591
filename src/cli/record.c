#include "cli/record.h"

#include <string.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "cli/interrupt.h"
#include "isovq/version.h"
#include "parity/record.h"
#include "report/json_writer.h"

enum { RECORD_SCHEMA = 1 };

static const struct ivq_precision seconds_precision = {IVQ_PRECISION_FIXED, 6};

static void print_time(struct ivq_json *w, const char *key, time_t when)
{
    struct tm utc;
    char text[32] = "";
    if (gmtime_r(&when, &utc))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    ivq_json_put_string(w, key, text);
}

static void keep_first(struct ivq_error *kept, const struct ivq_error *failure)
{
    if (kept->status == IVQ_OK)
        *kept = *failure;
}

typedef char hash_text[IVQ_SHA256_TEXT];

/* What is printed. A full disk has it printed again with fewer frames: then these are known already. */
struct document {
    const struct cli_record *record;
    const struct ivq_file *file;
    hash_text binary, reference, distorted;
    int frames; /* of all */
    struct ivq_error kept;
};

static bool is_interrupted(void)
{
    return cli_interrupted() != NULL;
}

/* What cannot be read twice has no hash: an empty text, null in the record. */
static void find_hash(hash_text text, const char *path, struct ivq_error *kept)
{
    struct ivq_error failure = {IVQ_OK, ""};
    struct stat info;
    const bool has_size = strcmp(path, "-") != 0 && !stat(path, &info) && S_ISREG(info.st_mode);
    *text = '\0';
    if (has_size && ivq_sha256_file(path, is_interrupted, text, &failure) != IVQ_OK)
        keep_first(kept, &failure);
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

/* How the run ended, if nothing goes wrong from here on; this record may be what did not fit. */
static void print_end(struct ivq_json *w, const struct document *d, int frames)
{
    const struct cli_record *const r = d->record;
    struct ivq_error error = {IVQ_OK, ""};
    enum ivq_status status = r->status;
    if (status != IVQ_OK)
        snprintf(error.text, sizeof error.text, "%s", r->error);
    else if (frames < d->frames)
        status = ivq_fail(&error, IVQ_OUTPUT, "%s: %d of %d frames fit", strerror(d->file->error_number),
                          frames, d->frames);
    ivq_json_put_int(w, "exit_status", ivq_status_info(status)->exit_code);
    ivq_json_put_string(w, "error", or_null(error.text));
}

static void print_program(struct ivq_json *w, const struct document *d, int frames)
{
    const struct cli_record *const r = d->record;
    char run_id[IVQ_RUN_ID_SIZE];
    ivq_json_put_string(w, "run_id", ivq_run_id(run_id) ? run_id : NULL);
    ivq_json_put_string(w, "version", ivq_version());
    ivq_json_put_string(w, "commit", ivq_build_commit());
    ivq_json_put_string(w, "build", ivq_build_configuration());
    ivq_json_put_string(w, "binary_sha256", or_null(d->binary));
    ivq_json_open(w, "command_line", '[');
    for (int i = 0; i < r->settings->argc; i++)
        ivq_json_put_string(w, NULL, r->settings->argv[i]);
    ivq_json_close(w, ']');
    print_time(w, "start_time", r->start);
    ivq_json_put_number(w, "seconds", r->seconds, seconds_precision);
    print_end(w, d, frames);
}

static void print_input(struct ivq_json *w, const char *side, const char *path,
                        const struct ivq_reader *reader, const char *hash)
{
    const struct ivq_format *format = ivq_reader_format(reader);
    const int64_t frames = ivq_reader_frames(reader);
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "side", side);
    ivq_json_put_string(w, "path", path);
    ivq_json_put_string(w, "sha256", or_null(hash));
    ivq_json_put_int(w, "width", format->width[0]);
    ivq_json_put_int(w, "height", format->height[0]);
    ivq_json_put_string(w, "pixel_format", ivq_chroma_name(format->chroma));
    ivq_json_put_int(w, "bit_depth", format->depth);
    if (frames < 0)
        ivq_json_put_null(w, "frame_count");
    else
        ivq_json_put_int(w, "frame_count", frames);
    ivq_json_close(w, '}');
}

static void print_inputs(struct ivq_json *w, const struct document *d)
{
    const struct cli_record *const r = d->record;
    ivq_json_open(w, "inputs", '[');
    print_input(w, "reference", r->settings->reference, r->clips->reference, d->reference);
    print_input(w, "distorted", r->settings->distorted, r->clips->distorted, d->distorted);
    ivq_json_close(w, ']');
}

static void print(void *user, FILE *file, int frames)
{
    const struct document *const d = user;
    struct ivq_json w = {.file = file, .precision = {.rule = IVQ_PRECISION_EXACT}};
    ivq_json_open(&w, NULL, '{');
    ivq_json_put_int(&w, "schema", RECORD_SCHEMA);
    print_program(&w, d, frames);
    print_inputs(&w, d);
    ivq_record_put_measurement(&w, d->record->meter, &(struct ivq_record_style){.frames = frames});
    ivq_json_close(&w, '}');
    fputc('\n', file);
}

enum ivq_status cli_write_record(const struct cli_record *record, struct ivq_file *file,
                                 struct ivq_error *error)
{
    struct document d = {.record = record, .file = file, .frames = ivq_meter_frames(record->meter)};
    find_hash(d.binary, "/proc/self/exe", &d.kept);
    find_hash(d.reference, record->settings->reference, &d.kept);
    find_hash(d.distorted, record->settings->distorted, &d.kept);
    const enum ivq_status status = ivq_file_fit(file, d.frames, print, &d, error);
    if (status == IVQ_OK && d.kept.status != IVQ_OK && error)
        *error = d.kept;
    return status == IVQ_OK ? d.kept.status : status;
}
