/* The clips of a gate run: made by integer arithmetic, the same samples on every machine, or a pair of the
 * user's. */
#ifndef IVQ_PARITY_CLIP_H
#define IVQ_PARITY_CLIP_H
#include <stdbool.h>

#include "base/error.h"
#include "base/sha256.h"
#include "isovq/image.h"
#include "parity/result.h"

/* A pair of files instead of generated clips. */
struct ivq_clip_files {
    const char *reference, *distorted; /* NULL: generated clips */
    int width, height, depth;          /* all 0: y4m */
    enum ivq_sampling sampling;
    int frames; /* at most; 0: all */
};

struct ivq_clip {
    struct ivq_clip_info
        info; /* frames: 0 while only reading will tell; sha256: what its samples must give, or "" */
    enum ivq_sampling sampling;
    const char *pattern; /* NULL: files */
    bool identical;      /* the distorted picture is the reference */
    bool quick;          /* also in the short set */
    struct ivq_clip_files files;
};

/* Fills clips[IVQ_MAX_CLIPS], returns how many. The first one is for the canary. */
int ivq_clips_generated(bool quick, struct ivq_clip *clips);

/* The pair as one clip. IVQ_INPUT where a file cannot be read, both are one, or they differ in kind or
 * length. */
enum ivq_status ivq_clip_of_files(const struct ivq_clip_files *files, struct ivq_clip *clip,
                                  struct ivq_error *error);

struct ivq_clip_source;

enum ivq_status ivq_clip_open(const struct ivq_clip *clip, struct ivq_clip_source **source,
                              struct ivq_error *error);
void ivq_clip_close(struct ivq_clip_source *source); /* NULL is fine */

/* Writes the next pair; *end after the last. */
enum ivq_status ivq_clip_next(struct ivq_clip_source *source, const struct ivq_image *reference,
                              const struct ivq_image *distorted, bool *end, struct ivq_error *error);

/* Of all samples so far, frame by frame. */
void ivq_clip_hash(const struct ivq_clip_source *source, char text[IVQ_SHA256_TEXT]);

#endif
