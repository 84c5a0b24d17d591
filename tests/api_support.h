/* Pictures and a model for the tests of the public interface, by what include/isovq shows and nothing else.
 */
#ifndef API_SUPPORT_H
#define API_SUPPORT_H
#include <stdint.h>

#include <isovq/isovq.h>

enum {
    PICTURE_WIDTH = 80, /* the largest, in samples */
    PICTURE_HEIGHT = 70,
    PICTURE_STRIDE = 2 * (PICTURE_WIDTH + 5), /* bytes, of every plane: no row fills it */
};

struct picture {
    uint8_t samples[3][PICTURE_HEIGHT * PICTURE_STRIDE];
    struct ivq_image image; /* points to the samples: a copy of a picture needs its own */
};

/* A moving pattern; `coarse` takes so many of its lowest bits away. */
void picture_draw(struct picture *picture, const struct ivq_video *video, int frame, int coarse);

/* Into planes of the same video. */
void picture_copy(const struct picture *from, const struct ivq_video *video, const struct ivq_image *to);

/* A small model over features of psnr; name: of its scores, NULL for the usual one. The text is static. */
struct ivq_model_source psnr_model(const char *name);

#endif
