/* What the command does in its own way when it is called as `vmaf` (DECISIONS 17; docs/vmaf_compat.md). */
#ifndef IVQ_CLI_VMAF_H
#define IVQ_CLI_VMAF_H
#include "cli/settings.h"
#include "isovq/meter.h"
#include "isovq/version.h"

/* A libvmaf that logs and options are those of, as it names itself, then this program. */
#define CLI_VMAF_VERSION "3.2.0 (isovq " IVQ_VERSION ")"

/* The name in argv[0]: vmaf, vmaf.exe, vmaf-3.2. */
bool cli_vmaf_is_name(const char *path);

/* Adds a model. Overloads without effect are said and left out: scripts give the same ones to every model. */
enum ivq_status cli_vmaf_add_model(struct ivq_meter *meter, const char *text, bool features_only,
                                   struct ivq_error *error);

/* Whether the reference, with threads, writes this series before those of other metrics. */
bool cli_vmaf_comes_first(const struct ivq_meter *meter, int series);

/* Whether scores are printed at the end, on standard error. */
bool cli_vmaf_prints_scores(const struct cli_settings *settings);

/* Programs that wait until they can write into a FIFO end once it was opened and closed: those of the inputs
   from index `first` (0: reference, 1: distorted). Waits some seconds for a program that is late. */
void cli_vmaf_let_writers_go(const struct cli_settings *settings, int first);

#endif
