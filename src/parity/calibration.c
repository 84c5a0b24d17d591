#include "parity/calibration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "parity/calibration_file.h"
#include "parity/rules.h"
#include "parity/tolerance.h"

enum { MAX_ROWS = 256, MAX_FEATURES = 64, TEXT_SIZE = 96 };

struct row {
    char id[TEXT_SIZE];
    bool calibrated, has_corpus;
    struct {
        char name[IVQ_FEATURE_SIZE];
        double tolerance;
    } features[MAX_FEATURES];
    int count;
};

struct ivq_calibration {
    struct row rows[MAX_ROWS];
    int count;
};

/* --- the file --- */

struct reader {
    struct ivq_calibration *table;
    const char *path;
};

static enum ivq_status fail(const struct reader *r, int line, struct ivq_error *error, const char *what,
                            const char *value)
{
    return ivq_fail(error, IVQ_INPUT, "%.160s, line %d: %s '%.80s'", r->path, line, what, value);
}

static enum ivq_status take_status(const struct reader *r, struct row *row, const struct ivq_yaml_entry *e,
                                   struct ivq_error *error)
{
    row->calibrated = !strcmp(e->value, "calibrated");
    if (row->calibrated || !strcmp(e->value, "placeholder") || !ivq_rule_is_on(26))
        return IVQ_OK;
    return fail(r, e->line, error, "the status is neither calibrated nor placeholder [B26]:", e->value);
}

static enum ivq_status take_tolerance(const struct reader *r, struct row *row, const struct ivq_yaml_entry *e,
                                      struct ivq_error *error)
{
    double value = strtod("nan", NULL);
    char where[256];
    snprintf(where, sizeof where, "%.160s, line %d", r->path, e->line);
    if (row->count == MAX_FEATURES)
        return fail(r, e->line, error, "too many features in this row, from", e->key);
    if (ivq_rule_is_on(26) && ivq_feature_check(e->key, where, error) != IVQ_OK)
        return IVQ_INPUT;
    if (!ivq_number_parse(e->value, &value) && ivq_rule_is_on(15))
        return fail(r, e->line, error, "the tolerance is no finite number [B15]:", e->value);
    if (ivq_tolerance_check(value, where, error) != IVQ_OK)
        return IVQ_INPUT;
    snprintf(row->features[row->count].name, IVQ_FEATURE_SIZE, "%s", e->key);
    row->features[row->count++].tolerance = value;
    return IVQ_OK;
}

static enum ivq_status take_member(const struct reader *r, const struct ivq_yaml_entry *e,
                                   struct ivq_error *error)
{
    struct ivq_calibration *const table = r->table;
    struct row *const row = &table->rows[table->count - 1];
    if (e->feature)
        return take_tolerance(r, row, e, error);
    if (!strcmp(e->key, "id"))
        snprintf(row->id, sizeof row->id, "%s", e->value);
    else if (!strcmp(e->key, "status"))
        return take_status(r, row, e, error);
    else if (!strcmp(e->key, "corpus"))
        row->has_corpus = *e->value;
    else if (strcmp(e->key, "label") != 0 && strcmp(e->key, "notes") != 0)
        return fail(r, e->line, error, "a row has no member", e->key);
    return IVQ_OK;
}

static enum ivq_status take_top(const struct reader *r, const struct ivq_yaml_entry *e,
                                struct ivq_error *error)
{
    if (!strcmp(e->key, "version"))
        return strcmp(e->value, "1") ? fail(r, e->line, error, "this program reads version 1, not", e->value)
                                     : IVQ_OK;
    if (!strcmp(e->key, "default_fp32_tolerance") || !strcmp(e->key, "default_fp16_tolerance"))
        return IVQ_OK; /* said for people */
    return fail(r, e->line, error, "there is no member", e->key);
}

static enum ivq_status take(void *user, const struct ivq_yaml_entry *e, struct ivq_error *error)
{
    const struct reader *const r = user;
    if (e->row && e->row > r->table->count) {
        if (r->table->count == MAX_ROWS)
            return fail(r, e->line, error, "too many rows, from", e->key);
        r->table->count++;
    }
    return e->row ? take_member(r, e, error) : take_top(r, e, error);
}

