#include "engine/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/series.h"
#include "frame/graph.h"
#include "kernel_params.h"
#include "metrics/options.h"

enum {
    MAX_METRICS = 128,
    MAX_MODELS = 32,
    MAX_OUTPUTS = 64, /* of one metric */
    GPU_DEPTH = 4,    /* frames in flight that keep a GPU, its copies and the reader busy */
    CPU_DEPTH = 2,    /* beyond one a thread: more only costs cache */
};

/* The order of columns: what every frame has at once, what comes later, models (spec cli_and_logs, section
 * 5). */
enum { ORDER_PROMPT, ORDER_LATE, ORDER_MODEL, ORDER_COLLECTION, ORDER_AGGREGATE };

struct instance {
    const struct ivq_metric *metric;
    void *options, *state;
    int graph_metric; /* its number in the graph */
    int64_t *results;
    int *series; /* [output]: index of its series, -1 where the output does not exist */
};

struct sink {
    struct ivq_sink base;
    struct ivq_session *session;
    const struct instance *instance;
};

struct used_model {
    const struct ivq_model *model;
    int *features; /* series of each feature; -1: the feature is 0 in this format (chroma of 4:0:0) */
    int *outputs;  /* series */
    int next;      /* first frame not predicted */
};

struct range_check {
    int side, plane;
};

struct ivq_session {
    struct ivq_session_params params;
    struct instance instances[MAX_METRICS];
    int instance_count;
    struct used_model models[MAX_MODELS];
    int model_count;
    struct ivq_series *series;
    int *columns; /* series in the order of logs */
    int series_count, series_room;
    struct ivq_graph *graph;
    struct ivq_frame_sizes sizes;
    struct range_check checks[IVQ_SIDES * 3];
    int check_count, check_metric;
    int slots; /* frames in flight and the past ones that they read */
    struct ivq_frame_buffers *buffers;
    struct ivq_plan **plans;
    int submitted, finished; /* frames */
    bool started, lent, over;
    struct ivq_error failure; /* the first one after start: nothing more is scored */
};

static bool planned(const struct ivq_session *s, int frame)
{
    return s->params.subsample <= 1 || frame % s->params.subsample == 0;
}

