/* The clips of the known figures and goldens, by name. Names:

     src01_8 src01_10 src01_12 sparks_10 q160_8 seek_8   files of shared/clips
     src01_16                                            src01_8 with every sample shifted left by 8
     NAME:same                                           the reference of NAME on both sides
     seek_8:crop                                         the 577x323 window at (71, 60) of seek_8, luma only
     seek_8:ceil                                         that at (100, 80), chroma 289x162 at (50, 40)
     src01_8:odd                                         577x323 of ssim.md A10
     src01_8:333x222                                     the window at (31, 20), chroma 166x111 at (16, 10)
     src01_8:422 src01_8:422:500x300 src01_8:444         chroma samples repeated; the second is the upper left
     synthetic:WxH:420|422|444:DEPTH:FRAMES              the integer formulas of psnr.md section 8
     flat:WxH:DEPTH:REF:DIS                              one frame, luma only, of two constants
     still:WxH:FORMAT:DEPTH:REF:DIS[:CHROMA]             one frame of two drawings in all planes, or in luma
                                                         beside chroma of the drawing CHROMA
     step:WxH:DEPTH                                      two frames, luma only: all 0, then all 2^DEPTH - 1

   A drawing is a constant, "checker" (the largest value where x + y is odd, else 0) or "inverse" (where x + y
   is even).

   Chroma planes of formulas are floor-sized, as the reference's were when the figures were taken
   (DECISIONS 1); all other sizes are even. */
#ifndef PLAIN_CLIPS_H
#define PLAIN_CLIPS_H
#include "parity/pattern.h"
#include "plain.h"

enum clip_status {
    CLIP_OK = 0,
    CLIP_MISSING, /* a file of shared/clips is not there: skip */
    CLIP_BAD      /* no such name, or a file that is not as long as it should be */
};

struct clip {
    struct plain_clip_frame *frames;
    int count;
    uint16_t *memory; /* behind all planes */
};

/* shared is the directory that holds clips/. On CLIP_OK the caller frees with clip_free. */
enum clip_status clip_load(struct clip *clip, const char *name, const char *shared);
void clip_free(struct clip *clip);

/* The samples of one of its planes, to be changed. */
uint16_t *clip_samples(const struct clip *clip, const struct plain_plane *plane);

/* Draws both pictures of a frame anew; chroma planes that are narrower or lower are taken as half of luma. */
void clip_draw(const struct clip *clip, int frame, const struct ivq_pattern *pattern, uint32_t seed);

/* $ISOVQ_SHARED, or ../shared where that is not set. */
const char *clip_shared_directory(void);

#endif
