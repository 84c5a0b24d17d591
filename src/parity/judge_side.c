/* What one side can do wrong by itself. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isovq/version.h"
#include "metrics/metric.h"
#include "parity/gate_impl.h"
#include "parity/rules.h"

/* --- all records of a side --- */

/* Keeps the first reason. */
__attribute__((format(printf, 4, 5))) static void distrust(struct ivq_gate *gate, int side, int rule,
                                                           const char *format, ...)
{
    struct ivq_parity_side *const s = &gate->result->sides[side];
    va_list args;
    if (*s->failure || !ivq_rule_is_on(rule))
        return;
    va_start(args, format);
    vsnprintf(s->failure, sizeof s->failure, format, args);
    va_end(args);
    gate->sides[side].broken_rule = rule;
}

static void check_origin(struct ivq_gate *gate, int side, const json_t *record)
{
    const struct ivq_side_records *const s = &gate->sides[side];
    if (strcmp(ivq_record_text(record, "run_id"), gate->result->run_id) != 0)
        distrust(gate, side, 11, "a record is of another run, %s", ivq_record_text(record, "run_id"));
    if (strcmp(ivq_record_text(record, "side_key"), s->key) != 0)
        distrust(gate, side, 35, "a record is of another side");
    if (strcmp(ivq_record_text(record, "binary_sha256"), gate->binary) != 0)
        distrust(gate, side, 29, "a record is of another program, %s",
                 ivq_record_text(record, "binary_sha256"));
    if (strcmp(ivq_record_text(record, "commit"), ivq_build_commit()) != 0)
        distrust(gate, side, 30, "a record is of another commit, %s", ivq_record_text(record, "commit"));
    if (!json_is_null(json_object_get(record, "calibration")))
        distrust(gate, side, 34, "scores are calibrated, not raw");
    if (json_is_string(json_object_get(record, "error")))
        distrust(gate, side, 4, "%s", ivq_record_text(record, "error"));
}

static void check_device(struct ivq_gate *gate, int side, const json_t *device)
{
    const struct ivq_parity_side *const s = &gate->result->sides[side];
    const char *const backend = ivq_record_text(device, "backend"), *const id =
                                                                        ivq_record_text(device, "arch_id");
    const char *const uuid = ivq_record_text(device, "device_uuid"), *const pci = ivq_record_text(
                                                                         device, "pci_address");
    if (strcmp(backend, s->backend) != 0)
        distrust(gate, side, 1, "%s was asked for, scores are of %s", s->backend,
                 *backend ? backend : "nothing");
    else if (strcmp(id, s->id) != 0 || strcmp(uuid, s->uuid) != 0)
        distrust(gate, side, 2, "%s %s was asked for, scores are of %s %s", s->id, s->uuid, id, uuid);
    if (strcmp(pci, s->pci) != 0)
        distrust(gate, side, 9, "the device at %s was asked for, scores are of the one at %s", s->pci, pci);
    if (side == 0 && strcmp(ivq_record_text(device, "cpu_instruction_set"), "scalar") != 0)
        distrust(gate, side, 28, "the reference ran on instruction set '%s', not on scalar",
                 ivq_record_text(device, "cpu_instruction_set"));
}

static void check_clip(struct ivq_gate *gate, int side, const struct ivq_job *job, const json_t *record)
{
    const json_t *const clip = json_object_get(record, "clip");
    struct ivq_clip_info *const info = &gate->result->clips[job->clip];
    const char *const hash = ivq_record_text(clip, "sha256");
    if (!*info->sha256 && job->kind == IVQ_JOB_MAIN)
        snprintf(info->sha256, sizeof info->sha256, "%s",
                 hash); /* a clip of the user's: as the first side read it */
    if (strcmp(ivq_record_text(clip, "name"), info->name) != 0 || strcmp(hash, info->sha256) != 0)
        distrust(gate, side, 20, "%s: other samples were measured, SHA-256 %.16s", info->name, hash);
    const json_int_t frames = json_integer_value(json_object_get(clip, "frame_count"));
    if (frames != info->frames || frames != json_integer_value(json_object_get(record, "frames")))
        distrust(gate, side, 13, "%s: %lld frames were measured, the clip has %d", info->name,
                 (long long)frames, info->frames);
    if (json_is_true(json_object_get(record, "canary")) != (job->kind == IVQ_JOB_CANARY))
        distrust(gate, side, 36, "%s: the record is one of a damaged run, or should be", info->name);
}

/* Each score has one writer. */
static void check_writers(struct ivq_gate *gate, int side, const json_t *record)
{
    json_t *const seen = json_object(), *entry, *value;
    const char *name;
    size_t i;
    json_array_foreach(json_object_get(record, "features"), i, entry)
        json_object_foreach(json_object_get(entry, "scores"), name, value)
    {
        if (json_object_get(seen, name))
            distrust(gate, side, 3, "%s was written by two metrics, %s and %s", name,
                     ivq_record_text(seen, name), ivq_record_text(entry, "feature"));
        json_object_set(seen, name, json_object_get(entry, "feature"));
    }
    json_decref(seen);
}

