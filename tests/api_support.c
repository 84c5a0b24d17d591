#include "api_support.h"

#include <string.h>

void picture_draw(struct picture *picture, const struct ivq_video *video, int frame, int coarse)
{
    const int bytes = video->depth > 8 ? 2 : 1;
    for (int p = 0; p < 3; p++) {
        memset(picture->samples[p], 0xa5, sizeof picture->samples[p]);
        for (int y = 0; y < video->height[p]; y++)
            for (int x = 0; x < video->width[p]; x++) {
                const unsigned value = (unsigned)(x * x + 7 * y + 11 * frame + 3 * p) >> coarse << coarse;
                uint8_t *const at = picture->samples[p] + y * PICTURE_STRIDE + x * bytes;
                at[0] = (uint8_t)value;
                if (bytes == 2)
                    at[1] = (uint8_t)(value >> 8 & ((1u << (video->depth - 8)) - 1));
            }
        picture->image.data[p] = picture->samples[p];
        picture->image.stride[p] = PICTURE_STRIDE;
    }
}

void picture_copy(const struct picture *from, const struct ivq_video *video, const struct ivq_image *to)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < video->height[p]; y++)
            memcpy((char *)to->data[p] + y * to->stride[p], from->samples[p] + y * PICTURE_STRIDE,
                   (size_t)video->width[p] * (video->depth > 8 ? 2 : 1));
}

/* The shape of tests/data/models/base.json, over features of psnr. */
static const char model_json[] =
    "{\"param_dict\": {\"score_clip\": null}, \"model_dict\": {\"model_type\": \"LIBSVMNUSVR\", "
    "\"feature_names\": [\"psnr_y\", \"psnr_cb\"], \"norm_type\": \"linear_rescale\", "
    "\"slopes\": [0.5, 0.02, 0.01], \"intercepts\": [-1, 0.25, 0.5], \"model\": \"svm_type nu_svr\\n"
    "kernel_type rbf\\ngamma 0.5\\nnr_class 2\\ntotal_sv 1\\nrho 1\\nSV\\n4 1:1.25 2:0.5 \\n\"}}";

struct ivq_model_source psnr_model(const char *name)
{
    return (struct ivq_model_source){
        .json = model_json, .json_size = sizeof model_json - 1, .label = "mine", .name = name};
}
