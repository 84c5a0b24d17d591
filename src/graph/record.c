/* Recording: what launches read, and launches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/graph_impl.h"

enum { MAX_TILES = 65535 }; /* across or down: what every device takes */

struct ivq_graph *ivq_graph_create(struct ivq_device *device, const struct ivq_format *format)
{
    struct ivq_graph *graph = calloc(1, sizeof *graph);
    if (!graph)
        return NULL;
    graph->device = device;
    graph->format = *format;
    graph->metric = -1;
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int plane = 0; plane < ivq_format_planes(format); plane++) {
            graph->plane_offset[side][plane] = graph->planes_size;
            graph->planes_size += ivq_graph_aligned(ivq_graph_plane_bytes(graph, plane));
        }
    return graph;
}

void ivq_graph_destroy(struct ivq_graph *graph)
{
    for (ivq_ref r = 0; graph && r < graph->ref_count; r++)
        free(graph->refs[r].data);
    free(graph);
}

enum ivq_status ivq_graph_status(const struct ivq_graph *graph, struct ivq_error *error)
{
    if (error && ivq_graph_failed(graph))
        *error = graph->error;
    return graph->error.status;
}

int ivq_graph_next_metric(struct ivq_graph *graph, bool check, bool every_frame)
{
    graph->check = check;
    graph->every_frame = every_frame;
    return ++graph->metric;
}

const struct ivq_kernel *ivq_graph_kernel(struct ivq_graph *graph, const char *name, const char *variant)
{
    char full[64];
    snprintf(full, sizeof full, "%s%s%s", name, *variant ? "_" : "", variant);
    const struct ivq_kernel *kernel = ivq_kernel_find(full);
    if (!kernel)
        ivq_fail(&graph->error, IVQ_DEVICE, "kernel %s is not in this build", full);
    else if (!ivq_graph_failed(graph))
        ivq_device_prepare(graph->device, kernel, &graph->error);
    return kernel;
}

/* --- what launches read --- */

static ivq_ref add_ref(struct ivq_graph *graph, struct ivq_memory memory)
{
    if (graph->ref_count == IVQ_GRAPH_MAX_REFS) {
        ivq_fail(&graph->error, IVQ_USAGE, "too many metrics at once: more than %d buffers a frame",
                 IVQ_GRAPH_MAX_REFS);
        free(memory.data);
        return 0;
    }
    graph->refs[graph->ref_count] = memory;
    return graph->ref_count++;
}

static ivq_ref find_plane(const struct ivq_graph *graph, int side, int plane, int past)
{
    for (ivq_ref r = 0; r < graph->ref_count; r++) {
        const struct ivq_memory *m = &graph->refs[r];
        if (m->place == IVQ_IN_PLANE && m->side == side && m->plane == plane && m->past == past)
            return r;
    }
    return -1;
}

struct ivq_plane ivq_graph_plane(struct ivq_graph *graph, enum ivq_side side, int plane, int past)
{
    ivq_ref ref = find_plane(graph, (int)side, plane, past);
    if (ref < 0)
        ref = add_ref(graph, (struct ivq_memory){.place = IVQ_IN_PLANE,
                                                 .element = ivq_format_sample_size(&graph->format),
                                                 .size = ivq_graph_plane_bytes(graph, plane),
                                                 .offset = graph->plane_offset[side][plane],
                                                 .past = past,
                                                 .side = (int)side,
                                                 .plane = plane});
    return ivq_plane_of(ref, graph->format.width[plane], graph->format.height[plane]);
}

ivq_ref ivq_graph_table(struct ivq_graph *graph, const void *data, size_t size)
{
    for (ivq_ref r = 0; r < graph->ref_count; r++) {
        const struct ivq_memory *m = &graph->refs[r];
        if (m->place == IVQ_IN_TABLES && m->size == size && !memcmp(m->data, data, size))
            return r;
    }
    void *const copy = malloc(size);
    if (!copy) {
        ivq_fail_memory(&graph->error, "a table");
        return 0;
    }
    memcpy(copy, data, size);
    return add_ref(graph, (struct ivq_memory){.place = IVQ_IN_TABLES, .size = size, .data = copy});
}

ivq_ref ivq_graph_past(struct ivq_graph *graph, ivq_ref ref, int past)
{
    if (ivq_graph_failed(graph))
        return 0;
    struct ivq_memory *const now = &graph->refs[ref];
    if ((now->place != IVQ_IN_SCRATCH && now->place != IVQ_IN_HISTORY) || now->past || !graph->every_frame) {
        ivq_fail(&graph->error, IVQ_USAGE, "what is looked back at is an output of a launch, on every frame");
        return 0;
    }
    now->place = IVQ_IN_HISTORY;
    for (ivq_ref r = 0; r < graph->ref_count; r++)
        if (graph->refs[r].place == IVQ_IN_HISTORY && graph->refs[r].past == past &&
            graph->refs[r].now == ref)
            return r;
    struct ivq_memory before = *now;
    before.past = past;
    before.now = ref;
    return add_ref(graph, before);
}

int ivq_graph_past_frames(const struct ivq_graph *graph)
{
    int past = 0;
    for (ivq_ref r = 0; r < graph->ref_count; r++)
        if (graph->refs[r].past > past)
            past = graph->refs[r].past;
    return past;
}

