/* The VMAF score of two raw clips of 8 bits, 4:2:0: vmaf REFERENCE DISTORTED WIDTH HEIGHT */
#include <isovq/isovq.h>
#include <stdio.h>
#include <stdlib.h>

static bool read_picture(FILE *file, const struct ivq_video *video, const struct ivq_image *image)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < video->height[p]; y++)
            if (!fread((char *)image->data[p] + y * image->stride[p], (size_t)video->width[p], 1, file))
                return false;
    return true;
}

int main(int argc, char **argv)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_image reference, distorted;
    struct ivq_meter *meter = NULL;
    struct ivq_video video;
    struct ivq_error error = {IVQ_USAGE, "give two files that can be read, width and height"};
    double score;
    FILE *ref = argc == 5 ? fopen(argv[1], "rb") : NULL, *dis = argc == 5 ? fopen(argv[2], "rb") : NULL;
    bool good = ref && dis && !ivq_meter_open(&params, &meter, &error) &&
                !ivq_meter_add_model_text(meter, "version=vmaf_v0.6.1", false, &error) &&
                !ivq_video_set(&video, atoi(argv[3]), atoi(argv[4]), 8, IVQ_SAMPLING_420, &error) &&
                !ivq_meter_start(meter, &video, &error);
    while (good && !ivq_meter_borrow(meter, &reference, &distorted, &error) &&
           read_picture(ref, &video, &reference) && read_picture(dis, &video, &distorted))
        good = !ivq_meter_submit(meter, &error);
    good = good && !ivq_meter_finish(meter, &error) &&
           !ivq_meter_pool(meter, ivq_meter_series_find(meter, "vmaf"), "mean", 0, -1, &score, &error);
    if (good)
        printf("%f\n", score);
    else
        fprintf(stderr, "vmaf: %s\n", error.text);
    ivq_meter_close(&meter);
    return !good;
}
