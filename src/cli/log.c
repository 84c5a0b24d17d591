/* Logs: the finished run as a struct ivq_report, and live lines. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

struct log_writer {
    struct ivq_report report;
    const struct ivq_report_format *format;
    struct ivq_report_style style;
    struct cli_file *file;
};

/* The log of the first `frames` frames, instead of what is in the file; false where it does not fit. */
static bool write_frames(struct log_writer *w, int frames)
{
    w->report.frame_count = frames;
    if (w->file->error_number && !cli_file_cut(w->file, 0))
        return false;
    w->format->print(w->file->file, &w->report, &w->style);
    return cli_file_flush(w->file);
}

/* On a full disk: as many of the first frames as fit, so that the log stays valid. */
static enum ivq_status write_what_fits(struct log_writer *w, struct ivq_error *error)
{
    const int all = w->report.frame_count;
    if (write_frames(w, all))
        return IVQ_OK;
    int fit = 0;
    for (int more = all; more - fit > 1 && cli_file_cut(w->file, 0);) {
        const int half = fit + (more - fit) / 2;
        if (write_frames(w, half))
            fit = half;
        else
            more = half;
    }
    if (write_frames(w, fit))
        return ivq_fail(error, IVQ_OUTPUT, "%s could not be written: %s; it holds %d of %d frames",
                        w->file->name, strerror(w->file->error_number), fit, all);
    if (cli_file_cut(w->file, 0))
        unlink(w->file->name);
    return cli_file_status(w->file, error);
}

static struct ivq_report report_of(const struct cli_settings *settings, const struct tables *t,
                                   const struct ivq_video *video, double fps)
{
    const int frames = ivq_meter_frames(t->meter);
    return (struct ivq_report){
        .version = settings->as_vmaf ? CLI_VMAF_VERSION : ivq_version(),
        /* the layout of vmaf, to the byte; --record says more */
        .arithmetic = settings->as_vmaf ? NULL : "exact",
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
                              const struct ivq_video *video, double fps, struct cli_file *file,
                              struct ivq_error *error)
{
    struct ivq_catalog_device device;
    struct tables t;
    if (!fill_tables(settings, meter, &t)) {
        free_tables(&t);
        return ivq_fail_memory(error, "the log");
    }
    ivq_meter_device(meter, &device);
    const struct ivq_report_device computed_on = {device.id, device.name, device.driver,
                                                  *device.uuid ? device.uuid : NULL, ivq_fingerprint()};
    struct log_writer writer = {
        .report = report_of(settings, &t, video, fps),
        .format = format_of(settings),
        .style = {settings->precision, settings->as_vmaf},
        .file = file,
    };
    writer.report.devices = &computed_on;
    writer.report.device_count = 1;
    const enum ivq_status status = write_what_fits(&writer, error);
    const enum ivq_status lost = check_scores(&t, error);
    free_tables(&t);
    return lost != IVQ_OK ? lost : status;
}

/* --- live scores --- */

void cli_write_live(struct cli_file *file, const struct ivq_frame_scores *scores,
                    struct ivq_precision precision)
{
    bool first = true;
    if (file->error_number)
        return;
    fprintf(file->file, "{\"frameNum\": %d, \"metrics\": {", scores->frame);
    for (int i = 0; i < scores->count; i++) {
        if (!scores->present[i])
            continue;
        fputs(first ? "" : ", ", file->file);
        first = false;
        ivq_report_json_text(file->file, scores->names[i]);
        fputs(": ", file->file);
        ivq_report_json_number(file->file, scores->values[i], precision);
    }
    fputs("}}\n", file->file);
    cli_file_flush(file); /* because readers wait for this line */
}