enum ivq_status ivq_session_create(const struct ivq_session_params *params, struct ivq_session **session,
                                   struct ivq_error *error)
{
    const struct ivq_format *f = &params->format;
    *session = NULL;
    const enum ivq_status status = ivq_format_check(f->width[0], f->height[0], f->depth, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_session *s = calloc(1, sizeof *s);
    if (!s)
        return ivq_fail_memory(error, "a session");
    s->params = *params;
    s->graph = ivq_graph_create(params->device, f);
    if (!s->graph) {
        free(s);
        return ivq_fail_memory(error, "a session");
    }
    *session = s;
    return IVQ_OK;
}

static void free_instance(struct instance *instance)
{
    free(instance->options);
    free(instance->state);
    free(instance->results);
    free(instance->series);
}

static void free_frames(struct ivq_session *s)
{
    struct ivq_device *device = s->params.device;
    for (int i = 0; s->plans && i < s->slots; i++)
        ivq_plan_destroy(device, s->plans[i]);
    for (int i = 0; s->buffers && i < s->slots; i++) {
        ivq_buffer_destroy(device, s->buffers[i].upload);
        ivq_buffer_destroy(device, s->buffers[i].device);
        ivq_buffer_destroy(device, s->buffers[i].readback);
    }
    free(s->plans);
    free(s->buffers);
}

void ivq_session_destroy(struct ivq_session *s)
{
    if (!s)
        return;
    for (int frame = s->finished; s->plans && frame < s->submitted; frame++)
        if (planned(s, frame) || s->plans[frame % s->slots])
            ivq_plan_wait(s->params.device, s->plans[frame % s->slots], NULL);
    free_frames(s);
    for (int i = 0; i < s->instance_count; i++)
        free_instance(&s->instances[i]);
    for (int i = 0; i < s->model_count; i++) {
        free(s->models[i].features);
        free(s->models[i].outputs);
    }
    for (int i = 0; i < s->series_count; i++)
        ivq_series_free(&s->series[i]);
    free(s->series);
    free(s->columns);
    ivq_graph_destroy(s->graph);
    free(s);
}

/* --- what is measured --- */

static enum ivq_status check_size(const struct ivq_metric *metric, const struct ivq_format *format,
                                  struct ivq_error *error)
{
    if (format->width[0] >= metric->min_size && format->height[0] >= metric->min_size)
        return IVQ_OK;
    return ivq_fail(error, IVQ_INPUT, "%s: a picture of %d x %d is too small; its minimum is %d x %d",
                    metric->name, format->width[0], format->height[0], metric->min_size, metric->min_size);
}

/* An instance that can serve these options as well, or NULL. *clash is an option that stands in the way of
   one whose scores would bear the same names. */
static struct instance *shareable(struct ivq_session *s, const struct ivq_metric *metric, const void *options,
                                  const char **clash)
{
    char suffix[IVQ_NAME_SIZE], other[IVQ_NAME_SIZE];
    ivq_options_suffix(metric, options, suffix);
    *clash = NULL;
    for (int i = 0; i < s->instance_count; i++) {
        struct instance *instance = &s->instances[i];
        if (instance->metric != metric)
            continue;
        ivq_options_suffix(metric, instance->options, other);
        if (strcmp(suffix, other) != 0)
            continue;
        if (ivq_options_merge(metric, instance->options, options, instance->options, clash))
            return instance;
        return NULL;
    }
    return NULL;
}

static enum ivq_status parse_options(const struct ivq_metric *metric, const struct ivq_named_value *values,
                                     int count, void *options, struct ivq_error *error)
{
    ivq_options_init(metric, options);
    for (int i = 0; i < count; i++) {
        const enum ivq_status status =
            ivq_options_set(metric, options, values[i].key, values[i].value, error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

static enum ivq_status add_instance(struct ivq_session *s, const struct ivq_metric *metric, void *options,
                                    int *index, struct ivq_error *error)
{
    const char *clash;
    const struct instance *shared = shareable(s, metric, options, &clash);
    if (shared) {
        *index = (int)(shared - s->instances);
        free(options);
        return IVQ_OK;
    }
    enum ivq_status status = IVQ_OK;
    if (clash)
        status = ivq_fail(
            error, IVQ_USAGE,
            "%s is asked for twice with different values of %s, which its scores' names do not show; "
            "ask for one of them",
            metric->name, clash);
    if (status == IVQ_OK)
        status = check_size(metric, &s->params.format, error);
    if (status == IVQ_OK && metric->check)
        status = metric->check(options, &s->params.format, error);
    if (status == IVQ_OK && s->instance_count == MAX_METRICS)
        status = ivq_fail(error, IVQ_USAGE, "more than %d metrics at once", MAX_METRICS);
    if (status != IVQ_OK) {
        free(options);
        return status;
    }
    *index = s->instance_count;
    s->instances[s->instance_count++] = (struct instance){.metric = metric, .options = options};
    return IVQ_OK;
}

static enum ivq_status add_metric(struct ivq_session *s, const char *name,
                                  const struct ivq_named_value *values, int count, int *index,
                                  struct ivq_error *error)
{
    const struct ivq_metric *metric = ivq_metric_find(name);
    if (s->started)
        return ivq_fail(error, IVQ_USAGE, "%s: metrics are added before the first frame", name);
    if (!metric)
        return ivq_fail(error, IVQ_USAGE, "no metric '%s'; `isovq metrics` lists them", name);
    void *options = calloc(1, metric->options_size);
    if (!options)
        return ivq_fail_memory(error, "options");
    const enum ivq_status status = parse_options(metric, values, count, options, error);
    if (status != IVQ_OK) {
        free(options);
        return status;
    }
    return add_instance(s, metric, options, index, error);
}

enum ivq_status ivq_session_add_metric(struct ivq_session *s, const char *name,
                                       const struct ivq_named_value *values, int count,
                                       struct ivq_error *error)
{
    int index;
    return add_metric(s, name, values, count, &index, error);
}

static const struct ivq_metric *provider(const char *raw, int *output)
{
    for (int m = 0; ivq_metrics[m]; m++)
        for (int o = 0; ivq_metrics[m]->outputs[o].name; o++) {
            const struct ivq_output *candidate = &ivq_metrics[m]->outputs[o];
            if (!strcmp(candidate->raw ? candidate->raw : candidate->name, raw)) {
                *output = o;
                return ivq_metrics[m];
            }
        }
    return NULL;
}

const char *ivq_session_metric_of(const char *raw_feature)
{
    int output;
    const struct ivq_metric *metric = provider(raw_feature, &output);
    return metric ? metric->name : NULL;
}

/* features[] holds, until series exist, instance * MAX_OUTPUTS + output. */
static enum ivq_status add_feature(struct ivq_session *s, const struct ivq_model_feature *feature, int *where,
                                   struct ivq_error *error)
{
    int output, index;
    const struct ivq_metric *metric = provider(feature->raw, &output);
    if (!metric)
        return ivq_fail(error, IVQ_USAGE,
                        "the model needs feature %s, whose metric this version does not have", feature->raw);
    struct ivq_named_value values[MAX_OUTPUTS];
    if (feature->option_count > MAX_OUTPUTS)
        return ivq_fail(error, IVQ_INPUT, "the model gives feature %s more than %d options", feature->raw,
                        MAX_OUTPUTS);
    for (int i = 0; i < feature->option_count; i++)
        values[i] = (struct ivq_named_value){feature->options[i].name, feature->options[i].value};
    const enum ivq_status status = add_metric(s, metric->name, values, feature->option_count, &index, error);
    if (status == IVQ_OK)
        *where = index * MAX_OUTPUTS + output;
    return status;
}

enum ivq_status ivq_session_add_model(struct ivq_session *s, const struct ivq_model *model,
                                      struct ivq_error *error)
{
    if (s->model_count == MAX_MODELS)
        return ivq_fail(error, IVQ_USAGE, "more than %d models at once", MAX_MODELS);
    for (int i = 0; i < s->model_count; i++)
        if (!strcmp(ivq_model_output_name(s->models[i].model, 0), ivq_model_output_name(model, 0)))
            return ivq_fail(error, IVQ_USAGE,
                            "two models are named '%s'; give one of them another name with name=",
                            ivq_model_output_name(model, 0));
    struct used_model *used = &s->models[s->model_count];
    *used = (struct used_model){.model = model};
    used->features = calloc((size_t)ivq_model_feature_count(model), sizeof *used->features);
    used->outputs = calloc((size_t)ivq_model_output_count(model), sizeof *used->outputs);
    s->model_count++;
    if (!used->features || !used->outputs)
        return ivq_fail_memory(error, "a model");
    for (int i = 0; i < ivq_model_feature_count(model); i++) {
        const enum ivq_status status = add_feature(s, ivq_model_feature(model, i), &used->features[i], error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

/* --- series --- */

static enum ivq_status add_series(struct ivq_session *s, const char *name, bool aggregate, int order,
                                  int *index, struct ivq_error *error)
{
    if (s->series_count == s->series_room) {
        const int room = s->series_room ? 2 * s->series_room : 64;
        struct ivq_series *grown = realloc(s->series, (size_t)room * sizeof *grown);
        if (!grown)
            return ivq_fail_memory(error, "scores");
        s->series = grown;
        s->series_room = room;
    }
    *index = s->series_count;
    const enum ivq_status status =
        ivq_series_init(&s->series[s->series_count], name, aggregate, order, error);
    if (status == IVQ_OK)
        s->series_count++;
    return status;
}

static enum ivq_status add_output_series(struct ivq_session *s, struct instance *instance, int o,
                                         struct ivq_error *error)
{
    const struct ivq_output *output = &instance->metric->outputs[o];
    char name[2 * IVQ_NAME_SIZE], suffix[IVQ_NAME_SIZE];
    instance->series[o] = -1;
    if (!ivq_output_exists(instance->metric, output, instance->options, &s->params.format))
        return IVQ_OK;
    ivq_options_suffix(instance->metric, instance->options, suffix);
    snprintf(name, sizeof name, "%s%s", output->name, suffix);
    name[IVQ_NAME_SIZE - 1] = 0; /* spec model, 2.3 */
    const int order = output->aggregate ? ORDER_AGGREGATE : output->late ? ORDER_LATE : ORDER_PROMPT;
    return add_series(s, name, output->aggregate, order, &instance->series[o], error);
}

static enum ivq_status add_metric_series(struct ivq_session *s, struct ivq_error *error)
{
    for (int i = 0; i < s->instance_count; i++) {
        struct instance *instance = &s->instances[i];
        instance->series = calloc(MAX_OUTPUTS, sizeof *instance->series);
        if (!instance->series)
            return ivq_fail_memory(error, "scores");
        for (int o = 0; instance->metric->outputs[o].name; o++) {
            const enum ivq_status status = add_output_series(s, instance, o, error);
            if (status != IVQ_OK)
                return status;
        }
    }
    return IVQ_OK;
}

static enum ivq_status resolve_features(struct ivq_session *s, struct used_model *used,
                                        struct ivq_error *error)
{
    for (int i = 0; i < ivq_model_feature_count(used->model); i++) {
        const struct instance *instance = &s->instances[used->features[i] / MAX_OUTPUTS];
        const int o = used->features[i] % MAX_OUTPUTS;
        used->features[i] = instance->series[o];
        const struct ivq_output *output = &instance->metric->outputs[o];
        if (used->features[i] < 0 && output->needs)
            return ivq_fail(error, IVQ_USAGE, "the model needs %s, which exists only with %s=true",
                            output->name, output->needs);
    }
    return IVQ_OK;
}

static enum ivq_status add_model_series(struct ivq_session *s, struct ivq_error *error)
{
    for (int m = 0; m < s->model_count; m++) {
        struct used_model *used = &s->models[m];
        enum ivq_status status = resolve_features(s, used, error);
        for (int k = 0; status == IVQ_OK && k < ivq_model_output_count(used->model); k++)
            status = add_series(s, ivq_model_output_name(used->model, k), false,
                                k ? ORDER_COLLECTION : ORDER_MODEL, &used->outputs[k], error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

static enum ivq_status sort_columns(struct ivq_session *s, struct ivq_error *error)
{
    s->columns = calloc((size_t)s->series_count + 1, sizeof *s->columns);
    if (!s->columns)
        return ivq_fail_memory(error, "scores");
    int n = 0;
    for (int order = ORDER_PROMPT; order <= ORDER_AGGREGATE; order++)
        for (int i = 0; i < s->series_count; i++)
            if (s->series[i].order == order)
                s->columns[n++] = i;
    return IVQ_OK;
}

/* --- starting --- */

static bool plane_is_read(const struct ivq_session *s, int plane)
{
    for (int i = 0; i < s->instance_count; i++)
        if (!plane || !s->instances[i].metric->luma_only)
            return true;
    return false;
}

/* DECISIONS 4. 8 and 16 bits fill their sample's type. */
static void plan_range_checks(struct ivq_session *s)
{
    const struct ivq_format *format = &s->params.format;
    s->check_metric = ivq_graph_next_metric(s->graph);
    if (format->depth == 8 || format->depth == 16)
        return;
    const struct ivq_kernel *kernel = ivq_graph_kernel(s->graph, "over_range", "");
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int p = 0; p < ivq_format_planes(format) && plane_is_read(s, p); p++) {
            const int width = format->width[p], height = format->height[p];
            const struct over_range_params params = {width, height, ivq_graph_stride(s->graph, p),
                                                     (1 << format->depth) - 1};
            const ivq_ref plane = ivq_graph_plane(s->graph, (enum ivq_side)side, p, 0);
            const int tiles =
                ivq_graph_tiles_x(s->graph, kernel, width) * ivq_graph_tiles_y(s->graph, kernel, height);
            const size_t size = (size_t)tiles * sizeof(uint64_t);
            ivq_ref part;
            ivq_graph_launch(s->graph,
                             &(struct ivq_launch){kernel, &params, width, height, &plane, &size, &part});
            ivq_graph_sum_tiles(s->graph, part, tiles, 1);
            s->checks[s->check_count++] = (struct range_check){side, p};
        }
}

static enum ivq_status plan_metrics(struct ivq_session *s, struct ivq_error *error)
{
    for (int i = 0; i < s->instance_count; i++) {
        struct instance *instance = &s->instances[i];
        instance->graph_metric = ivq_graph_next_metric(s->graph);
        const enum ivq_status status =
            instance->metric->plan(instance->options, &s->params.format, s->graph, error);
        if (status != IVQ_OK)
            return status;
        const int count = ivq_graph_result_count(s->graph, instance->graph_metric);
        instance->results = calloc((size_t)count + 1, sizeof *instance->results);
        instance->state = calloc(1, instance->metric->state_size + 1);
        if (!instance->results || !instance->state)
            return ivq_fail_memory(error, instance->metric->name);
    }
    plan_range_checks(s);
    return ivq_graph_status(s->graph, error);
}

static size_t default_memory_limit(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    return pages > 0 && page > 0 ? (size_t)pages * (size_t)page / 2 : (size_t)1 << 30;
}

/* Frames in flight plus the past frames they read, as many as the memory limit allows. */
static enum ivq_status choose_slots(struct ivq_session *s, struct ivq_error *error)
{
    const size_t frame = s->sizes.upload + s->sizes.device + s->sizes.readback;
    const size_t limit = s->params.memory_limit ? s->params.memory_limit : default_memory_limit();
    int wanted = s->params.frames_in_flight;
    if (wanted <= 0)
        wanted = s->params.device->info.unified ? CPU_DEPTH : GPU_DEPTH;
    s->slots = wanted + IVQ_MAX_PAST;
    while (s->slots > 1 + IVQ_MAX_PAST && (size_t)s->slots * frame > limit)
        s->slots--;
    if ((size_t)s->slots * frame <= limit)
        return IVQ_OK;
    return ivq_fail(error, IVQ_MEMORY, "one frame needs %zu MiB, but the memory limit is %zu MiB",
                    (size_t)s->slots * frame >> 20, limit >> 20);
}

static enum ivq_status create_slot(struct ivq_session *s, int slot, struct ivq_error *error)
{
    struct ivq_device *device = s->params.device;
    struct ivq_frame_buffers *b = &s->buffers[slot];
    enum ivq_status status = ivq_buffer_create(device, s->sizes.upload, IVQ_BUFFER_UPLOAD, &b->upload, error);
    if (status == IVQ_OK)
        status = ivq_buffer_create(device, s->sizes.readback, IVQ_BUFFER_READBACK, &b->readback, error);
    if (status == IVQ_OK && s->sizes.device)
        status = ivq_buffer_create(device, s->sizes.device, IVQ_BUFFER_DEVICE, &b->device, error);
    if (status == IVQ_OK) /* the first frames look back at planes that no picture was written to */
        memset(b->upload->host, 0, s->sizes.upload);
    return status;
}

static enum ivq_status create_frames(struct ivq_session *s, struct ivq_error *error)
{
    s->buffers = calloc((size_t)s->slots, sizeof *s->buffers);
    s->plans = calloc((size_t)s->slots, sizeof *s->plans);
    if (!s->buffers || !s->plans)
        return ivq_fail_memory(error, "frames in flight");
    enum ivq_status status = IVQ_OK;
    for (int slot = 0; status == IVQ_OK && slot < s->slots; slot++)
        status = create_slot(s, slot, error);
    for (int slot = 0; status == IVQ_OK && slot < s->slots; slot++) {
        int count;
        struct ivq_step *steps = ivq_graph_steps(s->graph, s->buffers, slot, s->slots, &count);
        status = steps ? ivq_plan_create(s->params.device, steps, count, &s->plans[slot], error)
                       : ivq_fail_memory(error, "a launch list");
        free(steps);
    }
    return status;
}

enum ivq_status ivq_session_start(struct ivq_session *s, struct ivq_error *error)
{
    if (s->started)
        return ivq_fail(error, IVQ_USAGE, "the session is started already");
    enum ivq_status status = plan_metrics(s, error);
    if (status == IVQ_OK)
        status = add_metric_series(s, error);
    if (status == IVQ_OK)
        status = add_model_series(s, error);
    if (status == IVQ_OK)
        status = sort_columns(s, error);
    if (status == IVQ_OK) {
        ivq_graph_layout(s->graph, &s->sizes);
        status = choose_slots(s, error);
    }
    if (status == IVQ_OK)
        status = create_frames(s, error);
    s->started = status == IVQ_OK;
    return status;
}

/* --- frames --- */

static enum ivq_status remember(struct ivq_session *s, enum ivq_status status, struct ivq_error *error)
{
    if (status != IVQ_OK && s->failure.status == IVQ_OK && error)
        s->failure = *error;
    return status;
}

static void put(struct ivq_sink *base, int output, int frame, double value)
{
    const struct sink *sink = (const struct sink *)base;
    const int series = sink->instance->series[output];
    if (series >= 0)
        ivq_series_put(&sink->session->series[series], frame < 0 ? 0 : frame, value);
}

static int sample_at(const struct ivq_session *s, const uint8_t *plane, int p, int x, int y)
{
    const size_t at = (size_t)y * (size_t)ivq_graph_stride(s->graph, p) + (size_t)x;
    return ((const uint16_t *)(const void *)plane)[at];
}

static enum ivq_status report_range(const struct ivq_session *s, const struct range_check *check, int frame,
                                    struct ivq_error *error)
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
        struct used_model *used = &s->models[m];
        for (; used->next < s->finished; used->next++) {
            if (!planned(s, used->next))
                continue;
            bool known = true;
            for (int i = 0; known && i < ivq_model_feature_count(used->model); i++) {
                features[i] = 0;
                if (used->features[i] >= 0)
                    known = ivq_series_get(&s->series[used->features[i]], used->next, &features[i]);
            }
            if (!known)
                break;
            ivq_model_predict(used->model, features, outputs);
            for (int k = 0; k < ivq_model_output_count(used->model); k++)
                ivq_series_put(&s->series[used->outputs[k]], used->next, outputs[k]);
        }
    }
}

static enum ivq_status reserve(struct ivq_session *s, int frames, struct ivq_error *error)
{
    for (int i = 0; i < s->series_count; i++) {
        const enum ivq_status status =
            s->series[i].aggregate ? IVQ_OK : ivq_series_reserve(&s->series[i], frames, error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

/* Waits for the oldest frame and takes its scores. */
static enum ivq_status finish_frame(struct ivq_session *s, struct ivq_error *error)
{
    const int frame = s->finished, slot = frame % s->slots;
    enum ivq_status status = ivq_plan_wait(s->params.device, s->plans[slot], error);
    if (status == IVQ_OK)
        status = check_range(s, frame, error);
    if (status != IVQ_OK)
        return remember(s, status, error);
    for (int i = 0; i < s->instance_count; i++) {
        struct instance *instance = &s->instances[i];
        if (!planned(s, frame) && !instance->metric->needs_every_frame)
            continue;
        struct sink sink = {{put}, s, instance};
        ivq_graph_read(s->graph, instance->graph_metric, s->buffers[slot].readback, instance->results);
        instance->metric->score(instance->options, &s->params.format, instance->state, frame,
                                instance->results, &sink.base);
    }
    s->finished++;
    predict(s);
    return IVQ_OK;
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
    enum ivq_status status = reserve(s, s->submitted + 1, error);
    if (status == IVQ_OK)
        status = ivq_plan_submit(s->params.device, s->plans[s->submitted % s->slots], error);
    if (status != IVQ_OK)
        return remember(s, status, error);
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
        struct instance *instance = &s->instances[i];
        struct sink sink = {{put}, s, instance};
        if (instance->metric->finish && s->finished)
            instance->metric->finish(instance->options, &s->params.format, instance->state, s->finished,
                                     &sink.base);
    }
    predict(s);
    return s->failure.status == IVQ_OK ? IVQ_OK : fail_again(s, error);
}

/* --- scores --- */

int ivq_session_series_count(const struct ivq_session *s)
{
    return s->columns ? s->series_count : 0;
}

const char *ivq_session_series_name(const struct ivq_session *s, int series)
{
    return s->series[s->columns[series]].name;
}

bool ivq_session_series_aggregate(const struct ivq_session *s, int series)
{
    return s->series[s->columns[series]].aggregate;
}

int ivq_session_series_find(const struct ivq_session *s, const char *name)
{
    for (int i = 0; i < ivq_session_series_count(s); i++)
        if (!strcmp(ivq_session_series_name(s, i), name))
            return i;
    return -1;
}

bool ivq_session_score(const struct ivq_session *s, int series, int frame, double *value)
{
    const struct ivq_series *found = &s->series[s->columns[series]];
    if (found->aggregate)
        return ivq_series_get(found, 0, value);
    return planned(s, frame) && ivq_series_get(found, frame, value);
}

int ivq_session_frames(const struct ivq_session *s)
{
    return s->finished;
}

void ivq_session_print_passes(const struct ivq_session *s, void (*line)(void *user, const char *text),
                              void *user)
{
    ivq_graph_print(s->graph, line, user);
}
