/* isovq metrics, and the part of isovq help that describes a metric: read from the metrics' own tables. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "isovq/catalog.h"

enum { LARGEST = 16384, DEEPEST = 16 }; /* what all metrics take (isovq/image.h) is not said of each */

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

static void print_planes(const char *name)
{
    struct ivq_catalog_plane plane;
    for (int i = 0; ivq_catalog_plane(name, i, &plane); i++) {
        if (i == 0)
            printf("  pictures:\n");
        printf("    %s_WIDTHxHEIGHT_16b.gray  %s (in the folder %s)\n", plane.name, plane.help, plane.folder);
    }
}

static void print_needs(const struct ivq_catalog_metric *metric)
{
    printf("  reads %s", metric->reads);
    if (metric->past)
        printf(", of up to %d frame%s before too", metric->past, metric->past > 1 ? "s" : "");
    printf("%s\n", metric->needs_chroma ? "; not 4:0:0" : "");
    if (metric->min_size > 1)
        printf("  smallest picture: %d x %d\n", metric->min_size, metric->min_size);
    if (metric->max_size < LARGEST)
        printf("  largest picture: %d x %d\n", metric->max_size, metric->max_size);
    if (metric->max_depth < DEEPEST)
        printf("  at most %d bits per sample\n", metric->max_depth);
    if (metric->needs_every_frame)
        printf("  works on every frame, whatever --subsample says\n");
    if (metric->host_stages)
        printf("  on the host, whatever the device: %s\n", metric->host_stages);
}

static void print_metric(const struct ivq_catalog_metric *metric)
{
    printf("%s: %s\n", metric->name, metric->help);
    print_needs(metric);
    print_options(metric->name);
    print_outputs(metric->name);
    print_planes(metric->name);
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
