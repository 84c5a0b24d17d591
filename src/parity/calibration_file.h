/* The kind of YAML that calibration tables are written in, entry by entry. */
#ifndef IVQ_PARITY_CALIBRATION_FILE_H
#define IVQ_PARITY_CALIBRATION_FILE_H
#include <stdbool.h>

#include "base/error.h"

struct ivq_yaml_entry {
    const char *key, *value; /* value: "" where a block follows */
    int line;                /* from 1 */
    int row;                 /* of the list, from 1; 0: before it */
    bool feature;            /* within `features` of a row */
};

/* Calls `take` for each entry, until it fails. IVQ_INPUT, with the line, for what is not of that kind. */
enum ivq_status ivq_yaml_read(const char *path,
                              enum ivq_status (*take)(void *user, const struct ivq_yaml_entry *entry,
                                                      struct ivq_error *error),
                              void *user, struct ivq_error *error);

#endif
