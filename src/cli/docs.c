#include "cli/docs.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/options.h"
#include "isovq/catalog.h"
#include "isovq/version.h"

/* --- manual page --- */

/* A backslash, and a point or quote at the start of a line, mean something to roff. */
static void print_roff(const char *text)
{
    if (*text == '.' || *text == '\'')
        printf("\\&");
    for (; *text; text++) {
        if (*text == '\\')
            printf("\\e");
        else if (*text == '-')
            printf("\\-");
        else
            putchar(*text);
    }
}

static void print_man_option(const struct cli_option *o)
{
    printf(".TP\n.B ");
    if (o->letter)
        printf("\\-%c, ", o->letter);
    printf("\\-\\-");
    print_roff(o->name);
    if (o->argument)
        printf(" \\fI%s\\fR", o->argument);
    printf("\n");
    print_roff(o->help);
    printf(".\n");
}

static void print_man_metrics(void)
{
    struct ivq_catalog_metric metric;
    struct ivq_catalog_option option;
    for (int i = 0; ivq_catalog_metric(i, &metric); i++) {
        printf(".SS %s\n", metric.name);
        print_roff(metric.help);
        printf(".\n");
        for (int k = 0; ivq_catalog_option(metric.name, k, &option); k++) {
            printf(".TP\n.B ");
            print_roff(option.name);
            printf("\n");
            print_roff(option.help);
            printf("; %s; default %s.\n", option.range, option.initial);
        }
    }
}

static void print_man_codes(void)
{
    for (int i = 0; i < IVQ_STATUS_COUNT; i++) {
        const struct ivq_status_info *info = ivq_status_info((enum ivq_status)i);
        printf(".TP\n.B %d\n", info->exit_code);
        print_roff(info->meaning);
        printf(".\n");
    }
}

void cli_print_man(void)
{
    printf(".TH ISOVQ 1 \"\" \"isovq %s\" \"User Commands\"\n", ivq_version());
    printf(".SH NAME\nisovq \\- video quality scores, the same to the last bit on every device\n");
    printf(".SH SYNOPSIS\n.B isovq\n\\-r \\fIREFERENCE\\fR \\-d \\fIDISTORTED\\fR [\\fIOPTIONS\\fR]\n.br\n");
    printf(".B isovq\n\\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n.SH OPTIONS\n");
    for (const struct cli_option_group *group = cli_option_groups; group->title; group++) {
        printf(".SS %s\n", group->title);
        for (const struct cli_option *o = group->options; o->name; o++)
            if (o->help)
                print_man_option(o);
    }
    printf(".SH COMMANDS\n");
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        printf(".TP\n.B %s\n%s%s", c->name, *c->arguments ? c->arguments : "", *c->arguments ? ": " : "");
        print_roff(c->help);
        printf(".\n");
    }
    printf(".SH METRICS\n");
    print_man_metrics();
    printf(".SH EXIT STATUS\n");
    print_man_codes();
    printf(".SH CALLED AS VMAF\n");
    print_roff(
        "Under a name that begins with vmaf the options, defaults, logs and screen are those of libvmaf's "
        "command: XML, one thread, nothing on standard output. What is different is listed in "
        "docs/vmaf_compat.md of the source.");
    printf("\n");
}

/* --- completion --- */

static void print_words(void)
{
    for (const struct cli_command *c = cli_commands; c->name; c++)
        printf("%s ", c->name);
    for (const struct cli_option_group *group = cli_option_groups; group->title; group++)
        for (const struct cli_option *o = group->options; o->name; o++)
            if (*o->name)
                printf("--%s ", o->name);
}

/* A case of the option before the cursor. */
static void print_case(const struct cli_option *o)
{
    printf("    --%s", o->name);
    if (o->letter)
        printf("|-%c", o->letter);
    if (!strcmp(o->argument, "FILE")) {
        printf(") COMPREPLY=($(compgen -f -- \"$word\")) ;;\n");
        return;
    }
    printf(") COMPREPLY=($(compgen -W '");
    if (!strcmp(o->name, "feature")) {
        struct ivq_catalog_metric metric;
        for (int i = 0; ivq_catalog_metric(i, &metric); i++)
            printf("%s ", metric.name);
    }
    for (const char *c = o->choices ? o->choices : ""; *c; c++)
        putchar(*c == '|' ? ' ' : *c);
    printf("' -- \"$word\")) ;;\n");
}

void cli_print_completion(void)
{
    printf("# bash completion of isovq %s, made by `isovq help --completion`\n", ivq_version());
    printf("_isovq()\n{\n    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n");
    printf("    case $before in\n");
    for (const struct cli_option_group *group = cli_option_groups; group->title; group++)
        for (const struct cli_option *o = group->options; o->name; o++)
            if (*o->name && o->argument)
                print_case(o);
    printf("    *) COMPREPLY=($(compgen -W '");
    print_words();
    printf("' -- \"$word\")) ;;\n    esac\n}\ncomplete -o filenames -F _isovq isovq vmaf\n");
}
