/* Reading the records of sides. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/gate_impl.h"
#include "parity/rules.h"

const char *ivq_record_text(const json_t *object, const char *member)
{
    const char *const text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

/* --- rows --- */

static bool is_default(const char *metric, const char *name, const char *value)
{
    struct ivq_catalog_option option;
    for (int i = 0; ivq_catalog_option(metric, i, &option); i++)
        if (!strcmp(option.name, name))
            return !strcmp(option.initial, value);
    return true; /* no option of that metric: told by what compares options */
}

/* "adm_enhn_gain_limit=1": what is not at its default. */
static void print_options(const char *metric, json_t *options, char text[IVQ_LABEL_SIZE])
{
    const char *name;
    json_t *value;
    size_t used = 0;
    text[0] = 0;
    json_object_foreach(options, name, value)
    {
        const char *const given = json_string_value(value);
        if (given && used < IVQ_LABEL_SIZE && !is_default(metric, name, given))
            used +=
                (size_t)snprintf(text + used, IVQ_LABEL_SIZE - used, "%s%s=%s", used ? ":" : "", name, given);
    }
}

static void describe(const json_t *entry, bool model, struct ivq_row *row)
{
    *row = (struct ivq_row){.model = model};
    snprintf(row->feature, sizeof row->feature, "%s", ivq_record_text(entry, model ? "name" : "feature"));
    if (!model)
        print_options(row->feature, json_object_get(entry, "options"), row->options);
}

static bool is_row(const struct ivq_row *a, const struct ivq_row *b)
{
    return a->model == b->model && !strcmp(a->feature, b->feature) && !strcmp(a->options, b->options);
}

static void add_row(struct ivq_gate *gate, const json_t *entry, bool model)
{
    struct ivq_row row;
    describe(entry, model, &row);
    for (int i = 0; i < gate->row_count; i++)
        if (is_row(&gate->rows[i], &row))
            return;
    if (gate->row_count < IVQ_MAX_ROWS)
        gate->rows[gate->row_count++] = row;
    else
        ivq_result_break(gate->result, 0, IVQ_CELL_ERROR, "more than %d metrics", IVQ_MAX_ROWS);
}

void ivq_gate_add_rows(struct ivq_gate *gate, const json_t *record)
{
    json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(record, "features"), i, entry) add_row(gate, entry, false);
    json_array_foreach(json_object_get(record, "models"), i, entry) add_row(gate, entry, true);
}

const json_t *ivq_record_entry(const json_t *record, const struct ivq_row *wanted)
{
    json_t *entry;
    struct ivq_row row;
    size_t i;
    json_array_foreach(json_object_get(record, wanted->model ? "models" : "features"), i, entry)
    {
        describe(entry, wanted->model, &row);
        if (is_row(&row, wanted))
            return entry;
    }
    return NULL;
}

/* --- series --- */

/* One value for the clip: an output of the metric says so, under the longest name that the series begins
 * with. */
static bool is_aggregate(const struct ivq_row *row, const char *name)
{
    struct ivq_catalog_output output;
    size_t longest = 0;
    bool aggregate = false;
    for (int i = 0; !row->model && ivq_catalog_output(row->feature, i, &output); i++) {
        const size_t length = strlen(output.name);
        if (length > longest && !strncmp(output.name, name, length)) {
            longest = length;
            aggregate = output.aggregate;
        }
    }
    return aggregate;
}

/* 16 hexadecimal digits, and nothing that could have been rounded. */
static bool parse_bits(const char *text, double *value)
{
    char *end;
    const uint64_t bits = strtoull(text, &end, 16);
    memcpy(value, &bits, sizeof *value);
    return strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16 && !*end;
}

static bool read_value(const json_t *json, const char *name, int frame, double *value, struct ivq_cell *cell)
{
    if (json_is_null(json)) {
        ivq_cell_break(cell, 23, IVQ_CELL_ERROR, "%s: frame %d has no score", name, frame);
        return false;
    }
    if (json_is_string(json) && parse_bits(json_string_value(json), value))
        return true;
    ivq_cell_break(cell, 12, IVQ_CELL_ERROR, "%s: the score of frame %d came as text, not as bits", name,
                   frame);
    *value = json_number_value(json);
    return json_is_number(json);
}

bool ivq_record_series(const json_t *entry, const struct ivq_row *row, const char *name, int frames,
                       struct ivq_series *series, struct ivq_cell *cell)
{
    const json_t *const values = json_object_get(json_object_get(entry, "scores"), name);
    const int expected = is_aggregate(row, name) ? 1 : frames, count = (int)json_array_size(values);
    *series = (struct ivq_series){.name = (char *)name};
    if (count != expected || !count)
        ivq_cell_break(cell, 13, IVQ_CELL_ERROR, "%s: %d scores of %d frames", name, count, expected);
    for (int i = 0; i < count; i++) {
        double value;
        if (read_value(json_array_get(values, (size_t)i), name, i, &value, cell) &&
            !ivq_series_add(series, i, value)) {
            ivq_cell_break(cell, 0, IVQ_CELL_ERROR, "out of memory");
            return false;
        }
    }
    return true;
}
