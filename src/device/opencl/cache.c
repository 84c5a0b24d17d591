/* A file is the header, the key with its 0 byte, the data. */
#include "device/opencl/cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/cache.h"

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

static bool entry_path(const char *key, bool create, char path[IVQ_CACHE_PATH])
{
    char name[40];
    snprintf(name, sizeof name, "opencl-%016" PRIx64 ".bin", hash(key, strlen(key)));
    return ivq_cache_path(name, create, path);
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
    char path[IVQ_CACHE_PATH];
    FILE *const file = entry_path(key, false, path) ? fopen(path, "rb") : NULL;
    if (!file)
        return NULL;
    unsigned char *const data = read_entry(file, key, size);
    fclose(file);
    return data;
}

void ivq_opencl_cache_store(const char *key, const unsigned char *data, size_t size)
{
    char path[IVQ_CACHE_PATH], temporary[IVQ_CACHE_PATH + 8];
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
