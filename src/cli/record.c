#include "cli/record.h"

#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "cli/interrupt.h"
#include "isovq/version.h"
#include "isovq/work.h"
#include "report/json_writer.h"

enum { RECORD_SCHEMA = 1 };

static const struct ivq_precision seconds_precision = {IVQ_PRECISION_FIXED, 6};

/* Version 4 of RFC 4122. */
static void print_run_id(struct ivq_json *w)
{
    unsigned char bytes[16];
    char text[37];
    size_t at = 0;
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        ivq_json_put_null(w, "run_id");
        return;
    }
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[at++] = '-';
        at += (size_t)snprintf(text + at, sizeof text - at, "%02x", bytes[i]);
    }
    ivq_json_put_string(w, "run_id", text);
}

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
    print_run_id(w);
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

static void print_device(struct ivq_json *w, const struct ivq_catalog_device *device)
{
    char backend[16];
    snprintf(backend, sizeof backend, "%.*s", (int)strcspn(device->id, ":"), device->id);
    const bool is_cpu = !strcmp(backend, "cpu");
    ivq_json_put_string(w, "backend", backend);
    ivq_json_put_string(w, "arch_id", device->id);
    ivq_json_put_string(w, "device_uuid", or_null(device->uuid));
    ivq_json_put_string(w, "pci_address", or_null(device->pci));
    ivq_json_put_string(w, "device_name", device->name);
    ivq_json_put_string(w, "device_type", device->type);
    ivq_json_put_string(w, "driver", or_null(device->driver));
    ivq_json_put_string(w, "kernel_compiler", ivq_build_kernel_compiler(backend));
    ivq_json_put_string(w, "kernel_fingerprint", ivq_fingerprint());
    ivq_json_put_string(w, "cpu_instruction_set", is_cpu ? strchr(device->id, ':') + 1 : NULL);
}

/* The launch list that serves all features. */
static void print_work(struct ivq_json *w, const struct ivq_work *work)
{
    ivq_json_put_int(w, "bytes_to_device", work->bytes_to_device);
    ivq_json_put_int(w, "bytes_from_device", work->bytes_from_device);
    if (work->device_seconds < 0)
        ivq_json_put_null(w, "device_time_ns");
    else
        ivq_json_put_int(w, "device_time_ns", (int64_t)(work->device_seconds * 1e9));
}

static void print_passes(struct ivq_json *w, const struct ivq_meter *meter)
{
    struct ivq_work_pass pass;
    ivq_json_open(w, "passes", '[');
    for (int i = 0; ivq_meter_pass(meter, i, &pass); i++) {
        ivq_json_open(w, NULL, '{');
        ivq_json_put_string(w, "kernel", pass.kernel);
        ivq_json_put_int(w, "tiles_x", pass.tiles_x);
        ivq_json_put_int(w, "tiles_y", pass.tiles_y);
        ivq_json_put_int(w, "dispatches", pass.dispatches);
        ivq_json_close(w, '}');
    }
    ivq_json_close(w, ']');
}

static void print_stage(struct ivq_json *w, const char *name, const char *place)
{
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "name", name);
    ivq_json_put_string(w, "place", place);
    ivq_json_close(w, '}');
}

/* Those that the metric's table names, between commas. */
static void print_host_stages(struct ivq_json *w, const char *name)
{
    struct ivq_catalog_metric metric;
    for (int i = 0; ivq_catalog_metric(i, &metric); i++)
        for (const char *at = strcmp(metric.name, name) ? NULL : metric.host_stages; at && *at;) {
            char stage[64];
            const size_t length = strcspn(at, ",");
            snprintf(stage, sizeof stage, "%.*s", (int)length, at);
            print_stage(w, stage, "host");
            at += length + strspn(at + length, ", ");
        }
}

