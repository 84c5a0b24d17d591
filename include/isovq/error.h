/* Errors as values: every call that can fail returns a status, and fills a caller's struct ivq_error with one
   line that says what failed, where, and what to do. Nothing here is global; a struct ivq_error belongs to
   its caller. */
#ifndef ISOVQ_ERROR_H
#define ISOVQ_ERROR_H
#include "isovq/export.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ivq_status {
    IVQ_OK = 0,
    IVQ_USAGE,       /* an option, a feature or a model that does not exist or is out of range */
    IVQ_INPUT,       /* a file or a picture that cannot be read as what it says it is */
    IVQ_DEVICE,      /* a device that is absent, lost, out of memory, or cannot run a metric */
    IVQ_PARTIAL,     /* a truncated frame: every whole frame before it has been scored */
    IVQ_OUTPUT,      /* a log that could not be written */
    IVQ_MEMORY,      /* host memory ran out, or the memory budget is too small for one frame */
    IVQ_INTERRUPTED, /* a signal ended the command before the clip: every finished frame has its scores. No
                        function of the library gives it */
    IVQ_STATUS_COUNT
};

struct ivq_error {
    enum ivq_status status;
    char text[480]; /* one line, empty while status is IVQ_OK. Control characters and bytes that are no UTF-8
                       in names are spelled: \n, \x1b */
};

/* The facts about a status: a name for logs, the exit code of the commands, one line of meaning. */
struct ivq_status_info {
    const char *name;
    int exit_code;
    const char *meaning;
};

/* Never NULL; an unknown status gives the entry of IVQ_USAGE. */
IVQ_API const struct ivq_status_info *ivq_status_info(enum ivq_status status);

#ifdef __cplusplus
}
#endif
#endif
