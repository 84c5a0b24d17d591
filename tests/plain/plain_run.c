/* Options as text, and the metric by name. */
#include "plain_util.h"

#include <stdlib.h>
#include <string.h>

enum option_type { BOOLEAN, INTEGER, DOUBLE };

struct option {
    const char *name;
    enum option_type type;
    size_t offset;
};

#define OPTION(metric, type, name)                                                                           \
    {                                                                                                        \
#name, type, offsetof(struct plain_##metric##_options, name)                                         \
    }

static const struct option psnr_options[] = {
    OPTION(psnr, BOOLEAN, enable_chroma), OPTION(psnr, BOOLEAN, enable_mse),
    OPTION(psnr, BOOLEAN, enable_apsnr),  OPTION(psnr, BOOLEAN, reduced_hbd_peak),
    OPTION(psnr, DOUBLE, min_sse),        {0},
};

static const struct option motion_options[] = {
    OPTION(motion, BOOLEAN, debug),
    OPTION(motion, BOOLEAN, motion_force_zero),
    OPTION(motion, BOOLEAN, motion_five_frame_window),
    OPTION(motion, BOOLEAN, motion_moving_average),
    OPTION(motion, DOUBLE, motion_blend_factor),
    OPTION(motion, DOUBLE, motion_blend_offset),
    OPTION(motion, DOUBLE, motion_fps_weight),
    OPTION(motion, DOUBLE, motion_max_val),
    {0},
};

static const struct option vif_options[] = {
    OPTION(vif, BOOLEAN, debug),
    OPTION(vif, BOOLEAN, vif_skip_scale0),
    OPTION(vif, DOUBLE, vif_enhn_gain_limit),
    {0},
};

static const struct option adm_options[] = {
    OPTION(adm, BOOLEAN, debug),
    OPTION(adm, BOOLEAN, adm_skip_aim),
    OPTION(adm, BOOLEAN, adm_skip_scale0),
    OPTION(adm, INTEGER, adm_csf_mode),
    OPTION(adm, INTEGER, adm_ref_display_height),
    OPTION(adm, DOUBLE, adm_csf_scale),
    OPTION(adm, DOUBLE, adm_csf_diag_scale),
    OPTION(adm, DOUBLE, adm_norm_view_dist),
    OPTION(adm, DOUBLE, adm_enhn_gain_limit),
    OPTION(adm, DOUBLE, adm_noise_weight),
    OPTION(adm, DOUBLE, adm_dlm_weight),
    OPTION(adm, DOUBLE, adm_min_val),
    {0},
};

static int set_value(const struct option *option, const char *value, void *target)
{
    char *field = (char *)target + option->offset, *end = NULL;
    if (option->type == BOOLEAN) {
        bool on = strcmp(value, "true") == 0;
        if (!on && strcmp(value, "false") != 0)
            return plain_fail("%s=%s is neither true nor false", option->name, value);
        memcpy(field, &on, sizeof(on));
        return 0;
    }
    double number = strtod(value, &end);
    if (end == value || *end != '\0')
        return plain_fail("%s=%s is not a number", option->name, value);
    if (option->type == DOUBLE) {
        memcpy(field, &number, sizeof(number));
        return 0;
    }
    int whole = (int)number;
    if ((double)whole != number)
        return plain_fail("%s=%s is not a whole number", option->name, value);
    memcpy(field, &whole, sizeof(whole));
    return 0;
}

static int set_option(const struct option *table, char *pair, void *target)
{
    char *equals = strchr(pair, '=');
    if (!equals)
        return plain_fail("%s has no value", pair);
    *equals = '\0';
    for (; table->name; table++)
        if (strcmp(table->name, pair) == 0)
            return set_value(table, equals + 1, target);
    return plain_fail("there is no option %s", pair);
}

static int parse(const struct option *table, const char *text, void *target)
{
    char copy[400], *rest = NULL;
    if (strlen(text) >= sizeof(copy))
        return plain_fail("options of %zu characters", strlen(text));
    strcpy(copy, text);
    for (char *pair = strtok_r(copy, ":", &rest); pair; pair = strtok_r(NULL, ":", &rest))
        if (set_option(table, pair, target))
            return 1;
    return 0;
}

int plain_run(const char *feature, const char *options, const struct plain_clip_frame *frames, int count,
              plain_emit_fn emit, void *user)
{
    struct plain_psnr_options psnr = plain_psnr_defaults();
    struct plain_motion_options motion = plain_motion_defaults();
    struct plain_vif_options vif = plain_vif_defaults();
    struct plain_adm_options adm = plain_adm_defaults();
    if (strcmp(feature, "psnr") == 0)
        return parse(psnr_options, options, &psnr) || plain_psnr(frames, count, &psnr, emit, user);
    if (strcmp(feature, "motion") == 0)
        return parse(motion_options, options, &motion) || plain_motion(frames, count, &motion, emit, user);
    if (strcmp(feature, "vif") == 0)
        return parse(vif_options, options, &vif) || plain_vif(frames, count, &vif, emit, user);
    if (strcmp(feature, "adm") == 0)
        return parse(adm_options, options, &adm) || plain_adm(frames, count, &adm, emit, user);
    return plain_fail("there is no plain reference of %s", feature);
}
