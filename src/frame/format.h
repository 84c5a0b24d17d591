/* What a picture is: sizes, bit depth, where its samples lie. */
#ifndef IVQ_FRAME_FORMAT_H
#define IVQ_FRAME_FORMAT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum ivq_chroma { IVQ_CHROMA_400, IVQ_CHROMA_420, IVQ_CHROMA_422, IVQ_CHROMA_444 };

/* What both pictures look like: sizes of planes in samples. Chroma sizes are explicit (DECISIONS 1): they
   come from ivq_format_set, and only callers who know better (tests of odd sizes) change them. */
struct ivq_format {
    int width[3], height[3];
    int depth; /* bits per sample, 8 to 16; above 8 a sample takes two bytes */
    enum ivq_chroma chroma;
};

/* Ceil-sized chroma planes (DECISIONS 1). */
void ivq_format_set(struct ivq_format *format, int width, int height, int depth, enum ivq_chroma chroma);

static inline int ivq_format_planes(const struct ivq_format *format)
{
    return format->chroma == IVQ_CHROMA_400 ? 1 : 3;
}

static inline int ivq_format_sample_size(const struct ivq_format *format)
{
    return format->depth > 8 ? 2 : 1;
}

/* The largest width and height that are read; a larger one is taken for a damaged header. */
enum { IVQ_FORMAT_MAX_SIZE = 16384 };

/* Bits per sample (DECISIONS 3). */
enum { IVQ_FORMAT_MIN_DEPTH = 8, IVQ_FORMAT_MAX_DEPTH = 16 };

/* The planes of one picture, in the order Y, Cb, Cr. The samples belong to whoever made the picture. Planes
   that the format lacks are NULL. Above 8 bits a sample is a native uint16_t with its value in the low bits,
   so that data and stride are multiples of 2. */
struct ivq_picture {
    void *data[3];       /* the first sample of the top row */
    ptrdiff_t stride[3]; /* bytes from a row to the next */
};

/* IVQ_INPUT with a reason unless width and height lie in 1..IVQ_FORMAT_MAX_SIZE and depth in 8..16. */
enum ivq_status ivq_format_check(int width, int height, int depth, struct ivq_error *error);

/* Bytes of one plane and of all planes, rows packed without padding, as in a raw file. */
uint64_t ivq_format_plane_bytes(const struct ivq_format *format, int plane);
uint64_t ivq_format_frame_bytes(const struct ivq_format *format);

/* "400", "420", "422" or "444"; and the way back, which is false for any other text. */
const char *ivq_chroma_name(enum ivq_chroma chroma);
bool ivq_chroma_find(const char *name, enum ivq_chroma *chroma);

#endif
