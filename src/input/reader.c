#include "input/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/stream.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "files are little endian, and rows are used as they come");

/* "FRAME\n", the shortest line before a frame of y4m. */
enum { FRAME_LINE_SIZE = 6 };

struct ivq_reader {
    struct ivq_stream stream;
    bool is_y4m;
    struct ivq_y4m y4m;
    struct ivq_format format; /* of the pictures handed out */
    int file_depth;
    uint64_t file_frame_bytes; /* without the line of y4m, with planes that are dropped */
    uint64_t first_frame;      /* the position where frames begin */
    uint64_t frame_start;      /* the position of the current frame's first sample */
    int64_t frame;             /* the next one, counted from the start of the file */
    struct ivq_error failure;  /* what every later call returns; its status is IVQ_OK until then */
    unsigned char row[IVQ_FORMAT_MAX_SIZE]; /* 8-bit samples on their way to 16 bits */
    char name[];
};

static enum ivq_status fail_read(const struct ivq_reader *r, struct ivq_error *error)
{
    const int reason = r->stream.error_number;
    return ivq_fail(error, reason == ECANCELED ? IVQ_INTERRUPTED : IVQ_INPUT,
                    "%s: frame %" PRId64 " cannot be read: %s", r->name, r->frame, strerror(reason));
}

static enum ivq_status start_y4m(struct ivq_reader *r, struct ivq_error *error)
{
    char line[IVQ_Y4M_LINE_SIZE];
    enum ivq_status status;

    if (!ivq_stream_line(&r->stream, line, sizeof line))
        return r->stream.error_number
                   ? fail_read(r, error)
                   : ivq_fail(error, IVQ_INPUT, "%s: the y4m header does not end within %d bytes of text",
                              r->name, IVQ_Y4M_LINE_SIZE);
    status = ivq_y4m_parse_header(&r->y4m, line, r->name, error);
    if (status)
        return status;
    r->is_y4m = true;
    r->format = r->y4m.format;
    r->file_frame_bytes = ivq_format_frame_bytes(&r->format);
    if (r->y4m.alpha)
        r->file_frame_bytes += ivq_format_plane_bytes(&r->format, 0);
    return IVQ_OK;
}

/* A raw file of so many bytes does not end with a whole frame. */
static enum ivq_status fail_uneven(const struct ivq_reader *r, uint64_t bytes, struct ivq_error *error)
{
    const struct ivq_format *f = &r->format;
    const uint64_t whole = bytes / r->file_frame_bytes;
    char way_out[64] = "";

    if (whole)
        snprintf(way_out, sizeof way_out, ", or take the whole frames with --frame_cnt %" PRIu64, whole);
    return ivq_fail(error, IVQ_INPUT,
                    "%s: %" PRIu64 " bytes = %" PRIu64 " frames of %" PRIu64
                    " bytes (%dx%d, %s, %d bits) and %" PRIu64 " bytes left over: check the geometry%s",
                    r->name, bytes, whole, r->file_frame_bytes, f->width[0], f->height[0],
                    ivq_chroma_name(f->chroma), f->depth, bytes % r->file_frame_bytes, way_out);
}

static enum ivq_status start_raw(struct ivq_reader *r, const struct ivq_reader_params *params,
                                 struct ivq_error *error)
{
    enum ivq_status status = ivq_format_check(params->width, params->height, params->depth, error);
    uint64_t bytes;

    if (status)
        return status;
    ivq_format_set(&r->format, params->width, params->height, params->depth, params->chroma);
    r->file_frame_bytes = ivq_format_frame_bytes(&r->format);
    if (r->stream.size < 0 || params->allow_partial || (uint64_t)r->stream.size < r->stream.position)
        return IVQ_OK;
    bytes = (uint64_t)r->stream.size - r->stream.position;
    if (bytes % r->file_frame_bytes)
        return fail_uneven(r, bytes, error);
    return IVQ_OK;
}

static enum ivq_status start(struct ivq_reader *r, const struct ivq_reader_params *params,
                             struct ivq_error *error)
{
    const bool has_geometry = params->width || params->height || params->depth;
    const unsigned char *bytes;
    const size_t there = ivq_stream_peek(&r->stream, &bytes, IVQ_Y4M_MAGIC_SIZE);
    const bool is_y4m = there == IVQ_Y4M_MAGIC_SIZE && !memcmp(bytes, IVQ_Y4M_MAGIC, IVQ_Y4M_MAGIC_SIZE);
    enum ivq_status status;

