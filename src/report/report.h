/* Logs of a finished run: XML, JSON, CSV and subtitle (cli_and_logs.md sections 5 to 8, with their defects
   mended). Nothing here computes: scores arrive as the doubles they are, pooled values too. */
#ifndef IVQ_REPORT_REPORT_H
#define IVQ_REPORT_REPORT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/number.h"
#include "report/file.h"

/* Version of the `isovq` member of logs (DECISIONS 18). */
enum { IVQ_REPORT_SCHEMA = 1 };

struct ivq_report_pooled {
    bool present; /* false where a scored frame lacks a value: the entry is written without members */
    double min, max, mean, harmonic_mean;
};

/* One column. The first value ever stored decides the order of columns; the caller brings them in it. */
struct ivq_report_series {
    const char *name; /* as logged; any text, escaped as the format demands */
    struct ivq_report_pooled pooled;
};

struct ivq_report_aggregate {
    const char *name;
    double value;
};

/* A device that computed scores of this run. NULL: unknown, which JSON says as null and XML by leaving it
 * out. */
struct ivq_report_device {
    const char *id, *name, *driver, *uuid, *kernel_fingerprint;
};

/* A run. All pointers are borrowed and only read. */
struct ivq_report {
    const char *version;
    const char *arithmetic; /* "exact"; NULL leaves the member `isovq` out */
    const char *partial;    /* why this is not the whole clip, which JSON and XML say; NULL: it is */
    const struct ivq_report_device *devices;
    size_t device_count;

    int width, height; /* luma samples; 0 where no frame was scored */
    double fps;        /* frames per second of wall-clock time; NaN where unknown */

    const struct ivq_report_series *series;
    size_t series_count;
    int frame_count;
    /* The score of a frame from 0 to frame_count - 1; false where there is none. Asked for in frame order, so
       that they need not all be in memory. A frame without any, as under subsampling, is not written. */
    bool (*score)(const void *user, int frame, size_t series, double *value);
    const void *user;

    const struct ivq_report_aggregate *aggregates;
    size_t aggregate_count;
};

struct ivq_report_style {
    struct ivq_precision precision; /* of scores; zeroed: the rule of section 5 */
    bool trailing_comma; /* CSV: a comma after the last cell of each line, as scripts of `vmaf` expect */
};

/* A log format. `print` writes the whole log and leaves failures in the file's error flag. */
struct ivq_report_format {
    const char *name, *help;
    void (*print)(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style);
};

/* xml, json, csv, sub; ends with a NULL name. */
extern const struct ivq_report_format ivq_report_formats[];

/* NULL where there is none of that name. */
const struct ivq_report_format *ivq_report_format_find(const char *name);

/* Begins the file and writes the log into it; where not all of it fits, that of the first frames, and
   IVQ_OUTPUT. A closed pipe is such an error only in a process that ignores SIGPIPE. */
enum ivq_status ivq_report_write(const struct ivq_report *report, const struct ivq_report_format *format,
                                 const struct ivq_report_style *style, struct ivq_file *file,
                                 struct ivq_error *error);

#endif
