/* CSV, cli_and_logs.md section 8. */
#include <string.h>

#include "report/formats.h"

static void print_name(FILE *file, const char *name)
{
    if (!strpbrk(name, ",\"\r\n")) {
        fputs(name, file);
        return;
    }
    fputc('"', file);
    for (; *name; name++) {
        if (*name == '"')
            fputc('"', file);
        fputc(*name, file);
    }
    fputc('"', file);
}

static void print_header(FILE *file, const struct ivq_report *report, const char *line_end)
{
    fputs("Frame", file);
    for (size_t i = 0; i < report->series_count; i++) {
        fputc(',', file);
        print_name(file, report->series[i].name);
    }
    fputs(line_end, file);
}

static void print_frame(FILE *file, const struct ivq_report *report, int frame,
                        struct ivq_precision precision, const char *line_end)
{
    double value;

    fprintf(file, "%d", frame);
    for (size_t i = 0; i < report->series_count; i++) {
        fputc(',', file);
        if (ivq_report_value(report, frame, i, &value)) /* an absent value keeps its cell */
            ivq_report_number(file, value, precision);
    }
    fputs(line_end, file);
}

void ivq_report_csv(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style)
{
    const char *line_end = style->trailing_comma ? ",\n" : "\n";

    print_header(file, report, line_end);
    for (int frame = 0; frame < report->frame_count; frame++) {
        if (ivq_report_has_frame(report, frame))
            print_frame(file, report, frame, style->precision, line_end);
    }
}
