/* A driver's library: opened once in a process, by whichever thread comes first, and never closed, for
   drivers leave threads behind that still need its code. */
#ifndef IVQ_DEVICE_LIBRARY_H
#define IVQ_DEVICE_LIBRARY_H
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ivq_symbol {
    const char *name;
    size_t offset; /* of the pointer to the function in the table */
};

/* Static, and written by ivq_library_open alone. */
struct ivq_library {
    const char *file;
    const char *title;  /* "NVIDIA driver" */
    const char *needed; /* its version, for whom it is too old: "CUDA 11.4" */
    const struct ivq_symbol *symbols;
    int symbol_count;
    void *table;
    void (*start)(struct ivq_error *failure); /* what else comes before its use; NULL: nothing */
    bool tried;
    struct ivq_error failure; /* status IVQ_OK: the table can be used */
};

/* False with IVQ_DEVICE and the reason where the table cannot be used. Any thread. */
bool ivq_library_open(struct ivq_library *library, struct ivq_error *error);

#endif
