/* Pairs on their way into a meter, and scores on their way to its callback. */
#include <stdint.h>
#include <string.h>

#include "api/meter_impl.h"

/* The public enum is the internal one under names of its own. */
_Static_assert((int)IVQ_SAMPLING_400 == IVQ_CHROMA_400 && (int)IVQ_SAMPLING_420 == IVQ_CHROMA_420 &&
                   (int)IVQ_SAMPLING_422 == IVQ_CHROMA_422 && (int)IVQ_SAMPLING_444 == IVQ_CHROMA_444,
               "kinds of chroma sampling");

enum ivq_status ivq_video_set(struct ivq_video *video, int width, int height, int depth,
                              enum ivq_sampling sampling, struct ivq_error *error)
{
    struct ivq_format format = {.depth = depth};
    if (!video)
        return ivq_fail_null("ivq_video_set", "video", error);
    enum ivq_status status = ivq_format_check(width, height, depth, error);
    if (status == IVQ_OK)
        status = ivq_check_sampling(sampling, error);
    if (status != IVQ_OK)
        return status;
    ivq_format_set(&format, width, height, depth, (enum ivq_chroma)sampling);
    *video = (struct ivq_video){.sampling = sampling, .depth = depth};
    memcpy(video->width, format.width, sizeof video->width);
    memcpy(video->height, format.height, sizeof video->height);
    return IVQ_OK;
}

enum ivq_status ivq_meter_check_running(const struct ivq_meter *m, const char *function,
                                        struct ivq_error *error)
{
    const enum ivq_status status = ivq_meter_check(m, function, error);
    if (status != IVQ_OK || (m->session && !m->finished))
        return status;
    return ivq_fail(error, IVQ_USAGE, "%s is called between ivq_meter_start and ivq_meter_finish", function);
}

/* Fills values and present for a frame. Returns how many are there. */
static int collect(struct ivq_meter *m, int frame)
{
    int there = 0;
    for (int i = 0; i < m->column_count; i++) {
        m->values[i] = 0;
        m->present[i] = ivq_session_score(m->session, m->columns[i], frame, &m->values[i]);
        there += m->present[i];
    }
    return there;
}

void ivq_meter_deliver(struct ivq_meter *m, bool all)
{
    const int step = m->params.subsample > 1 ? m->params.subsample : 1;
    if (!m->params.on_frame)
        return;
    for (; m->delivered < ivq_session_frames(m->session); m->delivered++) {
        if (m->delivered % step)
            continue;
        const int there = collect(m, m->delivered);
        if (there < m->column_count && !all)
            return;
        const struct ivq_frame_scores scores = {m->delivered, m->column_count, m->names, m->values,
                                                m->present};
        if (there)
            m->params.on_frame(m->params.user, &scores);
    }
}

/* Also that there are two pictures. */
static enum ivq_status check_pair(const struct ivq_meter *m, const char *function,
                                  const struct ivq_image *reference, const struct ivq_image *distorted,
                                  struct ivq_error *error)
{
    const enum ivq_status status = ivq_meter_check_running(m, function, error);
    if (status != IVQ_OK || (reference && distorted))
        return status;
    return ivq_fail_null(function, reference ? "distorted" : "reference", error);
}

enum ivq_status ivq_meter_borrow(struct ivq_meter *m, struct ivq_image *reference,
                                 struct ivq_image *distorted, struct ivq_error *error)
{
    struct ivq_picture ref, dis;
    enum ivq_status status = check_pair(m, "ivq_meter_borrow", reference, distorted, error);
    if (status == IVQ_OK)
        status = ivq_session_picture(m->session, &ref, &dis, error);
    if (status != IVQ_OK)
        return status;
    for (int p = 0; p < 3; p++) {
        reference->data[p] = ref.data[p];
        reference->stride[p] = ref.stride[p];
        distorted->data[p] = dis.data[p];
        distorted->stride[p] = dis.stride[p];
    }
    ivq_meter_deliver(m, false);
    return IVQ_OK;
}

enum ivq_status ivq_meter_submit(struct ivq_meter *m, struct ivq_error *error)
{
    enum ivq_status status = ivq_meter_check_running(m, "ivq_meter_submit", error);
    if (status == IVQ_OK)
        status = ivq_session_submit(m->session, error);
    if (status == IVQ_OK)
        m->submitted++;
    return status;
}

static void copy(const struct ivq_format *format, const struct ivq_image *from, const struct ivq_image *to)
{
    for (int p = 0; p < ivq_format_planes(format); p++) {
        const size_t row = (size_t)format->width[p] * (size_t)ivq_format_sample_size(format);
        const char *const source = from->data[p];
        char *const target = to->data[p];
        for (ptrdiff_t y = 0; y < format->height[p]; y++)
            memcpy(target + y * to->stride[p], source + y * from->stride[p], row);
    }
}

static enum ivq_status check_image(const struct ivq_format *format, const struct ivq_image *image,
                                   const char *which, struct ivq_error *error)
{
    for (int p = 0; p < ivq_format_planes(format); p++) {
        const ptrdiff_t row = (ptrdiff_t)format->width[p] * ivq_format_sample_size(format);
        const ptrdiff_t stride = image->stride[p], most = PTRDIFF_MAX / format->height[p];
        const bool fits = stride >= -most && stride <= most && (stride >= row || stride <= -row);
        if (!image->data[p] || (format->height[p] > 1 && !fits))
            return ivq_fail(error, IVQ_USAGE,
                            "%s picture, plane %d: no samples, or a stride of %td bytes for rows of %td",
                            which, p, stride, row);
    }
    return IVQ_OK;
}

enum ivq_status ivq_meter_push(struct ivq_meter *m, const struct ivq_image *reference,
                               const struct ivq_image *distorted, struct ivq_error *error)
{
    struct ivq_image to_reference, to_distorted;
    enum ivq_status status = check_pair(m, "ivq_meter_push", reference, distorted, error);
    if (status == IVQ_OK)
        status = check_image(&m->format, reference, "reference", error);
    if (status == IVQ_OK)
        status = check_image(&m->format, distorted, "distorted", error);
    if (status == IVQ_OK)
        status = ivq_meter_borrow(m, &to_reference, &to_distorted, error);
    if (status != IVQ_OK)
        return status;
    copy(&m->format, reference, &to_reference);
    copy(&m->format, distorted, &to_distorted);
    return ivq_meter_submit(m, error);
}

enum ivq_status ivq_meter_push_counted(struct ivq_meter *m, const struct ivq_image *reference,
                                       const struct ivq_image *distorted, void (*release)(void *user),
                                       void *user, struct ivq_error *error)
{
    if (!release)
        return ivq_fail_null("ivq_meter_push_counted", "release", error);
    const enum ivq_status status = ivq_meter_push(m, reference, distorted, error);
    if (status == IVQ_OK)
        release(user);
    return status;
}

enum ivq_status ivq_meter_finish(struct ivq_meter *m, struct ivq_error *error)
{
    enum ivq_status status = ivq_meter_check_running(m, "ivq_meter_finish", error);
    if (status != IVQ_OK)
        return status;
    status = ivq_session_finish(m->session, error);
    m->finished = true;
    ivq_meter_deliver(m, true);
    return status;
}
