/* Pictures for tests and measurements, made by integer arithmetic alone: the same bytes on every machine. */
#ifndef CLIPGEN_PATTERN_H
#define CLIPGEN_PATTERN_H
#include <stdint.h>

enum { MAX_SIZE = 16384 };

/* One plane of one frame, in reference and distorted form. */
struct plane {
    int width, height;    /* in samples, 1 to MAX_SIZE */
    int index;            /* 0 luma, 1 Cb, 2 Cr */
    int shift_x, shift_y; /* how much coarser than luma: a sample covers 2^shift luma samples */
    int depth;            /* bits per sample, 8 to 16 */
    int frame;            /* counted from 0 */
    uint32_t seed;
    uint16_t *reference, *distorted; /* width * height samples each, rows packed */
};

struct pattern {
    const char *name, *help;
    void (*fill)(const struct plane *plane);
};

/* Ends with a NULL name. */
extern const struct pattern patterns[];

/* `natural`, which has a file of its own. */
void fill_natural(const struct plane *plane);

/* A well mixed number for every combination; no sequence, so that any sample can be made alone. */
uint32_t hash(uint32_t seed, uint32_t a, uint32_t b, uint32_t c);

#endif
