/* Typed reading of JSON objects with messages that name file and member. */
#ifndef IVQ_MODEL_JSON_H
#define IVQ_MODEL_JSON_H
#include <jansson.h>

#include "base/error.h"

/* An object being read, and where messages about it go. */
struct ivq_json {
    const json_t *object;
    const char *origin;      /* the file, for messages */
    const char *path;        /* of the object in the document, for messages; "" is the document itself */
    struct ivq_error *error; /* may be NULL */
};

/* Reports IVQ_INPUT as "origin: path.member: what". member may be NULL. */
enum ivq_status ivq_json_fail(const struct ivq_json *json, const char *member, const char *what, ...)
    __attribute__((format(printf, 3, 4)));

/* NULL where the member is absent. */
const json_t *ivq_json_get(const struct ivq_json *json, const char *member);

/* The member must be there and of that type. A number of a document is always finite: the parser sees to it.
 */
enum ivq_status ivq_json_number(const struct ivq_json *json, const char *member, double *out);
enum ivq_status ivq_json_numbers(const struct ivq_json *json, const char *member, int count, double *out);
enum ivq_status ivq_json_string(const struct ivq_json *json, const char *member, const char **out);

#endif
