#include "base/sha256.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ivq_sha256(const struct ivq_piece *pieces, int count, uint8_t digest[IVQ_SHA256_SIZE])
{
    struct sha256_ctx context;
    sha256_init(&context);
    for (int i = 0; i < count; i++)
        sha256_update(&context, pieces[i].size, pieces[i].data);
    sha256_digest(&context, IVQ_SHA256_SIZE, digest);
}

void ivq_sha256_text(const uint8_t digest[IVQ_SHA256_SIZE], char text[IVQ_SHA256_TEXT])
{
    for (size_t i = 0; i < IVQ_SHA256_SIZE; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

enum ivq_status ivq_sha256_file(const char *path, bool (*stop)(void), char text[IVQ_SHA256_TEXT],
                                struct ivq_error *error)
{
    enum { CHUNK = 1 << 18 };
    struct sha256_ctx context;
    size_t there;
    *text = 0;
    uint8_t *const bytes = malloc(CHUNK);
    if (!bytes)
        return ivq_fail_memory(error, "hashing a file");
    FILE *const file = fopen(path, "re");
    sha256_init(&context);
    while (file && !(stop && stop()) && (there = fread(bytes, 1, CHUNK, file)))
        sha256_update(&context, there, bytes);
    const bool failed = !file || ferror(file);
    const int reason = errno;
    if (file)
        fclose(file);
    free(bytes);
    if (stop && stop())
        return IVQ_OK;
    if (failed)
        return ivq_fail(error, IVQ_INPUT, "%s could not be read for its hash: %s", path, strerror(reason));
    uint8_t digest[IVQ_SHA256_SIZE];
    sha256_digest(&context, sizeof digest, digest);
    ivq_sha256_text(digest, text);
    return IVQ_OK;
}
