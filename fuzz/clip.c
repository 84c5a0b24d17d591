#include "clip.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    MARK = 0xa5,
    MAX_FRAMES = 1 << 10,
    MAX_PLANES_BYTES = 1 << 20, /* larger pictures are opened and skipped, not read */
    ORDINARY_PIPE_BYTES = 1 << 16,
    PIPE_BYTES = 1 << 20,    /* what Linux lets a pipe hold at most */
    REPEATED_BYTES = 640000, /* more than twice the buffer of a stream */
};

struct planes {
    struct ivq_picture picture;
    size_t bytes[3];
    size_t row_bytes[3];
};

struct fuzz_plan fuzz_plan_of(uint8_t byte)
{
    return (struct fuzz_plan){
        .source = (enum fuzz_source)(byte & 3),
        .shift = byte >> 2 & 3,
        .skip = byte >> 4 & 3,
        .padding = byte >> 6 & 1,
        .repeat = byte >> 7,
    };
}

/* One file for all inputs, as making one costs more than reading it. */
static int clip_file(const uint8_t *clip, size_t size)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("clip", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0);
    FUZZ_CHECK(!ftruncate(fd, 0));
    FUZZ_CHECK(pwrite(fd, clip, size, 0) == (ssize_t)size);
    FUZZ_CHECK(!lseek(fd, 0, SEEK_SET));
    return fd;
}

static void stdin_from_pipe(const uint8_t *clip, size_t size)
{
    int ends[2];
    FUZZ_CHECK(!pipe(ends));
    FUZZ_CHECK(size <= ORDINARY_PIPE_BYTES || fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) >= (int)size);
    FUZZ_CHECK(write(ends[1], clip, size) == (ssize_t)size);
    close(ends[1]);
    FUZZ_CHECK(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    close(ends[0]);
}

