/* A meter's life: open, start, reset, close. */
#include <limits.h>
#include <stdlib.h>

#include "api/meter_impl.h"

static enum ivq_status check_range(const char *field, int value, int most, struct ivq_error *error)
{
    if (value >= 0 && value <= most)
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "%s is %d, but goes from 0 to %d", field, value, most);
}

static enum ivq_status check_params(const struct ivq_meter_params *params, struct ivq_error *error)
{
    if (!params)
        return ivq_fail_null("ivq_meter_open", "params", error);
    if (params->size != sizeof *params)
        return ivq_fail(error, IVQ_USAGE, "struct ivq_meter_params is not begun with IVQ_METER_DEFAULTS");
    enum ivq_status status = check_range("threads", params->threads, IVQ_METER_MAX_THREADS, error);
    if (status == IVQ_OK)
        status = check_range("frames_in_flight", params->frames_in_flight, IVQ_METER_MAX_FRAMES, error);
    if (status == IVQ_OK)
        status = check_range("subsample", params->subsample, INT_MAX, error);
    return status;
}

enum ivq_status ivq_meter_create(const struct ivq_meter_params *params, struct ivq_device *device,
                                 struct ivq_meter **meter, struct ivq_error *error)
{
    struct ivq_meter *m = calloc(1, sizeof *m);
    *meter = m;
    if (!m) {
        ivq_device_close(device);
        return ivq_fail_memory(error, "a meter");
    }
    m->params = *params;
    m->params.device = NULL; /* the caller's text is not kept */
    m->device = device;
    return IVQ_OK;
}

enum ivq_status ivq_meter_open(const struct ivq_meter_params *params, struct ivq_meter **meter,
                               struct ivq_error *error)
{
    struct ivq_device *opened;
    if (!meter)
        return ivq_fail_null("ivq_meter_open", "meter", error);
    *meter = NULL;
    enum ivq_status status = check_params(params, error);
    if (status != IVQ_OK)
        return status;
    const struct ivq_device_params device = {
        .threads = params->threads, .cpumask = params->cpumask, .cpu_level = -1};
    status = ivq_device_open(params->device ? params->device : "auto", &device, &opened, error);
    return status == IVQ_OK ? ivq_meter_create(params, opened, meter, error) : status;
}

static void forget_session(struct ivq_meter *m)
{
    ivq_session_destroy(m->session);
    m->session = NULL;
    m->finished = false;
    m->submitted = m->delivered = 0;
    free(m->columns);
    free(m->names);
    free(m->values);
    free(m->present);
    m->columns = NULL;
    m->names = NULL;
    m->values = NULL;
    m->present = NULL;
    m->column_count = 0;
    for (int i = 0; i < m->import_count; i++) {
        free(m->imports[i].name);
        ivq_score_table_destroy(m->imports[i].scores);
    }
    free(m->imports);
    m->imports = NULL;
    m->import_count = 0;
}

void ivq_meter_reset(struct ivq_meter *m)
{
    if (ivq_meter_is_usable(m))
        forget_session(m);
}

void ivq_meter_close(struct ivq_meter **meter)
{
    struct ivq_meter *m = meter ? *meter : NULL;
    if (!m)
        return;
    forget_session(m);
    ivq_selection_clear(&m->selection);
    ivq_device_close(m->device);
    free(m);
    *meter = NULL;
}

/* Which series on_frame is told of. */
static enum ivq_status choose_columns(struct ivq_meter *m, struct ivq_error *error)
{
    const int count = ivq_session_series_count(m->session);
    const size_t room = (size_t)count + 1;
    m->columns = calloc(room, sizeof *m->columns);
    m->names = calloc(room, sizeof *m->names);
    m->values = calloc(room, sizeof *m->values);
    m->present = calloc(room, sizeof *m->present);
    if (!m->columns || !m->names || !m->values || !m->present)
        return ivq_fail_memory(error, "scores");
    for (int i = 0; i < count; i++)
        if (!ivq_session_series_aggregate(m->session, i)) {
            m->columns[m->column_count] = i;
            m->names[m->column_count++] = ivq_session_series_name(m->session, i);
        }
    return IVQ_OK;
}

static enum ivq_status start_session(struct ivq_meter *m, struct ivq_error *error)
{
    const struct ivq_session_params params = {
        .device = m->device,
        .selection = &m->selection,
        .format = m->format,
        .frames_in_flight = m->params.frames_in_flight,
        .memory_limit = m->params.memory_limit,
        .subsample = m->params.subsample,
    };
    const enum ivq_status status = ivq_session_start(&params, &m->session, error);
    return status == IVQ_OK ? choose_columns(m, error) : status;
}

static enum ivq_status check_video(const struct ivq_video *video, struct ivq_error *error)
{
    const int planes = video->sampling == IVQ_SAMPLING_400 ? 1 : 3;
    if (ivq_check_sampling(video->sampling, error) != IVQ_OK)
        return IVQ_INPUT;
    for (int p = 0; p < planes; p++) {
        const enum ivq_status status =
            ivq_format_check(video->width[p], video->height[p], video->depth, error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

enum ivq_status ivq_meter_start(struct ivq_meter *m, const struct ivq_video *video, struct ivq_error *error)
{
    enum ivq_status status = ivq_meter_check(m, "ivq_meter_start", error);
    if (status != IVQ_OK)
        return status;
    if (!video)
        return ivq_fail_null("ivq_meter_start", "video", error);
    if (m->session)
        return ivq_fail(error, IVQ_USAGE, "the meter is started already; ivq_meter_reset ends that");
    status = check_video(video, error);
    if (status != IVQ_OK)
        return status;
    m->format = (struct ivq_format){.depth = video->depth, .chroma = (enum ivq_chroma)video->sampling};
    for (int p = 0; p < ivq_format_planes(&m->format); p++) {
        m->format.width[p] = video->width[p];
        m->format.height[p] = video->height[p];
    }
    status = start_session(m, error);
    if (status != IVQ_OK)
        forget_session(m);
    return status;
}
