/* The catalog: views of the tables that devices, metrics and models are described in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/catalog_impl.h"
#include "engine/selection.h"
#include "base/text.h"
#include "isovq/version.h"
#include "metrics/options.h"
#include "model/builtin.h"
#include "model/pool.h"

const char *ivq_fingerprint(void)
{
    return ivq_kernel_fingerprint;
}

/* --- devices --- */

const char *ivq_catalog_backend(int index)
{
    for (int i = 0; ivq_backends[i]; i++)
        if (i == index)
            return ivq_backends[i]->name;
    return NULL;
}

/* A CPU level is chosen by its name, which its id ends with; everything else by its index. */
static void print_selector(const struct ivq_backend *backend, const struct ivq_device_info *info,
                           char selector[32])
{
    if (!strcmp(backend->name, "cpu"))
        snprintf(selector, 32, "%.31s", info->id);
    else
        snprintf(selector, 32, "%.16s:%d", backend->name, info->index);
}

void ivq_catalog_describe(const struct ivq_backend *backend, const struct ivq_device_info *info,
                          struct ivq_catalog_device *device)
{
    print_selector(backend, info, device->selector);
    ivq_text_escape(device->id, sizeof device->id, info->id);
    ivq_text_escape(device->name, sizeof device->name, info->name);
    ivq_text_escape(device->driver, sizeof device->driver, info->driver);
    ivq_text_escape(device->uuid, sizeof device->uuid, info->uuid);
    ivq_text_escape(device->pci, sizeof device->pci, info->pci);
    device->type = ivq_device_type_name(info->type);
}

enum ivq_status ivq_catalog_devices(const char *name,
                                    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES], int *count,
                                    struct ivq_error *error)
{
    _Static_assert((int)IVQ_CATALOG_MAX_DEVICES == IVQ_DEVICE_MAX, "the length of lists of devices");
    struct ivq_device_info infos[IVQ_DEVICE_MAX];
    struct ivq_error reason = {IVQ_OK, ""};
    if (!name || !devices || !count)
        return ivq_fail(error, IVQ_USAGE, "ivq_catalog_devices: the backend, devices or count is NULL");
    const struct ivq_backend *backend = ivq_backend_find(name);
    *count = 0;
    if (!backend)
        return ivq_fail(error, IVQ_USAGE, "there is no kind of device '%s'", name);
    const enum ivq_status status = ivq_device_list(backend, infos, IVQ_DEVICE_MAX, count, &reason);
    for (int i = 0; i < *count; i++)
        ivq_catalog_describe(backend, &infos[i], &devices[i]);
    if (error)
        *error = reason;
    return status;
}

/* --- metrics --- */

/* By enum ivq_reads. */
static const char *reads_of(const struct ivq_metric *metric)
{
    static const char *const words[] = {
        [IVQ_READS_REF] = "luma of the reference",
        [IVQ_READS_DIS] = "luma of the distorted picture",
        [IVQ_READS_BOTH] = "luma of both pictures",
        [IVQ_READS_REF | IVQ_READS_CHROMA] = "the planes of the reference",
        [IVQ_READS_DIS | IVQ_READS_CHROMA] = "the planes of the distorted picture",
        [IVQ_READS_BOTH | IVQ_READS_CHROMA] = "the planes of both pictures",
    };
    return words[metric->reads];
}

bool ivq_catalog_metric(int index, struct ivq_catalog_metric *metric)
{
    for (int i = 0; metric && ivq_metrics[i]; i++)
        if (i == index) {
            const struct ivq_metric *found = ivq_metrics[i];
            *metric = (struct ivq_catalog_metric){
                .name = found->name,
                .help = found->help,
                .min_size = found->min_size,
                .max_size = found->max_size ? found->max_size : IVQ_FORMAT_MAX_SIZE,
                .max_depth = found->max_depth ? found->max_depth : IVQ_FORMAT_MAX_DEPTH,
                .reads = reads_of(found),
                .needs_chroma = found->needs_chroma,
                .past = found->past,
                .needs_every_frame = found->every_frame,
                .host_stages = found->host_stages,
            };
            return true;
        }
    return false;
}

static void print_initial(const struct ivq_metric *metric, const struct ivq_option *option, char *text,
                          size_t size)
{
    char value[IVQ_NAME_SIZE];
    void *options = calloc(1, metric->options_size + 1);
    text[0] = 0;
    if (!options) /* a help text with a gap is better than none */
        return;
    ivq_options_init(metric, options);
    ivq_option_print(option, options, value);
    snprintf(text, size, "%.*s", (int)size - 1, value);
    ivq_options_free(metric, options);
}

bool ivq_catalog_option(const char *name, int index, struct ivq_catalog_option *option)
{
    const struct ivq_metric *metric = name && option ? ivq_metric_find(name) : NULL;
    for (int i = 0; metric && metric->options[i].name; i++)
        if (i == index) {
            const struct ivq_option *found = &metric->options[i];
            char range[IVQ_NAME_SIZE];
            *option =
                (struct ivq_catalog_option){.name = found->name, .alias = found->alias, .help = found->help};
            print_initial(metric, found, option->initial, sizeof option->initial);
            ivq_option_range(found, range);
            snprintf(option->range, sizeof option->range, "%.*s", (int)sizeof option->range - 1, range);
            return true;
        }
    return false;
}

bool ivq_catalog_output(const char *name, int index, struct ivq_catalog_output *output)
{
    const struct ivq_metric *metric = name && output ? ivq_metric_find(name) : NULL;
    for (int i = 0; metric && metric->outputs[i].name; i++)
        if (i == index) {
            const struct ivq_output *found = &metric->outputs[i];
            *output = (struct ivq_catalog_output){found->name, found->needs, found->help, found->chroma,
                                                  found->aggregate};
            return true;
        }
    return false;
}

bool ivq_catalog_plane(const char *name, int index, struct ivq_catalog_plane *plane)
{
    const struct ivq_metric *metric = name && plane ? ivq_metric_find(name) : NULL;
    for (int i = 0; metric && metric->planes && metric->planes[i].name; i++)
        if (i == index) {
            const struct ivq_plane_output *found = &metric->planes[i];
            *plane = (struct ivq_catalog_plane){found->name, found->folder, found->help};
            return true;
        }
    return false;
}

/* --- models and poolings --- */

static bool is_measurable(const char *version)
{
    struct ivq_model *model;
    if (ivq_model_load_builtin(version, NULL, &model, NULL) != IVQ_OK)
        return false;
    const bool measurable = ivq_selection_check_model(model, version, NULL) == IVQ_OK;
    ivq_model_free(model);
    return measurable;
}

bool ivq_catalog_model(int index, struct ivq_catalog_model *model)
{
    for (int i = 0; model && ivq_builtin_models[i].version; i++)
        if (i == index) {
            const struct ivq_builtin_model *found = &ivq_builtin_models[i];
            *model = (struct ivq_catalog_model){found->version, found->json != NULL,
                                                is_measurable(found->version)};
            return true;
        }
    return false;
}

const char *ivq_catalog_pooling(int index)
{
    for (int i = 0; ivq_pool_methods[i].name; i++)
        if (i == index)
            return ivq_pool_methods[i].name;
    return NULL;
}
