/* JSON, cli_and_logs.md section 7. */
#include "report/formats.h"
#include "report/json_writer.h"

static void print_device(struct ivq_json *w, const struct ivq_report_device *device)
{
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "id", device->id);
    ivq_json_put_string(w, "name", device->name);
    ivq_json_put_string(w, "driver", device->driver);
    ivq_json_put_string(w, "uuid", device->uuid);
    ivq_json_put_string(w, "kernel_fingerprint", device->kernel_fingerprint);
    ivq_json_close(w, '}');
}

static void print_isovq(struct ivq_json *w, const struct ivq_report *report)
{
    if (!report->arithmetic)
        return;
    ivq_json_open(w, "isovq", '{');
    ivq_json_put_string(w, "version", report->version);
    ivq_json_put_int(w, "schema", IVQ_REPORT_SCHEMA);
    ivq_json_put_string(w, "arithmetic", report->arithmetic);
    ivq_json_open(w, "devices", '[');
    for (size_t i = 0; i < report->device_count; i++)
        print_device(w, &report->devices[i]);
    ivq_json_close(w, ']');
    ivq_json_close(w, '}');
}

static void print_frame(struct ivq_json *w, const struct ivq_report *report, int frame)
{
    double value;

    ivq_json_open(w, NULL, '{');
    ivq_json_put_int(w, "frameNum", frame);
    ivq_json_open(w, "metrics", '{');
    for (size_t i = 0; i < report->series_count; i++) {
        if (ivq_report_value(report, frame, i, &value))
            ivq_json_put_number(w, report->series[i].name, value, w->precision);
    }
    ivq_json_close(w, '}');
    ivq_json_close(w, '}');
}

static void print_frames(struct ivq_json *w, const struct ivq_report *report)
{
    ivq_json_open(w, "frames", '[');
    for (int frame = 0; frame < report->frame_count; frame++) {
        if (ivq_report_has_frame(report, frame))
            print_frame(w, report, frame);
    }
    ivq_json_close(w, ']');
}

static void print_pooled(struct ivq_json *w, const struct ivq_report *report)
{
    ivq_json_open(w, "pooled_metrics", '{');
    for (size_t i = 0; i < report->series_count; i++) {
        const struct ivq_report_pooled *pooled = &report->series[i].pooled;
        ivq_json_open(w, report->series[i].name, '{');
        if (pooled->present) {
            ivq_json_put_number(w, "min", pooled->min, w->precision);
            ivq_json_put_number(w, "max", pooled->max, w->precision);
            ivq_json_put_number(w, "mean", pooled->mean, w->precision);
            ivq_json_put_number(w, "harmonic_mean", pooled->harmonic_mean, w->precision);
        }
        ivq_json_close(w, '}');
    }
    ivq_json_close(w, '}');
}

static void print_aggregates(struct ivq_json *w, const struct ivq_report *report)
{
    ivq_json_open(w, "aggregate_metrics", '{');
    for (size_t i = 0; i < report->aggregate_count; i++)
        ivq_json_put_number(w, report->aggregates[i].name, report->aggregates[i].value, w->precision);
    ivq_json_close(w, '}');
}

void ivq_report_json(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style)
{
    struct ivq_json w = {.file = file, .precision = style->precision};

    ivq_json_open(&w, NULL, '{');
    ivq_json_put_string(&w, "version", report->version);
    print_isovq(&w, report);
    if (report->partial)
        ivq_json_put_string(&w, "partial", report->partial);
    ivq_json_put_number(&w, "fps", report->fps, ivq_report_fps_precision);
    print_frames(&w, report);
    print_pooled(&w, report);
    print_aggregates(&w, report);
    ivq_json_close(&w, '}');
    fputc('\n', file);
}
