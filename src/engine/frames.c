/* Frames in flight: lending planes, submitting, taking scores in frame order. */
#include "engine/session_impl.h"

struct sink {
    struct ivq_sink base;
    struct ivq_session *session;
    const struct ivq_instance *instance;
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

static int sample_at(const struct ivq_session *s, const uint8_t *plane, int p, int x, int y)
{
    const size_t at = (size_t)y * (size_t)ivq_graph_stride(s->graph, p) + (size_t)x;
    return ((const uint16_t *)(const void *)plane)[at];
}

static enum ivq_status report_range(const struct ivq_session *s, const struct ivq_range_check *check,
                                    int frame, struct ivq_error *error)
{
    static const char *const sides[] = {"reference", "distorted"}, *const planes[] = {"Y", "Cb", "Cr"};
    const struct ivq_format *f = &s->params.format;
    const uint8_t *const plane = (const uint8_t *)s->buffers[frame % s->slots].upload->host +
                                 ivq_graph_plane_offset(s->graph, (enum ivq_side)check->side, check->plane);
    int largest = 0, at_x = 0, at_y = 0;
    for (int y = 0; y < f->height[check->plane]; y++)
        for (int x = 0; x < f->width[check->plane]; x++)
            if (sample_at(s, plane, check->plane, x, y) > largest) {
                largest = sample_at(s, plane, check->plane, x, y);
                at_x = x;
                at_y = y;
            }
    return ivq_fail(
        error, IVQ_INPUT,
        "%s, frame %d, plane %s: sample %d at column %d, row %d is above the largest of %d bits, %d",
        sides[check->side], frame, planes[check->plane], largest, at_x, at_y, f->depth, (1 << f->depth) - 1);
}

static enum ivq_status check_range(const struct ivq_session *s, int frame, struct ivq_error *error)
{
    int64_t over[IVQ_SIDES * 3];
    ivq_graph_read(s->graph, s->check_metric, s->buffers[frame % s->slots].readback, over);
    for (int i = 0; i < s->check_count; i++)
        if (over[i])
            return report_range(s, &s->checks[i], frame, error);
    return IVQ_OK;
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

static void add_seconds(struct ivq_session *s, double seconds)
{
    s->device_seconds = seconds < 0 || s->device_seconds < 0 ? -1 : s->device_seconds + seconds;
}

/* Waits for the oldest frame and takes its scores. */
static enum ivq_status finish_frame(struct ivq_session *s, struct ivq_error *error)
{
    const int frame = s->finished, slot = frame % s->slots;
    struct ivq_error failure = {IVQ_OK, ""};
    if (ivq_plan_wait(s->params.device, s->plans[slot], &failure) != IVQ_OK ||
        check_range(s, frame, &failure) != IVQ_OK)
        return remember(s, &failure, error);
    for (int i = 0; i < s->instance_count; i++) {
        struct ivq_instance *instance = &s->instances[i];
        if (!ivq_session_scores_frame(s, frame) && !instance->metric->needs_every_frame)
            continue;
        struct sink sink = {{put}, s, instance};
        ivq_graph_read(s->graph, instance->graph_metric, s->buffers[slot].readback, instance->results);
        instance->metric->score(instance->options, &s->params.format, instance->state, frame,
                                instance->results, &sink.base);
    }
    s->finished++;
    add_seconds(s, ivq_plan_seconds(s->params.device, s->plans[slot]));
    predict(s);
    ivq_score_table_status(s->scores, &failure);
    return remember(s, &failure, error);
}

static enum ivq_status fail_again(const struct ivq_session *s, struct ivq_error *error)
{
    if (error)
        *error = s->failure;
    return s->failure.status;
}

static void lend(const struct ivq_session *s, enum ivq_side side, uint8_t *upload,
                 struct ivq_picture *picture)
{
    *picture = (struct ivq_picture){{NULL}, {0}};
    for (int p = 0; p < ivq_format_planes(&s->params.format); p++) {
        picture->data[p] = upload + ivq_graph_plane_offset(s->graph, side, p);
        picture->stride[p] =
            (ptrdiff_t)ivq_graph_stride(s->graph, p) * ivq_format_sample_size(&s->params.format);
    }
}

enum ivq_status ivq_session_picture(struct ivq_session *s, struct ivq_picture *ref, struct ivq_picture *dis,
                                    struct ivq_error *error)
{
    if (!s->started || s->over)
        return ivq_fail(error, IVQ_USAGE, "pictures are taken between start and finish of a session");
    if (s->failure.status != IVQ_OK)
        return fail_again(s, error);
    /* Frame n is written over frame n - slots, which frames up to n - slots + IVQ_MAX_PAST may still read. */
    while (s->finished <= s->submitted - s->slots + IVQ_MAX_PAST) {
        const enum ivq_status status = finish_frame(s, error);
        if (status != IVQ_OK)
            return status;
    }
    uint8_t *const upload = s->buffers[s->submitted % s->slots].upload->host;
    lend(s, IVQ_SIDE_REF, upload, ref);
    lend(s, IVQ_SIDE_DIS, upload, dis);
    s->lent = true;
    return IVQ_OK;
}

enum ivq_status ivq_session_submit(struct ivq_session *s, struct ivq_error *error)
{
    if (!s->lent)
        return ivq_fail(error, IVQ_USAGE, "a pair is submitted after ivq_session_picture");
    s->lent = false;
    struct ivq_error failure = {IVQ_OK, ""};
    if (ivq_plan_submit(s->params.device, s->plans[s->submitted % s->slots], &failure) != IVQ_OK)
        return remember(s, &failure, error);
    s->submitted++;
    return IVQ_OK;
}

enum ivq_status ivq_session_finish(struct ivq_session *s, struct ivq_error *error)
{
    if (!s->started || s->over)
        return ivq_fail(error, IVQ_USAGE, "a session is finished once, after its start");
    while (s->failure.status == IVQ_OK && s->finished < s->submitted)
        finish_frame(s, error);
    s->over = true;
    for (int i = 0; i < s->instance_count; i++) {
        struct ivq_instance *instance = &s->instances[i];
        struct sink sink = {{put}, s, instance};
        if (instance->metric->finish && s->finished)
            instance->metric->finish(instance->options, &s->params.format, instance->state, s->finished,
                                     &sink.base);
    }
    predict(s);
    struct ivq_error failure = {IVQ_OK, ""};
    ivq_score_table_status(s->scores, &failure);
    remember(s, &failure, error);
    return s->failure.status == IVQ_OK ? IVQ_OK : fail_again(s, error);
}
