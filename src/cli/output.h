/* What a measurement leaves behind: logs and printed scores. */
#ifndef IVQ_CLI_OUTPUT_H
#define IVQ_CLI_OUTPUT_H
#include <stdio.h>

#include "cli/settings.h"
#include "isovq/meter.h"

/* A file that is opened before the first frame, so that a path that cannot be written is known at once. */
struct cli_file {
    FILE *file; /* NULL: not wanted */
    const char *name;
    bool owned;       /* to be closed */
    int error_number; /* errno of the first write that failed, 0: none or unknown */
};

/* "-" or its path. */
bool cli_is_stdout(const char *path);

/* path: NULL for none, "-" for standard output. */
enum ivq_status cli_file_open(struct cli_file *file, const char *path, struct ivq_error *error);

/* IVQ_OUTPUT unless all that was written arrived. */
enum ivq_status cli_file_close(struct cli_file *file, struct ivq_error *error);

/* The log of all frames that are finished. fps: NaN where unknown. */
enum ivq_status cli_write_log(const struct cli_settings *settings, const struct ivq_meter *meter,
                              const struct ivq_video *video, double fps, const struct cli_file *file,
                              struct ivq_error *error);

/* One line of JSON. */
void cli_write_live(struct cli_file *file, const struct ivq_frame_scores *scores,
                    struct ivq_precision precision);

/* A line for each model; without models one for each series. */
void cli_print_scores(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file);

#endif
