#include "cli/sha256.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/interrupt.h"

static void print_digest(struct sha256_ctx *context, char text[CLI_SHA256_SIZE])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

enum ivq_status cli_sha256_file(const char *path, char text[CLI_SHA256_SIZE], struct ivq_error *error)
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
    while (file && !cli_interrupted() && (there = fread(bytes, 1, CHUNK, file)))
        sha256_update(&context, there, bytes);
    const bool failed = !file || ferror(file);
    const int reason = errno;
    if (file)
        fclose(file);
    free(bytes);
    if (cli_interrupted())
        return IVQ_OK;
    if (failed)
        return ivq_fail(error, IVQ_INPUT, "%s could not be read for its hash: %s", path, strerror(reason));
    print_digest(&context, text);
    return IVQ_OK;
}