    if (r->stream.error_number)
        return fail_read(r, error);
    if (is_y4m && has_geometry)
        return ivq_fail(
            error, IVQ_INPUT,
            "%s is a y4m file, which has its own geometry: leave out width, height, pixel format and "
            "bit depth",
            r->name);
    if (!is_y4m && !has_geometry)
        return ivq_fail(error, IVQ_INPUT,
                        "%s is not a y4m file: for raw video give width, height, pixel format and bit depth",
                        r->name);
    status = is_y4m ? start_y4m(r, error) : start_raw(r, params, error);
    r->file_depth = r->format.depth;
    r->first_frame = r->stream.position;
    return status;
}

enum ivq_status ivq_reader_open(struct ivq_reader **reader, const struct ivq_reader_params *params,
                                struct ivq_error *error)
{
    const char *name = strcmp(params->path, "-") ? params->path : "standard input";
    const size_t size = strlen(name) + 1;
    struct ivq_reader *r = calloc(1, sizeof *r + size);
    enum ivq_status status;

    *reader = NULL;
    if (!r)
        return ivq_fail_memory(error, "a reader");
    memcpy(r->name, name, size);
    status = ivq_stream_open(&r->stream, params->path, params->stop, error);
    if (!status) {
        status = start(r, params, error);
        if (status)
            ivq_stream_close(&r->stream);
    }
    if (status) {
        free(r);
        return status;
    }
    *reader = r;
    return IVQ_OK;
}

void ivq_reader_close(struct ivq_reader **reader)
{
    if (!*reader)
        return;
    ivq_stream_close(&(*reader)->stream);
    free(*reader);
    *reader = NULL;
}

const struct ivq_format *ivq_reader_format(const struct ivq_reader *r)
{
    return &r->format;
}

const char *ivq_reader_name(const struct ivq_reader *r)
{
    return r->name;
}

const struct ivq_y4m *ivq_reader_y4m(const struct ivq_reader *r)
{
    return r->is_y4m ? &r->y4m : NULL;
}

int64_t ivq_reader_frames(const struct ivq_reader *r)
{
    const uint64_t frame = r->file_frame_bytes + (r->is_y4m ? FRAME_LINE_SIZE : 0);

    if (r->stream.size < 0)
        return -1;
    if ((uint64_t)r->stream.size < r->first_frame)
        return 0;
    return (int64_t)(((uint64_t)r->stream.size - r->first_frame) / frame);
}

enum ivq_status ivq_reader_set_depth(struct ivq_reader *r, int depth, struct ivq_error *error)
{
    if (depth < r->file_depth || depth > IVQ_FORMAT_MAX_DEPTH)
        return ivq_fail(error, IVQ_USAGE, "%s: samples of %d bits cannot become %d bits: only %d to %d",
                        r->name, r->file_depth, depth, r->file_depth, IVQ_FORMAT_MAX_DEPTH);
    r->format.depth = depth;
    return IVQ_OK;
}

/* The reason why the stream gave less than a frame needs. */
static enum ivq_status fail_short(const struct ivq_reader *r, struct ivq_error *error)
{
    if (r->stream.error_number)
        return fail_read(r, error);
    return ivq_fail(error, IVQ_PARTIAL,
                    "%s ends inside frame %" PRId64 ": %" PRIu64 " bytes are there, %" PRIu64 " are needed",
                    r->name, r->frame, r->stream.position - r->frame_start, r->file_frame_bytes);
}

/* The stream ended inside the line that opens a frame; what is there so far begins like one. */
static bool is_cut_line(struct ivq_reader *r, const char *line)
{
    const size_t length = strlen(line);
    const unsigned char *bytes;

    return length == r->stream.position - r->frame_start && !ivq_stream_peek(&r->stream, &bytes, 1) &&
           (ivq_y4m_is_frame(line) || !strncmp("FRAME", line, length));
}

static enum ivq_status start_frame(struct ivq_reader *r, bool *end, struct ivq_error *error)
{
    char line[IVQ_Y4M_LINE_SIZE];
    const unsigned char *bytes;
    bool whole;

    r->frame_start = r->stream.position;
    *end = !ivq_stream_peek(&r->stream, &bytes, 1);
    if (*end)
        return r->stream.error_number ? fail_short(r, error) : IVQ_OK;
    if (!r->is_y4m)
        return IVQ_OK;
    whole = ivq_stream_line(&r->stream, line, sizeof line);
    if (!whole && (r->stream.error_number || is_cut_line(r, line))) {
        r->frame_start = r->stream.position;
        return fail_short(r, error);
    }
    if (!ivq_y4m_is_frame(line) || !whole)
        return ivq_fail(error, IVQ_INPUT,
                        "%s: no FRAME line before frame %" PRId64 ", at byte %" PRIu64
                        ": the file is damaged or its header is wrong",
                        r->name, r->frame, r->frame_start);
    r->frame_start = r->stream.position;
    return IVQ_OK;
}

