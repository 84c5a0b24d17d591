/* SIGINT, SIGTERM and SIGHUP during a measurement: the first ends it after the frames that are finished, so
   that their scores are kept; the second ends the process at once. A signal that the parent had ignored stays
   so. */
#ifndef IVQ_CLI_INTERRUPT_H
#define IVQ_CLI_INTERRUPT_H
#include "cli/files.h"

/* A descriptor that becomes readable with the first signal, for those who wait for input; 0: there is none.
 */
int cli_interrupt_descriptor(void);

/* From here on signals are caught. A second one removes the temporary names of these files, which stay where
   they are until cli_interrupt_release. */
void cli_interrupt_catch(const struct cli_files *files);
void cli_interrupt_release(void);

/* The name of the first signal, "SIGINT"; NULL while there was none. */
const char *cli_interrupted(void);

#endif
