/* All files of a run: that none of them is written over, and those that it writes. */
#ifndef IVQ_CLI_FILES_H
#define IVQ_CLI_FILES_H
#include "cli/settings.h"
#include "report/file.h"

/* Compares clips, model files, logs and the standard streams by what they are on disk, whatever the spelling.
   IVQ_USAGE names two of which one would be written over the other. Opens none of them. */
enum ivq_status cli_files_check(const struct cli_settings *settings, struct ivq_error *error);

/* What a run writes. */
struct cli_files {
    struct ivq_file log, live, record;
    FILE *scores; /* where score lines are printed, a stream that carries no log; NULL: nowhere */
};

/* Opens them, so that what cannot be written is known before the first frame; changes nothing on disk. On
   failure nothing stays open. */
enum ivq_status cli_files_open(struct cli_files *files, const struct cli_settings *settings,
                               struct ivq_error *error);

/* What was not closed: it is cleaned up, and old files stay. */
void cli_files_drop(struct cli_files *files);

/* For a handler of signals that ends the process. */
void cli_files_remove_temporaries(const struct cli_files *files);

#endif
