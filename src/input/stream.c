#include "input/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Stays in a second-level cache on its way to the rows of a picture. */
enum { BUFFER_SIZE = 256 * 1024 };

/* From here on a read of its own is cheaper than a copy through the buffer. */
enum { DIRECT_SIZE = BUFFER_SIZE / 4 };

/* Linux and macOS refuse or shorten a single read above 2^31. */
enum { READ_MAX = 1 << 30 };

static enum ivq_status examine(struct ivq_stream *stream, const char *path, struct ivq_error *error)
{
    struct stat status;
    off_t offset;

    if (fstat(stream->fd, &status))
        return ivq_fail(error, IVQ_INPUT, "%s: %s", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return ivq_fail(error, IVQ_INPUT, "%s is a folder, not a video", path);
    /* Files of /proc are regular and say 0. */
    if (!S_ISREG(status.st_mode) || status.st_size <= 0)
        return IVQ_OK;
    offset = lseek(stream->fd, 0, SEEK_CUR); /* standard input may begin inside a file */
    if (offset < 0)
        return IVQ_OK;
    stream->size = status.st_size;
    stream->position = (uint64_t)offset;
    (void)posix_fadvise(stream->fd, 0, 0, POSIX_FADV_SEQUENTIAL); /* only a hint */
    return IVQ_OK;
}

enum ivq_status ivq_stream_open(struct ivq_stream *stream, const char *path, int stop,
                                struct ivq_error *error)
{
    enum ivq_status status;

    *stream = (struct ivq_stream){.fd = STDIN_FILENO, .stop = stop, .size = -1};
    if (strcmp(path, "-") != 0) {
        stream->fd = open(path, O_RDONLY | O_CLOEXEC);
        stream->owned = true;
    }
    if (stream->fd < 0)
        return ivq_fail(error, IVQ_INPUT, "%s cannot be opened: %s", path, strerror(errno));
    status = examine(stream, path, error);
    if (!status) {
        stream->buffer = malloc(BUFFER_SIZE);
        if (!stream->buffer)
            status = ivq_fail_memory(error, "the buffer of an input file");
    }
    if (status)
        ivq_stream_close(stream);
    return status;
}

void ivq_stream_close(struct ivq_stream *stream)
{
    if (stream->owned && stream->fd >= 0)
        close(stream->fd);
    free(stream->buffer);
    *stream = (struct ivq_stream){.fd = -1, .size = -1};
}

/* Until a pipe has something, or its writer is gone. Files on disk never let one wait. */
static void wait_for_more(struct ivq_stream *stream)
{
    struct pollfd ready[] = {{.fd = stream->fd, .events = POLLIN}, {.fd = stream->stop, .events = POLLIN}};
    while (poll(ready, stream->stop ? 2 : 1, -1) < 0 && errno == EINTR)
        continue;
    if (stream->stop && ready[1].revents)
        stream->error_number = ECANCELED;
}

/* One read that returned: 0 at the end of the file or after an error. */
static size_t read_some(struct ivq_stream *stream, void *destination, size_t count)
{
    if (stream->stop && stream->size < 0)
        wait_for_more(stream);
    while (!stream->error_number) {
        const ssize_t got = read(stream->fd, destination, count < READ_MAX ? count : READ_MAX);
        if (got >= 0)
            return (size_t)got;
        if (errno == EAGAIN) /* a pipe that its other end made non-blocking */
            wait_for_more(stream);
        else if (errno != EINTR)
            stream->error_number = errno;
    }
    return 0;
}

static bool refill(struct ivq_stream *stream)
{
    size_t got;

    if (stream->begin == stream->end) {
        stream->begin = 0;
        stream->end = 0;
    }
    got = read_some(stream, stream->buffer + stream->end, BUFFER_SIZE - stream->end);
    stream->end += got;
    return got > 0;
}

static size_t take(struct ivq_stream *stream, void *destination, size_t count)
{
    const size_t there = stream->end - stream->begin;
    const size_t taken = count < there ? count : there;

    if (destination)
        memcpy(destination, stream->buffer + stream->begin, taken);
    stream->begin += taken;
    stream->position += taken;
    return taken;
}

size_t ivq_stream_read(struct ivq_stream *stream, void *destination, size_t count)
{
    unsigned char *bytes = destination;
    size_t done = take(stream, bytes, count);

    while (done < count) {
        if (count - done >= DIRECT_SIZE) {
            const size_t got = read_some(stream, bytes + done, count - done);
            if (!got)
                break;
            done += got;
            stream->position += got;
        } else {
            if (!refill(stream))
                break;
            done += take(stream, bytes + done, count - done);
        }
    }
    return done;
}

size_t ivq_stream_peek(struct ivq_stream *stream, const unsigned char **bytes, size_t count)
{
    if (BUFFER_SIZE - stream->begin < count) {
        memmove(stream->buffer, stream->buffer + stream->begin, stream->end - stream->begin);
        stream->end -= stream->begin;
        stream->begin = 0;
    }
    while (stream->end - stream->begin < count && refill(stream))
        continue;
    *bytes = stream->buffer + stream->begin;
    return stream->end - stream->begin < count ? stream->end - stream->begin : count;
}

/* What a regular file still has beyond the buffer, up to `count` bytes, passed over without reading it. */
static uint64_t seek_over(struct ivq_stream *stream, uint64_t count)
{
    const uint64_t size = stream->size < 0 ? 0 : (uint64_t)stream->size;
    const uint64_t there = size > stream->position ? size - stream->position : 0;
    const uint64_t hop = count < there ? count : there;

    if (!hop || lseek(stream->fd, (off_t)hop, SEEK_CUR) < 0)
        return 0;
    stream->position += hop;
    return hop;
}

uint64_t ivq_stream_skip(struct ivq_stream *stream, uint64_t count)
{
    uint64_t done = take(stream, NULL, count < BUFFER_SIZE ? (size_t)count : BUFFER_SIZE);

    done += seek_over(stream, count - done);
    while (done < count && refill(stream)) {
        const uint64_t left = count - done;
        done += take(stream, NULL, left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE);
    }
    return done;
}

bool ivq_stream_line(struct ivq_stream *stream, char *line, size_t size)
{
    size_t length = 0;
    char c;

    while (length < size && ivq_stream_read(stream, &c, 1) && c) {
        if (c == '\n') {
            line[length] = '\0';
            return true;
        }
        line[length++] = c;
    }
    line[length < size ? length : size - 1] = '\0';
    return false;
}
