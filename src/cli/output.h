/* What a measurement leaves behind: logs and printed scores. */
#ifndef IVQ_CLI_OUTPUT_H
#define IVQ_CLI_OUTPUT_H
#include <stdio.h>

#include "cli/settings.h"
#include "isovq/meter.h"
#include "report/file.h"

/* The log of all frames that are finished; where not all can be written, of the first ones, and IVQ_OUTPUT.
   fps: NaN where unknown. partial: why this is not the whole clip; NULL: it is. */
enum ivq_status cli_write_log(const struct cli_settings *settings, const struct ivq_meter *meter,
                              const struct ivq_video *video, double fps, const char *partial,
                              struct ivq_file *file, struct ivq_error *error);

/* One line of JSON; none after one that could not be written. */
void cli_write_live(struct ivq_file *file, const struct ivq_frame_scores *scores,
                    struct ivq_precision precision);

/* A line for each model; without models one for each series. */
void cli_print_scores(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file);

#endif
