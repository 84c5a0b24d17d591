#include "frame/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_params.h"

enum {
    MAX_NODES = 1024, /* launches of one frame: far above all metrics at once */
    MAX_REFS = 4096,
    STRIDE_ALIGN = 64, /* samples: rows begin on cache lines */
    MAX_TILES = 65535, /* across or down: what every device takes */
    MAX_METRICS = 256, /* far above what a session takes */
};

enum place { IN_PLANE, IN_DEVICE, IN_RESULTS };

struct memory {
    enum place place;
    size_t size, offset; /* offset: in the region of its place */
    int stage;           /* of the launch that writes it; 0 for planes */
    int past;            /* planes: how many frames back */
    int side, plane;     /* planes */
};

struct node {
    const struct ivq_kernel *kernel;
    uint8_t params[IVQ_KERNEL_MAX_PARAMS];
    int groups_x, groups_y, stage;
    ivq_ref bindings[IVQ_KERNEL_MAX_BUFFERS];
    bool serves[MAX_METRICS]; /* by the numbers of ivq_graph_next_metric */
};

struct result {
    int metric, count;
    ivq_ref ref;
};

struct ivq_graph {
    struct ivq_device *device;
    struct ivq_format format;
    struct ivq_error error;
    struct memory refs[MAX_REFS];
    struct node nodes[MAX_NODES];
    struct result results[MAX_NODES];
    int ref_count, node_count, result_count, metric;
    size_t plane_offset[IVQ_SIDES]
                       [3]; /* in the upload region, and in the device region where that has planes */
    bool plane_used[IVQ_SIDES][3];
    struct ivq_frame_sizes sizes;
    size_t planes_size, results_size;
};

static size_t aligned(size_t size)
{
    return (size + IVQ_BUFFER_ALIGN - 1) / IVQ_BUFFER_ALIGN * IVQ_BUFFER_ALIGN;
}

static size_t plane_size(const struct ivq_graph *graph, int plane)
{
    return (size_t)ivq_graph_stride(graph, plane) * (size_t)graph->format.height[plane] *
           (size_t)ivq_format_sample_size(&graph->format);
}

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
            graph->planes_size += aligned(plane_size(graph, plane));
        }
    return graph;
}

void ivq_graph_destroy(struct ivq_graph *graph)
{
    free(graph);
}

enum ivq_status ivq_graph_status(const struct ivq_graph *graph, struct ivq_error *error)
{
    if (error && graph->error.status != IVQ_OK)
        *error = graph->error;
    return graph->error.status;
}

static bool failed(const struct ivq_graph *graph)
{
    return graph->error.status != IVQ_OK;
}

const struct ivq_kernel *ivq_graph_kernel(struct ivq_graph *graph, const char *name, const char *variant)
{
    char full[64];
    snprintf(full, sizeof full, "%s%s%s", name, *variant ? "_" : "", variant);
    const struct ivq_kernel *kernel = ivq_kernel_find(full);
    if (!kernel)
        ivq_fail(&graph->error, IVQ_DEVICE, "kernel %s is not in this build", full);
    else if (!failed(graph))
        ivq_device_prepare(graph->device, kernel, &graph->error);
    return kernel;
}

static ivq_ref add_ref(struct ivq_graph *graph, struct memory memory)
{
    if (graph->ref_count == MAX_REFS) {
        ivq_fail(&graph->error, IVQ_USAGE, "too many metrics at once: more than %d buffers a frame",
                 MAX_REFS);
        return 0;
    }
    graph->refs[graph->ref_count] = memory;
    return graph->ref_count++;
}

ivq_ref ivq_graph_plane(struct ivq_graph *graph, enum ivq_side side, int plane, int past)
{
    for (ivq_ref r = 0; r < graph->ref_count; r++) {
        const struct memory *m = &graph->refs[r];
        if (m->place == IN_PLANE && m->side == (int)side && m->plane == plane && m->past == past)
            return r;
    }
    graph->plane_used[side][plane] = true;
    return add_ref(graph, (struct memory){.place = IN_PLANE,
                                          .size = plane_size(graph, plane),
                                          .offset = graph->plane_offset[side][plane],
                                          .past = past,
                                          .side = (int)side,
                                          .plane = plane});
}