/* What the engine says that it started is what reached the device, kernel by kernel. */
static void check_launches(struct ivq_gate *gate, int side, const json_t *record)
{
    json_t *const launches = json_object_get(record, "launches"), *pass;
    json_t *const claimed = json_object();
    const char *kernel;
    json_t *value;
    size_t i;
    json_array_foreach(json_object_get(record, "passes"), i, pass)
    {
        kernel = ivq_record_text(pass, "kernel");
        const json_int_t before = json_integer_value(json_object_get(claimed, kernel));
        json_object_set_new(claimed, kernel,
                            json_integer(before + json_integer_value(json_object_get(pass, "dispatches"))));
    }
    json_object_foreach(claimed, kernel, value)
    {
        const json_int_t counted = json_integer_value(json_object_get(launches, kernel));
        if (!counted || counted != json_integer_value(value))
            distrust(gate, side, 31, "%s: %lld launches are claimed, %lld were submitted", kernel,
                     (long long)json_integer_value(value), (long long)counted);
        gate->result->sides[side].dispatches += counted;
    }
    json_decref(claimed);
}

static void copy(char *to, size_t size, const json_t *object, const char *member)
{
    snprintf(to, size, "%s", ivq_record_text(object, member));
}

static void describe_side(struct ivq_parity_side *s, const json_t *record)
{
    const json_t *const device = json_object_get(record, "device");
    const json_t *const feature = json_array_get(json_object_get(record, "features"), 0);
    const json_t *const time = json_object_get(feature, "device_time_ns");
    copy(s->version, sizeof s->version, record, "version");
    copy(s->compiler, sizeof s->compiler, device, "kernel_compiler");
    copy(s->fingerprint, sizeof s->fingerprint, device, "kernel_fingerprint");
    copy(s->instruction_set, sizeof s->instruction_set, device, "cpu_instruction_set");
    s->bytes_to_device += json_integer_value(json_object_get(feature, "bytes_to_device"));
    s->bytes_from_device += json_integer_value(json_object_get(feature, "bytes_from_device"));
    if (json_is_integer(time))
        s->device_seconds =
            (s->device_seconds < 0 ? 0 : s->device_seconds) + 1e-9 * (double)json_integer_value(time);
}

void ivq_gate_check_side(struct ivq_gate *gate, int side)
{
    for (int i = 0; i < gate->list.count; i++) {
        const json_t *const record = gate->sides[side].jobs[i];
        if (!record)
            continue;
        check_origin(gate, side, record);
        check_device(gate, side, json_object_get(record, "device"));
        check_clip(gate, side, &gate->list.jobs[i], record);
        check_writers(gate, side, record);
        check_launches(gate, side, record);
        describe_side(&gate->result->sides[side], record);
    }
}

/* --- one row of one side --- */

/* The last arithmetic, and what the metric's table names between commas. */
static bool is_host_stage(const struct ivq_row *row, const char *name)
{
    const struct ivq_metric *const metric = ivq_metric_find(row->feature);
    const size_t length = strlen(name);
    for (const char *at = metric ? metric->host_stages : NULL; at && *at;) {
        const size_t part = strcspn(at, ",");
        if (part == length && !strncmp(at, name, part))
            return true;
        at += part + strspn(at + part, ", ");
    }
    return !strcmp(name, "score");
}

/* All passes on the device, the last arithmetic on the host, nothing taken over by another device. */
static void check_stages(const struct ivq_parity_side *side, const struct ivq_row *row, const json_t *entry,
                         struct ivq_cell *cell)
{
    json_t *stage;
    size_t i;
    int on_device = 0;
    json_array_foreach(json_object_get(entry, "stages"), i, stage)
    {
        const char *const place = ivq_record_text(stage, "place"), *const name =
                                                                       ivq_record_text(stage, "name");
        on_device += !strcmp(place, side->id);
        if (strcmp(place, side->id) != 0 && (strcmp(place, "host") != 0 || !is_host_stage(row, name)))
            ivq_cell_break(cell, 7, IVQ_CELL_ERROR, "the pass %s ran on %s", name, place);
    }
    if (!on_device)
        ivq_cell_break(cell, 7, IVQ_CELL_ERROR, "no pass ran on the device");
    if (json_array_size(json_object_get(entry, "fallbacks")))
        ivq_cell_break(cell, 6, IVQ_CELL_ERROR, "another device took over a part");
    if (json_integer_value(json_object_get(entry, "dispatches")) < 1)
        ivq_cell_break(cell, 31, IVQ_CELL_ERROR, "nothing was launched for it");
}

static bool option_is_true(const json_t *entry, const char *option)
{
    return !option || !strcmp(ivq_record_text(json_object_get(entry, "options"), option), "true");
}

