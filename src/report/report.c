#include "report/report.h"

#include <errno.h>
#include <math.h>
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

static enum ivq_status fail_write(const char *name, int error_number, struct ivq_error *error)
{
    return ivq_fail(error, IVQ_OUTPUT, "the log %s could not be written: %s", name,
                    error_number ? strerror(error_number) : "the file reports an error");
}

enum ivq_status ivq_report_write_file(const struct ivq_report *report, const struct ivq_report_format *format,
                                      const struct ivq_report_style *style, FILE *file, const char *name,
                                      struct ivq_error *error)
{
    errno = 0;
    format->print(file, report, style);
    if (fflush(file) || ferror(file))
        return fail_write(name, errno, error);
    return IVQ_OK;
}

enum ivq_status ivq_report_write(const struct ivq_report *report, const struct ivq_report_format *format,
                                 const struct ivq_report_style *style, const char *path,
                                 struct ivq_error *error)
{
    enum ivq_status status;
    FILE *file;

    if (!strcmp(path, "-"))
        return ivq_report_write_file(report, format, style, stdout, "standard output", error);
    file = fopen(path, "we"); /* e: not inherited by programs that the host starts */
    if (!file)
        return fail_write(path, errno, error);
    status = ivq_report_write_file(report, format, style, file, path, error);
    if (fclose(file) && !status)
        status = fail_write(path, errno, error);
    return status;
}
