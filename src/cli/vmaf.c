#include "cli/vmaf.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/request.h"
#include "cli/message.h"
#include "isovq/work.h"

bool cli_vmaf_is_name(const char *path)
{
    static const char name[] = "vmaf";
    const char *const slash = strrchr(path, '/');
    return !strncmp(slash ? slash + 1 : path, name, strlen(name));
}

/* --- models --- */

static bool has_option(const char *metric, const char *name)
{
    struct ivq_catalog_option option;
    for (int i = 0; ivq_catalog_option(metric, i, &option); i++)
        if (!strcmp(option.name, name))
            return true;
    return false;
}

static bool has_feature_of(const struct ivq_model *model, const char *metric)
{
    for (int i = 0; i < ivq_model_feature_count(model); i++) {
        const char *const provider = ivq_selection_metric_of(ivq_model_feature(model, i)->raw);
        if (provider && !strcmp(provider, metric))
            return true;
    }
    return false;
}

/* Says why an overload has no effect on this model; false where it has one. */
static bool say_without_effect(const struct ivq_model *model, const struct ivq_overload *o, const char *label)
{
    if (!has_feature_of(model, o->metric))
        cli_say("%s.%s has no effect: the model %s has no feature of %s", o->metric, o->key, label,
                o->metric);
    else if (!has_option(o->metric, o->key))
        cli_say("%s.%s has no effect: %s has no option %s", o->metric, o->key, o->metric, o->key);
    else
        return false;
    return true;
}

static enum ivq_status drop_overloads(struct ivq_model_spec *spec, struct ivq_error *error)
{
    struct ivq_model *model;
    const int count = spec->overload_count;
    spec->overload_count = 0;
    const enum ivq_status status = count ? ivq_model_spec_load(spec, NULL, &model, error) : IVQ_OK;
    if (!count || status != IVQ_OK)
        return status;
    for (int i = 0; i < count; i++)
        if (!say_without_effect(model, &spec->overloads[i], spec->version ? spec->version : spec->path))
            spec->overloads[spec->overload_count++] = spec->overloads[i];
    ivq_model_free(model);
    return IVQ_OK;
}

enum ivq_status cli_vmaf_add_model(struct ivq_meter *meter, const char *text, bool features_only,
                                   struct ivq_error *error)
{
    struct ivq_model_spec spec;
    enum ivq_status status = ivq_model_spec_parse(text, &spec, error);
    if (status != IVQ_OK)
        return status;
    status = drop_overloads(&spec, error);
    if (status == IVQ_OK)
        status = ivq_request_add_spec(meter, &spec, features_only, error);
    ivq_model_spec_free(&spec);
    return status;
}

/* --- logs and printed scores --- */

static bool fills(const struct ivq_meter *meter, int metric, int series)
{
    for (int i = 0, filled; (filled = ivq_meter_metric_series(meter, metric, i)) >= 0; i++)
        if (filled == series)
            return true;
    return false;
}

bool cli_vmaf_comes_first(const struct ivq_meter *meter, int series)
{
    /* It runs these in the thread that reads (spec cli_and_logs, 5). */
    static const char *const names[] = {"psnr", "float_motion", "speed_temporal"};
    const char *metric;
    for (int m = 0; (metric = ivq_meter_metric(meter, m)); m++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (!strcmp(metric, names[i]) && fills(meter, m, series))
                return true;
    return false;
}

/* As the reference on a terminal. Elsewhere it prints nothing at all, which is of use only beside a log. */
bool cli_vmaf_prints_scores(const struct cli_settings *settings)
{
    if (isatty(STDERR_FILENO))
        return !settings->quiet || !settings->output;
    return !settings->output && !settings->live && !settings->record;
}

/* --- inputs of a command that is refused --- */

enum { PATIENCE = 5 }; /* seconds */

static void interrupt(int number)
{
    (void)number;
}

static void open_and_close(const char *path)
{
    struct stat info;
    if (!path || stat(path, &info) || !S_ISFIFO(info.st_mode))
        return;
    alarm(PATIENCE);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0)
        close(file);
    alarm(0);
}

void cli_vmaf_let_writers_go(const struct cli_settings *settings, int first)
{
    const struct sigaction action = {.sa_handler = interrupt}; /* without SA_RESTART: open() returns */
    struct sigaction before;
    sigaction(SIGALRM, &action, &before);
    if (first < 1)
        open_and_close(settings->reference);
    if (first < 2)
        open_and_close(settings->distorted);
    sigaction(SIGALRM, &before, NULL);
}