/* Every score that the metric's table declares for these options. */
static void check_declared(const struct ivq_row *row, const struct ivq_clip *clip, const json_t *entry,
                           struct ivq_cell *cell)
{
    const struct ivq_metric *const metric = ivq_metric_find(row->feature);
    json_t *const scores = json_object_get(entry, "scores"), *value;
    const char *name;
    if (!json_object_size(scores))
        ivq_cell_break(cell, 16, IVQ_CELL_ERROR, "it has no scores");
    for (const struct ivq_output *o = metric ? metric->outputs : NULL; o && o->name; o++) {
        bool found = false;
        if (!option_is_true(entry, o->needs) || !option_is_true(entry, o->also_needs) ||
            (o->chroma && clip->sampling == IVQ_SAMPLING_400))
            continue;
        json_object_foreach(scores, name, value) found |= !strncmp(name, o->name, strlen(o->name));
        if (!found)
            ivq_cell_break(cell, 16, IVQ_CELL_ERROR, "%s is declared, but not there", o->name);
    }
}

/* How many scores of two records of one side have unlike bits. */
static int count_changes(const struct ivq_gate *gate, int clip, const struct ivq_row *row,
                         const json_t *const pair[2], struct ivq_cell *cell)
{
    const json_t *const a = ivq_record_entry(pair[0], row), *const b = ivq_record_entry(pair[1], row);
    const char *name;
    json_t *value;
    int changes = !a != !b;
    json_object_foreach(json_object_get(a, "scores"), name, value)
    {
        struct ivq_series x = {0}, y = {0};
        struct ivq_difference d = {0};
        ivq_record_series(a, row, name, gate->result->clips[clip].frames, &x, cell);
        ivq_record_series(b, row, name, gate->result->clips[clip].frames, &y, cell);
        ivq_compare_series(&x, &y, 0, &d);
        changes += d.mismatches + d.unpaired;
        free(x.points);
        free(y.points);
    }
    return changes;
}

static void check_repeat(struct ivq_gate *gate, int side, int clip, const struct ivq_row *row,
                         struct ivq_cell *cell)
{
    const int first = ivq_jobs_find(&gate->list, IVQ_JOB_MAIN, clip);
    const int again = ivq_jobs_find(&gate->list, IVQ_JOB_REPEAT, clip);
    const json_t *const pair[] = {gate->sides[side].jobs[first], gate->sides[side].jobs[again]};
    if (!pair[1])
        ivq_cell_break(cell, 32, IVQ_CELL_ERROR, "%s was not measured a second time",
                       gate->result->clips[clip].name);
    const int changes = pair[1] ? count_changes(gate, clip, row, pair, cell) : 0;
    if (changes)
        ivq_cell_break(cell, 32, IVQ_CELL_FAIL,
                       "nondeterministic: %d scores of %s differ in a second run on %s", changes,
                       gate->result->clips[clip].name, gate->result->sides[side].label);
}

/* The damaged run must not have the scores of the other. */
static void check_canary(struct ivq_gate *gate, int side, const struct ivq_row *row, struct ivq_cell *cell)
{
    const int first = ivq_jobs_find(&gate->list, IVQ_JOB_MAIN, 0),
              damaged = ivq_jobs_find(&gate->list, IVQ_JOB_CANARY, 0);
    const json_t *const pair[] = {gate->sides[side].jobs[first], gate->sides[side].jobs[damaged]};
    if (!pair[0] || !ivq_record_entry(pair[0], row))
        return; /* this clip is none for this metric */
    gate->result->canaries_expected++;
    cell->canary_seen = pair[1] && count_changes(gate, 0, row, pair, cell) > 0;
    gate->result->canaries_seen += cell->canary_seen;
    if (!cell->canary_seen)
        ivq_result_break(gate->result, 36, IVQ_CELL_ERROR,
                         "canary: %s on %s does not notice damaged pictures%s", row->feature,
                         gate->result->sides[side].label, pair[1] ? "" : ": there was no such run");
}

void ivq_gate_check_row(struct ivq_gate *gate, int side, const struct ivq_row *row, struct ivq_cell *cell)
{
    const struct ivq_parity_side *const s = &gate->result->sides[side];
    for (int c = 0; c < gate->list.clip_count; c++) {
        const json_t *const record = gate->sides[side].jobs[ivq_jobs_find(&gate->list, IVQ_JOB_MAIN, c)];
        const json_t *const entry = ivq_record_entry(record, row);
        if (!entry)
            continue;
        if (!row->model) {
            check_stages(s, row, entry, cell);
            check_declared(row, &gate->list.clips[c], entry, cell);
        }
        check_repeat(gate, side, c, row, cell);
    }
    if (!*s->failure)
        check_canary(gate, side, row, cell);
    cell->repeated = !(cell->rules >> 32 & 1);
}
