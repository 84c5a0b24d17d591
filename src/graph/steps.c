/* Launch lists: nodes with their memory in the buffers of one frame. */
#include <stdlib.h>
#include <string.h>

#include "graph/graph_impl.h"

/* The buffers of one frame in flight. */
struct frame {
    const struct ivq_graph *graph;
    const struct ivq_frame_memory *memory;
    int number;
};

static int slot_of(const struct frame *f, int past)
{
    const int slots = f->memory->slots;
    return (f->number % slots + slots - past) % slots;
}

/* On a device of its own memory planes lie in front in history, results at the end of scratch. */
static struct ivq_binding bind(const struct frame *f, ivq_ref ref)
{
    const struct ivq_graph *const graph = f->graph;
    const struct ivq_memory *const m = &graph->refs[ref];
    const bool unified = graph->device->info.unified;
    const int slot = slot_of(f, m->past);
    struct ivq_buffer *const scratch = f->memory->scratch[f->number % f->memory->groups];
    switch (m->place) {
    case IVQ_IN_PLANE:
        return (struct ivq_binding){unified ? f->memory->upload[slot] : f->memory->history[slot], m->offset,
                                    m->size};
    case IVQ_IN_HISTORY:
        return (struct ivq_binding){f->memory->history[slot], m->offset, m->size};
    case IVQ_IN_RESULTS:
        if (unified)
            return (struct ivq_binding){f->memory->readback[slot], m->offset, m->size};
        return (struct ivq_binding){scratch, graph->sizes.scratch - graph->sizes.readback + m->offset,
                                    m->size};
    case IVQ_IN_TABLES:
        return (struct ivq_binding){f->memory->tables, m->offset, m->size};
    default:
        return (struct ivq_binding){scratch, m->offset, m->size};
    }
}

static bool reads(const struct ivq_graph *graph, const struct ivq_node *node, int side, int plane,
                  int from_past)
{
    for (int n = 0; n < node->kernel->buffers; n++) {
        const struct ivq_memory *const m = &graph->refs[node->bindings[n]];
        if (m->place == IVQ_IN_PLANE && m->side == side && m->plane == plane && m->past >= from_past)
            return true;
    }
    return false;
}

static bool list_reads(const struct ivq_graph *graph, enum ivq_list list, int side, int plane, int from_past)
{
    for (int i = 0; i < graph->node_count; i++)
        if (ivq_graph_node_in(&graph->nodes[i], list) &&
            reads(graph, &graph->nodes[i], side, plane, from_past))
            return true;
    return false;
}

/* The check comes first. A skipped frame also takes there what a later frame looks back at. */
bool ivq_graph_uploads(const struct ivq_graph *graph, enum ivq_list list, int side, int plane)
{
    if (list != IVQ_LIST_CHECK && list_reads(graph, IVQ_LIST_CHECK, side, plane, 0))
        return false;
    return list_reads(graph, list, side, plane, 0) ||
           (list == IVQ_LIST_SKIPPED && list_reads(graph, IVQ_LIST_SCORES, side, plane, 1));
}

static int upload_steps(const struct frame *f, enum ivq_list list, struct ivq_step *steps)
{
    const int slot = slot_of(f, 0);
    int count = 0;
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int plane = 0; plane < ivq_format_planes(&f->graph->format); plane++) {
            if (!ivq_graph_uploads(f->graph, list, side, plane))
                continue;
            struct ivq_step *const s = &steps[count++];
            s->kind = IVQ_STEP_COPY;
            s->bindings[0] =
                (struct ivq_binding){f->memory->upload[slot], f->graph->plane_offset[side][plane],
                                     ivq_graph_plane_bytes(f->graph, plane)};
            s->bindings[1] = s->bindings[0];
            s->bindings[1].buffer = f->memory->history[slot];
        }
    return count;
}

static int download_step(const struct frame *f, enum ivq_list list, int stage, struct ivq_step *step)
{
    const struct ivq_frame_sizes *const sizes = &f->graph->sizes;
    size_t offset, size;
    ivq_graph_result_range(f->graph, list, &offset, &size);
    if (!size)
        return 0;
    step->kind = IVQ_STEP_COPY;
    step->stage = stage;
    step->bindings[0] = (struct ivq_binding){f->memory->scratch[f->number % f->memory->groups],
                                             sizes->scratch - sizes->readback + offset, size};
    step->bindings[1] = (struct ivq_binding){f->memory->readback[slot_of(f, 0)], offset, size};
    return 1;
}

static void launch_step(const struct frame *f, const struct ivq_node *node, struct ivq_step *step)
{
    step->kind = IVQ_STEP_LAUNCH;
    step->stage = node->stage;
    step->follows = node->follows;
    step->kernel = node->kernel;
    memcpy(step->params, node->params, sizeof step->params);
    step->groups_x = node->groups_x;
    step->groups_y = node->groups_y;
    for (int n = 0; n < node->kernel->buffers; n++)
        step->bindings[n] = bind(f, node->bindings[n]);
}

static int by_stage(const void *a, const void *b)
{
    return ((const struct ivq_step *)a)->stage - ((const struct ivq_step *)b)->stage;
}

struct ivq_step *ivq_graph_steps(const struct ivq_graph *graph, const struct ivq_frame_memory *memory,
                                 int frame, enum ivq_list list, int *count)
{
    enum { COPIES = IVQ_SIDES * 3 + 1 }; /* of planes up, of results down */
    const struct frame f = {graph, memory, frame};
    const bool unified = graph->device->info.unified;
    struct ivq_step *const steps = calloc((size_t)graph->node_count + COPIES, sizeof *steps);
    if (!steps)
        return NULL;
    int n = unified ? 0 : upload_steps(&f, list, steps);
    for (int i = 0; i < graph->node_count; i++)
        if (ivq_graph_node_in(&graph->nodes[i], list))
            launch_step(&f, &graph->nodes[i], &steps[n++]);
    qsort(steps, (size_t)n, sizeof *steps, by_stage);
    if (!unified && n)
        n += download_step(&f, list, steps[n - 1].stage + 1, &steps[n]);
    *count = n;
    return steps;
}

/* Through an upload buffer where the device has memory of its own. */
enum ivq_status ivq_graph_upload_tables(const struct ivq_graph *graph, struct ivq_buffer *tables,
                                        struct ivq_error *error)
{
    struct ivq_device *const device = graph->device;
    struct ivq_buffer *staging = tables;
    struct ivq_plan *plan = NULL;
    enum ivq_status status = IVQ_OK;
    if (!tables->host)
        status = ivq_buffer_create(device, tables->size, IVQ_BUFFER_UPLOAD, &staging, error);
    if (status != IVQ_OK)
        return status;
    for (ivq_ref r = 0; r < graph->ref_count; r++)
        if (graph->refs[r].place == IVQ_IN_TABLES)
            memcpy((char *)staging->host + graph->refs[r].offset, graph->refs[r].data, graph->refs[r].size);
    if (staging == tables)
        return IVQ_OK;
    const struct ivq_step copy = {.kind = IVQ_STEP_COPY,
                                  .bindings = {{staging, 0, tables->size}, {tables, 0, tables->size}}};
    status = ivq_plan_create(device, &copy, 1, &plan, error);
    if (status == IVQ_OK)
        status = ivq_plan_submit(device, plan, error);
    if (status == IVQ_OK)
        status = ivq_plan_wait(device, plan, error);
    ivq_plan_destroy(device, plan);
    ivq_buffer_destroy(device, staging);
    return status;
}
