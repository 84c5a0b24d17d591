/* Files made from the tables of options, subcommands, metrics and models; written to standard output. */
#ifndef IVQ_CLI_DOCS_H
#define IVQ_CLI_DOCS_H

/* The manual page isovq(1). */
void cli_print_man(void);

/* Completion for bash. */
void cli_print_completion(void);

#endif
