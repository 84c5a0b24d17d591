/* JSON documents, member by member, straight into a file: what is written need not be in memory at once.
   Commas stand between members, never by index; numbers that JSON has no token for become null. Failures
   stay in the file's error flag. */
#ifndef IVQ_REPORT_JSON_WRITER_H
#define IVQ_REPORT_JSON_WRITER_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/number.h"

/* Begin with the file and its precision, the rest zeroed. */
struct ivq_json {
    FILE *file;
    struct ivq_precision precision; /* the caller's, for ivq_json_put_number */
    int depth;
    bool first; /* no member of the innermost object or array has been written */
};

/* key: NULL within an array, and for the document itself. bracket: '{' or '[' and '}' or ']'. */
void ivq_json_open(struct ivq_json *json, const char *key, char bracket);
void ivq_json_close(struct ivq_json *json, char bracket);

/* text: NULL becomes null. */
void ivq_json_put_string(struct ivq_json *json, const char *key, const char *text);
void ivq_json_put_int(struct ivq_json *json, const char *key, int64_t value);
void ivq_json_put_bool(struct ivq_json *json, const char *key, bool value);
void ivq_json_put_null(struct ivq_json *json, const char *key);
void ivq_json_put_number(struct ivq_json *json, const char *key, double value,
                         struct ivq_precision precision);

#endif