int ivq_graph_stride(const struct ivq_graph *graph, int plane)
{
    return (graph->format.width[plane] + STRIDE_ALIGN - 1) / STRIDE_ALIGN * STRIDE_ALIGN;
}

static int tiles(int size, int tile)
{
    return (size + tile - 1) / tile;
}

int ivq_graph_tiles_x(const struct ivq_graph *graph, const struct ivq_kernel *kernel, int width)
{
    return kernel ? tiles(width, ivq_device_tile(graph->device, kernel)->w) : 1;
}

static int tiles_y(const struct ivq_graph *graph, const struct ivq_kernel *kernel, int height)
{
    return kernel ? tiles(height, ivq_device_tile(graph->device, kernel)->h) : 1;
}

/* The launch as a node, with inputs bound and outputs still open (-1). */
static struct node node_of(const struct ivq_graph *graph, const struct ivq_launch *launch)
{
    struct node node = {.kernel = launch->kernel};
    memcpy(node.params, launch->params, launch->kernel->params_size);
    node.groups_x = ivq_graph_tiles_x(graph, launch->kernel, launch->width);
    node.groups_y = tiles_y(graph, launch->kernel, launch->height);
    for (int n = 0, in = 0; n < launch->kernel->buffers; n++) {
        const bool written = launch->kernel->written >> n & 1;
        node.bindings[n] = written ? -1 : launch->inputs[in++];
        if (!written && graph->refs[node.bindings[n]].stage > node.stage)
            node.stage = graph->refs[node.bindings[n]].stage;
    }
    node.stage++;
    return node;
}

static bool same(const struct node *a, const struct node *b)
{
    if (a->kernel != b->kernel || memcmp(a->params, b->params, a->kernel->params_size) != 0 ||
        a->groups_x != b->groups_x || a->groups_y != b->groups_y)
        return false;
    for (int n = 0; n < a->kernel->buffers; n++)
        if (!(a->kernel->written >> n & 1) && a->bindings[n] != b->bindings[n])
            return false;
    return true;
}

static struct node *find_or_add(struct ivq_graph *graph, struct node node, const size_t *output_size)
{
    for (int i = 0; i < graph->node_count; i++)
        if (same(&graph->nodes[i], &node))
            return &graph->nodes[i];
    if (graph->node_count == MAX_NODES) {
        ivq_fail(&graph->error, IVQ_USAGE, "too many metrics at once: more than %d launches a frame",
                 MAX_NODES);
        return NULL;
    }
    for (int n = 0, out = 0; n < node.kernel->buffers; n++)
        if (node.kernel->written >> n & 1)
            node.bindings[n] = add_ref(
                graph, (struct memory){.place = IN_DEVICE, .size = output_size[out++], .stage = node.stage});
    graph->nodes[graph->node_count] = node;
    return &graph->nodes[graph->node_count++];
}

void ivq_graph_launch(struct ivq_graph *graph, const struct ivq_launch *launch)
{
    for (int n = 0, out = 0; launch->kernel && n < launch->kernel->buffers; n++)
        if (launch->kernel->written >> n & 1)
            launch->outputs[out++] = 0;
    if (failed(graph))
        return;
    const struct node node = node_of(graph, launch);
    if (node.groups_x > MAX_TILES || node.groups_y > MAX_TILES) {
        ivq_fail(&graph->error, IVQ_USAGE, "%s: a picture of %d x %d is too large", node.kernel->name,
                 launch->width, launch->height);
        return;
    }
    struct node *found = find_or_add(graph, node, launch->output_size);
    if (found && graph->metric >= 0 && graph->metric < MAX_METRICS)
        found->serves[graph->metric] = true;
    for (int n = 0, out = 0; found && n < found->kernel->buffers; n++)
        if (found->kernel->written >> n & 1)
            launch->outputs[out++] = found->bindings[n];
}

