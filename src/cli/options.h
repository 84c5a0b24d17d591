/* The options of a measurement, described once: the parser, --help, the manual page and the completion read
   this table. */
#ifndef IVQ_CLI_OPTIONS_H
#define IVQ_CLI_OPTIONS_H
#include "base/error.h"
#include "cli/settings.h"

struct cli_option {
    const char *name;     /* after -- */
    int letter;           /* after -; 0: none */
    const char *argument; /* what follows it, in capitals; NULL: nothing */
    const char *choices;  /* "a|b|c": what the argument may be, where that is a short list */
    const char *help;     /* NULL: another spelling of the option before it, or not to be shown */
    enum ivq_status (*take)(const struct cli_option *option, struct cli_settings *settings, const char *value,
                            struct ivq_error *error);
    size_t offset;     /* of the setting */
    uint64_t min, max; /* of a number */
    bool own;          /* the reference has no such option */
};

struct cli_option_group {
    const char *title;
    const struct cli_option *options; /* ends with a NULL name */
};

/* Ends with a NULL title. */
extern const struct cli_option_group cli_option_groups[];

/* Fills *settings, which is zeroed but for what callers preset, from argv[1] on. IVQ_USAGE names the option
   and what it takes, the first where several are wrong. What is no option goes to *rest. */
enum ivq_status cli_options_parse(int argc, char **argv, struct cli_settings *settings, struct cli_list *rest,
                                  struct ivq_error *error);

/* What has to hold between options of a measurement. */
enum ivq_status cli_options_check(const struct cli_settings *settings, struct ivq_error *error);

#endif
