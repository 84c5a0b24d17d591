/* What the files of the engine share about a session, from the top: life.c (start to end), frames.c (frames
   in flight), start.c (passes), columns.c (series), memory.c (memory, launch lists), range.c (samples above
   the depth), planes.c (pictures put out), host.c (host stages), work.c (records), session.c (scores,
   questions). */
#ifndef IVQ_ENGINE_SESSION_IMPL_H
#define IVQ_ENGINE_SESSION_IMPL_H
#include <stdio.h>

#include "engine/score_table.h"
#include "engine/session.h"
#include "graph/frames.h"

enum {
    IVQ_MAX_OUTPUTS = 64, /* of one metric */
    IVQ_MAX_PLANES = 16,  /* that one metric puts out */
};

/* One metric that runs. */
struct ivq_instance {
    const struct ivq_metric *metric;
    const void *options;
    bool absent; /* needs chroma, asked for by models only, and there is none: its features are 0 (DECISIONS
                    2) */
    void *state;
    int graph_metric; /* its number in the graph */
    int result_count;
    struct ivq_result *results;   /* [slot][result_count] */
    char *made;                   /* [slot][made_size] */
    FILE *planes[IVQ_MAX_PLANES]; /* opened with the first frame */
    int *series;                  /* [output]: index of its series, -1 where the output does not exist */
};

struct ivq_used_model {
    const struct ivq_model *model;
    const struct ivq_selected_feature *from;
    int *features; /* series of each feature; -1: the feature is 0 in this format (chroma of 4:0:0) */
    int *outputs;  /* series */
    int next;      /* first frame not predicted */
};

struct ivq_range_check {
    int side, plane;
};

struct ivq_host; /* host.c */

struct ivq_series {
    char *name;
    bool aggregate;
    int order;    /* columns are sorted by it, then by when they were added */
    double value; /* of an aggregate, if it is known; those of frames are in the score table */
    bool known;
};

struct ivq_session {
    struct ivq_session_params params;
    struct ivq_instance instances[IVQ_MAX_METRICS];
    int instance_count;
    struct ivq_used_model models[IVQ_MAX_MODELS];
    int model_count;
    struct ivq_series *series;
    int *columns; /* series in the order of logs */
    int series_count, series_room;
    struct ivq_score_table *scores; /* a column for each series */
    struct ivq_graph *graph;
    struct ivq_frame_sizes sizes;
    struct ivq_range_check checks[IVQ_SIDES * 3];
    int check_count, check_metric;
    int in_flight; /* frames that are submitted and not finished, at most */
    struct ivq_frame_memory memory;
    struct ivq_plan **plans[IVQ_LISTS]; /* [frame % plan_count]; NULL where a list has nothing to do */
    int plan_count;
    int64_t submissions[IVQ_LISTS]; /* so far */
    /* Frames handed over; of these, whose samples are in range and whose metrics run or have run; whose
       results are there; whose scores are taken. */
    int submitted, started, collected, finished;
    struct ivq_error late_failure; /* of the frame after the collected ones */
    struct ivq_host *host;         /* NULL where no metric has host stages */
    double device_seconds;         /* of finished frames; negative once the device did not say */
    bool lent, over;
    struct ivq_error failure; /* the first one after start: nothing more is scored */
};

/* Does subsampling keep this frame's scores? */
static inline bool ivq_session_scores_frame(const struct ivq_session *s, int frame)
{
    return s->params.subsample <= 1 || frame % s->params.subsample == 0;
}

/* Does this instance run on frames whose scores are not kept? */
bool ivq_session_every_frame(const struct ivq_session *s, const struct ivq_instance *instance);

/* Does it run on this one? */
static inline bool ivq_session_runs(const struct ivq_session *s, const struct ivq_instance *instance,
                                    int frame)
{
    return !instance->absent && (ivq_session_scores_frame(s, frame) || ivq_session_every_frame(s, instance));
}

/* start.c: records the passes of all metrics, and the check of samples. */
enum ivq_status ivq_session_plan(struct ivq_session *s, struct ivq_error *error);

/* memory.c: lays out the graph, and allocates what frames in flight need. */
enum ivq_status ivq_session_create_memory(struct ivq_session *s, struct ivq_error *error);
void ivq_session_free_memory(struct ivq_session *s);

/* range.c: IVQ_INPUT, with the sample, where the check of this frame, which is over, found one above the
 * depth. */
enum ivq_status ivq_session_check_range(const struct ivq_session *s, int frame, struct ivq_error *error);

/* frames.c: until the device does nothing for this session. */
void ivq_session_wait_for_all(struct ivq_session *s);

/* host.c: threads for the metrics' host stages. */
enum ivq_status ivq_session_start_host(struct ivq_session *s, struct ivq_error *error);
void ivq_session_end_host(struct ivq_session *s);
int ivq_session_host_threads(
    const struct ivq_session *s); /* how many are wanted; 0: no stages, or the caller's alone */
void ivq_session_queue_host(struct ivq_session *s, int frame);
void ivq_session_wait_for_host(struct ivq_session *s, int frame); /* works, too */

/* planes.c: pictures that metrics put out. */
enum ivq_status ivq_session_check_planes(const struct ivq_session *s, struct ivq_error *error);
enum ivq_status ivq_session_put_plane(struct ivq_instance *instance, int plane, const struct ivq_gray *gray,
                                      struct ivq_error *error);
enum ivq_status ivq_session_close_planes(struct ivq_session *s, struct ivq_error *error);

/* columns.c: a series for every output of every metric and model, and their order in logs. */
enum ivq_status ivq_session_add_series(struct ivq_session *s, struct ivq_error *error);

#endif
