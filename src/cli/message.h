/* What the command says on standard error, one line a message, and what it refuses. */
#ifndef IVQ_CLI_MESSAGE_H
#define IVQ_CLI_MESSAGE_H
#include <stdio.h>

#include "base/error.h"

void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A name of unknown origin, so that it stays in its line (base/text.h). */
void cli_print_text(FILE *file, const char *text);

/* Says what went wrong and returns the exit code for it (DECISIONS 19); 0 and silence where nothing did. */
int cli_exit_code(enum ivq_status status, const struct ivq_error *error);

/* Standard output, once everything is printed: IVQ_OUTPUT unless all of it arrived. */
enum ivq_status cli_flush_output(struct ivq_error *error);

/* IVQ_USAGE where a subcommand that takes no arguments has some. */
enum ivq_status cli_refuse_arguments(int argc, char **argv, struct ivq_error *error);

#endif
