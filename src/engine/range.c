/* Samples above the bit depth (DECISIONS 4): which one, for the message. */
#include "engine/session_impl.h"

static int sample_at(const struct ivq_picture *picture, int plane, int x, int y)
{
    const char *const row = (const char *)picture->data[plane] + y * picture->stride[plane];
    return ((const uint16_t *)(const void *)row)[x];
}

static enum ivq_status report(const struct ivq_session *s, const struct ivq_range_check *check, int frame,
                              struct ivq_error *error)
{
    static const char *const sides[] = {"reference", "distorted"}, *const planes[] = {"Y", "Cb", "Cr"};
    const struct ivq_format *f = &s->params.format;
    struct ivq_picture picture;
    int largest = 0, at_x = 0, at_y = 0;
    ivq_graph_picture(s->graph, s->memory.upload[frame % s->memory.slots], (enum ivq_side)check->side,
                      &picture);
    for (int y = 0; y < f->height[check->plane]; y++)
        for (int x = 0; x < f->width[check->plane]; x++)
            if (sample_at(&picture, check->plane, x, y) > largest) {
                largest = sample_at(&picture, check->plane, x, y);
                at_x = x;
                at_y = y;
            }
    return ivq_fail(
        error, IVQ_INPUT,
        "%s, frame %d, plane %s: sample %d at column %d, row %d is above the largest of %d bits, %d",
        sides[check->side], frame, planes[check->plane], largest, at_x, at_y, f->depth, (1 << f->depth) - 1);
}

enum ivq_status ivq_session_check_range(const struct ivq_session *s, int frame, struct ivq_error *error)
{
    struct ivq_result over[IVQ_SIDES * 3];
    ivq_graph_results(s->graph, s->check_metric, s->memory.readback[frame % s->memory.slots], over);
    for (int i = 0; i < s->check_count; i++)
        if (*over[i].u64)
            return report(s, &s->checks[i], frame, error);
    return IVQ_OK;
}
