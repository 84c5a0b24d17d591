#include "cli/clips.h"

#include "cli/interrupt.h"
#include "cli/message.h"

static enum ivq_status open_clip(struct ivq_reader **reader, const char *path,
                                 const struct cli_settings *settings, struct ivq_error *error)
{
    const struct ivq_reader_params params = {
        .path = path,
        .width = settings->width,
        .height = settings->height,
        .depth = settings->depth,
        .chroma = settings->chroma,
        .allow_partial = settings->frame_count > 0, /* who says how many frames knows of the rest */
        .stop = cli_interrupt_descriptor(),
    };
    return ivq_reader_open(reader, &params, error);
}

static enum ivq_status match_depths(const struct cli_clips *clips, bool shift, struct ivq_error *error)
{
    const int ref = ivq_reader_format(clips->reference)->depth;
    const int dis = ivq_reader_format(clips->distorted)->depth;
    if (ref == dis)
        return IVQ_OK;
    if (!shift)
        return ivq_fail(
            error, IVQ_INPUT,
            "%s has %d bits and %s has %d: convert one, or give --match_depth to shift samples left",
            ivq_reader_name(clips->reference), ref, ivq_reader_name(clips->distorted), dis);
    return ref < dis ? ivq_reader_set_depth(clips->reference, dis, error)
                     : ivq_reader_set_depth(clips->distorted, ref, error);
}

static enum ivq_status check_pair(const struct cli_clips *clips, struct ivq_error *error)
{
    const struct ivq_format *ref = ivq_reader_format(clips->reference);
    const struct ivq_format *dis = ivq_reader_format(clips->distorted);
    if (ref->width[0] != dis->width[0] || ref->height[0] != dis->height[0])
        return ivq_fail(error, IVQ_INPUT, "%s is %dx%d and %s is %dx%d: scale one of them first",
                        ivq_reader_name(clips->reference), ref->width[0], ref->height[0],
                        ivq_reader_name(clips->distorted), dis->width[0], dis->height[0]);
    if (ref->chroma != dis->chroma)
        return ivq_fail(error, IVQ_INPUT, "%s is 4:%c:%c and %s is 4:%c:%c: convert one of them first",
                        ivq_reader_name(clips->reference), ivq_chroma_name(ref->chroma)[1],
                        ivq_chroma_name(ref->chroma)[2], ivq_reader_name(clips->distorted),
                        ivq_chroma_name(dis->chroma)[1], ivq_chroma_name(dis->chroma)[2]);
    return IVQ_OK;
}

/* Samples are used as they are, whatever a header says of their range. */
static void warn_of_ranges(const struct cli_clips *clips)
{
    const struct ivq_y4m *ref = ivq_reader_y4m(clips->reference), *dis = ivq_reader_y4m(clips->distorted);
    if (ref && dis && ref->range != IVQ_RANGE_UNKNOWN && dis->range != IVQ_RANGE_UNKNOWN &&
        ref->range != dis->range)
        cli_say("warning: one of %s and %s says full range, the other limited range; samples are compared as "
                "they are",
                ivq_reader_name(clips->reference), ivq_reader_name(clips->distorted));
}

static int64_t frames_after(const struct ivq_reader *reader, int skip)
{
    const int64_t frames = ivq_reader_frames(reader);
    return frames < 0 ? -1 : frames < skip ? 0 : frames - skip;
}

/* How many pairs there will be. */
static int64_t count_pairs(const struct cli_clips *clips, const struct cli_settings *settings)
{
    const int64_t ref = frames_after(clips->reference, settings->skip_reference);
    const int64_t dis = frames_after(clips->distorted, settings->skip_distorted);
    int64_t pairs = ref < 0 || (dis >= 0 && dis < ref) ? dis : ref;
    if (settings->frame_count && (pairs < 0 || pairs > settings->frame_count))
        pairs = settings->frame_count;
    return pairs;
}

enum ivq_status cli_clips_open(struct cli_clips *clips, const struct cli_settings *settings,
                               struct ivq_error *error)
{
    *clips = (struct cli_clips){.expected = -1, .tried = 1};
    enum ivq_status status = open_clip(&clips->reference, settings->reference, settings, error);
    if (status == IVQ_OK) {
        clips->tried = 2;
        status = open_clip(&clips->distorted, settings->distorted, settings, error);
    }
    if (status == IVQ_OK)
        status = check_pair(clips, error);
    if (status == IVQ_OK)
        status = match_depths(clips, settings->match_depth, error);
    if (status == IVQ_OK) {
        warn_of_ranges(clips);
        clips->expected = count_pairs(clips, settings);
        status = ivq_reader_skip(clips->reference, settings->skip_reference, error);
    }
    if (status == IVQ_OK)
        status = ivq_reader_skip(clips->distorted, settings->skip_distorted, error);
    if (status != IVQ_OK)
        cli_clips_close(clips);
    return status;
}

void cli_clips_close(struct cli_clips *clips)
{
    ivq_reader_close(&clips->reference);
    ivq_reader_close(&clips->distorted);
}

enum ivq_status cli_clips_video(const struct cli_clips *clips, struct ivq_video *video,
                                struct ivq_error *error)
{
    const struct ivq_format *format = ivq_reader_format(clips->reference);
    return ivq_video_set(video, format->width[0], format->height[0], format->depth,
                         (enum ivq_sampling)format->chroma, error);
}

static enum ivq_status read_frame(struct ivq_reader *reader, const struct ivq_image *image, bool *end,
                                  struct ivq_error *error)
{
    struct ivq_picture picture;
    for (int p = 0; p < 3; p++) {
        picture.data[p] = image->data[p];
        picture.stride[p] = image->stride[p];
    }
    return ivq_reader_next(reader, &picture, end, error);
}

enum ivq_status cli_clips_next(struct cli_clips *clips, const struct ivq_image *reference,
                               const struct ivq_image *distorted, bool *end, struct ivq_error *error)
{
    bool ref_end, dis_end;
    enum ivq_status status = read_frame(clips->reference, reference, &ref_end, error);
    if (status == IVQ_OK)
        status = read_frame(clips->distorted, distorted, &dis_end, error);
    if (status != IVQ_OK)
        return status;
    *end = ref_end || dis_end;
    if (ref_end != dis_end)
        clips->ended = ivq_reader_name(ref_end ? clips->reference : clips->distorted);
    return IVQ_OK;
}
