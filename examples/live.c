/* Scores as they come: two synthetic clips, a callback for each frame, all devices of this machine in turn.

       cc live.c $(pkg-config --cflags --libs libisovq) */
#include <isovq/isovq.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 320, HEIGHT = 180, FRAMES = 4 };

static void print_frame(void *user, const struct ivq_frame_scores *scores)
{
    printf("%-12s frame %d:", (const char *)user, scores->frame);
    for (int i = 0; i < scores->count; i++)
        if (scores->present[i])
            printf(" %s %.17g", scores->names[i], scores->values[i]);
    printf("\n");
}

/* A moving ramp; `step` > 1 takes away its fine gradation. */
static void draw(uint8_t *samples, int frame, int step)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            samples[y * WIDTH + x] = (uint8_t)((x + 2 * y + 3 * frame) % 256 / step * step);
}

static enum ivq_status push_frames(struct ivq_meter *meter, struct ivq_error *error)
{
    static uint8_t ref[WIDTH * HEIGHT], dis[WIDTH * HEIGHT];
    const struct ivq_image reference = {{ref, NULL, NULL}, {WIDTH, 0, 0}};
    const struct ivq_image distorted = {{dis, NULL, NULL}, {WIDTH, 0, 0}};
    enum ivq_status status = IVQ_OK;
    for (int frame = 0; frame < FRAMES && status == IVQ_OK; frame++) {
        draw(ref, frame, 1);
        draw(dis, frame, 8 << frame);
        status = ivq_meter_push(meter, &reference, &distorted, error);
    }
    return status;
}

static enum ivq_status measure(const char *selector, struct ivq_error *error)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    struct ivq_video video;
    params.device = selector;
    params.on_frame = print_frame;
    params.user = (void *)selector;
    enum ivq_status status = ivq_meter_open(&params, &meter, error);
    if (status == IVQ_OK)
        status = ivq_meter_add_metric_text(meter, "psnr=enable_mse=true", error);
    if (status == IVQ_OK)
        status = ivq_video_set(&video, WIDTH, HEIGHT, 8, IVQ_SAMPLING_400, error);
    if (status == IVQ_OK)
        status = ivq_meter_start(meter, &video, error);
    if (status == IVQ_OK)
        status = push_frames(meter, error);
    if (status == IVQ_OK)
        status = ivq_meter_finish(meter, error);
    ivq_meter_close(&meter);
    return status;
}

int main(void)
{
    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
    struct ivq_error error = {IVQ_OK, ""};
    const char *backend;
    for (int b = 0; (backend = ivq_catalog_backend(b)); b++) {
        int count;
        ivq_catalog_devices(backend, devices, &count, &error);
        for (int i = 0; i < count; i++)
            if (measure(devices[i].selector, &error) != IVQ_OK) {
                fprintf(stderr, "%s: %s\n", devices[i].selector, error.text);
                return ivq_status_info(error.status)->exit_code;
            }
    }
    return EXIT_SUCCESS;
}
