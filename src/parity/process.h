/* A process of the gate: this program again, as a side. Its records are read line by line; whatever happens
   to it ends in a sentence. */
#ifndef IVQ_PARITY_PROCESS_H
#define IVQ_PARITY_PROCESS_H
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ivq_process_params {
    char *const *argv; /* ended by NULL; argv[0] is not looked up: the program is this one */
    int descriptor;    /* what the process has to write its records to */
    int patience;      /* seconds without a line after which it has hung */
    int stop;          /* a descriptor that becomes readable when all is to end; 0: none */
    /* Told each line, its end cut off; false: enough. */
    bool (*line)(void *user, char *text);
    void *user;
};

enum ivq_process_end {
    IVQ_PROCESS_DONE,    /* exit code 0 */
    IVQ_PROCESS_FAILED,  /* `failure` says why: a signal, a time limit, an exit code and its last words */
    IVQ_PROCESS_STOPPED, /* by params->stop */
};

enum ivq_process_end ivq_process_run(const struct ivq_process_params *params, char *failure, size_t size);

#endif
