/* The process of one device: measures what the gate asks for and writes records. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/catalog_impl.h"
#include "api/meter_impl.h"
#include "isovq/version.h"
#include "parity/gate_device.h"
#include "parity/jobs.h"
#include "parity/record.h"

enum {
    SCHEMA = 1,
    MAX_REQUESTS = 256,
    /* NaNs as binary32 and as binary64, unlike each other. */
    POISON = 0x7ffcbad1,
    OTHER_POISON = (int)0xfffdda7a,
};

/* A metric or model that is asked for, and why this clip goes without it. */
struct request {
    char text[IVQ_LABEL_SIZE];
    bool model, refused;
    struct ivq_error refusal;
};

struct side {
    const struct ivq_gate_params *params;
    const struct ivq_gate_side *asked;
    struct ivq_job_list list;
    struct ivq_device *device;
    char binary[IVQ_SHA256_TEXT];
    FILE *out;
    struct request requests[MAX_REQUESTS];
    int count;
};

/* --- what is asked for --- */

static void add_metric(struct side *s, const char *text)
{
    if (s->count < MAX_REQUESTS)
        snprintf(s->requests[s->count++].text, IVQ_LABEL_SIZE, "%s", text);
}

/* Under its own name, as several are predicted at once. */
static void add_model(struct side *s, const char *version)
{
    if (s->count == MAX_REQUESTS)
        return;
    s->requests[s->count].model = true;
    snprintf(s->requests[s->count++].text, IVQ_LABEL_SIZE, "version=%s:name=%s", version, version);
}

/* All metrics with their defaults, and all models: they bring the option sets that they use. */
static void list_requests(struct side *s)
{
    struct ivq_catalog_metric metric;
    struct ivq_catalog_model model;
    for (const char *const *f = s->params->features; f && *f; f++)
        add_metric(s, *f);
    if (s->params->features)
        return;
    for (int i = 0; ivq_catalog_metric(i, &metric); i++)
        add_metric(s, metric.name);
    for (int i = 0; ivq_catalog_model(i, &model); i++)
        if (model.measurable)
            add_model(s, model.version);
}

static enum ivq_status ask(const struct request *r, struct ivq_meter *meter, struct ivq_error *error)
{
    return r->model ? ivq_meter_add_model_text(meter, r->text, false, error)
                    : ivq_meter_add_metric_text(meter, r->text, error);
}

/* --- one job --- */

struct run {
    struct side *side;
    const struct ivq_job *job;
    const struct ivq_clip *clip;
    struct ivq_meter *meter;
    struct ivq_device *gate;
    char hash[IVQ_SHA256_TEXT];
    int frames;
};

static enum ivq_status open_meter(struct run *run, struct ivq_error *error)
{
    const struct ivq_gate_settings settings = {
        .poison = run->job->kind == IVQ_JOB_REPEAT ? (uint32_t)OTHER_POISON : (uint32_t)POISON,
        .canary = run->job->kind == IVQ_JOB_CANARY,
        .depth = run->clip->info.depth,
    };
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    params.frames_in_flight = run->job->kind == IVQ_JOB_REPEAT ? 1 : run->clip->info.frames;
    if (params.frames_in_flight > 8) /* own clips may be long */
        params.frames_in_flight = 8;
    run->gate = ivq_gate_device(run->side->device, &settings);
    if (!run->gate)
        return ivq_fail_memory(error, "a run of the gate");
    return ivq_meter_create(&params, run->gate, &run->meter, error);
}

/* With the requests from first to last that are not refused. */
static enum ivq_status start(struct run *run, int first, int last, struct ivq_error *error)
{
    struct ivq_video video;
    enum ivq_status status = open_meter(run, error);
    for (int i = first; i <= last && status == IVQ_OK; i++)
        if (!run->side->requests[i].refused)
            status = ask(&run->side->requests[i], run->meter, error);
    if (status == IVQ_OK)
        status = ivq_video_set(&video, run->clip->info.width, run->clip->info.height, run->clip->info.depth,
                               run->clip->sampling, error);
    if (status == IVQ_OK)
        status = ivq_meter_start(run->meter, &video, error);
    if (status != IVQ_OK)
        ivq_meter_close(&run->meter);
    return status;
}

/* All at once; where that fails, each by itself first, so that one that cannot run does not take the others
 * along.
 */