/* --- launches --- */

static int tiles(int size, int tile)
{
    return (size + tile - 1) / tile;
}

int ivq_graph_tiles_x(const struct ivq_graph *graph, const struct ivq_kernel *kernel, int width)
{
    return kernel ? tiles(width, ivq_device_tile(graph->device, kernel)->w) : 1;
}

int ivq_graph_tiles_y(const struct ivq_graph *graph, const struct ivq_kernel *kernel, int height)
{
    return kernel ? tiles(height, ivq_device_tile(graph->device, kernel)->h) : 1;
}

/* A launch stands one stage after the latest of what it reads. */
static void bind_input(const struct ivq_graph *graph, struct ivq_node *node, int buffer, ivq_ref input)
{
    const struct ivq_memory *const m = &graph->refs[input];
    node->bindings[buffer] = input;
    if (m->place == IVQ_IN_HISTORY && m->past)
        node->follows = m->first > node->follows ? m->first : node->follows;
    else if (m->first >= node->stage)
        node->stage = m->first + 1;
}

/* The launch as a node, with inputs bound and outputs still open (-1). */
static struct ivq_node node_of(const struct ivq_graph *graph, const struct ivq_launch *launch)
{
    struct ivq_node node = {.kernel = launch->kernel, .stage = 1, .check = graph->check};
    if (launch->kernel->params_size)
        memcpy(node.params, launch->params, launch->kernel->params_size);
    node.groups_x = ivq_graph_tiles_x(graph, launch->kernel, launch->width);
    node.groups_y = ivq_graph_tiles_y(graph, launch->kernel, launch->height);
    for (int n = 0, in = 0; n < launch->kernel->buffers; n++) {
        if (ivq_kernel_writes(launch->kernel, n))
            node.bindings[n] = -1;
        else
            bind_input(graph, &node, n, launch->inputs[in++]);
    }
    return node;
}

static bool same(const struct ivq_node *a, const struct ivq_node *b)
{
    if (a->kernel != b->kernel || a->check != b->check || a->groups_x != b->groups_x ||
        a->groups_y != b->groups_y || memcmp(a->params, b->params, a->kernel->params_size) != 0)
        return false;
    for (int n = 0; n < a->kernel->buffers; n++)
        if (!ivq_kernel_writes(a->kernel, n) && a->bindings[n] != b->bindings[n])
            return false;
    return true;
}

static struct ivq_node *add_node(struct ivq_graph *graph, struct ivq_node node, const size_t *elements)
{
    if (graph->node_count == IVQ_GRAPH_MAX_NODES) {
        ivq_fail(&graph->error, IVQ_USAGE, "too many metrics at once: more than %d launches a frame",
                 IVQ_GRAPH_MAX_NODES);
        return NULL;
    }
    for (int n = 0, out = 0; n < node.kernel->buffers; n++) {
        if (!ivq_kernel_writes(node.kernel, n)) {
            struct ivq_memory *const read = &graph->refs[node.bindings[n]];
            read->last = node.stage > read->last ? node.stage : read->last;
            continue;
        }
        const int element = node.kernel->element[n];
        node.bindings[n] = add_ref(graph, (struct ivq_memory){.place = IVQ_IN_SCRATCH,
                                                              .element = element,
                                                              .size = elements[out++] * (size_t)element,
                                                              .check = node.check,
                                                              .first = node.stage,
                                                              .last = node.stage});
    }
    graph->nodes[graph->node_count] = node;
    return &graph->nodes[graph->node_count++];
}

static struct ivq_node *find_or_add(struct ivq_graph *graph, const struct ivq_node *node,
                                    const size_t *elements)
{
    for (int i = 0; i < graph->node_count; i++)
        if (same(&graph->nodes[i], node))
            return &graph->nodes[i];
    return add_node(graph, *node, elements);
}

/* Outputs of a launch that is not recorded name something harmless. */
static void clear_outputs(const struct ivq_launch *launch)
{
    for (int n = 0, out = 0; launch->kernel && n < launch->kernel->buffers; n++)
        if (ivq_kernel_writes(launch->kernel, n))
            launch->outputs[out++] = 0;
}

void ivq_graph_launch(struct ivq_graph *graph, const struct ivq_launch *launch)
{
    clear_outputs(launch);
    if (ivq_graph_failed(graph))
        return;
    const struct ivq_node node = node_of(graph, launch);
    if (node.groups_x > MAX_TILES || node.groups_y > MAX_TILES) {
        ivq_fail(&graph->error, IVQ_USAGE, "%s: a picture of %d x %d is too large", node.kernel->name,
                 launch->width, launch->height);
        return;
    }
    struct ivq_node *const found = find_or_add(graph, &node, launch->elements);
    if (!found)
        return;
    found->every_frame |= graph->every_frame;
    if (graph->metric >= 0 && graph->metric < IVQ_GRAPH_MAX_METRICS)
        found->serves[graph->metric] = true;
    for (int n = 0, out = 0; n < found->kernel->buffers; n++)
        if (ivq_kernel_writes(found->kernel, n))
            launch->outputs[out++] = found->bindings[n];
}
