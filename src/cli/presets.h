/* Common test conditions: models and metrics by one name (spec cli_and_logs, 1.2). */
#ifndef IVQ_CLI_PRESETS_H
#define IVQ_CLI_PRESETS_H
#include "base/error.h"
#include "cli/settings.h"

/* option: "aom_ctc" or "nflx_ctc". Adds to the lists of *settings. IVQ_USAGE for an unknown version, and
   where this version lacks a metric that is needed. */
enum ivq_status cli_preset_apply(const char *option, const char *version, struct cli_settings *settings,
                                 struct ivq_error *error);

#endif
