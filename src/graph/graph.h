/* The passes of one frame. A metric records launches of kernels on planes, tables, and what earlier launches
   put out; two launches of the same kernel with the same parameters on the same inputs are one, so metrics
   share passes without knowing of each other. What a metric asks to have back arrives in its score function.
 */
#ifndef IVQ_GRAPH_GRAPH_H
#define IVQ_GRAPH_GRAPH_H
#include "device/device.h"
#include "frame/format.h"

enum ivq_side { IVQ_SIDE_REF, IVQ_SIDE_DIS, IVQ_SIDES };

/* Something in device memory: a plane of an input, a table, or what a launch writes. */
typedef int ivq_ref;

struct ivq_graph;

/* --- pictures in device memory --- */

enum { IVQ_STRIDE_ALIGN = 64 }; /* elements: rows begin on cache lines */

/* Elements from a row to the next, of every picture of this width. */
static inline int ivq_stride(int width)
{
    return (width + IVQ_STRIDE_ALIGN - 1) / IVQ_STRIDE_ALIGN * IVQ_STRIDE_ALIGN;
}

/* Elements of a picture with its rows' padding: what a launch that writes one says of that buffer. */
static inline size_t ivq_plane_elements(int width, int height)
{
    return (size_t)ivq_stride(width) * (size_t)height;
}

struct ivq_plane {
    ivq_ref ref;
    int width, height, stride; /* in elements */
};

/* A picture that a launch has written. */
static inline struct ivq_plane ivq_plane_of(ivq_ref ref, int width, int height)
{
    return (struct ivq_plane){ref, width, height, ivq_stride(width)};
}

/* A plane of an input: of this frame (past 0) or of an earlier one. Before the first frame all samples are 0.
 */
struct ivq_plane ivq_graph_plane(struct ivq_graph *graph, enum ivq_side side, int plane, int past);

/* --- other things that launches read --- */

/* Constant data (taps, reciprocals, curves), copied now and uploaded once. Equal tables are one. */
ivq_ref ivq_graph_table(struct ivq_graph *graph, const void *data, size_t size);

/* What a launch wrote into `ref` so many frames ago, at least 1; zeros before the first frame. The metric
   runs on every frame (ivq_metric.every_frame), and does not have the same ref as a result. */
ivq_ref ivq_graph_past(struct ivq_graph *graph, ivq_ref ref, int past);

/* --- launches --- */

struct ivq_launch {
    const struct ivq_kernel *kernel;
    const void *params;     /* the kernel's parameter struct */
    int width, height;      /* elements to cover with tiles */
    const ivq_ref *inputs;  /* as many as the kernel reads, tables among them */
    const size_t *elements; /* of each buffer it writes: how many; the kernel knows their type */
    ivq_ref *outputs;       /* filled in */
};

/* A kernel by file name and variant ("vif_stat", "s0_u8"; variant may be ""). */
const struct ivq_kernel *ivq_graph_kernel(struct ivq_graph *graph, const char *name, const char *variant);

void ivq_graph_launch(struct ivq_graph *graph, const struct ivq_launch *launch);

/* How many tiles cover the width. */
int ivq_graph_tiles_x(const struct ivq_graph *graph, const struct ivq_kernel *kernel, int width);

/* --- results --- */

/* What one frame returned. The memory belongs to the engine, for the time of the call that hands it over. */
struct ivq_result {
    int count; /* elements */
    union {
        const void *data;
        const int64_t *i64;
        const uint64_t *u64;
        const float *f32;
        const uint16_t *u16;
    };
};

/* The first `count` elements of what a launch wrote become the next result of the metric being recorded. */
void ivq_graph_result(struct ivq_graph *graph, ivq_ref ref, int count);

/* Launches a kernel that sums over tiles (IVQ_SUMS_TILES) into its last and only output, and completes the
   sums: a result of kernel->values 64-bit integers. elements and outputs are not read. */
void ivq_graph_launch_sums(struct ivq_graph *graph, const struct ivq_launch *launch);

/* The same for f32 sums along rows (IVQ_SUMS_ROWS): a result of f32 [value][row of the height]. */
void ivq_graph_launch_rows(struct ivq_graph *graph, const struct ivq_launch *launch);

/* Adds the rows of a value from top to bottom, in f32 (DECISIONS 23). */
float ivq_result_rows(const struct ivq_result *result, int rows, int value);

/* The first error of any call above; recording goes on harmlessly after one. */
enum ivq_status ivq_graph_status(const struct ivq_graph *graph, struct ivq_error *error);

#endif
