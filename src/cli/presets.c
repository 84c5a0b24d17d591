#include "cli/presets.h"

#include <stdio.h>
#include <string.h>

#include "isovq/catalog.h"

#define PSNR_AOM "psnr=reduced_hbd_peak=true:enable_apsnr=true:min_sse=0.5"
#define SSIM_DB "float_ssim=enable_db=true:clip_db=true"
#define MS_SSIM_DB "float_ms_ssim=enable_db=true:clip_db=true"

enum { MAX_FEATURES = 8 };

static const struct preset {
    const char *option, *version;
    const char *models[2];
    const char *features[MAX_FEATURES];
    bool match_depth;
} presets[] = {
#define MODELS                                                                                               \
    {                                                                                                        \
        "version=vmaf_v0.6.1", "version=vmaf_v0.6.1neg:name=vmaf_neg"                                        \
    }
#define MODELS_4K                                                                                            \
    {                                                                                                        \
        "version=vmaf_4k_v0.6.1", "version=vmaf_4k_v0.6.1neg:name=vmaf_neg"                                  \
    }
    {"aom_ctc", "v1.0", MODELS, {PSNR_AOM, "ciede", SSIM_DB, MS_SSIM_DB, "psnr_hvs"}, false},
    {"aom_ctc", "v2.0", MODELS, {PSNR_AOM, "ciede", SSIM_DB, MS_SSIM_DB, "psnr_hvs"}, false},
    {"aom_ctc", "v3.0", MODELS, {PSNR_AOM, "ciede", SSIM_DB, MS_SSIM_DB, "psnr_hvs", "cambi"}, false},
    {"aom_ctc", "v4.0", MODELS, {PSNR_AOM, "ciede", SSIM_DB, MS_SSIM_DB, "psnr_hvs", "cambi"}, false},
    {"aom_ctc", "v5.0", MODELS, {PSNR_AOM, "ciede", SSIM_DB, MS_SSIM_DB, "psnr_hvs", "cambi"}, false},
    {"aom_ctc", "v6.0", MODELS, {PSNR_AOM, "ciede", SSIM_DB, MS_SSIM_DB, "psnr_hvs", "cambi"}, true},
    {"aom_ctc",
     "v7.0",
     MODELS,
     {PSNR_AOM, "ciede", "float_ssim=scale=1:enable_db=true:clip_db=true", MS_SSIM_DB, "psnr_hvs", "cambi"},
     true},
    {"nflx_ctc", "v1.0", MODELS_4K, {"psnr=enable_chroma=true:enable_apsnr=true", SSIM_DB, "cambi"}, false},
#undef MODELS
#undef MODELS_4K
};

static bool metric_exists(const char *name, size_t length)
{
    struct ivq_catalog_metric metric;
    for (int i = 0; ivq_catalog_metric(i, &metric); i++)
        if (strlen(metric.name) == length && !strncmp(metric.name, name, length))
            return true;
    return false;
}

/* "ciede, cambi": what this version lacks; "" where it has everything. */
static void list_missing(const struct preset *preset, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < MAX_FEATURES && preset->features[i]; i++) {
        const size_t length = strcspn(preset->features[i], "=");
        if (!metric_exists(preset->features[i], length) && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%.*s", used ? ", " : "", (int)length,
                                     preset->features[i]);
    }
}

static enum ivq_status add(struct cli_list *list, const char *item, struct ivq_error *error)
{
    if (list->count == CLI_MAX_ITEMS)
        return ivq_fail(error, IVQ_USAGE, "more than %d models or features", CLI_MAX_ITEMS);
    list->items[list->count++] = item;
    return IVQ_OK;
}

static enum ivq_status apply(const struct preset *preset, struct cli_settings *settings,
                             struct ivq_error *error)
{
    char missing[200];
    enum ivq_status status = IVQ_OK;
    list_missing(preset, missing, sizeof missing);
    if (*missing)
        return ivq_fail(error, IVQ_USAGE, "--%s %s needs metrics that this version does not have: %s",
                        preset->option, preset->version, missing);
    for (int i = 0; i < 2 && status == IVQ_OK; i++)
        status = add(&settings->models, preset->models[i], error);
    for (int i = 0; i < MAX_FEATURES && preset->features[i] && status == IVQ_OK; i++)
        status = add(&settings->features, preset->features[i], error);
    settings->match_depth |= preset->match_depth;
    return status;
}

enum ivq_status cli_preset_apply(const char *option, const char *version, struct cli_settings *settings,
                                 struct ivq_error *error)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (!strcmp(presets[i].option, option) && !strcmp(presets[i].version, version))
            return apply(&presets[i], settings, error);
    return ivq_fail(error, IVQ_USAGE, "--%s: '%s' is unknown; there is %s", option, version,
                    !strcmp(option, "aom_ctc") ? "v1.0 to v7.0" : "v1.0");
}
