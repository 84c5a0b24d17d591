/* How far a measurement is, on standard error. */
#ifndef IVQ_CLI_PROGRESS_H
#define IVQ_CLI_PROGRESS_H
#include "cli/settings.h"

struct cli_progress_state {
    enum cli_progress kind; /* never CLI_PROGRESS_AUTO */
    bool as_vmaf;           /* the line is the reference's, and says more */
    int64_t expected;       /* pairs, -1: unknown */
    double start, shown;    /* seconds of a monotonic clock; shown 0: never */
};

double cli_seconds(void); /* of a monotonic clock */

void cli_progress_start(struct cli_progress_state *progress, const struct cli_settings *settings,
                        int64_t expected);

/* Shows a count of frames, unless it showed another a moment ago. */
void cli_progress_show(struct cli_progress_state *progress, int frames);

/* Shows the last count, or clears the line. Before any message. */
void cli_progress_end(struct cli_progress_state *progress, int frames);

#endif
