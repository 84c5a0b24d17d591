/* One measurement of one clip pair on one device: frames in flight, temporal order, scores.

   Pictures are written straight into pinned memory: ivq_session_picture() lends the planes of the next pair,
   ivq_session_submit() starts them. At most frames_in_flight pairs are being worked on; picture() waits for
   the oldest before it lends more, so memory never grows with the clip. Scores come in frame order. One
   thread uses a session. */
#ifndef IVQ_ENGINE_SESSION_H
#define IVQ_ENGINE_SESSION_H
#include "device/device.h"
#include "frame/format.h"
#include "graph/frames.h"
#include "metrics/metric.h"
#include "model/model.h"

struct ivq_session;

struct ivq_session_params {
    struct ivq_device *device; /* outlives the session */
    struct ivq_format format;
    int frames_in_flight; /* 0: as many as keep the device busy */
    size_t memory_limit;  /* bytes for all frames in flight; 0: a quarter of what the process may use */
    int subsample;        /* scores only of frames whose index it divides; 0 and 1: all */
    /* NULL: a metric that is asked for again under the same names of scores is merged or refused. Otherwise
       the first one stays as it is, and this is told where the other would have been different. */
    void (*on_repeat)(void *user, const char *text);
    void *user;
};

enum ivq_status ivq_session_create(const struct ivq_session_params *params, struct ivq_session **session,
                                   struct ivq_error *error);
void ivq_session_destroy(struct ivq_session *session); /* NULL is fine */

struct ivq_named_value {
    const char *key, *value;
};

/* Adds a metric by name. An equal one, or one that differs only in what else it puts out, is shared; one
   whose scores would bear the same names but differ is IVQ_USAGE. on_repeat changes both. */
enum ivq_status ivq_session_add_metric(struct ivq_session *session, const char *name,
                                       const struct ivq_named_value *options, int count,
                                       struct ivq_error *error);

/* The same for a metric by its table, which need not be in the registry and outlives the session. */
enum ivq_status ivq_session_add(struct ivq_session *session, const struct ivq_metric *metric,
                                const struct ivq_named_value *options, int count, struct ivq_error *error);

/* Adds a model and the metrics it needs. The model outlives the session. */
enum ivq_status ivq_session_add_model(struct ivq_session *session, const struct ivq_model *model,
                                      struct ivq_error *error);

/* The metric that provides a feature a model names, NULL if none does (also: features of metrics to come). */
const char *ivq_session_metric_of(const char *raw_feature);

/* Allocates everything; no metric or model can be added after it. */
enum ivq_status ivq_session_start(struct ivq_session *session, struct ivq_error *error);

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

struct ivq_session_work {
    int64_t frames;                             /* whose launch lists the device has finished */
    int64_t bytes_to_device, bytes_from_device; /* of all that was submitted */
    double device_seconds; /* of these launch lists; negative where the device has no clock */
};
void ivq_session_work(const struct ivq_session *session, struct ivq_session_work *work);

struct ivq_session_pass {
    struct ivq_pass pass;
    int64_t dispatches; /* submitted so far */
};

/* By index from 0; false after the last. */
bool ivq_session_pass(const struct ivq_session *session, int index, struct ivq_session_pass *pass);

/* A metric as it was run: its table, its options, the passes that serve it and the series it fills, each by
   index from 0 (-1 after the last). */
struct ivq_session_metric {
    const struct ivq_metric *metric;
    const void *options;
};
bool ivq_session_metric(const struct ivq_session *session, int index, struct ivq_session_metric *metric);
int ivq_session_metric_pass(const struct ivq_session *session, int metric, int index);
int ivq_session_metric_series(const struct ivq_session *session, int metric, int index);
int ivq_session_model_series(const struct ivq_session *session, int model, int index);

#endif
