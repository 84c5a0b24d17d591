/* The scores printed at the end (spec cli_and_logs, 4). */
#include <string.h>

#include "cli/message.h"
#include "cli/output.h"
#include "report/formats.h"

/* The reference prints six digits here, whatever the fraction. */
static void print_number(const struct cli_settings *settings, FILE *file, double value)
{
    const bool as_reference = settings->as_vmaf && settings->precision.rule == IVQ_PRECISION_LOG;
    ivq_report_number(file, value,
                      as_reference ? (struct ivq_precision){IVQ_PRECISION_FIXED, 6} : settings->precision);
}

/* Prints "LABEL: " and a pooling; false where there is none, with nothing printed. */
static bool print_pooled(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file,
                         const char *label, int series, const char *pooling)
{
    double value;
    if (ivq_meter_pool(meter, series, pooling, 0, -1, &value, NULL) != IVQ_OK)
        return false;
    fputs(label, file);
    print_number(settings, file, value);
    return true;
}

static int find(const struct ivq_meter *meter, const char *name, const char *suffix)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s", name, suffix);
    return ivq_meter_series_find(meter, text);
}

static void print_more(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file,
                       const char *label, int series)
{
    for (int i = 0; i < settings->pool_count; i++) {
        double value;
        if (ivq_meter_pool(meter, series, settings->pools[i].name, 0, -1, &value, NULL) != IVQ_OK)
            continue;
        cli_print_text(file, label);
        fprintf(file, " %s: ", settings->pools[i].name);
        print_number(settings, file, value);
        fputc('\n', file);
    }
}

static void print_line(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file,
                       const char *label, int series)
{
    cli_print_text(file, label);
    if (!print_pooled(settings, meter, file, ": ", series, "mean"))
        fputs(": no score for every frame", file);
    fputc('\n', file);
    print_more(settings, meter, file, label, series);
}

static void print_collection(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file,
                             const struct ivq_meter_model *model)
{
    const int bagging = find(meter, model->name, "_bagging");
    cli_print_text(file, model->label);
    print_pooled(settings, meter, file, ": ", bagging, "mean");
    print_pooled(settings, meter, file, ", ci.p95: [", find(meter, model->name, "_ci_p95_lo"), "mean");
    if (print_pooled(settings, meter, file, ", ", find(meter, model->name, "_ci_p95_hi"), "mean"))
        fputc(']', file);
    print_pooled(settings, meter, file, ", stddev: ", find(meter, model->name, "_stddev"), "mean");
    fputc('\n', file);
    print_more(settings, meter, file, model->label, bagging);
}

static void print_series(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file)
{
    for (int i = 0; i < ivq_meter_series_count(meter); i++) {
        const char *const name = ivq_meter_series_name(meter, i);
        double value;
        if (!ivq_meter_series_aggregate(meter, i)) {
            print_line(settings, meter, file, name, i);
        } else if (ivq_meter_score(meter, i, 0, &value)) {
            cli_print_text(file, name);
            fputs(": ", file);
            print_number(settings, file, value);
            fputc('\n', file);
        }
    }
}

void cli_print_scores(const struct cli_settings *settings, const struct ivq_meter *meter, FILE *file)
{
    struct ivq_meter_model model;
    int models = 0;
    for (; ivq_meter_model(meter, models, &model); models++) {
        if (model.collection)
            print_collection(settings, meter, file, &model);
        else
            print_line(settings, meter, file, model.label, ivq_meter_series_find(meter, model.name));
    }
    if (!models)
        print_series(settings, meter, file);
}
