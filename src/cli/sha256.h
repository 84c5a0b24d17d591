/* SHA-256 of a whole file. */
#ifndef IVQ_CLI_SHA256_H
#define IVQ_CLI_SHA256_H
#include "base/error.h"

enum { CLI_SHA256_SIZE = 65 }; /* of the hexadecimal text with its end */

/* IVQ_INPUT where it cannot be read; `text` is then empty, and after an interruption, which is no failure. */
enum ivq_status cli_sha256_file(const char *path, char text[CLI_SHA256_SIZE], struct ivq_error *error);

#endif
