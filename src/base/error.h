/* How errors are made. What they are is public: isovq/error.h. */
#ifndef IVQ_BASE_ERROR_H
#define IVQ_BASE_ERROR_H
#include "isovq/error.h"

/* Fills *error (which may be NULL) and returns status, so that `return ivq_fail(...)` reads as one step.
   Names may hold any bytes: what would break the line is written as in base/text.h. */
enum ivq_status ivq_fail(struct ivq_error *error, enum ivq_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The one way to report that host memory ran out. */
enum ivq_status ivq_fail_memory(struct ivq_error *error, const char *what);

#endif
