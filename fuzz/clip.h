/* What the harnesses of both readers share: a clip from bytes, read to its end as the command reads one. */
#ifndef FUZZ_CLIP_H
#define FUZZ_CLIP_H
#include "fuzz.h"
#include "input/reader.h"

/* FUZZ_BROKEN: what cannot be read: a folder, a missing file, or a file that is open only for writing. */
enum fuzz_source { FUZZ_FILE, FUZZ_STDIN_FILE, FUZZ_STDIN_PIPE, FUZZ_BROKEN };

/* How a clip is read, besides the parameters of its reader. */
struct fuzz_plan {
    enum fuzz_source source;
    int shift;    /* bits that samples are shifted left by */
    int skip;     /* frames passed over first */
    bool padding; /* room between the rows of pictures */
    bool repeat;  /* what follows the first line comes again and again, until no buffer holds the clip */
};

/* The meaning of the byte that begins every input of a reader's harness. */
struct fuzz_plan fuzz_plan_of(uint8_t byte);

/* Opens the clip, reads all of its frames, and checks what src/input/reader.h promises. params->path is set
   here. */
void fuzz_read_clip(const uint8_t *clip, size_t size, struct ivq_reader_params params,
                    const struct fuzz_plan *plan);

#endif
