/* XML, cli_and_logs.md section 6. */
#include <ctype.h>
#include <string.h>

#include "report/formats.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_in_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* The byte after the digits is '_', or is going to begin with it. */
static bool looks_escaped(const char *at)
{
    return at[0] == '_' && at[1] == 'x' && isxdigit((unsigned char)at[2]) && isxdigit((unsigned char)at[3]) &&
           at[4] && (at[4] == '_' || !is_in_name(at[4]));
}

/* What would be taken for another name as it is: "_4k" for 4k, "a_x20_b" for "a b", frameNum for the number
   of a frame. Attributes of an element must differ. */
static bool is_ambiguous(const char *name, const char *at)
{
    const bool looks_prefixed = at == name && at[0] == '_' && !is_letter(at[1]);
    return looks_prefixed || looks_escaped(at) || (at == name && !strcmp(name, "frameNum"));
}

/* Series are attributes, and the name of an attribute knows no escapes: bytes it cannot hold become _xHH_.
   Different names stay different. */
static void print_name(FILE *file, const char *name)
{
    if (!is_letter(*name))
        fputc('_', file); /* a model may be called 4k */
    for (const char *at = name; *at; at++) {
        if (is_in_name(*at) && !is_ambiguous(name, at))
            fputc(*at, file);
        else
            fprintf(file, "_x%02X_", (unsigned char)*at);
    }
}

static void print_score(FILE *file, const char *name, double value, struct ivq_precision precision)
{
    print_name(file, name);
    fputs("=\"", file);
    ivq_report_number(file, value, precision);
    fputs("\" ", file);
}

static void print_text(FILE *file, const char *name, const char *text)
{
    if (!text)
        return;
    fprintf(file, "%s=\"", name);
    ivq_report_xml_text(file, text);
    fputs("\" ", file);
}

static void print_frames(FILE *file, const struct ivq_report *report, struct ivq_precision precision)
{
    double value;

    fputs("  <frames>\n", file);
    for (int frame = 0; frame < report->frame_count; frame++) {
        if (!ivq_report_has_frame(report, frame))
            continue;
        fprintf(file, "    <frame frameNum=\"%d\" ", frame);
        for (size_t i = 0; i < report->series_count; i++) {
            if (ivq_report_value(report, frame, i, &value))
                print_score(file, report->series[i].name, value, precision);
        }
        fputs("/>\n", file);
    }
    fputs("  </frames>\n", file);
}

static void print_pooled(FILE *file, const struct ivq_report *report, struct ivq_precision precision)
{
    fputs("  <pooled_metrics>\n", file);
    for (size_t i = 0; i < report->series_count; i++) {
        const struct ivq_report_pooled *pooled = &report->series[i].pooled;
        fputs("    <metric ", file);
        print_text(file, "name", report->series[i].name);
        if (pooled->present) {
            print_score(file, "min", pooled->min, precision);
            print_score(file, "max", pooled->max, precision);
            print_score(file, "mean", pooled->mean, precision);
            print_score(file, "harmonic_mean", pooled->harmonic_mean, precision);
        }
        fputs("/>\n", file);
    }
    fputs("  </pooled_metrics>\n", file);
}

static void print_aggregates(FILE *file, const struct ivq_report *report, struct ivq_precision precision)
{
    fputs("  <aggregate_metrics ", file);
    for (size_t i = 0; i < report->aggregate_count; i++)
        print_score(file, report->aggregates[i].name, report->aggregates[i].value, precision);
    fputs("/>\n", file);
}

/* At the end, so that scripts which count the elements before it still find them (DECISIONS 18). */
static void print_isovq(FILE *file, const struct ivq_report *report)
{
    if (!report->arithmetic)
        return;
    fputs("  <isovq ", file);
    print_text(file, "version", report->version);
    fprintf(file, "schema=\"%d\" ", IVQ_REPORT_SCHEMA);
    print_text(file, "arithmetic", report->arithmetic);
    fputs(report->device_count ? ">\n" : "/>\n", file);
    for (size_t i = 0; i < report->device_count; i++) {
        const struct ivq_report_device *device = &report->devices[i];
        fputs("    <device ", file);
        print_text(file, "id", device->id);
        print_text(file, "name", device->name);
        print_text(file, "driver", device->driver);
        print_text(file, "uuid", device->uuid);
        print_text(file, "kernel_fingerprint", device->kernel_fingerprint);
        fputs("/>\n", file);
    }
    if (report->device_count)
        fputs("  </isovq>\n", file);
}

void ivq_report_xml(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style)
{
    fputs("<VMAF version=\"", file);
    ivq_report_xml_text(file, report->version);
    if (report->partial) {
        fputs("\" partial=\"", file);
        ivq_report_xml_text(file, report->partial);
    }
    fprintf(file, "\">\n  <params qualityWidth=\"%d\" qualityHeight=\"%d\" />\n  <fyi fps=\"", report->width,
            report->height);
    ivq_report_number(file, report->fps, ivq_report_fps_precision);
    fputs("\" />\n", file);
    print_frames(file, report, style->precision);
    print_pooled(file, report, style->precision);
    print_aggregates(file, report, style->precision);
    print_isovq(file, report);
    fputs("</VMAF>\n", file);
}
