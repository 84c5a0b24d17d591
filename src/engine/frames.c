/* Frames in flight: lending planes, submitting, taking scores in frame order. */
#include "engine/session_impl.h"

struct sink {
    struct ivq_sink base;
    struct ivq_session *session;
    struct ivq_instance *instance;
    struct ivq_error failure; /* the first one */
};

/* Keeps the first failure. */
static enum ivq_status remember(struct ivq_session *s, const struct ivq_error *failure,
                                struct ivq_error *error)
{
    if (failure->status == IVQ_OK)
        return IVQ_OK;
    if (s->failure.status == IVQ_OK)
        s->failure = *failure;
    if (error)
        *error = *failure;
    return failure->status;
}

static void put(struct ivq_sink *base, int output, int frame, double value)
{
    const struct sink *sink = (const struct sink *)base;
    const int series = sink->instance->series[output];
    if (series < 0)
        return;
    if (!sink->session->series[series].aggregate) {
        ivq_score_table_put(sink->session->scores, series, frame, value);
        return;
    }
    sink->session->series[series].value = value;
    sink->session->series[series].known = true;
}

static void put_plane(struct ivq_sink *base, int plane, const struct ivq_gray *gray)
{
    struct sink *const sink = (struct sink *)base;
    if (sink->failure.status == IVQ_OK)
        ivq_session_put_plane(sink->instance, plane, gray, &sink->failure);
}

/* Every model as far as its features are known. */
static void predict(struct ivq_session *s)
{
    double features[IVQ_MODEL_MAX_FEATURES], outputs[2 * IVQ_MODEL_MAX_ENTRIES];
    for (int m = 0; m < s->model_count; m++) {
        struct ivq_used_model *used = &s->models[m];
        for (; used->next < s->finished; used->next++) {
            if (!ivq_session_scores_frame(s, used->next))
                continue;
            bool known = true;
            for (int i = 0; known && i < ivq_model_feature_count(used->model); i++) {
                features[i] = 0;
                if (used->features[i] >= 0)
                    known = ivq_score_table_get(s->scores, used->features[i], used->next, &features[i]);
            }
            if (!known)
                break;
            ivq_model_predict(used->model, features, outputs);
            for (int k = 0; k < ivq_model_output_count(used->model); k++)
                ivq_score_table_put(s->scores, used->outputs[k], used->next, outputs[k]);
        }
    }
}

/* --- starting frames --- */

static enum ivq_list list_of(const struct ivq_session *s, int frame)
{
    return ivq_session_scores_frame(s, frame) ? IVQ_LIST_SCORES : IVQ_LIST_SKIPPED;
}

static struct ivq_plan *plan_of(const struct ivq_session *s, enum ivq_list list, int frame)
{
    return s->plans[list][frame % s->plan_count];
}

static enum ivq_status submit(struct ivq_session *s, enum ivq_list list, int frame, struct ivq_error *error)
{
    struct ivq_plan *const plan = plan_of(s, list, frame);
    const enum ivq_status status = plan ? ivq_plan_submit(s->params.device, plan, error) : IVQ_OK;
    s->submissions[list] += status == IVQ_OK;
    return status;
}

static enum ivq_status wait(struct ivq_session *s, enum ivq_list list, int frame, struct ivq_error *error)
{
    struct ivq_plan *const plan = plan_of(s, list, frame);
    return plan ? ivq_plan_wait(s->params.device, plan, error) : IVQ_OK;
}

/* The metrics of the oldest frame that waits for its check; they run only if its samples are in range. */
static enum ivq_status start_frame(struct ivq_session *s, struct ivq_error *error)
{
    const int frame = s->started;
    enum ivq_status status = IVQ_OK;
    if (s->check_count)
        status = wait(s, IVQ_LIST_CHECK, frame, error);
    if (status == IVQ_OK)
        status = ivq_session_check_range(s, frame, error);
    if (status == IVQ_OK)
        status = submit(s, list_of(s, frame), frame, error);
    s->started += status == IVQ_OK;
    return status;
}

/* --- finishing frames --- */

static double seconds_of(const struct ivq_session *s, enum ivq_list list, int frame)
{
    struct ivq_plan *const plan = s->plans[list] ? plan_of(s, list, frame) : NULL;
    return plan ? ivq_plan_seconds(s->params.device, plan) : 0;
}

static void add_seconds(struct ivq_session *s, double seconds)
{
    s->device_seconds = seconds < 0 || s->device_seconds < 0 ? -1 : s->device_seconds + seconds;
}

static struct ivq_result *results_of(const struct ivq_session *s, const struct ivq_instance *instance,
                                     int frame)
{
    return instance->results + (size_t)(frame % s->memory.slots) * (size_t)instance->result_count;
}

/* Waits for frames, and hands them to the host stages. A failure is for the turn of its own frame. */
static void collect_until(struct ivq_session *s, int end)
{
    while (s->collected < end && s->late_failure.status == IVQ_OK) {
        const int frame = s->collected;
        if (wait(s, list_of(s, frame), frame, &s->late_failure) != IVQ_OK)
            return;
        for (int i = 0; i < s->instance_count; i++)
            ivq_graph_results(s->graph, s->instances[i].graph_metric,
                              s->memory.readback[frame % s->memory.slots],
                              results_of(s, &s->instances[i], frame));
        ivq_session_queue_host(s, frame);
        s->collected++;
    }
}

