/* The passes of one frame. Metrics record launches; two launches of the same kernel with the same parameters
   on the same inputs are one (so metrics share passes without knowing of each other). The engine then lays
   out memory for each frame in flight and turns the graph into launch lists. */
#ifndef IVQ_FRAME_GRAPH_H
#define IVQ_FRAME_GRAPH_H
#include "device/device.h"
#include "frame/format.h"

enum { IVQ_MAX_PAST = 2 }; /* how many frames back a metric may look (motion's five-frame window) */

enum ivq_side { IVQ_SIDE_REF, IVQ_SIDE_DIS, IVQ_SIDES };

/* Something in device memory: a plane of an input, or an output of a launch. */
typedef int ivq_ref;

struct ivq_launch {
    const struct ivq_kernel *kernel;
    const void *params;        /* the kernel's parameter struct */
    int width, height;         /* elements to cover with tiles */
    const ivq_ref *inputs;     /* as many as the kernel reads */
    const size_t *output_size; /* bytes of each buffer it writes */
    ivq_ref *outputs;          /* filled in */
};

struct ivq_graph *ivq_graph_create(struct ivq_device *device, const struct ivq_format *format);
void ivq_graph_destroy(struct ivq_graph *graph);

/* The first error of any call below; recording goes on harmlessly after one. */
enum ivq_status ivq_graph_status(const struct ivq_graph *graph, struct ivq_error *error);

/* A kernel by file name and variant ("vif_stat", "s0_u8"). */
const struct ivq_kernel *ivq_graph_kernel(struct ivq_graph *graph, const char *name, const char *variant);

/* A plane of this frame (past 0) or of an earlier one. Rows are ivq_graph_stride() samples apart. */
ivq_ref ivq_graph_plane(struct ivq_graph *graph, enum ivq_side side, int plane, int past);
int ivq_graph_stride(const struct ivq_graph *graph, int plane);

/* How many tiles cover the width. */
int ivq_graph_tiles_x(const struct ivq_graph *graph, const struct ivq_kernel *kernel, int width);

void ivq_graph_launch(struct ivq_graph *graph, const struct ivq_launch *launch);

/* The first `count` 64-bit integers of ref arrive in the score function of the metric being recorded, in the
   order of these calls. */
void ivq_graph_result(struct ivq_graph *graph, ivq_ref ref, int count);

/* Launches a kernel whose only output is [tile][values] 64-bit integers; result() of their sums over tiles.
   The launch's output_size and outputs are not read. */
void ivq_graph_launch_sums(struct ivq_graph *graph, const struct ivq_launch *launch, int values);

/* --- for the engine --- */

/* Starts the recording of the next metric; returns its number, from 0. */
int ivq_graph_next_metric(struct ivq_graph *graph);
int ivq_graph_result_count(const struct ivq_graph *graph, int metric);

/* Bytes of each kind of memory one frame in flight needs. Ends the recording. */
struct ivq_frame_sizes {
    size_t upload, device, readback; /* device may be 0 */
};
void ivq_graph_layout(struct ivq_graph *graph, struct ivq_frame_sizes *sizes);

struct ivq_frame_buffers {
    struct ivq_buffer *upload, *device, *readback; /* device: NULL if its size is 0 */
};

/* The launch list of frame slot `slot` of `slots`; free() it. A past frame lies in the slot before. */
struct ivq_step *ivq_graph_steps(const struct ivq_graph *graph, const struct ivq_frame_buffers *buffers,
                                 int slot, int slots, int *count);

/* Where the caller writes a plane of the frame: bytes from the start of its upload buffer. */
size_t ivq_graph_plane_offset(const struct ivq_graph *graph, enum ivq_side side, int plane);

/* Collects a metric's results from a readback buffer. */
void ivq_graph_read(const struct ivq_graph *graph, int metric, const struct ivq_buffer *readback,
                    int64_t *results);

/* A pass: one launch a frame, for all metrics that need it. False after the last. */
struct ivq_pass {
    const char *kernel;
    int tiles_x, tiles_y, stage;
};
bool ivq_graph_pass(const struct ivq_graph *graph, int index, struct ivq_pass *pass);
bool ivq_graph_pass_serves(const struct ivq_graph *graph, int pass, int metric);

/* Bytes of the planes that are read in a frame, and of the results that are read back. */
size_t ivq_graph_bytes_to_device(const struct ivq_graph *graph);
size_t ivq_graph_bytes_from_device(const struct ivq_graph *graph);

#endif
