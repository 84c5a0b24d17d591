/* Memory and launch lists of the frames in flight. */
#include <stdlib.h>
#include <string.h>

#include "engine/session_impl.h"

#include "base/limits.h"

enum {
    GPU_DEPTH = 4, /* frames in flight that keep a GPU, its copies and the reader busy */
    ROUNDS = 4,    /* rows of tiles that wait for each worker of a CPU, on average, in the frames in flight */
    DEFAULT_SHARE = 4, /* of the memory that the process may use: a quarter */
    MAX_PLANS = 48,    /* of a list, to save the scratch memory of the frames that are only looked back at */
};

/* Frames in flight that keep the device busy. A CPU's workers take rows of tiles from all frames in flight:
   the more rows a frame has side by side, the fewer frames there need to be. */
static int wanted_depth(const struct ivq_session *s)
{
    const int workers = s->params.device->info.workers, on_host = ivq_session_host_threads(s);
    if (s->params.frames_in_flight > 0)
        return s->params.frames_in_flight;
    if (!workers)
        return GPU_DEPTH + on_host;
    const int rows = ivq_graph_rows_side_by_side(s->graph);
    const int for_rows = 2 + ROUNDS * workers / rows, for_workers = 2 + (workers - 1) / 2;
    return (for_rows < for_workers ? for_rows : for_workers) + on_host;
}

static int common_multiple(int a, int b)
{
    int multiple = a;
    while (multiple % b)
        multiple += a;
    return multiple;
}

/* Slots and groups for so many frames in flight. A list is recorded for every pair of both that occurs. */
static void set_depth(struct ivq_session *s, int in_flight)
{
    struct ivq_frame_memory *const m = &s->memory;
    s->in_flight = in_flight;
    m->slots = in_flight + ivq_graph_past_frames(s->graph);
    m->groups = s->params.device->info.in_order ? 1 : in_flight;
    if (m->slots > MAX_PLANS || common_multiple(m->slots, m->groups) > MAX_PLANS)
        m->groups = m->slots;
    s->plan_count = common_multiple(m->slots, m->groups);
}

static size_t memory_needed(const struct ivq_session *s)
{
    const struct ivq_frame_sizes *const size = &s->sizes;
    return (size_t)s->memory.slots * (size->upload + size->history + size->readback) +
           (size_t)s->memory.groups * size->scratch + size->tables;
}

static size_t memory_limit(const struct ivq_session *s)
{
    return s->params.memory_limit ? s->params.memory_limit : ivq_limits_memory("") / DEFAULT_SHARE;
}

static enum ivq_status choose_depth(struct ivq_session *s, struct ivq_error *error)
{
    const size_t limit = memory_limit(s);
    set_depth(s, wanted_depth(s));
    while (s->in_flight > 1 && memory_needed(s) > limit)
        set_depth(s, s->in_flight - 1);
    if (memory_needed(s) <= limit)
        return IVQ_OK;
    return ivq_fail(error, IVQ_MEMORY, "one frame needs %zu MiB, but the memory limit is %zu MiB",
                    memory_needed(s) >> 20, limit >> 20);
}

static enum ivq_status create_buffers(struct ivq_session *s, size_t size, enum ivq_buffer_kind kind,
                                      struct ivq_buffer **buffers, int count, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < count && size && status == IVQ_OK; i++)
        status = ivq_buffer_create(s->params.device, size, kind, &buffers[i], error);
    return status;
}

/* The first frames look back at frames that were not there: at zeros. */
static enum ivq_status clear_past(struct ivq_session *s, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int slot = 0; slot < s->memory.slots && status == IVQ_OK; slot++) {
        memset(s->memory.upload[slot]->host, 0, s->sizes.upload);
        if (s->sizes.history)
            status = ivq_buffer_fill(s->params.device, s->memory.history[slot], 0, error);
    }
    return status;
}

static enum ivq_status create_tables(struct ivq_session *s, struct ivq_error *error)
{
    enum ivq_status status =
        create_buffers(s, s->sizes.tables, IVQ_BUFFER_DEVICE, &s->memory.tables, 1, error);
    if (status == IVQ_OK && s->memory.tables)
        status = ivq_graph_upload_tables(s->graph, s->memory.tables, error);
    return status;
}