/* What a row must have, and what it may not do by itself. */
static enum ivq_status check_row(const struct reader *r, int number, struct ivq_error *error)
{
    const struct row *const row = &r->table->rows[number];
    if (!*row->id)
        return ivq_fail(error, IVQ_INPUT, "%.160s: row %d has no id", r->path, number + 1);
    for (int i = 0; i < row->count; i++)
        if (row->features[i].tolerance > ivq_tolerance_default(row->features[i].name) && ivq_rule_is_on(26) &&
            !(row->calibrated && row->has_corpus))
            return ivq_fail(
                error, IVQ_INPUT,
                "%.160s: row %.80s widens %s to %g, which needs status: calibrated and a corpus [B26]",
                r->path, row->id, row->features[i].name, row->features[i].tolerance);
    return IVQ_OK;
}

enum ivq_status ivq_calibration_load(const char *path, struct ivq_calibration **out, struct ivq_error *error)
{
    struct reader reader = {calloc(1, sizeof *reader.table), path};
    *out = NULL;
    if (!reader.table)
        return ivq_fail_memory(error, path);
    enum ivq_status status = ivq_yaml_read(path, take, &reader, error);
    for (int i = 0; i < reader.table->count && status == IVQ_OK; i++)
        status = check_row(&reader, i, error);
    if (status == IVQ_OK)
        *out = reader.table;
    else
        ivq_calibration_free(reader.table);
    return status;
}

void ivq_calibration_free(struct ivq_calibration *table)
{
    free(table);
}

/* --- look-up --- */

/* How well a pattern fits; 0: not at all. A '*' counts only at the end. */
static size_t fit(const char *pattern, const char *id)
{
    const size_t length = strlen(pattern);
    if (length && pattern[length - 1] == '*')
        return strncmp(pattern, id, length - 1) ? 0 : length;
    return strcmp(pattern, id) ? 0 : length + 2;
}

static const struct row *best_row(const struct ivq_calibration *table, const char *id)
{
    const struct row *best = NULL;
    size_t most = 0;
    for (int i = 0; table && i < table->count; i++) {
        const size_t found = fit(table->rows[i].id, id);
        if (found > most) {
            most = found;
            best = &table->rows[i];
        }
    }
    return best;
}

void ivq_calibration_look_up(const struct ivq_calibration *table, const char *id, const char *feature,
                             double *tolerance, char *source, size_t size)
{
    const struct row *const row = best_row(table, id);
    if (!row) {
        snprintf(source, size, "no-calibration:%.90s", id);
        return;
    }
    for (int i = 0; i < row->count; i++)
        if (!strcmp(row->features[i].name, feature)) {
            *tolerance = row->features[i].tolerance;
            snprintf(source, size, "%s:%.90s", row->calibrated ? "calibrated" : "placeholder", row->id);
            return;
        }
    snprintf(source, size, "placeholder-default:%.80s", row->id);
}

static bool is_hex(const char *text, size_t length)
{
    return length >= 6 && !strncmp(text, "0x", 2) && strspn(text + 2, "0123456789abcdef") >= length - 2;
}

enum ivq_status ivq_gpu_id_check(const char *id, struct ivq_error *error)
{
    const char *const rest = strchr(id, ':');
    const size_t backend = rest ? (size_t)(rest - id) : 0, part = rest ? strcspn(rest + 1, ":") : 0;
    const char *const second = rest && rest[1 + part] ? rest + 2 + part : "";
    int major, minor, end = 0;
    const bool is_cuda =
        !strncmp(id, "cuda:", 5) && sscanf(id + 5, "%d.%d%n", &major, &minor, &end) == 2 && !id[5 + end];
    const bool is_vulkan = !strncmp(id, "vulkan", backend) && backend == 6 && is_hex(rest + 1, part) &&
                           is_hex(second, strlen(second));
    const bool has_driver = ((!strncmp(id, "sycl", backend) && backend == 4) ||
                             (!strncmp(id, "opencl", backend) && backend == 6)) &&
                            is_hex(rest + 1, part) && *second;
    if (is_cuda || is_vulkan || has_driver)
        return IVQ_OK;
    return ivq_fail(
        error, IVQ_USAGE,
        "--gpu-id: '%s' is none of vulkan:0xVVVV:0xDDDD, cuda:M.m, opencl:0xVVVV:DRIVER, sycl:0xVVVV:DRIVER",
        id);
}
