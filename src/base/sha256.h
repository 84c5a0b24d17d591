/* SHA-256 of files and of pieces of memory. */
#ifndef IVQ_BASE_SHA256_H
#define IVQ_BASE_SHA256_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    IVQ_SHA256_SIZE = 32,
    IVQ_SHA256_TEXT = 65, /* of the hexadecimal text with its end */
};

struct ivq_piece {
    const void *data;
    size_t size;
};

/* Of the pieces one after the other: what is to be told apart carries its own lengths. */
void ivq_sha256(const struct ivq_piece *pieces, int count, uint8_t digest[IVQ_SHA256_SIZE]);

void ivq_sha256_text(const uint8_t digest[IVQ_SHA256_SIZE], char text[IVQ_SHA256_TEXT]);

/* Of a whole file. IVQ_INPUT where it cannot be read; `text` is then empty, and also where stop() (may be
   NULL) has said that it is enough, which is no failure. */
enum ivq_status ivq_sha256_file(const char *path, bool (*stop)(void), char text[IVQ_SHA256_TEXT],
                                struct ivq_error *error);

#endif