static enum ivq_status start_all(struct run *run, struct ivq_error *error)
{
    struct side *const s = run->side;
    int left = 0;
    for (int i = 0; i < s->count; i++)
        s->requests[i].refused = false;
    const enum ivq_status status = start(run, 0, s->count - 1, error);
    if (status == IVQ_OK)
        return IVQ_OK;
    for (int i = 0; i < s->count; i++) {
        struct request *const r = &s->requests[i];
        r->refused = start(run, i, i, &r->refusal) != IVQ_OK;
        ivq_meter_close(&run->meter);
        left += !r->refused;
    }
    if (left == s->count)
        return status;
    *error = (struct ivq_error){IVQ_OK, ""};
    return left ? start(run, 0, s->count - 1, error) : IVQ_OK;
}

static enum ivq_status feed(struct run *run, struct ivq_error *error)
{
    struct ivq_clip_source *source;
    struct ivq_image reference, distorted;
    bool end = false;
    enum ivq_status status = ivq_clip_open(run->clip, &source, error);
    while (status == IVQ_OK && !end) {
        status = ivq_meter_borrow(run->meter, &reference, &distorted, error);
        if (status == IVQ_OK)
            status = ivq_clip_next(source, &reference, &distorted, &end, error);
        if (status != IVQ_OK || end)
            break;
        ivq_gate_device_lent(run->gate, reference.data[0], run->frames++);
        status = ivq_meter_submit(run->meter, error);
    }
    if (source)
        ivq_clip_hash(source, run->hash);
    ivq_clip_close(source);
    return status == IVQ_OK ? ivq_meter_finish(run->meter, error) : status;
}

/* --- records --- */

static void put_side(struct ivq_json *w, const struct side *s)
{
    struct ivq_catalog_device device;
    ivq_json_put_int(w, "schema", SCHEMA);
    ivq_json_put_string(w, "run_id", s->asked->run_id);
    ivq_json_put_string(w, "side_key", s->asked->key);
    ivq_json_put_string(w, "selector", s->asked->selector);
    ivq_json_put_string(w, "version", ivq_version());
    ivq_json_put_string(w, "commit", ivq_build_commit());
    ivq_json_put_string(w, "build", ivq_build_configuration());
    ivq_json_put_string(w, "binary_sha256", s->binary);
    ivq_json_put_null(w, "calibration");
    if (!s->device)
        return;
    ivq_catalog_describe(s->device->backend, &s->device->info, &device);
    ivq_record_put_device(w, &device);
}

static void put_clip(struct ivq_json *w, const struct run *run)
{
    const struct ivq_clip_info *const info = &run->clip->info;
    ivq_json_put_string(w, "job", ivq_job_name(run->job->kind));
    ivq_json_put_int(w, "number", (int)(run->job - run->side->list.jobs));
    ivq_json_open(w, "clip", '{');
    ivq_json_put_string(w, "name", info->name);
    ivq_json_put_string(w, "sha256", run->hash);
    ivq_json_put_int(w, "width", info->width);
    ivq_json_put_int(w, "height", info->height);
    ivq_json_put_string(w, "pixel_format", info->sampling);
    ivq_json_put_int(w, "bit_depth", info->depth);
    ivq_json_put_int(w, "frame_count", run->frames);
    ivq_json_close(w, '}');
    ivq_json_put_bool(w, "canary", run->job->kind == IVQ_JOB_CANARY);
}

static void put_refused(struct ivq_json *w, const struct side *s)
{
    ivq_json_open(w, "refused", '[');
    for (int i = 0; i < s->count; i++) {
        if (!s->requests[i].refused)
            continue;
        ivq_json_open(w, NULL, '{');
        ivq_json_put_string(w, "request", s->requests[i].text);
        ivq_json_put_string(w, "status", ivq_status_info(s->requests[i].refusal.status)->name);
        ivq_json_put_string(w, "reason", s->requests[i].refusal.text);
        ivq_json_close(w, '}');
    }
    ivq_json_close(w, ']');
}

static void put_launches(struct ivq_json *w, const struct run *run)
{
    const char *kernel;
    int64_t launches;
    ivq_json_open(w, "launches", '{');
    for (int i = 0; (kernel = ivq_gate_device_launches(run->gate, i, &launches)); i++)
        ivq_json_put_int(w, kernel, launches);
    ivq_json_close(w, '}');
}

/* JSON may hold line breaks between members only: they become blanks, and the record one line. */
static enum ivq_status write_line(struct side *s, char *text, struct ivq_error *error)
{
    for (char *at = text; *at; at++)
        if (*at == '\n')
            *at = ' ';
    if (fprintf(s->out, "%s\n", text) > 0 && !fflush(s->out))
        return IVQ_OK;
    return ivq_fail(error, IVQ_OUTPUT, "a record could not be written");
}

