/* Pictures that metrics put out: one raw file for each, 16-bit samples in little endian, a frame after the
 * other. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/session_impl.h"

#include "metrics/options.h"

enum { PATH_SIZE = 4096 };

static const char *folder_of(const struct ivq_instance *instance, int plane)
{
    return ivq_options_text(instance->metric, instance->options, instance->metric->planes[plane].folder);
}

/* Two instances of a metric would write the same files. */
static bool share_a_folder(const struct ivq_instance *a, const struct ivq_instance *b)
{
    if (a->metric != b->metric || !a->metric->planes)
        return false;
    for (int p = 0; a->metric->planes[p].name; p++) {
        const char *const x = folder_of(a, p), *const y = folder_of(b, p);
        if (x && y && !strcmp(x, y))
            return true;
    }
    return false;
}

enum ivq_status ivq_session_check_planes(const struct ivq_session *s, struct ivq_error *error)
{
    for (int i = 0; i < s->instance_count; i++)
        for (int k = 0; k < i; k++)
            if (share_a_folder(&s->instances[i], &s->instances[k]))
                return ivq_fail(error, IVQ_USAGE, "%s is asked for twice with pictures in the same folder",
                                s->instances[i].metric->name);
    return IVQ_OK;
}

static enum ivq_status fail_file(const char *path, struct ivq_error *error)
{
    return ivq_fail(error, IVQ_OUTPUT, "%s: cannot be written: %s", path, strerror(errno));
}

/* The folder and those above it. */
static enum ivq_status make_folders(const char *folder, struct ivq_error *error)
{
    char path[PATH_SIZE];
    const size_t length = strlen(folder);
    if (length >= sizeof path)
        return ivq_fail(error, IVQ_USAGE, "a folder with a name of %zu bytes", length);
    for (size_t i = 1; i <= length; i++) {
        if (folder[i] && folder[i] != '/')
            continue;
        memcpy(path, folder, i);
        path[i] = 0;
        if (mkdir(path, 0777) && errno != EEXIST)
            return fail_file(path, error);
    }
    return IVQ_OK;
}

static enum ivq_status open_plane(struct ivq_instance *instance, int plane, const struct ivq_gray *gray,
                                  struct ivq_error *error)
{
    char path[PATH_SIZE];
    const char *const folder = folder_of(instance, plane);
    const enum ivq_status status = make_folders(folder, error);
    if (status != IVQ_OK)
        return status;
    const int length =
        snprintf(path, sizeof path, "%s/%s_%dx%d_16b.gray", folder, instance->metric->planes[plane].name,
                 gray->nominal_width, gray->nominal_height);
    if (length < 0 || length >= (int)sizeof path)
        return ivq_fail(error, IVQ_USAGE, "a folder with a name of %zu bytes", strlen(folder));
    instance->planes[plane] = fopen(path, "wb");
    return instance->planes[plane] ? IVQ_OK : fail_file(path, error);
}

static bool write_row(FILE *file, const uint16_t *samples, int count)
{
    unsigned char bytes[1024];
    size_t used = 0;
    for (int x = 0; x < count; x++) {
        bytes[used++] = (unsigned char)(samples[x] & 255);
        bytes[used++] = (unsigned char)(samples[x] >> 8);
        if (used == sizeof bytes || x == count - 1) {
            if (fwrite(bytes, 1, used, file) != used)
                return false;
            used = 0;
        }
    }
    return true;
}

enum ivq_status ivq_session_put_plane(struct ivq_instance *instance, int plane, const struct ivq_gray *gray,
                                      struct ivq_error *error)
{
    if (!folder_of(instance, plane))
        return IVQ_OK;
    const enum ivq_status status =
        instance->planes[plane] ? IVQ_OK : open_plane(instance, plane, gray, error);
    if (status != IVQ_OK)
        return status;
    for (int y = 0; y < gray->height; y++)
        if (!write_row(instance->planes[plane], gray->samples + (ptrdiff_t)y * gray->stride, gray->width))
            return fail_file(instance->metric->planes[plane].name, error);
    return IVQ_OK;
}

enum ivq_status ivq_session_close_planes(struct ivq_session *s, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < s->instance_count; i++)
        for (int p = 0; p < IVQ_MAX_PLANES; p++) {
            FILE *const file = s->instances[i].planes[p];
            s->instances[i].planes[p] = NULL;
            if (file && fclose(file) && status == IVQ_OK)
                status = fail_file(s->instances[i].metric->planes[p].name, error);
        }
    return status;
}
