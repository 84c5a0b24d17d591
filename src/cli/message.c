#include "cli/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void cli_say(const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    fputs("isovq: ", stderr);
    cli_print_text(stderr, text ? text : "out of memory for a message");
    fputc('\n', stderr);
    free(text);
}

void cli_print_text(FILE *file, const char *text)
{
    char piece[IVQ_TEXT_PIECE];
    while (*text) {
        text = ivq_text_take(text, piece);
        fputs(piece, file);
    }
}

int cli_exit_code(enum ivq_status status, const struct ivq_error *error)
{
    const struct ivq_status_info *info = ivq_status_info(status);
    if (status != IVQ_OK)
        cli_say("%s", *error->text ? error->text : info->meaning);
    return info->exit_code;
}

enum ivq_status cli_flush_output(struct ivq_error *error)
{
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout))
        return IVQ_OK;
    return ivq_fail(error, IVQ_OUTPUT, "standard output could not be written: %s",
                    errno ? strerror(errno) : "it reports an error");
}

enum ivq_status cli_refuse_arguments(int argc, char **argv, struct ivq_error *error)
{
    if (argc < 2)
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "isovq %s takes no arguments, but has '%s'", argv[0], argv[1]);
}
