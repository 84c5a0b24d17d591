/* The two clips of a measurement, read in step. */
#ifndef IVQ_CLI_CLIPS_H
#define IVQ_CLI_CLIPS_H
#include "cli/settings.h"
#include "input/reader.h"
#include "isovq/image.h"

struct cli_clips {
    struct ivq_reader *reference, *distorted;
    int64_t expected;  /* pairs, -1 where only reading will tell */
    int tried;         /* how many of the two it was tried to open */
    const char *ended; /* the clip that ended before the other; NULL: none */
};

/* Opens both, checks that they fit together, passes over the frames to be skipped. On failure nothing stays
   open. */
enum ivq_status cli_clips_open(struct cli_clips *clips, const struct cli_settings *settings,
                               struct ivq_error *error);
void cli_clips_close(struct cli_clips *clips);

enum ivq_status cli_clips_video(const struct cli_clips *clips, struct ivq_video *video,
                                struct ivq_error *error);

/* Reads a pair; *end where one clip or both have ended. */
enum ivq_status cli_clips_next(struct cli_clips *clips, const struct ivq_image *reference,
                               const struct ivq_image *distorted, bool *end, struct ivq_error *error);

#endif
