/* Video files: frames of raw planar samples, with or without the y4m framing, from a file, a pipe or standard
   input. A reader belongs to one thread at a time. Rows go from the file to the caller's planes without a
   copy of the frame in between. */
#ifndef IVQ_INPUT_READER_H
#define IVQ_INPUT_READER_H
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "input/y4m.h"
#include "frame/format.h"

struct ivq_reader;

struct ivq_reader_params {
    const char *path; /* "-" is standard input */
    /* What a raw file holds. All of it 0: the file must be y4m, which says so itself. */
    int width, height, depth;
    enum ivq_chroma chroma;
    /* A raw file on disk that does not end with a whole frame is refused at once, as its geometry is probably
       wrong. With this its whole frames are read, and only then IVQ_PARTIAL is returned, as always for pipes
       and y4m. */
    bool allow_partial;
    /* A descriptor that becomes readable when reading is to end, also from a pipe that gives nothing:
       IVQ_INTERRUPTED. Borrowed; 0: none. */
    int stop;
};

/* Opens a file and reads its header; on failure *reader is NULL and nothing stays open. IVQ_INPUT: the file
   cannot be opened, is not what the parameters say, or has a bad header. */
enum ivq_status ivq_reader_open(struct ivq_reader **reader, const struct ivq_reader_params *params,
                                struct ivq_error *error);

/* Closes the file and sets *reader to NULL; *reader may be NULL. */
void ivq_reader_close(struct ivq_reader **reader);

/* The pictures that ivq_reader_next makes; valid as long as the reader. */
const struct ivq_format *ivq_reader_format(const struct ivq_reader *reader);

/* The path, or "standard input". */
const char *ivq_reader_name(const struct ivq_reader *reader);

/* The header of a y4m file, with the file's own depth; NULL for a raw file. */
const struct ivq_y4m *ivq_reader_y4m(const struct ivq_reader *reader);

/* How many whole frames the file holds in all, for progress and plans; -1 where only reading will tell. For
   y4m it is an estimate: lines before frames may differ in length. */
int64_t ivq_reader_frames(const struct ivq_reader *reader);

/* From now on samples are shifted left to this depth, which may not be below the file's (cli_and_logs.md
   section 2.4). A sample above the file's own depth then is IVQ_INPUT, since the shift would hide it. */
enum ivq_status ivq_reader_set_depth(struct ivq_reader *reader, int depth, struct ivq_error *error);

/* Reads the next frame into the picture's planes, row by row, and leaves bytes between rows alone. At a clean
   end of the file *end is true and the planes are untouched. IVQ_PARTIAL: the file ends inside this frame.
   IVQ_INTERRUPTED: reading was stopped. IVQ_INPUT: it failed, the y4m framing is broken, or a sample is above
   the depth (only when shifting). After a failure the contents of the planes are undefined, and every later
   call fails in the same way. */
enum ivq_status ivq_reader_next(struct ivq_reader *reader, const struct ivq_picture *picture, bool *end,
                                struct ivq_error *error);

/* Passes over frames; fewer where the file ends, which is no error. Fails as ivq_reader_next does. */
enum ivq_status ivq_reader_skip(struct ivq_reader *reader, int64_t frames, struct ivq_error *error);

#endif