static enum ivq_status score_instance(struct ivq_session *s, struct ivq_instance *instance, int frame,
                                      struct ivq_error *error)
{
    const struct ivq_metric *const metric = instance->metric;
    struct sink sink = {{put, put_plane}, s, instance, {IVQ_OK, ""}};
    const size_t slot = (size_t)(frame % s->memory.slots);
    const struct ivq_scored scored = {frame, results_of(s, instance, frame),
                                      metric->host ? instance->made + slot * metric->made_size : NULL};
    metric->score(instance->options, &s->params.format, instance->state, &scored, &sink.base);
    if (sink.failure.status != IVQ_OK)
        *error = sink.failure;
    return sink.failure.status;
}

/* Takes the scores of the oldest frame, which has been started. */
static enum ivq_status finish_frame(struct ivq_session *s, struct ivq_error *error)
{
    const int frame = s->finished, ahead = frame + 1 + ivq_session_host_threads(s);
    struct ivq_error failure = {IVQ_OK, ""};
    collect_until(s, ahead < s->started ? ahead : s->started);
    if (s->collected == frame)
        return remember(s, &s->late_failure, error);
    ivq_session_wait_for_host(s, frame);
    for (int i = 0; i < s->instance_count; i++)
        if (ivq_session_runs(s, &s->instances[i], frame) &&
            score_instance(s, &s->instances[i], frame, &failure) != IVQ_OK)
            return remember(s, &failure, error);
    s->finished++;
    add_seconds(s, seconds_of(s, list_of(s, frame), frame));
    if (s->check_count)
        add_seconds(s, seconds_of(s, IVQ_LIST_CHECK, frame));
    predict(s);
    ivq_score_table_status(s->scores, &failure);
    return remember(s, &failure, error);
}

static enum ivq_status finish_until(struct ivq_session *s, int end, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    while (status == IVQ_OK && s->finished < end)
        status = finish_frame(s, error);
    return status;
}

/* A frame that cannot be started ends the measurement, but those before it have their scores. */
static enum ivq_status start_until(struct ivq_session *s, int end, struct ivq_error *error)
{
    struct ivq_error failure = {IVQ_OK, ""};
    while (s->started < end)
        if (start_frame(s, &failure) != IVQ_OK) {
            finish_until(s, s->started, error);
            return remember(s, &failure, error);
        }
    return IVQ_OK;
}

static enum ivq_status start_and_finish(struct ivq_session *s, int end, struct ivq_error *error)
{
    const enum ivq_status status = start_until(s, end, error);
    return status == IVQ_OK ? finish_until(s, end, error) : status;
}

void ivq_session_wait_for_all(struct ivq_session *s)
{
    for (int frame = s->started; frame < s->submitted && s->check_count; frame++)
        wait(s, IVQ_LIST_CHECK, frame, NULL);
    for (int frame = s->collected; frame < s->started; frame++)
        wait(s, list_of(s, frame), frame, NULL);
}

/* --- frames of the caller --- */

static enum ivq_status fail_again(const struct ivq_session *s, struct ivq_error *error)
{
    if (error)
        *error = s->failure;
    return s->failure.status;
}

enum ivq_status ivq_session_picture(struct ivq_session *s, struct ivq_picture *ref, struct ivq_picture *dis,
                                    struct ivq_error *error)
{
    if (s->over)
        return ivq_fail(error, IVQ_USAGE, "pictures are taken before the finish of a session");
    if (s->failure.status != IVQ_OK)
        return fail_again(s, error);
    /* A slot is free again when no frame in flight looks back at it. */
    const enum ivq_status status = start_and_finish(s, s->submitted - s->in_flight + 1, error);
    if (status != IVQ_OK)
        return status;
    const struct ivq_buffer *const upload = s->memory.upload[s->submitted % s->memory.slots];
    ivq_graph_picture(s->graph, upload, IVQ_SIDE_REF, ref);
    ivq_graph_picture(s->graph, upload, IVQ_SIDE_DIS, dis);
    s->lent = true;
    return IVQ_OK;
}

/* The check of a frame is queued before the metrics of the frame before it, so that its outcome is known when
   its own turn comes and the device never waits for it. */
enum ivq_status ivq_session_submit(struct ivq_session *s, struct ivq_error *error)
{
    if (!s->lent)
        return ivq_fail(error, IVQ_USAGE, "a pair is submitted after ivq_session_picture");
    s->lent = false;
    struct ivq_error failure = {IVQ_OK, ""};
    if (s->check_count && submit(s, IVQ_LIST_CHECK, s->submitted, &failure) != IVQ_OK)
        return remember(s, &failure, error);
    s->submitted++;
    return start_until(s, s->check_count ? s->submitted - 1 : s->submitted, error);
}

static void finish_instance(struct ivq_session *s, struct ivq_instance *instance)
{
    struct sink sink = {{put, put_plane}, s, instance, {IVQ_OK, ""}};
    if (instance->metric->finish && s->finished && !instance->absent)
        instance->metric->finish(instance->options, &s->params.format, instance->state, s->finished,
                                 &sink.base);
}

enum ivq_status ivq_session_finish(struct ivq_session *s, struct ivq_error *error)
{
    if (s->over)
        return ivq_fail(error, IVQ_USAGE, "a session is finished once");
    if (s->failure.status == IVQ_OK)
        start_and_finish(s, s->submitted, error);
    s->over = true;
    for (int i = 0; i < s->instance_count; i++)
        finish_instance(s, &s->instances[i]);
    predict(s);
    struct ivq_error failure = {IVQ_OK, ""};
    ivq_session_close_planes(s, &failure);
    ivq_score_table_status(s->scores, &failure);
    remember(s, &failure, error);
    return s->failure.status == IVQ_OK ? IVQ_OK : fail_again(s, error);
}
