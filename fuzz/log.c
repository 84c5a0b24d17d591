/* Logs of made-up runs: names and values from the bytes, written in every format and read back. */
#include <jansson.h>
#include <string.h>

#include "fuzz.h"
#include "log_check.h"
#include "report/report.h"

enum {
    MAX_SERIES = 6,
    MAX_FRAMES = 5,
    MAX_AGGREGATES = 2,
    MAX_NAME = 300,
    NAMES = MAX_SERIES + MAX_AGGREGATES + 4
};

/* What a struct ivq_report points to. */
struct run {
    char names[NAMES][MAX_NAME + 1];
    struct ivq_report_series series[MAX_SERIES];
    double values[MAX_FRAMES * MAX_SERIES];
    bool present[MAX_FRAMES * MAX_SERIES];
    struct ivq_report_aggregate aggregates[MAX_AGGREGATES];
    struct ivq_report_device device;
    struct ivq_report report;
    struct ivq_report_style style;
};

static const char *take_name(struct fuzz_bytes *bytes, char name[MAX_NAME + 1])
{
    size_t length = 0;
    uint8_t byte;
    while (length < MAX_NAME && (byte = fuzz_byte(bytes)))
        name[length++] = (char)byte;
    name[length] = 0;
    return name;
}

/* Common doubles from one byte, any from nine. */
static double take_value(struct fuzz_bytes *bytes)
{
    const uint8_t kind = fuzz_byte(bytes);
    uint64_t bits = 0;
    double value;
    if (kind < 128)
        return kind / 8.0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | fuzz_byte(bytes);
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void take_pooled(struct fuzz_bytes *bytes, struct ivq_report_pooled *pooled)
{
    pooled->present = fuzz_byte(bytes) & 1;
    if (!pooled->present)
        return;
    pooled->min = take_value(bytes);
    pooled->max = take_value(bytes);
    pooled->mean = take_value(bytes);
    pooled->harmonic_mean = take_value(bytes);
}

static void take_series(struct fuzz_bytes *bytes, struct run *run)
{
    struct ivq_report *const r = &run->report;
    for (size_t i = 0; i < r->series_count; i++) {
        run->series[i].name = take_name(bytes, run->names[i]);
        take_pooled(bytes, &run->series[i].pooled);
    }
    for (size_t i = 0; i < r->aggregate_count; i++) {
        run->aggregates[i].name = take_name(bytes, run->names[MAX_SERIES + i]);
        run->aggregates[i].value = take_value(bytes);
    }
    for (size_t i = 0; i < (size_t)r->frame_count * r->series_count; i++) {
        const uint8_t kind = fuzz_byte(bytes);
        run->present[i] = kind & 1;
        run->values[i] = run->present[i] ? take_value(bytes) : 0;
    }
}

static bool score_of(const void *user, int frame, size_t series, double *value)
{
    const struct run *run = user;
    const size_t i = (size_t)frame * run->report.series_count + series;
    *value = run->values[i];
    return run->present[i];
}

static void take_run(struct fuzz_bytes *bytes, struct run *run)
{
    const uint8_t shape = fuzz_byte(bytes), kind = fuzz_byte(bytes);
    char(*names)[MAX_NAME + 1] = run->names + MAX_SERIES + MAX_AGGREGATES;
    *run = (struct run){0};
    run->style.precision = (struct ivq_precision){(enum ivq_precision_rule)((kind & 3) % 3),
                                                  fuzz_byte(bytes) % (IVQ_PRECISION_MAX_DIGITS + 1)};
    run->style.trailing_comma = kind & 4;
    run->device.id = take_name(bytes, names[0]);
    run->device.name = take_name(bytes, names[1]);
    run->report = (struct ivq_report){
        .version = names[2],
        .arithmetic = kind & 8 ? names[3] : NULL,
        .partial = kind & 16 ? NULL : names[3],
        .devices = &run->device,
        .device_count = kind >> 4 & 1,
        .width = 16,
        .height = 16,
        .series = run->series,
        .series_count = (shape & 15) % (MAX_SERIES + 1),
        .frame_count = (shape >> 4) % (MAX_FRAMES + 1),
        .score = score_of,
        .user = run,
        .aggregates = run->aggregates,
        .aggregate_count = (size_t)(kind >> 5) % (MAX_AGGREGATES + 1),
    };
    take_name(bytes, names[2]);
    take_name(bytes, names[3]);
    run->report.fps = take_value(bytes);
    take_series(bytes, run);
}

/* A library of its own says whether this is JSON. "too big an integer" is a limit of its own: reals are asked
   for. */
static void check_json(const char *text, size_t size, const struct run *run)
{
    json_error_t problem;
    json_t *root = json_loadb(text, size, JSON_DECODE_INT_AS_REAL, &problem);
    if (!root)
        fprintf(stderr, "%s\nline %d: %s\n", text, problem.line, problem.text);
    FUZZ_CHECK(root);
    FUZZ_CHECK(json_is_array(json_object_get(root, "frames")));
    FUZZ_CHECK(json_array_size(json_object_get(root, "frames")) <= (size_t)run->report.frame_count);
    json_decref(root);
}

/* Columns of a run have names of their own: the engine sees to that. */
static bool has_equal_names(const struct run *run)
{
    for (size_t i = 0; i < run->report.series_count; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(run->series[i].name, run->series[k].name))
                return true;
    return run->report.aggregate_count == 2 && !strcmp(run->aggregates[0].name, run->aggregates[1].name);
}

static void write_and_check(const struct run *run, const struct ivq_report_format *format)
{
    struct ivq_error error = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    FUZZ_CHECK(file);
    struct ivq_file output = ivq_file_around(file, "fuzz");
    FUZZ_CHECK(ivq_report_write(&run->report, format, &run->style, &output, &error) == IVQ_OK);
    FUZZ_CHECK(!fclose(file));
    FUZZ_CHECK(strlen(text) == size);
    if (!strcmp(format->name, "json"))
        check_json(text, size, run);
    else if (!strcmp(format->name, "xml"))
        log_check_xml(text);
    else if (!strcmp(format->name, "csv"))
        log_check_csv(text, (int)run->report.series_count + 1 + run->style.trailing_comma);
    else
        log_check_sub(text);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run run;
    struct fuzz_bytes bytes = {data, size};
    take_run(&bytes, &run);
    if (has_equal_names(&run))
        return 0;
    for (const struct ivq_report_format *format = ivq_report_formats; format->name; format++)
        write_and_check(&run, format);
    return 0;
}