void ivq_graph_result(struct ivq_graph *graph, ivq_ref ref, int count)
{
    if (failed(graph))
        return;
    if (graph->result_count == MAX_NODES) {
        ivq_fail(&graph->error, IVQ_USAGE, "too many metrics at once: more than %d results a frame",
                 MAX_NODES);
        return;
    }
    graph->refs[ref].place = IN_RESULTS;
    graph->results[graph->result_count++] = (struct result){graph->metric, count, ref};
}

static void sum_tiles(struct ivq_graph *graph, ivq_ref part, int tile_count, int values)
{
    const struct sum_tiles_params params = {tile_count, values};
    const size_t size = (size_t)values * sizeof(int64_t);
    ivq_ref total;
    ivq_graph_launch(graph, &(struct ivq_launch){.kernel = ivq_graph_kernel(graph, "sum_tiles", ""),
                                                 .params = &params,
                                                 .width = values,
                                                 .height = 1,
                                                 .inputs = &part,
                                                 .output_size = &size,
                                                 .outputs = &total});
    ivq_graph_result(graph, total, values);
}

void ivq_graph_launch_sums(struct ivq_graph *graph, const struct ivq_launch *launch, int values)
{
    const int tile_count = ivq_graph_tiles_x(graph, launch->kernel, launch->width) *
                           tiles_y(graph, launch->kernel, launch->height);
    const size_t size = (size_t)tile_count * (size_t)values * sizeof(uint64_t);
    struct ivq_launch complete = *launch;
    ivq_ref part;
    complete.output_size = &size;
    complete.outputs = &part;
    ivq_graph_launch(graph, &complete);
    sum_tiles(graph, part, tile_count, values);
}

int ivq_graph_next_metric(struct ivq_graph *graph)
{
    return ++graph->metric;
}

int ivq_graph_result_count(const struct ivq_graph *graph, int metric)
{
    int count = 0;
    for (int i = 0; i < graph->result_count; i++)
        if (graph->results[i].metric == metric)
            count += graph->results[i].count;
    return count;
}

void ivq_graph_layout(struct ivq_graph *graph, struct ivq_frame_sizes *sizes)
{
    const bool unified = graph->device->info.unified;
    size_t device = unified ? 0 : graph->planes_size;
    graph->results_size = 0;
    for (ivq_ref r = 0; r < graph->ref_count; r++) {
        struct memory *m = &graph->refs[r];
        size_t *end = m->place == IN_RESULTS ? &graph->results_size : &device;
        if (m->place == IN_PLANE)
            continue;
        m->offset = *end;
        *end += aligned(m->size);
    }
    if (!graph->results_size)
        graph->results_size = IVQ_BUFFER_ALIGN; /* a graph without results still has a buffer */
    sizes->upload = graph->planes_size;
    sizes->readback = graph->results_size;
    sizes->device = unified ? device : device + graph->results_size;
    graph->sizes = *sizes;
}

/* Where ref lies for the frame in `slot`. On a device of its own memory, results come last in the device
 * region. */
static struct ivq_binding bind(const struct ivq_graph *graph, ivq_ref ref,
                               const struct ivq_frame_buffers *buffers, int slot, int slots)
{
    const struct memory *m = &graph->refs[ref];
    const bool unified = graph->device->info.unified;
    const struct ivq_frame_buffers *frame =
        &buffers[m->place == IN_PLANE ? (slot + slots - m->past) % slots : slot];
    switch (m->place) {
    case IN_PLANE:
        return (struct ivq_binding){unified ? frame->upload : frame->device, m->offset, m->size};
    case IN_RESULTS:
        if (unified)
            return (struct ivq_binding){frame->readback, m->offset, m->size};
        return (struct ivq_binding){frame->device, graph->sizes.device - graph->results_size + m->offset,
                                    m->size};
    default:
        return (struct ivq_binding){frame->device, m->offset, m->size};
    }
}

