/* isovq parity (docs/parity.md). */
#ifndef IVQ_CLI_PARITY_H
#define IVQ_CLI_PARITY_H
#include "base/error.h"

/* IVQ_DEVICE means that sides differ, whatever they are. */
enum ivq_status cli_parity(int argc, char **argv, struct ivq_error *error);

/* 0: passed, 1: a cell did not, 2: the gate could not judge (spec parity_gate, C.2), or that of an
 * interruption. */
int cli_parity_exit_code(enum ivq_status status);

#endif
