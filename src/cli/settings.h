/* What a command line asks for. Texts point into argv. */
#ifndef IVQ_CLI_SETTINGS_H
#define IVQ_CLI_SETTINGS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/number.h"
#include "frame/format.h"
#include "model/pool.h"
#include "report/report.h"

enum {
    CLI_POOL_NAME_SIZE = 16, /* the longest is harmonic_mean */
    CLI_MAX_ITEMS = 64, /* of one list; --feature and --model: 32 in the reference (spec cli_and_logs, 1) */
};

struct cli_list {
    const char *items[CLI_MAX_ITEMS];
    int count;
};

enum cli_progress { CLI_PROGRESS_AUTO, CLI_PROGRESS_LINE, CLI_PROGRESS_JSON, CLI_PROGRESS_NONE };

struct cli_settings {
    const char *reference, *distorted;
    int width, height, depth; /* 0: not given, the clips are y4m */
    bool has_chroma;
    enum ivq_chroma chroma;
    bool match_depth; /* the shallower clip is shifted to the depth of the other */
    bool strict_length;
    int frame_count, skip_reference, skip_distorted, subsample;

    struct cli_list models, features;
    bool no_prediction;

    const char *device;
    int threads;
    int memory; /* MiB of the frames in flight; 0: by the library */
    unsigned cpumask;
    uint64_t gpumask;

    const char *output; /* NULL: no log; "-": standard output */
    const struct ivq_report_format *format;
    const char *live;   /* a file for one line of JSON a frame */
    const char *record; /* a file for the side record */
    struct ivq_precision precision;
    struct ivq_pool_method pools[CLI_MAX_ITEMS];
    char pool_names[CLI_MAX_ITEMS][CLI_POOL_NAME_SIZE]; /* what pools[i].name points to */
    int pool_count;
    bool quiet;
    enum cli_progress progress;

    int argc; /* the command line as it was given */
    const char *const *argv;
    bool help, version;
    bool as_vmaf; /* called as `vmaf`: its defaults (DECISIONS 17) */
};

#endif
