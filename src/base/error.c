#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

static const struct ivq_status_info infos[IVQ_STATUS_COUNT] = {
    [IVQ_OK] = {"ok", 0, "everything was measured"},
    [IVQ_USAGE] = {"usage", 1, "an option, feature or model is unknown or out of range"},
    [IVQ_INPUT] = {"input", 2, "a file could not be read as what it says it is"},
    [IVQ_DEVICE] = {"device", 3, "the device is absent, was lost, or cannot do what was asked"},
    [IVQ_PARTIAL] = {"partial", 4, "the input ends inside a frame; all whole frames were scored"},
    [IVQ_OUTPUT] = {"output", 5, "a log could not be written"},
    [IVQ_MEMORY] = {"memory", 3, "memory ran out, or the budget is too small for one frame"},
    [IVQ_INTERRUPTED] = {"interrupted", 6,
                         "a signal ended the run early; the frames that were finished are kept"},
};

const struct ivq_status_info *ivq_status_info(enum ivq_status status)
{
    const unsigned i = (unsigned)status;
    return &infos[i < IVQ_STATUS_COUNT ? i : IVQ_USAGE];
}

enum ivq_status ivq_fail(struct ivq_error *error, enum ivq_status status, const char *format, ...)
{
    char text[sizeof error->text + 4]; /* so that a character which is cut here lies beyond what is kept */
    va_list args;
    if (!error)
        return status;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error->status = status;
    ivq_text_escape(error->text, sizeof error->text, text);
    return status;
}

enum ivq_status ivq_fail_memory(struct ivq_error *error, const char *what)
{
    return ivq_fail(error, IVQ_MEMORY, "out of memory for %s", what);
}
