/* Logs: the finished run as a struct ivq_report, and live lines. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "isovq/version.h"
#include "report/formats.h"

/* --- files --- */

/* Not opened by its name, which would write over what is there already. */
bool cli_is_stdout(const char *path)
{
    return path && (!strcmp(path, "-") || !strcmp(path, "/dev/stdout"));
}

enum ivq_status cli_file_open(struct cli_file *file, const char *path, struct ivq_error *error)
{
    *file = (struct cli_file){.name = path};
    if (!path)
        return IVQ_OK;
    if (cli_is_stdout(path)) {
        *file = (struct cli_file){.file = stdout, .name = "standard output"};
        return IVQ_OK;
    }
    file->file = fopen(path, "we"); /* e: not inherited */
    file->owned = true;
    if (!file->file)
        return ivq_fail(error, IVQ_OUTPUT, "%s cannot be opened for writing: %s", path, strerror(errno));
    return IVQ_OK;
}

enum ivq_status cli_file_close(struct cli_file *file, struct ivq_error *error)
{
    if (!file->file)
        return IVQ_OK;
    errno = 0;
    bool failed = fflush(file->file) || ferror(file->file);
    int reason = file->error_number ? file->error_number : errno;
    if (file->owned && fclose(file->file) && !failed) {
        failed = true;
        reason = errno;
    }
    file->file = NULL;
    if (!failed)
        return IVQ_OK;
    return ivq_fail(error, IVQ_OUTPUT, "%s could not be written: %s", file->name,
                    reason ? strerror(reason) : "it reports an error");
}

/* --- the log of a run --- */

/* What a struct ivq_report points to. */
struct tables {
    const struct ivq_meter *meter;
    int *columns; /* the meter's series of each column */
    struct ivq_report_series *series;
    struct ivq_report_aggregate *aggregates;
    size_t series_count, aggregate_count;
};

static void free_tables(struct tables *t)
{
    free(t->columns);
    free(t->series);
    free(t->aggregates);
}

static bool score_of(const void *user, int frame, size_t series, double *value)
{
    const struct tables *t = user;
    return ivq_meter_score(t->meter, t->columns[series], frame, value);
}

static void pool(const struct ivq_meter *meter, int series, struct ivq_report_pooled *pooled)
{
    double *const values[] = {&pooled->min, &pooled->max, &pooled->mean, &pooled->harmonic_mean};
    pooled->present = true;
    for (int i = 0; i < IVQ_POOL_LOGGED && pooled->present; i++)
        pooled->present =
            ivq_meter_pool(meter, series, ivq_catalog_pooling(i), 0, -1, values[i], NULL) == IVQ_OK;
}

static void fill_columns(const struct ivq_meter *meter, struct tables *t)
{
    for (int i = 0; i < ivq_meter_series_count(meter); i++) {
        const char *const name = ivq_meter_series_name(meter, i);
        double value;
        if (!ivq_meter_series_aggregate(meter, i)) {
            t->columns[t->series_count] = i;
            t->series[t->series_count].name = name;
            pool(meter, i, &t->series[t->series_count++].pooled);
        } else if (ivq_meter_score(meter, i, 0, &value)) {
            t->aggregates[t->aggregate_count++] = (struct ivq_report_aggregate){name, value};
        }
    }
}

static bool fill_tables(const struct ivq_meter *meter, struct tables *t)
{
    const size_t series = (size_t)ivq_meter_series_count(meter) + 1; /* never 0 bytes */
    *t = (struct tables){
        .meter = meter,
        .columns = calloc(series, sizeof *t->columns),
        .series = calloc(series, sizeof *t->series),
        .aggregates = calloc(series, sizeof *t->aggregates),
    };
    if (!t->columns || !t->series || !t->aggregates)
        return false;
    fill_columns(meter, t);
    return true;
}

/* Whether every score that was written could be read back from where older ones are kept. */
static enum ivq_status check_scores(const struct tables *t, struct ivq_error *error)
{
    struct ivq_error failure = {IVQ_OK, ""};
    double value;
    if (t->series_count)
        ivq_meter_pool(t->meter, t->columns[0], "min", 0, -1, &value, &failure);
    if (failure.status != IVQ_OUTPUT && failure.status != IVQ_MEMORY)
        return IVQ_OK;
    *error = failure;
    return failure.status;
}

enum ivq_status cli_write_log(const struct cli_settings *settings, const struct ivq_meter *meter,
                              const struct ivq_video *video, double fps, const struct cli_file *file,
                              struct ivq_error *error)
{
    struct ivq_catalog_device device;
    struct tables t;
    if (!fill_tables(meter, &t)) {
        free_tables(&t);
        return ivq_fail_memory(error, "the log");
    }
    ivq_meter_device(meter, &device);
    const struct ivq_report_device computed_on = {device.id, device.name, device.driver,
                                                  *device.uuid ? device.uuid : NULL, ivq_fingerprint()};
    const int frames = ivq_meter_frames(meter);
    const struct ivq_report report = {
        .version = ivq_version(),
        .arithmetic = "exact",
        .devices = &computed_on,
        .device_count = 1,
        .width = frames ? video->width[0] : 0,
        .height = frames ? video->height[0] : 0,
        .fps = fps,
        .series = t.series,
        .series_count = t.series_count,
        .frame_count = frames,
        .score = score_of,
        .user = &t,
        .aggregates = t.aggregates,
        .aggregate_count = t.aggregate_count,
    };
    const struct ivq_report_style style = {settings->precision, settings->as_vmaf};
    const struct ivq_report_format *format =
        settings->format ? settings->format : ivq_report_format_find(settings->as_vmaf ? "xml" : "json");
    const enum ivq_status status =
        ivq_report_write_file(&report, format, &style, file->file, file->name, error);
    const enum ivq_status lost = check_scores(&t, error);
    free_tables(&t);
    return lost != IVQ_OK ? lost : status;
}

/* --- live scores --- */

void cli_write_live(struct cli_file *file, const struct ivq_frame_scores *scores,
                    struct ivq_precision precision)
{
    bool first = true;
    fprintf(file->file, "{\"frameNum\": %d, \"metrics\": {", scores->frame);
    for (int i = 0; i < scores->count; i++) {
        if (!scores->present[i])
            continue;
        fputs(first ? "" : ", ", file->file);
        first = false;
        ivq_report_json_text(file->file, scores->names[i]);
        fputs(": ", file->file);
        if (isfinite(scores->values[i]))
            ivq_report_number(file->file, scores->values[i], precision);
        else
            fputs("null", file->file);
    }
    fputs("}}\n", file->file);
    errno = 0;
    if (fflush(file->file) && !file->error_number) /* flushed, because readers wait for this line */
        file->error_number = errno;
}