static int upload_steps(const struct ivq_graph *graph, const struct ivq_frame_buffers *frame,
                        struct ivq_step *steps)
{
    int count = 0;
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int plane = 0; plane < 3; plane++) {
            if (!graph->plane_used[side][plane])
                continue;
            struct ivq_step *s = &steps[count++];
            s->kind = IVQ_STEP_COPY;
            s->bindings[0] = (struct ivq_binding){frame->upload, graph->plane_offset[side][plane],
                                                  plane_size(graph, plane)};
            s->bindings[1] = s->bindings[0];
            s->bindings[1].buffer = frame->device;
        }
    return count;
}

static int by_stage(const void *a, const void *b)
{
    return ((const struct ivq_step *)a)->stage - ((const struct ivq_step *)b)->stage;
}

static void launch_step(const struct ivq_graph *graph, const struct node *node,
                        const struct ivq_frame_buffers *buffers, int slot, int slots, struct ivq_step *step)
{
    step->kind = IVQ_STEP_LAUNCH;
    step->stage = node->stage;
    step->kernel = node->kernel;
    memcpy(step->params, node->params, sizeof step->params);
    step->groups_x = node->groups_x;
    step->groups_y = node->groups_y;
    for (int n = 0; n < node->kernel->buffers; n++)
        step->bindings[n] = bind(graph, node->bindings[n], buffers, slot, slots);
}

struct ivq_step *ivq_graph_steps(const struct ivq_graph *graph, const struct ivq_frame_buffers *buffers,
                                 int slot, int slots, int *count)
{
    enum { EXTRA = 2 * 3 + 1 }; /* copies of planes up, of results down */
    struct ivq_step *steps = calloc((size_t)graph->node_count + EXTRA, sizeof *steps);
    if (!steps)
        return NULL;
    const bool unified = graph->device->info.unified;
    int n = unified ? 0 : upload_steps(graph, &buffers[slot], steps);
    int last_stage = 0;
    for (int i = 0; i < graph->node_count; i++) {
        launch_step(graph, &graph->nodes[i], buffers, slot, slots, &steps[n++]);
        if (graph->nodes[i].stage > last_stage)
            last_stage = graph->nodes[i].stage;
    }
    qsort(steps, (size_t)n, sizeof *steps, by_stage);
    if (!unified) {
        struct ivq_step *s = &steps[n++];
        s->kind = IVQ_STEP_COPY;
        s->stage = last_stage + 1;
        s->bindings[0] = (struct ivq_binding){buffers[slot].device, graph->sizes.device - graph->results_size,
                                              graph->results_size};
        s->bindings[1] = (struct ivq_binding){buffers[slot].readback, 0, graph->results_size};
    }
    *count = n;
    return steps;
}

size_t ivq_graph_plane_offset(const struct ivq_graph *graph, enum ivq_side side, int plane)
{
    return graph->plane_offset[side][plane];
}

void ivq_graph_read(const struct ivq_graph *graph, int metric, const struct ivq_buffer *readback,
                    int64_t *results)
{
    for (int i = 0; i < graph->result_count; i++) {
        const struct result *r = &graph->results[i];
        if (r->metric != metric)
            continue;
        memcpy(results, (const char *)readback->host + graph->refs[r->ref].offset,
               (size_t)r->count * sizeof *results);
        results += r->count;
    }
}

bool ivq_graph_pass(const struct ivq_graph *graph, int index, struct ivq_pass *pass)
{
    if (index < 0 || index >= graph->node_count)
        return false;
    const struct node *node = &graph->nodes[index];
    *pass = (struct ivq_pass){node->kernel->name, node->groups_x, node->groups_y, node->stage};
    return true;
}

bool ivq_graph_pass_serves(const struct ivq_graph *graph, int pass, int metric)
{
    return graph->nodes[pass].serves[metric];
}

size_t ivq_graph_bytes_to_device(const struct ivq_graph *graph)
{
    size_t bytes = 0;
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int plane = 0; plane < 3; plane++)
            bytes += graph->plane_used[side][plane] ? plane_size(graph, plane) : 0;
    return bytes;
}

size_t ivq_graph_bytes_from_device(const struct ivq_graph *graph)
{
    return graph->results_size;
}
