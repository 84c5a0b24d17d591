/* From the recorded passes to launch lists: what the engine needs of a graph. */
#ifndef IVQ_GRAPH_FRAMES_H
#define IVQ_GRAPH_FRAMES_H
#include "graph/graph.h"

struct ivq_graph *ivq_graph_create(struct ivq_device *device, const struct ivq_format *format);
void ivq_graph_destroy(struct ivq_graph *graph); /* NULL is fine */

/* --- recording --- */

/* The launch lists of a frame. Each is submitted on its own, the check before the others. */
enum ivq_list {
    IVQ_LIST_CHECK,   /* are all samples in range? */
    IVQ_LIST_SCORES,  /* all that metrics recorded */
    IVQ_LIST_SKIPPED, /* of a frame without scores: only what metrics that run on every frame recorded */
    IVQ_LISTS
};

/* Starts the recording of the next metric; returns its number, from 0. What is recorded from now on goes to
   IVQ_LIST_CHECK if check, else to the other two, to the last one only if every_frame. */
int ivq_graph_next_metric(struct ivq_graph *graph, bool check, bool every_frame);
int ivq_graph_result_count(const struct ivq_graph *graph, int metric);

/* How many frames back launches look. */
int ivq_graph_past_frames(const struct ivq_graph *graph);

/* How many rows of tiles a stage has, on average over the stages of all scores. */
int ivq_graph_rows_side_by_side(const struct ivq_graph *graph);

/* --- memory --- */

/* Bytes of each kind. Ends the recording. Memory of what nobody reads any more in a frame serves again in its
   later stages. */
struct ivq_frame_sizes {
    size_t upload;   /* each slot: the pictures, as the caller writes them */
    size_t history;  /* each slot: what later frames look back at; 0 where upload is all of it */
    size_t readback; /* each slot: results */
    size_t scratch;  /* each group: what is gone with the frame; may be 0 */
    size_t tables;   /* once; may be 0 */
};
void ivq_graph_layout(struct ivq_graph *graph, struct ivq_frame_sizes *sizes);

/* Frame n has slot n % slots and group n % groups. Slots are enough for the frames in flight and those that
   they look back at; groups for the frames in flight, or one where the device runs one plan after the other.
 */
struct ivq_frame_memory {
    int slots, groups;
    struct ivq_buffer **upload, **history, **readback; /* [slots] */
    struct ivq_buffer **scratch;                       /* [groups] */
    struct ivq_buffer *tables;
};

/* Puts the tables into their buffer. */
enum ivq_status ivq_graph_upload_tables(const struct ivq_graph *graph, struct ivq_buffer *tables,
                                        struct ivq_error *error);

/* A launch list of a frame; free() it. NULL where memory ran out. */
struct ivq_step *ivq_graph_steps(const struct ivq_graph *graph, const struct ivq_frame_memory *memory,
                                 int frame, enum ivq_list list, int *count);

/* --- frames --- */

/* The picture of a side, to be filled, in the upload buffer of a frame. */
void ivq_graph_picture(const struct ivq_graph *graph, const struct ivq_buffer *upload, enum ivq_side side,
                       struct ivq_picture *picture);

/* The results of a metric, in the order that it recorded them, where they lie in the readback buffer. */
void ivq_graph_results(const struct ivq_graph *graph, int metric, const struct ivq_buffer *readback,
                       struct ivq_result *results);

/* --- records --- */

/* A pass: one launch a frame, for all metrics that need it. */
struct ivq_pass {
    const char *kernel;
    int tiles_x, tiles_y, stage;
};

/* False after the last. */
bool ivq_graph_pass(const struct ivq_graph *graph, int index, struct ivq_pass *pass);
bool ivq_graph_pass_serves(const struct ivq_graph *graph, int pass, int metric);
bool ivq_graph_pass_in(const struct ivq_graph *graph, int pass, enum ivq_list list);

/* Bytes of the planes that a list takes to the device, and of the results that it brings back. */
size_t ivq_graph_bytes_to_device(const struct ivq_graph *graph, enum ivq_list list);
size_t ivq_graph_bytes_from_device(const struct ivq_graph *graph, enum ivq_list list);

#endif
