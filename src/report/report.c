#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/formats.h"

const struct ivq_report_format ivq_report_formats[] = {
    {"xml", "frames, pooled and aggregate values as XML", ivq_report_xml},
    {"json", "frames, pooled and aggregate values as JSON", ivq_report_json},
    {"csv", "frames as comma-separated values", ivq_report_csv},
    {"sub", "frames as subtitles (MicroDVD)", ivq_report_sub},
    {NULL, NULL, NULL},
};

const struct ivq_precision ivq_report_fps_precision = {.rule = IVQ_PRECISION_FIXED, .digits = 2};

const struct ivq_report_format *ivq_report_format_find(const char *name)
{
    for (const struct ivq_report_format *format = ivq_report_formats; format->name; format++) {
        if (!strcmp(format->name, name))
            return format;
    }
    return NULL;
}

bool ivq_report_value(const struct ivq_report *report, int frame, size_t series, double *value)
{
    return report->score(report->user, frame, series, value);
}

bool ivq_report_has_frame(const struct ivq_report *report, int frame)
{
    double value;

    for (size_t i = 0; i < report->series_count; i++) {
        if (ivq_report_value(report, frame, i, &value))
            return true;
    }
    return false;
}

void ivq_report_number(FILE *file, double value, struct ivq_precision precision)
{
    char text[IVQ_NUMBER_SIZE];

    ivq_number_format(text, value, precision);
    fputs(text, file);
}

void ivq_report_json_number(FILE *file, double value, struct ivq_precision precision)
{
    if (isfinite(value))
        ivq_report_number(file, value, precision);
    else
        fputs("null", file);
}

struct writing {
    struct ivq_report report;
    const struct ivq_report_format *format;
    const struct ivq_report_style *style;
    const struct ivq_file *file;
};

static void print_frames(void *user, FILE *file, int frames)
{
    struct writing *w = user;
    struct ivq_report report = w->report;
    char partial[128];

    if (frames < report.frame_count) {
        snprintf(partial, sizeof partial, "%s: %d of %d frames fit", strerror(w->file->error_number), frames,
                 report.frame_count);
        report.partial = partial;
    }
    report.frame_count = frames;
    w->format->print(file, &report, w->style);
}

enum ivq_status ivq_report_write(const struct ivq_report *report, const struct ivq_report_format *format,
                                 const struct ivq_report_style *style, struct ivq_file *file,
                                 struct ivq_error *error)
{
    struct writing writing = {*report, format, style, file};

    return ivq_file_fit(file, report->frame_count, print_frames, &writing, error);
}
