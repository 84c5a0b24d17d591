/* Bytes from a file, a pipe or standard input, in order. One stream belongs to one thread. */
#ifndef IVQ_INPUT_STREAM_H
#define IVQ_INPUT_STREAM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ivq_stream {
    int fd;
    bool owned;        /* false for standard input, which is not ours to close */
    int stop;          /* a descriptor that becomes readable when reading is to end; 0: none */
    int error_number;  /* errno of the read that failed, 0 while none did; ECANCELED: stopped */
    int64_t size;      /* of a regular file; -1 for what has no size known beforehand */
    uint64_t position; /* of the next byte handed out; in a regular file counted from its start */
    unsigned char *buffer;
    size_t begin, end; /* the part of the buffer not handed out yet */
};

/* "-" is standard input. stop: borrowed, 0 for none. Fails with IVQ_INPUT or IVQ_MEMORY, and then leaves
 * nothing open. */
enum ivq_status ivq_stream_open(struct ivq_stream *stream, const char *path, int stop,
                                struct ivq_error *error);
void ivq_stream_close(struct ivq_stream *stream);

/* Copies the next `count` bytes; fewer only at the end or where reading failed (error_number). Large reads go
   straight to their destination. */
size_t ivq_stream_read(struct ivq_stream *stream, void *destination, size_t count);

/* Looks at the next bytes, at most 64, without taking them. Fewer than asked: as in ivq_stream_read. */
size_t ivq_stream_peek(struct ivq_stream *stream, const unsigned char **bytes, size_t count);

/* Passes over bytes, by seeking where the file allows it; returns how many there were. */
uint64_t ivq_stream_skip(struct ivq_stream *stream, uint64_t count);

/* Takes a line without its '\n' into `line` and ends it with '\0'. False when there is no '\n' within `size`
   bytes or before the end, or a zero byte before it; what was read until then is in `line`. */
bool ivq_stream_line(struct ivq_stream *stream, char *line, size_t size);

#endif
