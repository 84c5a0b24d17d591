#include "frame/format.h"

#include <string.h>

/* Chroma planes are ceil(luma / 2^shift) samples in each direction. */
static const struct chroma {
    const char *name;
    int shift_x, shift_y;
} chromas[] = {
    [IVQ_CHROMA_400] = {"400", 0, 0},
    [IVQ_CHROMA_420] = {"420", 1, 1},
    [IVQ_CHROMA_422] = {"422", 1, 0},
    [IVQ_CHROMA_444] = {"444", 0, 0},
};

enum { CHROMA_COUNT = sizeof chromas / sizeof chromas[0] };

static int shift_up(int size, int shift)
{
    return (size + (1 << shift) - 1) >> shift;
}

void ivq_format_set(struct ivq_format *format, int width, int height, int depth, enum ivq_chroma chroma)
{
    const struct chroma *c = &chromas[chroma];
    const bool coloured = chroma != IVQ_CHROMA_400;

    format->width[0] = width;
    format->height[0] = height;
    for (int i = 1; i < 3; i++) {
        format->width[i] = coloured ? shift_up(width, c->shift_x) : 0;
        format->height[i] = coloured ? shift_up(height, c->shift_y) : 0;
    }
    format->depth = depth;
    format->chroma = chroma;
}

enum ivq_status ivq_format_check(int width, int height, int depth, struct ivq_error *error)
{
    if (width < 1 || height < 1 || width > IVQ_FORMAT_MAX_SIZE || height > IVQ_FORMAT_MAX_SIZE)
        return ivq_fail(error, IVQ_INPUT, "a picture of %dx%d cannot be read: each side is 1 to %d samples",
                        width, height, IVQ_FORMAT_MAX_SIZE);
    if (depth < IVQ_FORMAT_MIN_DEPTH || depth > IVQ_FORMAT_MAX_DEPTH)
        return ivq_fail(error, IVQ_INPUT, "%d bits per sample cannot be read: %d to %d can", depth,
                        IVQ_FORMAT_MIN_DEPTH, IVQ_FORMAT_MAX_DEPTH);
    return IVQ_OK;
}

uint64_t ivq_format_plane_bytes(const struct ivq_format *format, int plane)
{
    return (uint64_t)format->width[plane] * (uint64_t)format->height[plane] *
           (uint64_t)ivq_format_sample_size(format);
}

uint64_t ivq_format_frame_bytes(const struct ivq_format *format)
{
    uint64_t bytes = 0;

    for (int i = 0; i < ivq_format_planes(format); i++)
        bytes += ivq_format_plane_bytes(format, i);
    return bytes;
}

const char *ivq_chroma_name(enum ivq_chroma chroma)
{
    return chromas[chroma].name;
}

bool ivq_chroma_find(const char *name, enum ivq_chroma *chroma)
{
    for (int i = 0; i < CHROMA_COUNT; i++) {
        if (!strcmp(name, chromas[i].name)) {
            *chroma = (enum ivq_chroma)i;
            return true;
        }
    }
    return false;
}
