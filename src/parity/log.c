#include "parity/log.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "parity/record.h"
#include "parity/rules.h"

static struct ivq_series *series_of(struct ivq_score_set *scores, const char *name)
{
    for (int i = 0; i < scores->count; i++)
        if (!strcmp(scores->series[i].name, name))
            return &scores->series[i];
    return ivq_score_set_add(scores, name);
}

static enum ivq_status add_values(const char *path, json_t *values, int frame, struct ivq_score_set *scores,
                                  struct ivq_error *error)
{
    const char *name;
    json_t *value;
    json_object_foreach(values, name, value)
    {
        struct ivq_series *const series = series_of(scores, name);
        if (!json_is_number(value) && !json_is_null(value))
            return ivq_fail(error, IVQ_INPUT, "%s: %s of frame %d is no number", path, name, frame);
        if (!series ||
            !ivq_series_add(series, frame, json_is_null(value) ? (double)NAN : json_number_value(value)))
            return ivq_fail_memory(error, path);
    }
    return IVQ_OK;
}

/* Frames may come in any order in no log: a number that does not rise is one twice, or a shuffled log. */
static enum ivq_status read_frames(const char *path, json_t *frames, struct ivq_score_set *scores,
                                   struct ivq_error *error)
{
    json_t *entry;
    size_t i;
    json_int_t last = -1;
    if (!json_array_size(frames) && ivq_rule_is_on(13))
        return ivq_fail(error, IVQ_INPUT, "%s: the log has no frames [B13]", path);
    json_array_foreach(frames, i, entry)
    {
        json_t *const number = json_object_get(entry, "frameNum"), *const values =
                                                                       json_object_get(entry, "metrics");
        if (!json_is_integer(number) || !json_is_object(values) || json_integer_value(number) > 0x7fffffff)
            return ivq_fail(error, IVQ_INPUT, "%s: entry %zu of frames has no frameNum and metrics", path, i);
        if (json_integer_value(number) <= last)
            return ivq_fail(error, IVQ_INPUT, "%s: frame %lld does not follow frame %lld", path,
                            (long long)json_integer_value(number), (long long)last);
        last = json_integer_value(number);
        const enum ivq_status status = add_values(path, values, (int)last, scores, error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

static void copy_text(char *to, size_t size, const json_t *object, const char *member)
{
    const char *const text = json_string_value(json_object_get(object, member));
    snprintf(to, size, "%s", text ? text : "");
}

/* The log's own words on where it was computed (DECISIONS 18); others have none. */
static void read_side(const char *path, const json_t *log, struct ivq_parity_side *side)
{
    const json_t *const device = json_array_get(json_object_get(json_object_get(log, "isovq"), "devices"), 0);
    *side = (struct ivq_parity_side){.device_seconds = -1, .seconds = -1};
    snprintf(side->label, sizeof side->label, "%s", path);
    copy_text(side->version, sizeof side->version, log, "version");
    copy_text(side->id, sizeof side->id, device, "id");
    copy_text(side->name, sizeof side->name, device, "name");
    copy_text(side->driver, sizeof side->driver, device, "driver");
    copy_text(side->uuid, sizeof side->uuid, device, "uuid");
    copy_text(side->fingerprint, sizeof side->fingerprint, device, "kernel_fingerprint");
    snprintf(side->backend, sizeof side->backend, "%.*s", (int)strcspn(side->id, ":"), side->id);
}

enum ivq_status ivq_log_read(const char *path, struct ivq_score_set *scores, struct ivq_parity_side *side,
                             struct ivq_error *error)
{
    json_error_t failure;
    *scores = (struct ivq_score_set){0};
    json_t *const log = json_load_file(path, JSON_REJECT_DUPLICATES, &failure);
    if (!log)
        return ivq_fail(error, IVQ_INPUT, "%s, line %d: no JSON log: %s", path, failure.line, failure.text);
    read_side(path, log, side);
    json_t *const frames = json_object_get(log, "frames");
    enum ivq_status status =
        json_is_array(frames)
            ? read_frames(path, frames, scores, error)
            : ivq_fail(error, IVQ_INPUT, "%s: a log has an array 'frames', this file has none", path);
    if (status == IVQ_OK)
        status =
            add_values(path, json_object_get(log, "aggregate_metrics"), IVQ_AGGREGATE_FRAME, scores, error);
    json_decref(log);
    return status;
}

/* --- two of them --- */

struct comparison {
    const struct ivq_tolerances *tolerances;
    struct ivq_score_set a, b;
    struct ivq_parity_result *result;
};

static enum ivq_status check_files(const char *a, const char *b, struct ivq_error *error)
{
    struct stat x, y;
    if (!ivq_rule_is_on(20) || stat(a, &x) || stat(b, &y) || x.st_dev != y.st_dev || x.st_ino != y.st_ino)
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "%s and %s are one file: it equals itself [B20]", a, b);
}

/* --gpu-id is an assertion: where a log names its device it must be that one. */
static enum ivq_status check_id(const struct comparison *c, struct ivq_error *error)
{
    const char *const id = c->tolerances->gpu_id;
    const struct ivq_parity_side *const b = &c->result->sides[1];
    if (!id || !*b->id || !strcmp(id, b->id) || !ivq_rule_is_on(27))
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "--gpu-id %s: %s was computed on %s [B27]", id, b->label, b->id);
}

static struct ivq_cell *cell_of(struct comparison *c, const char *score)
{
    char feature[IVQ_FEATURE_SIZE];
    ivq_feature_of_score(score, feature);
    for (int i = 0; i < c->result->cell_count; i++)
        if (!strcmp(c->result->cells[i].feature, feature))
            return &c->result->cells[i];
    struct ivq_cell *const cell = ivq_result_add_cell(c->result);
    if (!cell)
        return NULL;
    snprintf(cell->feature, sizeof cell->feature, "%s", feature);
    cell->side_b = 1;
    cell->tolerance = ivq_tolerance_of(c->tolerances, feature, cell->source);
    return cell;
}

static enum ivq_status compare_series(struct comparison *c, const struct ivq_series *a,
                                      struct ivq_error *error)
{
    const struct ivq_series *const b = ivq_score_set_find(&c->b, a->name);
    struct ivq_cell *const cell = cell_of(c, a->name);
    if (!cell)
        return ivq_fail_memory(error, "the comparison");
    if (b)
        ivq_cell_compare(cell, a, b, -1);
    else
        ivq_cell_break(cell, 17, IVQ_CELL_ERROR, "%s is only in the first log", a->name);
    if (a->count > cell->frames)
        cell->frames = a->count;
    return IVQ_OK;
}

static enum ivq_status find_extra(struct comparison *c, struct ivq_error *error)
{
    for (int i = 0; i < c->b.count; i++) {
        const char *const name = c->b.series[i].name;
        if (ivq_score_set_find(&c->a, name))
            continue;
        struct ivq_cell *const cell = cell_of(c, name);
        if (!cell)
            return ivq_fail_memory(error, "the comparison");
        ivq_cell_break(cell, 17, IVQ_CELL_ERROR, "%s is only in the second log", name);
    }
    return IVQ_OK;
}

static enum ivq_status compare(struct comparison *c, struct ivq_error *error)
{
    enum ivq_status status = check_id(c, error);
    for (int i = 0; i < c->a.count && status == IVQ_OK; i++)
        status = compare_series(c, &c->a.series[i], error);
    if (status == IVQ_OK)
        status = find_extra(c, error);
    for (int i = 0; i < c->result->cell_count; i++)
        ivq_cell_close(&c->result->cells[i]);
    return status;
}

enum ivq_status ivq_log_compare(const char *a, const char *b, const struct ivq_tolerances *tolerances,
                                struct ivq_parity_result *result, struct ivq_error *error)
{
    struct comparison c = {.tolerances = tolerances, .result = result};
    result->logs = true;
    ivq_run_id(result->run_id);
    result->side_count = 2;
    enum ivq_status status = check_files(a, b, error);
    if (status == IVQ_OK)
        status = ivq_log_read(a, &c.a, &result->sides[0], error);
    if (status == IVQ_OK)
        status = ivq_log_read(b, &c.b, &result->sides[1], error);
    if (status == IVQ_OK)
        status = compare(&c, error);
    ivq_score_set_free(&c.a);
    ivq_score_set_free(&c.b);
    return status;
}
