/* isovq help: texts made from the tables of options, subcommands and metrics. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/docs.h"
#include "cli/options.h"
#include "isovq/version.h"

enum { TEXT_COLUMN = 28, LINE_WIDTH = 108 };

/* Breaks a text into lines that begin at TEXT_COLUMN; the cursor stands at `column`. */
static void print_wrapped(FILE *file, const char *text, int column)
{
    if (column >= TEXT_COLUMN) {
        fprintf(file, "\n");
        column = 0;
    }
    fprintf(file, "%*s", TEXT_COLUMN - column, "");
    column = TEXT_COLUMN;
    while (*text) {
        const int word = (int)strcspn(text, " ");
        const bool begins = column == TEXT_COLUMN, breaks = column + 1 + word > LINE_WIDTH;
        if (breaks && !begins) {
            fprintf(file, "\n%*s", TEXT_COLUMN, "");
            column = TEXT_COLUMN;
        } else if (!begins) {
            fprintf(file, " ");
            column++;
        }
        fprintf(file, "%.*s", word, text);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    fprintf(file, "\n");
}

static void print_option(FILE *file, const struct cli_option *o)
{
    char letter[8] = "    ";
    if (!o->help)
        return;
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    const int column = fprintf(file, "  %s--%s%s%s", letter, o->name, o->argument ? " " : "",
                               o->argument ? o->argument : "");
    print_wrapped(file, o->help, column);
}

void cli_print_usage(FILE *file)
{
    fprintf(file, "isovq %s: video quality scores, the same to the last bit on every device.\n\n",
            ivq_version());
    fprintf(file, "isovq -r REFERENCE -d DISTORTED [OPTIONS]\n");
    fprintf(file, "isovq COMMAND [ARGUMENTS]\n");
    for (const struct cli_option_group *group = cli_option_groups; group->title; group++) {
        fprintf(file, "\n%s:\n", group->title);
        for (const struct cli_option *o = group->options; o->name; o++)
            print_option(file, o);
    }
    fprintf(file, "\nCommands:\n");
    for (const struct cli_command *c = cli_commands; c->name; c++)
        print_wrapped(file, c->help,
                      fprintf(file, "  %s%s%s", c->name, *c->arguments ? " " : "", c->arguments));
    fprintf(file, "\nExit codes:\n");
    for (int i = 0; i < IVQ_STATUS_COUNT; i++)
        if (i != IVQ_MEMORY) /* shares its code with IVQ_DEVICE */
            print_wrapped(file, ivq_status_info((enum ivq_status)i)->meaning,
                          fprintf(file, "  %d", ivq_status_info((enum ivq_status)i)->exit_code));
}

enum ivq_status cli_help(int argc, char **argv, struct ivq_error *error)
{
    if (argc > 2)
        return ivq_fail(error, IVQ_USAGE, "help takes one argument: a metric, --man or --completion");
    if (argc < 2)
        cli_print_usage(stdout);
    else if (!strcmp(argv[1], "--man"))
        cli_print_man();
    else if (!strcmp(argv[1], "--completion"))
        cli_print_completion();
    else
        return cli_print_metric(argv[1], error);
    return IVQ_OK;
}