static enum ivq_status write_record(const struct run *run, const struct ivq_error *failure,
                                    struct ivq_error *error)
{
    char *text = NULL;
    size_t size;
    FILE *const memory = open_memstream(&text, &size);
    struct ivq_json w = {.file = memory, .precision = {.rule = IVQ_PRECISION_EXACT}};
    if (!memory)
        return ivq_fail_memory(error, "a record");
    ivq_json_open(&w, NULL, '{');
    put_side(&w, run->side);
    put_clip(&w, run);
    put_refused(&w, run->side);
    ivq_json_put_string(&w, "error", failure->status == IVQ_OK ? NULL : failure->text);
    if (run->meter) {
        const struct ivq_record_style style = {ivq_meter_frames(run->meter), true,
                                               run->job->kind == IVQ_JOB_CANARY};
        put_launches(&w, run);
        ivq_record_put_measurement(&w, run->meter, &style);
    }
    ivq_json_close(&w, '}');
    const bool complete = !fclose(memory);
    const enum ivq_status status =
        complete ? write_line(run->side, text, error) : ivq_fail_memory(error, "a record");
    free(text);
    return status;
}

static enum ivq_status run_job(struct side *s, const struct ivq_job *job, struct ivq_error *error)
{
    struct run run = {.side = s, .job = job, .clip = &s->list.clips[job->clip]};
    struct ivq_error failure = {IVQ_OK, ""};
    if (start_all(&run, &failure) == IVQ_OK && run.meter)
        feed(&run, &failure);
    const enum ivq_status status = write_record(&run, &failure, error);
    ivq_meter_close(&run.meter);
    return status;
}

/* --- the process --- */

static enum ivq_status write_failure(struct side *s, const struct ivq_error *failure, struct ivq_error *error)
{
    char *text = NULL;
    size_t size;
    FILE *const memory = open_memstream(&text, &size);
    struct ivq_json w = {.file = memory};
    if (!memory)
        return ivq_fail_memory(error, "a record");
    ivq_json_open(&w, NULL, '{');
    put_side(&w, s);
    ivq_json_put_string(&w, "error", failure->text);
    ivq_json_close(&w, '}');
    const enum ivq_status status =
        fclose(memory) ? ivq_fail_memory(error, "a record") : write_line(s, text, error);
    free(text);
    return status;
}

static enum ivq_status write_devices(struct side *s, const char *backend, struct ivq_error *error)
{
    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
    struct ivq_error reason = {IVQ_OK, ""};
    char *text = NULL;
    size_t size;
    int count = 0;
    FILE *const memory = open_memstream(&text, &size);
    struct ivq_json w = {.file = memory};
    if (!memory)
        return ivq_fail_memory(error, "a record");
    ivq_catalog_devices(backend, devices, &count, &reason);
    ivq_json_open(&w, NULL, '{');
    put_side(&w, s);
    ivq_json_put_string(&w, "reason", reason.text);
    ivq_json_open(&w, "devices", '[');
    for (int i = 0; i < count; i++) {
        ivq_json_open(&w, NULL, '{');
        ivq_json_put_string(&w, "selector", devices[i].selector);
        ivq_record_put_device(&w, &devices[i]);
        ivq_json_close(&w, '}');
    }
    ivq_json_close(&w, ']');
    ivq_json_close(&w, '}');
    const enum ivq_status status =
        fclose(memory) ? ivq_fail_memory(error, "a record") : write_line(s, text, error);
    free(text);
    return status;
}

static enum ivq_status run_jobs(struct side *s, struct ivq_error *error)
{
    struct ivq_error failure = {IVQ_OK, ""};
    enum ivq_status status = ivq_jobs_list(s->params, &s->list, &failure);
    if (status == IVQ_OK)
        status = ivq_device_open(s->asked->selector, NULL, &s->device, &failure);
    if (status != IVQ_OK)
        return write_failure(s, &failure, error);
    list_requests(s);
    for (int i = s->asked->first; i < s->list.count && status == IVQ_OK; i++)
        status = run_job(s, &s->list.jobs[i], error);
    ivq_device_close(s->device);
    return status;
}

enum ivq_status ivq_gate_run_side(const struct ivq_gate_params *params, const struct ivq_gate_side *asked,
                                  struct ivq_error *error)
{
    static const char list[] = "list:";
    static struct side side; /* large */
    side = (struct side){.params = params, .asked = asked, .out = fdopen(asked->descriptor, "we")};
    if (!side.out)
        return ivq_fail(error, IVQ_OUTPUT, "descriptor %d is not open for records", asked->descriptor);
    ivq_sha256_file("/proc/self/exe", NULL, side.binary, NULL);
    const enum ivq_status status = strncmp(asked->selector, list, strlen(list))
                                       ? run_jobs(&side, error)
                                       : write_devices(&side, asked->selector + strlen(list), error);
    fclose(side.out);
    return status;
}
