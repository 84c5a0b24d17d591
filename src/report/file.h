/* A file that a run writes. Until it is begun nothing on disk has changed, and a full disk leaves in it what
   is valid: whole frames, whole lines.

       ivq_file_open(&file, path, IVQ_FILE_WHOLE, &error);    for every file of the run, then
       ivq_file_begin(&file);
       write to file.stream
       ivq_file_close(&file, &error);

   A regular file is replaced: it is written under another name in its folder, with the owner and mode of the
   old one, and takes its name when it is closed. Where the new file could not be like the old one (a folder
   that cannot be written, another owner, a second name, access lists, a mount), it is written in place, from
   ivq_file_begin on. What is no regular file is written directly. */
#ifndef IVQ_REPORT_FILE_H
#define IVQ_REPORT_FILE_H
#include <stdio.h>

#include "report/place.h"

enum ivq_file_kind {
    IVQ_FILE_WHOLE, /* readers are to see all of it or none */
    IVQ_FILE_LIVE,  /* readers follow it while it grows, so it is written in place */
};

enum { IVQ_FILE_TEMPORARY_SIZE = 32 };

struct ivq_file {
    FILE *stream;     /* NULL: not begun */
    const char *name; /* for messages, borrowed; NULL: not wanted */
    struct ivq_place place;
    bool owned;       /* the file is to be closed */
    bool replaces;    /* the file lies under `temporary` until it is closed */
    bool dropped;     /* nothing fits: the old file stays */
    bool can_cut;     /* a regular file that ends where it is written */
    int descriptor;   /* opened, not begun; -1: none */
    off_t start;      /* where this run begins in the file */
    off_t arrived;    /* its end when it was last flushed without an error */
    int error_number; /* errno of the first write that failed, 0: none */
    char temporary[IVQ_FILE_TEMPORARY_SIZE];
};

/* path: NULL for none, "-" for standard output. IVQ_OUTPUT where it cannot be written, also because another
   run writes it in place. */
enum ivq_status ivq_file_open(struct ivq_file *file, const char *path, enum ivq_file_kind kind,
                              struct ivq_error *error);

/* Around a file of the caller's, who closes it; begun. */
struct ivq_file ivq_file_around(FILE *file, const char *name);

/* False where it cannot be written after all; then all that follows fails with that reason.
   Again: nothing. */
bool ivq_file_begin(struct ivq_file *file);

/* False where not all arrived. A file on disk then ends where it did after the last good flush: half a line
   is of no use to anyone. */
bool ivq_file_flush(struct ivq_file *file);

/* Begins, and writes a document of as many of the first `frames` frames as fit. `print` writes all of it and
   leaves failures in the file's error flag; it may be called again, with fewer. */
enum ivq_status ivq_file_fit(struct ivq_file *file, int frames,
                             void (*print)(void *user, FILE *file, int frames), void *user,
                             struct ivq_error *error);

/* IVQ_OUTPUT unless all that was written arrived. */
enum ivq_status ivq_file_status(const struct ivq_file *file, struct ivq_error *error);

/* The same, and puts the file in its place. Not begun, not wanted or closed already: only cleans up. */
enum ivq_status ivq_file_close(struct ivq_file *file, struct ivq_error *error);

/* For a handler of signals that ends the process: the name that only a finished file would lose. */
void ivq_file_remove_temporary(const struct ivq_file *file);

#endif
