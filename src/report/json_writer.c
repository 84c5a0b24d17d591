#include "report/json_writer.h"

#include <inttypes.h>

#include "report/formats.h"

static void start_member(struct ivq_json *w, const char *key)
{
    fprintf(w->file, "%s\n%*s", w->first ? "" : ",", 2 * w->depth, "");
    w->first = false;
    if (key) {
        ivq_report_json_text(w->file, key);
        fputs(": ", w->file);
    }
}

void ivq_json_open(struct ivq_json *w, const char *key, char bracket)
{
    if (w->depth)
        start_member(w, key);
    fputc(bracket, w->file);
    w->depth++;
    w->first = true;
}

void ivq_json_close(struct ivq_json *w, char bracket)
{
    w->depth--;
    fprintf(w->file, "\n%*s%c", 2 * w->depth, "", bracket);
    w->first = false;
}

void ivq_json_put_string(struct ivq_json *w, const char *key, const char *text)
{
    start_member(w, key);
    if (text)
        ivq_report_json_text(w->file, text);
    else
        fputs("null", w->file);
}

void ivq_json_put_int(struct ivq_json *w, const char *key, int64_t value)
{
    start_member(w, key);
    fprintf(w->file, "%" PRId64, value);
}

void ivq_json_put_bool(struct ivq_json *w, const char *key, bool value)
{
    start_member(w, key);
    fputs(value ? "true" : "false", w->file);
}

void ivq_json_put_null(struct ivq_json *w, const char *key)
{
    ivq_json_put_string(w, key, NULL);
}

void ivq_json_put_number(struct ivq_json *w, const char *key, double value, struct ivq_precision precision)
{
    start_member(w, key);
    ivq_report_json_number(w->file, value, precision);
}
