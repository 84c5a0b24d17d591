#include "plain_util.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char last_message[200];

const char *plain_message(void)
{
    return last_message;
}

int plain_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_message, sizeof(last_message), format, arguments);
    va_end(arguments);
    return 1;
}

void *plain_alloc(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        abort();
    return memory;
}

static bool same_size(const struct plain_plane *a, const struct plain_plane *b)
{
    return a->width == b->width && a->height == b->height;
}

static bool same_shape(const struct plain_clip_frame *a, const struct plain_clip_frame *b)
{
    if (a->planes != b->planes || a->depth != b->depth)
        return false;
    for (int c = 0; c < a->planes; c++)
        if (!same_size(&a->ref[c], &b->ref[c]) || !same_size(&a->ref[c], &b->dis[c]))
            return false;
    return true;
}

int plain_check_frames(const char *feature, const struct plain_clip_frame *frames, int count, int min_size)
{
    if (count < 1)
        return plain_fail("%s: no frames", feature);
    if (frames[0].depth < 8 || frames[0].depth > 16)
        return plain_fail("%s: %d bits per sample, not 8 to 16", feature, frames[0].depth);
    if (frames[0].planes != 1 && frames[0].planes != 3)
        return plain_fail("%s: %d planes, not 1 or 3", feature, frames[0].planes);
    if (frames[0].ref[0].width < min_size || frames[0].ref[0].height < min_size)
        return plain_fail("%s: %dx%d is below the smallest size, %dx%d", feature, frames[0].ref[0].width,
                          frames[0].ref[0].height, min_size, min_size);
    for (int t = 0; t < count; t++)
        if (!same_shape(&frames[0], &frames[t]))
            return plain_fail("%s: frame %d differs in shape", feature, t);
    return 0;
}

static int64_t bits_of(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

bool plain_same(double a, double b)
{
    return bits_of(a) == bits_of(b) || (isnan(a) && isnan(b));
}

/* Neighbouring doubles are neighbouring integers. */
static int64_t ordered_bits(double value)
{
    int64_t bits = bits_of(value);
    return bits < 0 ? INT64_MIN - bits : bits;
}

int64_t plain_ulps(double a, double b)
{
    if (!isfinite(a) || !isfinite(b))
        return INT64_MAX;
    int64_t x = ordered_bits(a), y = ordered_bits(b);
    return x < y ? y - x : x - y;
}

bool plain_allows(const struct plain_metric *metric, double value, double wanted)
{
    return plain_same(value, wanted) || plain_ulps(value, wanted) <= metric->ulps ||
           fabs(value - wanted) <= metric->difference * fmax(1.0, fabs(wanted));
}
