/* From what is to be measured to launch lists: passes, memory, frames in flight. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/session_impl.h"

#include "kernel_params.h"

enum {
    GPU_DEPTH = 4, /* frames in flight that keep a GPU, its copies and the reader busy */
};

static bool plane_is_read(const struct ivq_session *s, int plane)
{
    for (int i = 0; i < s->instance_count; i++)
        if (!plane || !s->instances[i].metric->luma_only)
            return true;
    return false;
}

/* DECISIONS 4. 8 and 16 bits fill their sample's type. */
static void plan_range_checks(struct ivq_session *s)
{
    const struct ivq_format *format = &s->params.format;
    s->check_metric = ivq_graph_next_metric(s->graph);
    if (format->depth == 8 || format->depth == 16)
        return;
    const struct ivq_kernel *kernel = ivq_graph_kernel(s->graph, "over_range", "");
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int p = 0; p < ivq_format_planes(format) && plane_is_read(s, p); p++) {
            const int width = format->width[p], height = format->height[p];
            const struct over_range_params params = {width, height, ivq_graph_stride(s->graph, p),
                                                     (1 << format->depth) - 1};
            const ivq_ref plane = ivq_graph_plane(s->graph, (enum ivq_side)side, p, 0);
            ivq_graph_launch_sums(s->graph, &(struct ivq_launch){kernel, &params, width, height, &plane}, 1);
            s->checks[s->check_count++] = (struct ivq_range_check){side, p};
        }
}

static enum ivq_status plan_metrics(struct ivq_session *s, struct ivq_error *error)
{
    for (int i = 0; i < s->instance_count; i++) {
        struct ivq_instance *instance = &s->instances[i];
        instance->graph_metric = ivq_graph_next_metric(s->graph);
        const enum ivq_status status =
            instance->metric->plan(instance->options, &s->params.format, s->graph, error);
        if (status != IVQ_OK)
            return status;
        const int count = ivq_graph_result_count(s->graph, instance->graph_metric);
        instance->results = calloc((size_t)count + 1, sizeof *instance->results);
        instance->state = calloc(1, instance->metric->state_size + 1);
        if (!instance->results || !instance->state)
            return ivq_fail_memory(error, instance->metric->name);
    }
    plan_range_checks(s);
    return ivq_graph_status(s->graph, error);
}

static size_t default_memory_limit(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    return pages > 0 && page > 0 ? (size_t)pages * (size_t)page / 2 : (size_t)1 << 30;
}

/* Frames in flight plus the past frames they read, as many as the memory limit allows. */
static enum ivq_status choose_slots(struct ivq_session *s, struct ivq_error *error)
{
    const size_t frame = s->sizes.upload + s->sizes.device + s->sizes.readback;
    const size_t limit = s->params.memory_limit ? s->params.memory_limit : default_memory_limit();
    int wanted = s->params.frames_in_flight;
    if (wanted <= 0)
        wanted = s->params.device->info.depth ? s->params.device->info.depth : GPU_DEPTH;
    s->slots = wanted + IVQ_MAX_PAST;
    while (s->slots > 1 + IVQ_MAX_PAST && (size_t)s->slots * frame > limit)
        s->slots--;
    if ((size_t)s->slots * frame <= limit)
        return IVQ_OK;
    return ivq_fail(error, IVQ_MEMORY, "one frame needs %zu MiB, but the memory limit is %zu MiB",
                    (size_t)s->slots * frame >> 20, limit >> 20);
}

static enum ivq_status create_slot(struct ivq_session *s, int slot, struct ivq_error *error)
{
    struct ivq_device *device = s->params.device;
    struct ivq_frame_buffers *b = &s->buffers[slot];
    enum ivq_status status = ivq_buffer_create(device, s->sizes.upload, IVQ_BUFFER_UPLOAD, &b->upload, error);
    if (status == IVQ_OK)
        status = ivq_buffer_create(device, s->sizes.readback, IVQ_BUFFER_READBACK, &b->readback, error);
    if (status == IVQ_OK && s->sizes.device)
        status = ivq_buffer_create(device, s->sizes.device, IVQ_BUFFER_DEVICE, &b->device, error);
    if (status == IVQ_OK) /* the first frames look back at planes that no picture was written to */
        memset(b->upload->host, 0, s->sizes.upload);
    return status;
}

static enum ivq_status create_frames(struct ivq_session *s, struct ivq_error *error)
{
    s->buffers = calloc((size_t)s->slots, sizeof *s->buffers);
    s->plans = calloc((size_t)s->slots, sizeof *s->plans);
    if (!s->buffers || !s->plans)
        return ivq_fail_memory(error, "frames in flight");
    enum ivq_status status = IVQ_OK;
    for (int slot = 0; status == IVQ_OK && slot < s->slots; slot++)
        status = create_slot(s, slot, error);
    for (int slot = 0; status == IVQ_OK && slot < s->slots; slot++) {
        int count;
        struct ivq_step *steps = ivq_graph_steps(s->graph, s->buffers, slot, s->slots, &count);
        status = steps ? ivq_plan_create(s->params.device, steps, count, &s->plans[slot], error)
                       : ivq_fail_memory(error, "a launch list");
        free(steps);
    }
    return status;
}

enum ivq_status ivq_session_start(struct ivq_session *s, struct ivq_error *error)
{
    if (s->started)
        return ivq_fail(error, IVQ_USAGE, "the session is started already");
    enum ivq_status status = plan_metrics(s, error);
    if (status == IVQ_OK)
        status = ivq_session_add_series(s, error);
    if (status == IVQ_OK) {
        ivq_graph_layout(s->graph, &s->sizes);
        status = choose_slots(s, error);
    }
    if (status == IVQ_OK)
        status = create_frames(s, error);
    s->started = status == IVQ_OK;
    return status;
}
