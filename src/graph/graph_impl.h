/* What the files of the graph share: record.c (launches and what they read), sums.c (completed sums,
   results), layout.c (memory), steps.c (launch lists), readback.c (frames, records). */
#ifndef IVQ_GRAPH_GRAPH_IMPL_H
#define IVQ_GRAPH_GRAPH_IMPL_H
#include "graph/frames.h"

enum {
    IVQ_GRAPH_MAX_NODES = 1024, /* launches of one frame: far above all metrics at once */
    IVQ_GRAPH_MAX_REFS = 4096,
    IVQ_GRAPH_MAX_METRICS = 256, /* far above what a session takes */
};

enum ivq_place {
    IVQ_IN_PLANE,   /* a plane of an input */
    IVQ_IN_SCRATCH, /* gone with the frame */
    IVQ_IN_HISTORY, /* kept for later frames */
    IVQ_IN_RESULTS,
    IVQ_IN_TABLES,
};

struct ivq_memory {
    enum ivq_place place;
    int element;         /* bytes */
    size_t size, offset; /* bytes; offset: in the region of its place */
    int first, last;     /* stages: of the launch that writes it, of the last one that reads it */
    bool check;          /* of IVQ_LIST_CHECK */
    int past;            /* how many frames back it lies: planes and history */
    int side, plane;     /* planes */
    ivq_ref now;         /* what lies back of: the same in this frame */
    void *data;          /* tables: the content, owned */
};

struct ivq_node {
    const struct ivq_kernel *kernel;
    uint8_t params[IVQ_KERNEL_MAX_PARAMS];
    int groups_x, groups_y, stage;
    int follows; /* reads what earlier frames wrote in stages up to this one; 0: does not */
    bool check, every_frame;
    ivq_ref bindings[IVQ_KERNEL_MAX_BUFFERS];
    bool serves[IVQ_GRAPH_MAX_METRICS]; /* by the numbers of ivq_graph_next_metric */
};

struct ivq_recorded_result {
    int metric, count;
    ivq_ref ref;
};

struct ivq_graph {
    struct ivq_device *device;
    struct ivq_format format;
    struct ivq_error error;
    struct ivq_memory refs[IVQ_GRAPH_MAX_REFS];
    struct ivq_node nodes[IVQ_GRAPH_MAX_NODES];
    struct ivq_recorded_result results[IVQ_GRAPH_MAX_NODES];
    int ref_count, node_count, result_count;
    int metric; /* being recorded; -1: none yet */
    bool check, every_frame;
    size_t plane_offset[IVQ_SIDES][3]; /* in upload, and in history where that has planes */
    size_t planes_size;
    struct ivq_frame_sizes sizes;
    size_t check_results; /* bytes: results of the check come first */
};

static inline size_t ivq_graph_aligned(size_t size)
{
    return (size + IVQ_BUFFER_ALIGN - 1) / IVQ_BUFFER_ALIGN * IVQ_BUFFER_ALIGN;
}

static inline size_t ivq_graph_plane_bytes(const struct ivq_graph *graph, int plane)
{
    return ivq_plane_elements(graph->format.width[plane], graph->format.height[plane]) *
           (size_t)ivq_format_sample_size(&graph->format);
}

static inline bool ivq_graph_failed(const struct ivq_graph *graph)
{
    return graph->error.status != IVQ_OK;
}

static inline bool ivq_graph_node_in(const struct ivq_node *node, enum ivq_list list)
{
    return node->check == (list == IVQ_LIST_CHECK) && (list != IVQ_LIST_SKIPPED || node->every_frame);
}

static inline bool ivq_kernel_writes(const struct ivq_kernel *kernel, int buffer)
{
    return kernel->written >> buffer & 1;
}

/* How many tiles cover the height. */
int ivq_graph_tiles_y(const struct ivq_graph *graph, const struct ivq_kernel *kernel, int height);

/* Does this list take this plane to a device of its own memory? */
bool ivq_graph_uploads(const struct ivq_graph *graph, enum ivq_list list, int side, int plane);

/* The part of the results that a list brings back, in bytes from the start of the readback buffer. */
void ivq_graph_result_range(const struct ivq_graph *graph, enum ivq_list list, size_t *offset, size_t *size);

#endif