static enum ivq_status create_memory(struct ivq_session *s, struct ivq_error *error)
{
    struct ivq_frame_memory *const m = &s->memory;
    m->upload = calloc((size_t)m->slots, sizeof(struct ivq_buffer *));
    m->history = calloc((size_t)m->slots, sizeof(struct ivq_buffer *));
    m->readback = calloc((size_t)m->slots, sizeof(struct ivq_buffer *));
    m->scratch = calloc((size_t)m->groups, sizeof(struct ivq_buffer *));
    if (!m->upload || !m->history || !m->readback || !m->scratch)
        return ivq_fail_memory(error, "frames in flight");
    enum ivq_status status =
        create_buffers(s, s->sizes.upload, IVQ_BUFFER_UPLOAD, m->upload, m->slots, error);
    if (status == IVQ_OK)
        status = create_buffers(s, s->sizes.history, IVQ_BUFFER_DEVICE, m->history, m->slots, error);
    if (status == IVQ_OK)
        status = create_buffers(s, s->sizes.readback, IVQ_BUFFER_READBACK, m->readback, m->slots, error);
    if (status == IVQ_OK)
        status = create_buffers(s, s->sizes.scratch, IVQ_BUFFER_DEVICE, m->scratch, m->groups, error);
    if (status == IVQ_OK)
        status = create_tables(s, error);
    return status == IVQ_OK ? clear_past(s, error) : status;
}

static enum ivq_status create_plan(struct ivq_session *s, enum ivq_list list, int frame,
                                   struct ivq_error *error)
{
    int count;
    struct ivq_step *const steps = ivq_graph_steps(s->graph, &s->memory, frame, list, &count);
    enum ivq_status status = steps ? IVQ_OK : ivq_fail_memory(error, "a launch list");
    if (status == IVQ_OK && count) {
        steps[0].urgent = list == IVQ_LIST_CHECK; /* what waits for it is the caller, and the next frame */
        status = ivq_plan_create(s->params.device, steps, count, &s->plans[list][frame], error);
    }
    free(steps);
    return status;
}

static enum ivq_status create_plans(struct ivq_session *s, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int list = 0; list < IVQ_LISTS; list++) {
        if (list == IVQ_LIST_SKIPPED && s->params.subsample <= 1)
            continue;
        s->plans[list] = calloc((size_t)s->plan_count, sizeof(struct ivq_plan *));
        if (!s->plans[list])
            return ivq_fail_memory(error, "launch lists");
        for (int frame = 0; frame < s->plan_count && status == IVQ_OK; frame++)
            status = create_plan(s, (enum ivq_list)list, frame, error);
    }
    return status;
}

static void free_buffers(struct ivq_session *s, struct ivq_buffer **buffers, int count)
{
    for (int i = 0; buffers && i < count; i++)
        ivq_buffer_destroy(s->params.device, buffers[i]);
    free(buffers);
}

void ivq_session_free_memory(struct ivq_session *s)
{
    struct ivq_frame_memory *const m = &s->memory;
    for (int list = 0; list < IVQ_LISTS; list++) {
        for (int i = 0; s->plans[list] && i < s->plan_count; i++)
            ivq_plan_destroy(s->params.device, s->plans[list][i]);
        free(s->plans[list]);
        s->plans[list] = NULL;
    }
    free_buffers(s, m->upload, m->slots);
    free_buffers(s, m->history, m->slots);
    free_buffers(s, m->readback, m->slots);
    free_buffers(s, m->scratch, m->groups);
    ivq_buffer_destroy(s->params.device, m->tables);
    *m = (struct ivq_frame_memory){0};
}

static enum ivq_status create_all(struct ivq_session *s, struct ivq_error *error)
{
    const enum ivq_status status = create_memory(s, error);
    return status == IVQ_OK ? create_plans(s, error) : status;
}

/* What the limit allows may still not be there: then fewer frames are in flight. */
enum ivq_status ivq_session_create_memory(struct ivq_session *s, struct ivq_error *error)
{
    ivq_graph_layout(s->graph, &s->sizes);
    enum ivq_status status = choose_depth(s, error);
    if (status != IVQ_OK)
        return status;
    while ((status = create_all(s, error)) != IVQ_OK && s->in_flight > 1) {
        const int fewer = s->in_flight / 2;
        ivq_session_free_memory(s);
        set_depth(s, fewer);
    }
    return status;
}
