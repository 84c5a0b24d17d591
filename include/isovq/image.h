/* Pictures: what the two clips look like, and where the samples of one picture lie. */
#ifndef ISOVQ_IMAGE_H
#define ISOVQ_IMAGE_H
#include <stddef.h>

#include "isovq/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many chroma samples there are to luma samples. */
enum ivq_sampling { IVQ_SAMPLING_400, IVQ_SAMPLING_420, IVQ_SAMPLING_422, IVQ_SAMPLING_444 };

/* What both clips of a measurement look like. Filled by ivq_video_set. The sizes of planes may be changed
   after it, for pictures whose odd sizes were cut in another way. */
struct ivq_video {
    enum ivq_sampling sampling;
    int depth; /* bits per sample, 8 to 16 */
    int width[3],
        height[3]; /* of the planes Y, Cb, Cr in samples, 1 to 16384; 0 for planes that 4:0:0 lacks */
};

/* Chroma sizes are rounded up. IVQ_INPUT, with a reason, for what cannot be measured. */
IVQ_API enum ivq_status ivq_video_set(struct ivq_video *video, int width, int height, int depth,
                                      enum ivq_sampling sampling, struct ivq_error *error);

/* The planes Y, Cb, Cr of a picture; those that 4:0:0 lacks are ignored. A sample of 8 bits is a uint8_t, one
   of more bits a uint16_t in the byte order of the machine with its value in the low bits. Strides are bytes
   from a row to the next and may be negative. */
struct ivq_image {
    void *data[3];
    ptrdiff_t stride[3];
};

#ifdef __cplusplus
}
#endif
#endif