/* Shifts a row of 16-bit samples, from `wide` itself or widened from `narrow`. Returns the largest sample
 * before. */
static unsigned shift_row(uint16_t *wide, const unsigned char *narrow, int width, int shift)
{
    unsigned largest = 0;

    for (int x = 0; x < width; x++) {
        const unsigned sample = narrow ? narrow[x] : wide[x];
        largest = sample > largest ? sample : largest;
        wide[x] = (uint16_t)(sample << shift);
    }
    return largest;
}

static enum ivq_status read_shifted_row(struct ivq_reader *r, void *row, int plane, struct ivq_error *error)
{
    const int width = r->format.width[plane];
    const bool widen = r->file_depth == IVQ_FORMAT_MIN_DEPTH;
    const size_t bytes = (size_t)width * (widen ? 1 : 2);
    unsigned largest;

    if (ivq_stream_read(&r->stream, widen ? r->row : row, bytes) < bytes)
        return fail_short(r, error);
    largest = shift_row(row, widen ? r->row : NULL, width, r->format.depth - r->file_depth);
    if (largest >> r->file_depth)
        return ivq_fail(error, IVQ_INPUT,
                        "%s: frame %" PRId64 ", plane %d holds a sample of %u, above %d bits", r->name,
                        r->frame, plane, largest, r->file_depth);
    return IVQ_OK;
}

static enum ivq_status read_plane(struct ivq_reader *r, const struct ivq_picture *picture, int plane,
                                  struct ivq_error *error)
{
    const bool shift = r->format.depth != r->file_depth;
    const size_t row_bytes = (size_t)r->format.width[plane] * (size_t)ivq_format_sample_size(&r->format);
    unsigned char *row = picture->data[plane];
    size_t rows = (size_t)r->format.height[plane], step = row_bytes;
    enum ivq_status status = IVQ_OK;

    if (!shift && picture->stride[plane] == (ptrdiff_t)row_bytes) {
        step *= rows; /* packed rows: the plane in one piece */
        rows = 1;
    }
    for (size_t y = 0; y < rows && !status; y++, row += picture->stride[plane]) {
        if (shift)
            status = read_shifted_row(r, row, plane, error);
        else if (ivq_stream_read(&r->stream, row, step) < step)
            status = fail_short(r, error);
    }
    return status;
}

static enum ivq_status read_planes(struct ivq_reader *r, const struct ivq_picture *picture,
                                   struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    uint64_t rest;

    for (int plane = 0; plane < ivq_format_planes(&r->format) && !status; plane++)
        status = read_plane(r, picture, plane, error);
    if (status)
        return status;
    rest = r->file_frame_bytes - (r->stream.position - r->frame_start); /* alpha */
    if (ivq_stream_skip(&r->stream, rest) < rest)
        return fail_short(r, error);
    return IVQ_OK;
}

/* A picture of NULL passes over the frame. */
static enum ivq_status next(struct ivq_reader *r, const struct ivq_picture *picture, bool *end,
                            struct ivq_error *error)
{
    enum ivq_status status = start_frame(r, end, error);

    if (status || *end)
        return status;
    if (picture)
        status = read_planes(r, picture, error);
    else if (ivq_stream_skip(&r->stream, r->file_frame_bytes) < r->file_frame_bytes)
        status = fail_short(r, error);
    if (!status)
        r->frame++;
    return status;
}

static enum ivq_status next_or_same_failure(struct ivq_reader *r, const struct ivq_picture *picture,
                                            bool *end, struct ivq_error *error)
{
    *end = false;
    if (!r->failure.status) {
        const enum ivq_status status = next(r, picture, end, &r->failure);
        if (!status)
            return IVQ_OK;
        *end = false;
    }
    if (error)
        *error = r->failure;
    return r->failure.status;
}

enum ivq_status ivq_reader_next(struct ivq_reader *r, const struct ivq_picture *picture, bool *end,
                                struct ivq_error *error)
{
    return next_or_same_failure(r, picture, end, error);
}

enum ivq_status ivq_reader_skip(struct ivq_reader *r, int64_t frames, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    bool end = false;

    for (int64_t i = 0; i < frames && !end && !status; i++)
        status = next_or_same_failure(r, NULL, &end, error);
    return status;
}
