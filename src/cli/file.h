/* Files that a measurement writes. */
#ifndef IVQ_CLI_FILE_H
#define IVQ_CLI_FILE_H
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

/* A file that is opened before the first frame, so that a path that cannot be written is known at once. */
struct cli_file {
    FILE *file; /* NULL: not wanted */
    const char *name;
    bool owned;       /* to be closed */
    int error_number; /* errno of the first write that failed, 0: none */
    long arrived;     /* bytes that were there when it was last flushed without an error */
};

/* "-" or its path. */
bool cli_is_stdout(const char *path);

/* path: NULL for none, "-" for standard output. */
enum ivq_status cli_file_open(struct cli_file *file, const char *path, struct ivq_error *error);

/* False where not all arrived. A file on disk then ends where it did after the last good flush: half a line
   is of no use to anyone. */
bool cli_file_flush(struct cli_file *file);

/* Shortens a file on disk and goes on writing there; false where that cannot be done. */
bool cli_file_cut(struct cli_file *file, long size);

/* IVQ_OUTPUT unless all that was written arrived. */
enum ivq_status cli_file_status(const struct cli_file *file, struct ivq_error *error);
enum ivq_status cli_file_close(struct cli_file *file, struct ivq_error *error); /* the same, and closes it */

#endif
