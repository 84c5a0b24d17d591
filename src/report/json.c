/* JSON, cli_and_logs.md section 7. */
#include <math.h>

#include "report/formats.h"

/* A JSON document on its way out. Commas stand between the members of an object or array, never by index. */
struct writer {
    FILE *file;
    struct ivq_precision precision;
    int depth;
    bool first; /* no member of the innermost object or array has been written */
};

static void start_member(struct writer *w, const char *key)
{
    fprintf(w->file, "%s\n%*s", w->first ? "" : ",", 2 * w->depth, "");
    w->first = false;
    if (key) {
        ivq_report_json_text(w->file, key);
        fputs(": ", w->file);
    }
}

static void open_bracket(struct writer *w, const char *key, char bracket)
{
    if (w->depth)
        start_member(w, key);
    fputc(bracket, w->file);
    w->depth++;
    w->first = true;
}

static void close_bracket(struct writer *w, char bracket)
{
    w->depth--;
    fprintf(w->file, "\n%*s%c", 2 * w->depth, "", bracket);
    w->first = false;
}

static void print_text(struct writer *w, const char *key, const char *text)
{
    start_member(w, key);
    if (text)
        ivq_report_json_text(w->file, text);
    else
        fputs("null", w->file);
}

static void print_int(struct writer *w, const char *key, int value)
{
    start_member(w, key);
    fprintf(w->file, "%d", value);
}

static void print_number(struct writer *w, const char *key, double value, struct ivq_precision precision)
{
    start_member(w, key);
    if (isfinite(value))
        ivq_report_number(w->file, value, precision);
    else
        fputs("null", w->file);
}

static void print_device(struct writer *w, const struct ivq_report_device *device)
{
    open_bracket(w, NULL, '{');
    print_text(w, "id", device->id);
    print_text(w, "name", device->name);
    print_text(w, "driver", device->driver);
    print_text(w, "uuid", device->uuid);
    print_text(w, "kernel_fingerprint", device->kernel_fingerprint);
    close_bracket(w, '}');
}

static void print_isovq(struct writer *w, const struct ivq_report *report)
{
    if (!report->arithmetic)
        return;
    open_bracket(w, "isovq", '{');
    print_text(w, "version", report->version);
    print_int(w, "schema", IVQ_REPORT_SCHEMA);
    print_text(w, "arithmetic", report->arithmetic);
    open_bracket(w, "devices", '[');
    for (size_t i = 0; i < report->device_count; i++)
        print_device(w, &report->devices[i]);
    close_bracket(w, ']');
    close_bracket(w, '}');
}

static void print_frame(struct writer *w, const struct ivq_report *report, int frame)
{
    double value;

    open_bracket(w, NULL, '{');
    print_int(w, "frameNum", frame);
    open_bracket(w, "metrics", '{');
    for (size_t i = 0; i < report->series_count; i++) {
        if (ivq_report_value(report, frame, i, &value))
            print_number(w, report->series[i].name, value, w->precision);
    }
    close_bracket(w, '}');
    close_bracket(w, '}');
}

static void print_frames(struct writer *w, const struct ivq_report *report)
{
    open_bracket(w, "frames", '[');
    for (int frame = 0; frame < report->frame_count; frame++) {
        if (ivq_report_has_frame(report, frame))
            print_frame(w, report, frame);
    }
    close_bracket(w, ']');
}

static void print_pooled(struct writer *w, const struct ivq_report *report)
{
    open_bracket(w, "pooled_metrics", '{');
    for (size_t i = 0; i < report->series_count; i++) {
        const struct ivq_report_pooled *pooled = &report->series[i].pooled;
        open_bracket(w, report->series[i].name, '{');
        if (pooled->present) {
            print_number(w, "min", pooled->min, w->precision);
            print_number(w, "max", pooled->max, w->precision);
            print_number(w, "mean", pooled->mean, w->precision);
            print_number(w, "harmonic_mean", pooled->harmonic_mean, w->precision);
        }
        close_bracket(w, '}');
    }
    close_bracket(w, '}');
}

static void print_aggregates(struct writer *w, const struct ivq_report *report)
{
    open_bracket(w, "aggregate_metrics", '{');
    for (size_t i = 0; i < report->aggregate_count; i++)
        print_number(w, report->aggregates[i].name, report->aggregates[i].value, w->precision);
    close_bracket(w, '}');
}

void ivq_report_json(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style)
{
    struct writer w = {.file = file, .precision = style->precision};

    open_bracket(&w, NULL, '{');
    print_text(&w, "version", report->version);
    print_isovq(&w, report);
    print_number(&w, "fps", report->fps, ivq_report_fps_precision);
    print_frames(&w, report);
    print_pooled(&w, report);
    print_aggregates(&w, report);
    close_bracket(&w, '}');
    fputc('\n', file);
}
