/* Logs: the finished run as a struct ivq_report, and live lines. */
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/vmaf.h"
#include "isovq/version.h"
#include "report/formats.h"

/* --- the log of a run --- */

static const struct ivq_report_format *format_of(const struct cli_settings *settings)
{
    return settings->format ? settings->format : ivq_report_format_find(settings->as_vmaf ? "xml" : "json");
}

/* What a struct ivq_report points to. */
struct tables {
    const struct ivq_meter *meter;
    int *columns; /* the meter's series of each column */
    struct ivq_report_series *series;
    struct ivq_report_aggregate *aggregates;
    size_t series_count, aggregate_count;
    bool as_threaded_vmaf; /* some columns come first */
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

static void fill_columns(const struct ivq_meter *meter, struct tables *t, bool first)
{
    for (int i = 0; i < ivq_meter_series_count(meter); i++) {
        const char *const name = ivq_meter_series_name(meter, i);
        double value;
        if (first != (t->as_threaded_vmaf && cli_vmaf_comes_first(meter, i)))
            continue;
        if (!ivq_meter_series_aggregate(meter, i)) {
            t->columns[t->series_count] = i;
            t->series[t->series_count].name = name;
            pool(meter, i, &t->series[t->series_count++].pooled);
        } else if (ivq_meter_score(meter, i, 0, &value)) {
            t->aggregates[t->aggregate_count++] = (struct ivq_report_aggregate){name, value};
        }
    }
}

static bool fill_tables(const struct cli_settings *settings, const struct ivq_meter *meter, struct tables *t)
{
    const size_t series = (size_t)ivq_meter_series_count(meter) + 1; /* never 0 bytes */
    *t = (struct tables){
        .meter = meter,
        /* Only in CSV is a column known by its place. */
        .as_threaded_vmaf =
            settings->as_vmaf && settings->threads && format_of(settings)->print == ivq_report_csv,
        .columns = calloc(series, sizeof *t->columns),
        .series = calloc(series, sizeof *t->series),
        .aggregates = calloc(series, sizeof *t->aggregates),
    };
    if (!t->columns || !t->series || !t->aggregates)
        return false;
    fill_columns(meter, t, true);
    fill_columns(meter, t, false);
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

static struct ivq_report report_of(const struct cli_settings *settings, const struct tables *t,
                                   const struct ivq_video *video, double fps, const char *partial)
{
    const int frames = ivq_meter_frames(t->meter);
    return (struct ivq_report){
        .version = settings->as_vmaf ? CLI_VMAF_VERSION : ivq_version(),
        /* the layout of vmaf, to the byte; --record says more */
        .arithmetic = settings->as_vmaf ? NULL : "exact",
        .partial = partial,
        .width = frames ? video->width[0] : 0,
        .height = frames ? video->height[0] : 0,
        .fps = fps,
        .series = t->series,
        .series_count = t->series_count,
        .frame_count = frames,
        .score = score_of,
        .user = t,
        .aggregates = t->aggregates,
        .aggregate_count = t->aggregate_count,
    };
}

enum ivq_status cli_write_log(const struct cli_settings *settings, const struct ivq_meter *meter,
                              const struct ivq_video *video, double fps, const char *partial,
                              struct ivq_file *file, struct ivq_error *error)
{
    const struct ivq_report_style style = {settings->precision, settings->as_vmaf};
    struct ivq_catalog_device device;
    struct tables t;
    if (!fill_tables(settings, meter, &t)) {
        free_tables(&t);
        return ivq_fail_memory(error, "the log");
    }
    ivq_meter_device(meter, &device);
    const struct ivq_report_device computed_on = {device.id, device.name, device.driver,
                                                  *device.uuid ? device.uuid : NULL, ivq_fingerprint()};
    struct ivq_report report = report_of(settings, &t, video, fps, partial);
    report.devices = &computed_on;
    report.device_count = 1;
    const enum ivq_status status = ivq_report_write(&report, format_of(settings), &style, file, error);
    const enum ivq_status lost = check_scores(&t, error);
    free_tables(&t);
    return lost != IVQ_OK ? lost : status;
}

/* --- live scores --- */

void cli_write_live(struct ivq_file *file, const struct ivq_frame_scores *scores,
                    struct ivq_precision precision)
{
    bool first = true;
    if (!ivq_file_begin(file))
        return;
    FILE *const stream = file->stream;
    fprintf(stream, "{\"frameNum\": %d, \"metrics\": {", scores->frame);
    for (int i = 0; i < scores->count; i++) {
        if (!scores->present[i])
            continue;
        fputs(first ? "" : ", ", stream);
        first = false;
        ivq_report_json_text(stream, scores->names[i]);
        fputs(": ", stream);
        ivq_report_json_number(stream, scores->values[i], precision);
    }
    fputs("}}\n", stream);
    ivq_file_flush(file); /* because readers wait for this line */
}