/* Returns the dispatches of all stages. */
static int64_t print_stages(struct ivq_json *w, const struct ivq_meter *meter, int metric, const char *device)
{
    struct ivq_work_pass pass;
    int64_t dispatches = 0;
    ivq_json_open(w, "stages", '[');
    for (int i = 0, p; (p = ivq_meter_metric_pass(meter, metric, i)) >= 0; i++) {
        ivq_meter_pass(meter, p, &pass);
        print_stage(w, pass.kernel, device);
        dispatches += pass.dispatches;
    }
    print_host_stages(w, ivq_meter_metric(meter, metric));
    print_stage(w, "score", "host");
    ivq_json_close(w, ']');
    return dispatches;
}

static void print_options(struct ivq_json *w, const struct ivq_meter *meter, int metric)
{
    struct ivq_work_setting setting;
    ivq_json_open(w, "options", '{');
    for (int i = 0; ivq_meter_metric_setting(meter, metric, i, &setting); i++)
        ivq_json_put_string(w, setting.name, setting.value);
    ivq_json_close(w, '}');
}

static void print_series(struct ivq_json *w, const struct ivq_meter *meter, int series, int frames)
{
    const int count = ivq_meter_series_aggregate(meter, series) ? 1 : frames;
    double value;
    ivq_json_open(w, ivq_meter_series_name(meter, series), '[');
    for (int frame = 0; frame < count; frame++)
        if (ivq_meter_score(meter, series, frame, &value))
            ivq_json_put_number(w, NULL, value, w->precision);
        else
            ivq_json_put_null(w, NULL);
    ivq_json_close(w, ']');
}

static void print_feature(struct ivq_json *w, const struct ivq_meter *meter, int metric,
                          const struct ivq_catalog_device *device, const struct ivq_work *work, int frames)
{
    int series;
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "feature", ivq_meter_metric(meter, metric));
    print_options(w, meter, metric);
    ivq_json_open(w, "metrics", '[');
    for (int i = 0; (series = ivq_meter_metric_series(meter, metric, i)) >= 0; i++)
        ivq_json_put_string(w, NULL, ivq_meter_series_name(meter, series));
    ivq_json_close(w, ']');
    print_device(w, device);
    ivq_json_put_int(w, "dispatches", print_stages(w, meter, metric, device->id));
    print_work(w, work);
    ivq_json_open(w, "fallbacks", '[');
    ivq_json_close(w, ']');
    ivq_json_put_bool(w, "canary", false);
    ivq_json_open(w, "scores", '{');
    for (int i = 0; (series = ivq_meter_metric_series(meter, metric, i)) >= 0; i++)
        print_series(w, meter, series, frames);
    ivq_json_close(w, '}');
    ivq_json_close(w, '}');
}

static void print_features(struct ivq_json *w, const struct ivq_meter *meter, int frames)
{
    struct ivq_catalog_device device;
    struct ivq_work work;
    ivq_meter_device(meter, &device);
    ivq_meter_work(meter, &work);
    ivq_json_put_int(w, "frames", work.frames);
    print_passes(w, meter);
    ivq_json_open(w, "features", '[');
    for (int i = 0; ivq_meter_metric(meter, i); i++)
        print_feature(w, meter, i, &device, &work, frames);
    ivq_json_close(w, ']');
}

/* Models are predicted on the host, from the features above. */
static void print_models(struct ivq_json *w, const struct ivq_meter *meter, int frames)
{
    struct ivq_meter_model model;
    ivq_json_open(w, "models", '[');
    for (int i = 0; ivq_meter_model(meter, i, &model); i++) {
        ivq_json_open(w, NULL, '{');
        ivq_json_put_string(w, "model", model.label);
        ivq_json_put_string(w, "name", model.name);
        ivq_json_put_string(w, "place", "host");
        ivq_json_open(w, "scores", '{');
        for (int s = 0, series; (series = ivq_meter_model_series(meter, i, s)) >= 0; s++)
            print_series(w, meter, series, frames);
        ivq_json_close(w, '}');
        ivq_json_close(w, '}');
    }
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
    print_features(&w, d->record->meter, frames);
    print_models(&w, d->record->meter, frames);
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
