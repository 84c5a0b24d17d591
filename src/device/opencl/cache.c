/* Entries lie in $ISOVQ_CACHE, else $XDG_CACHE_HOME/isovq, else ~/.cache/isovq. An empty ISOVQ_CACHE: no
   cache. A file is the header, the key with its 0 byte, the data. */
#include "device/opencl/cache.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x3170766f73690a01u /* changes with the layout of the file */

enum { MAX_DATA = 256 << 20 }; /* no program is as large: a damaged size is not believed */

struct header {
    uint64_t magic, key_size, data_size, checksum;
};

/* FNV-1a, 64 bits. */
static uint64_t hash(const void *data, size_t size)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        h = (h ^ ((const unsigned char *)data)[i]) * 0x100000001b3u;
    return h;
}

void ivq_opencl_cache_key(const struct opencl_device *opencl, const struct ivq_kernel *kernel,
                          const char *options, char key[IVQ_OPENCL_KEY_SIZE])
{
    snprintf(key, IVQ_OPENCL_KEY_SIZE, "%s|%s|%s|%s|%s|%s|%016" PRIx64, opencl->base.info.name,
             opencl->base.info.driver, opencl->base.info.id, options, ivq_kernel_fingerprint, kernel->name,
             hash(kernel->opencl.data, kernel->opencl.size));
}

/* Creates what is missing of the path. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    struct stat facts;
    mkdir(path, 0700);
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool find_folder(char path[PATH_MAX])
{
    const char *const own = getenv("ISOVQ_CACHE"), *const xdg = getenv("XDG_CACHE_HOME"),
                      *const home = getenv("HOME");
    int length = 0;
    if (own)
        length = snprintf(path, PATH_MAX, "%s", own);
    else if (xdg && xdg[0] == '/') /* the XDG specification ignores relative paths */
        length = snprintf(path, PATH_MAX, "%s/isovq", xdg);
    else if (home && home[0])
        length = snprintf(path, PATH_MAX, "%s/.cache/isovq", home);
    return length > 0 && length < PATH_MAX;
}

static bool entry_path(const char *key, bool create, char path[PATH_MAX])
{
    if (!find_folder(path) || (create && !make_folders(path)))
        return false;
    const size_t length = strlen(path);
    const int more =
        snprintf(path + length, PATH_MAX - length, "/opencl-%016" PRIx64 ".bin", hash(key, strlen(key)));
    return more > 0 && (size_t)more < PATH_MAX - length;
}

static unsigned char *read_entry(FILE *file, const char *key, size_t *size)
{
    struct header header;
    char stored[IVQ_OPENCL_KEY_SIZE];
    if (fread(&header, sizeof header, 1, file) != 1 || header.magic != MAGIC || !header.data_size ||
        header.data_size > MAX_DATA || header.key_size != strlen(key) + 1 || header.key_size > sizeof stored)
        return NULL;
    if (fread(stored, header.key_size, 1, file) != 1 || memcmp(stored, key, header.key_size) != 0)
        return NULL;
    unsigned char *const data = malloc(header.data_size);
    if (!data)
        return NULL;
    if (fread(data, header.data_size, 1, file) != 1 || hash(data, header.data_size) != header.checksum) {
        free(data);
        return NULL;
    }
    *size = header.data_size;
    return data;
}

unsigned char *ivq_opencl_cache_load(const char *key, size_t *size)
{
    char path[PATH_MAX];
    FILE *const file = entry_path(key, false, path) ? fopen(path, "rb") : NULL;
    if (!file)
        return NULL;
    unsigned char *const data = read_entry(file, key, size);
    fclose(file);
    return data;
}

void ivq_opencl_cache_store(const char *key, const unsigned char *data, size_t size)
{
    char path[PATH_MAX], temporary[PATH_MAX + 8];
    if (!size || size > MAX_DATA || !entry_path(key, true, path))
        return;
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    const int descriptor = mkstemp(temporary);
    FILE *const file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (!file) {
        if (descriptor >= 0) {
            close(descriptor);
            unlink(temporary);
        }
        return;
    }
    const struct header header = {MAGIC, strlen(key) + 1, size, hash(data, size)};
    bool written = fwrite(&header, sizeof header, 1, file) == 1 &&
                   fwrite(key, header.key_size, 1, file) == 1 && fwrite(data, size, 1, file) == 1;
    written = fclose(file) == 0 && written;
    if (!written || rename(temporary, path) != 0)
        unlink(temporary);
}
