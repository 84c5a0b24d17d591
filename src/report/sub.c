/* Subtitles in the MicroDVD style, cli_and_logs.md section 8. */
#include "report/formats.h"

/* '|' begins a new line, braces hold times and styles, and there is no escape: such characters become '_'. */
static void print_name(FILE *file, const char *name)
{
    for (; *name; name++) {
        const bool special = *name == '|' || *name == '{' || *name == '}' || (unsigned char)*name < ' ';
        fputc(special ? '_' : *name, file);
    }
}

static void print_frame(FILE *file, const struct ivq_report *report, int frame,
                        struct ivq_precision precision)
{
    double value;

    fprintf(file, "{%d}{%d}frame: %d|", frame, frame + 1, frame);
    for (size_t i = 0; i < report->series_count; i++) {
        if (!ivq_report_value(report, frame, i, &value))
            continue;
        print_name(file, report->series[i].name);
        fputs(": ", file);
        ivq_report_number(file, value, precision);
        fputc('|', file);
    }
    fputc('\n', file);
}

void ivq_report_sub(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style)
{
    for (int frame = 0; frame < report->frame_count; frame++) {
        if (ivq_report_has_frame(report, frame))
            print_frame(file, report, frame, style->precision);
    }
}
