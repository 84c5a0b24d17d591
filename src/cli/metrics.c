/* isovq metrics, and the part of isovq help that describes a metric: read from the metrics' own tables. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "isovq/catalog.h"

static void print_options(const char *name)
{
    struct ivq_catalog_option option;
    for (int i = 0; ivq_catalog_option(name, i, &option); i++) {
        if (i == 0)
            printf("  options:\n");
        printf("    %s=%s\n        %s; %s", option.name, option.initial, option.help, option.range);
        if (option.alias)
            printf("; in names of scores: _%s", option.alias);
        printf("\n");
    }
}

static void print_outputs(const char *name)
{
    struct ivq_catalog_output output;
    printf("  scores:\n");
    for (int i = 0; ivq_catalog_output(name, i, &output); i++) {
        printf("    %-24s %s", output.name, output.help ? output.help : "");
        if (output.needs)
            printf(" (with %s=true)", output.needs);
        if (output.aggregate)
            printf(" (one for the clip)");
        printf("\n");
    }
}

static void print_metric(const struct ivq_catalog_metric *metric)
{
    printf("%s: %s\n", metric->name, metric->help);
    if (metric->min_size > 1)
        printf("  smallest picture: %d x %d\n", metric->min_size, metric->min_size);
    print_options(metric->name);
    print_outputs(metric->name);
}

enum ivq_status cli_print_metric(const char *name, struct ivq_error *error)
{
    struct ivq_catalog_metric metric;
    for (int i = 0; ivq_catalog_metric(i, &metric); i++)
        if (!strcmp(metric.name, name)) {
            print_metric(&metric);
            return IVQ_OK;
        }
    return ivq_fail(error, IVQ_USAGE, "there is no metric '%s'; `isovq metrics` lists what there is", name);
}

enum ivq_status cli_metrics(int argc, char **argv, struct ivq_error *error)
{
    const enum ivq_status status = cli_refuse_arguments(argc, argv, error);
    struct ivq_catalog_metric metric;
    for (int i = 0; status == IVQ_OK && ivq_catalog_metric(i, &metric); i++)
        print_metric(&metric);
    return status;
}
