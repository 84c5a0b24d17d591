/* What the log formats share, and their entry points. One file per format: xml.c, json.c, csv.c, sub.c. */
#ifndef IVQ_REPORT_FORMATS_H
#define IVQ_REPORT_FORMATS_H
#include "report/report.h"

void ivq_report_xml(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style);
void ivq_report_json(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style);
void ivq_report_csv(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style);
void ivq_report_sub(FILE *file, const struct ivq_report *report, const struct ivq_report_style *style);

/* "%.2f", whatever the precision of scores. */
extern const struct ivq_precision ivq_report_fps_precision;

/* The value of a series at a frame; false where there is none. */
bool ivq_report_value(const struct ivq_report *report, int frame, size_t series, double *value);

/* Whether a frame has any value and so a row. */
bool ivq_report_has_frame(const struct ivq_report *report, int frame);

void ivq_report_number(FILE *file, double value, struct ivq_precision precision);

/* The same in JSON, which has no token for NaN and infinity: null. */
void ivq_report_json_number(FILE *file, double value, struct ivq_precision precision);

/* Text as a string of JSON with its quotes, or inside the double quotes of an XML attribute. Bytes that are
   not UTF-8, U+FFFE, U+FFFF, and for XML the controls that it cannot hold, become U+FFFD. */
void ivq_report_json_text(FILE *file, const char *text);
void ivq_report_xml_text(FILE *file, const char *text);

#endif
