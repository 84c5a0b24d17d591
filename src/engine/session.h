/* One measurement of one clip pair on one device: frames in flight, temporal order, scores.

   Pictures are written straight into pinned memory: ivq_session_picture() lends the planes of the next pair,
   ivq_session_submit() starts them. At most frames_in_flight pairs are being worked on; picture() waits for
   the oldest before it lends more, so memory never grows with the clip. Scores come in frame order. One
   thread uses a session. */
#ifndef IVQ_ENGINE_SESSION_H
#define IVQ_ENGINE_SESSION_H
#include "device/device.h"
#include "engine/selection.h"
#include "frame/format.h"
#include "isovq/work.h"

struct ivq_session;

struct ivq_session_params {
    struct ivq_device *device;             /* outlives the session */
    const struct ivq_selection *selection; /* likewise, and does not change */
    struct ivq_format format;
    int frames_in_flight; /* 0: as many as keep the device busy */
    size_t memory_limit;  /* bytes for all frames in flight; 0: a quarter of what the process may use */
    int subsample;        /* scores only of frames whose index it divides; 0 and 1: all */
};

/* Checks that all that is selected fits together and to the format, and allocates everything. */
enum ivq_status ivq_session_start(const struct ivq_session_params *params, struct ivq_session **session,
                                  struct ivq_error *error);
void ivq_session_destroy(struct ivq_session *session); /* NULL is fine */

/* The planes of the next pair, to be written and then submitted. May wait. Stays valid until submit. */
enum ivq_status ivq_session_picture(struct ivq_session *session, struct ivq_picture *ref,
                                    struct ivq_picture *dis, struct ivq_error *error);
enum ivq_status ivq_session_submit(struct ivq_session *session, struct ivq_error *error);

/* After the last pair: waits for all, and computes what needs the end of the clip. Also after an error, to
   keep every score that is finished. */
enum ivq_status ivq_session_finish(struct ivq_session *session, struct ivq_error *error);

/* --- scores, at any time --- */

/* Columns in the order of logs (spec cli_and_logs, section 5). Aggregates come after all per-frame series. */
int ivq_session_series_count(const struct ivq_session *session);
const char *ivq_session_series_name(const struct ivq_session *session, int series);
bool ivq_session_series_aggregate(const struct ivq_session *session, int series);
int ivq_session_series_find(const struct ivq_session *session, const char *name); /* -1: none */

/* False while there is no such score (yet). frame is ignored for aggregates. */
bool ivq_session_score(const struct ivq_session *session, int series, int frame, double *value);

/* Whether all scores can still be read: older ones lie in a temporary file (engine/score_table.h). */
enum ivq_status ivq_session_scores_status(const struct ivq_session *session, struct ivq_error *error);

/* Pairs submitted, and the number of frames from 0 whose scores are complete. */
int ivq_session_frames(const struct ivq_session *session);

/* --- what was done, for records --- */

void ivq_session_work(const struct ivq_session *session, struct ivq_work *work);

/* By index from 0; false after the last. Its dispatches are counted when they are submitted. */
bool ivq_session_pass(const struct ivq_session *session, int index, struct ivq_work_pass *pass);

/* A metric as it was run: its table, its options, the passes that serve it and the series it fills, each by
   index from 0 (-1 after the last). */
struct ivq_session_metric {
    const struct ivq_metric *metric;
    const void *options;
};
bool ivq_session_metric(const struct ivq_session *session, int index, struct ivq_session_metric *metric);
int ivq_session_metric_pass(const struct ivq_session *session, int metric, int index);
int ivq_session_metric_series(const struct ivq_session *session, int metric, int index);
int ivq_session_model_series(const struct ivq_session *session, int model,
                             int index); /* of those that predict */

#endif
