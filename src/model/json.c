#include "model/json.h"

#include <stdarg.h>
#include <stdio.h>

/* So much of each part at most, that the sentence itself always fits into an error's text. */
#define ORIGIN "%.160s"
#define MEMBER "%.80s"

enum ivq_status ivq_json_fail(const struct ivq_json *json, const char *member, const char *what, ...)
{
    char sentence[200];
    va_list args;
    va_start(args, what);
    vsnprintf(sentence, sizeof sentence, what, args);
    va_end(args);
    if (!member)
        member = "";
    const char *dot = *json->path && *member ? "." : "";
    const char *colon = *json->path || *member ? ": " : "";
    return ivq_fail(json->error, IVQ_INPUT, ORIGIN ": " MEMBER "%s" MEMBER "%s%s", json->origin, json->path,
                    dot, member, colon, sentence);
}

const json_t *ivq_json_get(const struct ivq_json *json, const char *member)
{
    return json_object_get(json->object, member);
}

enum ivq_status ivq_json_number(const struct ivq_json *json, const char *member, double *out)
{
    const json_t *value = ivq_json_get(json, member);
    if (!json_is_number(value))
        return ivq_json_fail(json, member, "must be a number");
    *out = json_number_value(value);
    return IVQ_OK;
}

enum ivq_status ivq_json_numbers(const struct ivq_json *json, const char *member, int count, double *out)
{
    const json_t *array = ivq_json_get(json, member);
    if (!json_is_array(array) || json_array_size(array) != (size_t)count)
        return ivq_json_fail(json, member, "must be an array of %d numbers", count);
    for (int i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, (size_t)i);
        if (!json_is_number(value))
            return ivq_json_fail(json, member, "element %d must be a number", i);
        out[i] = json_number_value(value);
    }
    return IVQ_OK;
}

enum ivq_status ivq_json_string(const struct ivq_json *json, const char *member, const char **out)
{
    *out = json_string_value(ivq_json_get(json, member));
    return *out ? IVQ_OK : ivq_json_fail(json, member, "must be a string");
}