/* Which of the three is up to the clip's size. */
static void provide_broken(size_t size, char path[32])
{
    if (size < 2) {
        strcpy(path, size ? "/proc/self/nothing" : "/proc/self");
        return;
    }
    const int fd = open("/dev/null", O_WRONLY);
    FUZZ_CHECK(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    close(fd);
    strcpy(path, "-");
}

/* Puts the clip where params.path then says. */
static void provide(const uint8_t *clip, size_t size, enum fuzz_source source, char path[32])
{
    if (source == FUZZ_BROKEN) {
        provide_broken(size, path);
        return;
    }
    if (source == FUZZ_STDIN_PIPE && size <= PIPE_BYTES) {
        stdin_from_pipe(clip, size);
    } else {
        const int fd = clip_file(clip, size);
        snprintf(path, 32, "/proc/self/fd/%d", fd);
        if (source == FUZZ_FILE)
            return;
        FUZZ_CHECK(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    }
    strcpy(path, "-");
}

static bool fits(const struct ivq_format *format)
{
    return 2 * ivq_format_frame_bytes(format) <= MAX_PLANES_BYTES;
}

/* Each plane is a block of its own, so that a byte too many is seen. */
static void make_planes(struct planes *p, const struct ivq_format *format, bool padding)
{
    *p = (struct planes){0};
    for (int i = 0; i < ivq_format_planes(format); i++) {
        p->row_bytes[i] = (size_t)format->width[i] * (size_t)ivq_format_sample_size(format);
        const size_t stride = p->row_bytes[i] + (padding ? 6 : 0);
        p->bytes[i] = stride * (size_t)format->height[i];
        p->picture.data[i] = malloc(p->bytes[i]);
        FUZZ_CHECK(p->picture.data[i]);
        memset(p->picture.data[i], MARK, p->bytes[i]);
        p->picture.stride[i] = (ptrdiff_t)stride;
    }
}

/* What lies between rows is left alone, and every sample fits the depth where shifting checks that. */
static void check_planes(const struct planes *p, const struct ivq_format *format, int shift)
{
    for (int i = 0; i < ivq_format_planes(format); i++) {
        for (int y = 0; y < format->height[i]; y++) {
            const uint8_t *row = (const uint8_t *)p->picture.data[i] + y * p->picture.stride[i];
            for (size_t b = p->row_bytes[i]; b < (size_t)p->picture.stride[i]; b++)
                FUZZ_CHECK(row[b] == MARK);
            for (int x = 0; shift && x < format->width[i]; x++) {
                const unsigned sample = ((const uint16_t *)(const void *)row)[x];
                FUZZ_CHECK(sample >> format->depth == 0 && (sample & ((1u << shift) - 1)) == 0);
            }
        }
    }
}

static void free_planes(struct planes *p)
{
    for (int i = 0; i < 3; i++)
        free(p->picture.data[i]);
}

/* A failure has a text of one line, and comes again. */
static void check_failure(struct ivq_reader *reader, enum ivq_status status, const struct ivq_error *error)
{
    struct ivq_error again = {0};
    FUZZ_CHECK(status == IVQ_INPUT || status == IVQ_PARTIAL);
    FUZZ_CHECK(error->status == status && error->text[0]);
    FUZZ_CHECK(ivq_reader_skip(reader, 1, &again) == status && !strcmp(again.text, error->text));
}

/* Returns how many frames there were. */
static int read_frames(struct ivq_reader *reader, const struct fuzz_plan *plan, int shift)
{
    const struct ivq_format *format = ivq_reader_format(reader);
    struct ivq_error error = {0};
    struct planes planes;
    bool end = false;
    int frames = 0;
    make_planes(&planes, format, plan->padding);
    while (!end && frames < MAX_FRAMES) {
        const enum ivq_status status = ivq_reader_next(reader, &planes.picture, &end, &error);
        if (status) {
            check_failure(reader, status, &error);
            break;
        }
        if (!end)
            check_planes(&planes, format, shift);
        frames += !end;
    }
    free_planes(&planes);
    return frames;
}

static size_t repeat(const uint8_t *clip, size_t size, uint8_t *out)
{
    const uint8_t *const line = memchr(clip, '\n', size);
    const size_t begin = line && (size_t)(line - clip) + 1 < size ? (size_t)(line - clip) + 1 : 0;
    size_t used = size;
    memcpy(out, clip, size);
    while (used + size - begin <= REPEATED_BYTES) {
        memcpy(out + used, clip + begin, size - begin);
        used += size - begin;
    }
    return used;
}

static void read_all(struct ivq_reader *reader, size_t size, const struct fuzz_plan *plan)
{
    const struct ivq_format *format = ivq_reader_format(reader);
    const int shift = plan->shift <= IVQ_FORMAT_MAX_DEPTH - format->depth ? plan->shift : 0;
    struct ivq_error error = {0};
    const int64_t whole = ivq_reader_frames(reader);
    FUZZ_CHECK(whole >= -1 && whole <= (int64_t)size);
    FUZZ_CHECK(ivq_reader_name(reader));
    FUZZ_CHECK(ivq_reader_set_depth(reader, format->depth + shift, &error) == IVQ_OK);
    FUZZ_CHECK(ivq_reader_set_depth(reader, IVQ_FORMAT_MAX_DEPTH + 1, &error) == IVQ_USAGE);
    const enum ivq_status status = ivq_reader_skip(reader, plan->skip, &error);
    if (status)
        check_failure(reader, status, &error);
    const int frames = fits(format) ? read_frames(reader, plan, shift) : 0;
    if (whole >= 0 && !ivq_reader_y4m(reader)) /* of y4m it is an estimate */
        FUZZ_CHECK(frames <= whole);
}

void fuzz_read_clip(const uint8_t *clip, size_t size, struct ivq_reader_params params,
                    const struct fuzz_plan *plan)
{
    struct ivq_error error = {0};
    struct ivq_reader *reader;
    char path[32];
    static uint8_t repeated[REPEATED_BYTES];
    if (plan->repeat && size && size <= REPEATED_BYTES) {
        size = repeat(clip, size, repeated);
        clip = repeated;
    }
    provide(clip, size, plan->source, path);
    params.path = path;
    const enum ivq_status status = ivq_reader_open(&reader, &params, &error);
    FUZZ_CHECK((status == IVQ_OK) == (reader != NULL));
    if (status) {
        FUZZ_CHECK(status == IVQ_INPUT && error.status == status);
        for (const char *c = error.text; *c; c++)
            FUZZ_CHECK((unsigned char)*c >= ' ' && *c != 0x7f); /* nothing that a terminal acts on */
        return;
    }
    read_all(reader, size, plan);
    ivq_reader_close(&reader);
}
