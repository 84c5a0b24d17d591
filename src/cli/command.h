/* The subcommands: `isovq NAME ...`. Without a NAME the command measures. */
#ifndef IVQ_CLI_COMMAND_H
#define IVQ_CLI_COMMAND_H
#include <stdio.h>

#include "base/error.h"
#include "cli/settings.h"

struct cli_command {
    const char *name, *arguments, *help;
    /* argv[0] is the subcommand's name. Prints to standard output; its caller flushes that and reports. */
    enum ivq_status (*run)(int argc, char **argv, struct ivq_error *error);
    int (*exit_code)(enum ivq_status status); /* NULL: as all others (DECISIONS 19) */
};

/* Ends with a NULL name. */
extern const struct cli_command cli_commands[];

enum ivq_status cli_devices(int argc, char **argv, struct ivq_error *error);
enum ivq_status cli_metrics(int argc, char **argv, struct ivq_error *error);
enum ivq_status cli_models(int argc, char **argv, struct ivq_error *error);
enum ivq_status cli_help(int argc, char **argv, struct ivq_error *error);

/* The text of --help. */
void cli_print_usage(FILE *file);

/* All about a metric: options with ranges and defaults, outputs. IVQ_USAGE for an unknown one. */
enum ivq_status cli_print_metric(const char *name, struct ivq_error *error);

/* Everything about one measurement, logs and scores included. */
enum ivq_status cli_measure(const struct cli_settings *settings, struct ivq_error *error);

#endif
