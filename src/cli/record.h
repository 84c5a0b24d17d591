/* The side record of a run (spec parity_gate, C.1; docs/record.md): which device computed each score, from
   which files, by which program. */
#ifndef IVQ_CLI_RECORD_H
#define IVQ_CLI_RECORD_H
#include <time.h>

#include "cli/clips.h"
#include "cli/output.h"

/* What was run. All borrowed. */
struct cli_record {
    const struct cli_settings *settings;
    const struct ivq_meter *meter;
    const struct cli_clips *clips;
    time_t start;
    double seconds; /* from the first frame to the last score */
    enum ivq_status status;
    const char *error; /* the line that was said about it */
};

/* Reads both clips once more for their hashes, but not after an interruption. IVQ_INPUT where one of them, or
   the program itself, cannot be read again; the record then says null. On a full disk it holds as many of the
   first frames as fit, and says so: IVQ_OUTPUT. */
enum ivq_status cli_write_record(const struct cli_record *record, struct ivq_file *file,
                                 struct ivq_error *error);

#endif
