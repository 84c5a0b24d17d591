#include "cli/message.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void cli_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("isovq: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
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
