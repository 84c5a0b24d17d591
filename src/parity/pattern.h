/* Pictures for tests and measurements, made by integer arithmetic alone: the same bytes on every machine. */
#ifndef IVQ_PARITY_PATTERN_H
#define IVQ_PARITY_PATTERN_H
#include <stdint.h>

enum { IVQ_PATTERN_MAX_SIZE = 16384 };

/* One plane of one frame, in reference and distorted form. */
struct ivq_pattern_plane {
    int width, height;    /* in samples, 1 to IVQ_PATTERN_MAX_SIZE */
    int index;            /* 0 luma, 1 Cb, 2 Cr */
    int shift_x, shift_y; /* how much coarser than luma: a sample covers 2^shift luma samples */
    int depth;            /* bits per sample, 8 to 16 */
    int frame;            /* counted from 0 */
    uint32_t seed;
    uint16_t *reference, *distorted; /* width * height samples each, rows packed */
};

struct ivq_pattern {
    const char *name, *help;
    void (*fill)(const struct ivq_pattern_plane *plane);
};

/* Ends with a NULL name. */
extern const struct ivq_pattern ivq_patterns[];

/* `natural`, which has a file of its own. */
void ivq_pattern_natural(const struct ivq_pattern_plane *plane);

/* A well mixed number for every combination; no sequence, so that any sample can be made alone. */
uint32_t ivq_pattern_hash(uint32_t seed, uint32_t a, uint32_t b, uint32_t c);

#endif
