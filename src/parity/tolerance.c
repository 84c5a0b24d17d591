#include "parity/tolerance.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "isovq/catalog.h"
#include "parity/rules.h"

/* Spec A.1. `scores`: the names that belong to it, or what they begin with before a '_'. */
static const struct feature {
    const char *name;
    double tolerance;
    const char *scores;
} features[] = {
    {"vif", 5e-5, "integer_vif"},
    {"motion", 5e-5, "integer_motion integer_motion2 integer_motion3 VMAF_integer_feature_motion_sad_score"},
    {"motion_v2", 5e-5,
     "VMAF_integer_feature_motion_v2_sad_score VMAF_integer_feature_motion2_v2_score "
     "VMAF_integer_feature_motion3_v2_score"},
    {"adm", 5e-5, "integer_adm integer_adm2 integer_adm3 integer_aim"},
    {"psnr", 5e-5, "psnr_y psnr_cb psnr_cr mse_y mse_cb mse_cr apsnr_y apsnr_cb apsnr_cr"},
    {"float_moment", 5e-5, "float_moment"},
    {"ciede", 5e-3, "ciede2000"},
    {"float_ssim", 5e-5, "float_ssim"},
    {"float_ms_ssim", 5e-5, "float_ms_ssim"},
    {"float_ms_ssim_lcs", 5e-5, "float_ms_ssim_l float_ms_ssim_c float_ms_ssim_s"},
    {"float_ansnr", 5e-5, "float_ansnr float_anpsnr"},
    {"float_psnr", 5e-5, "float_psnr"},
    {"float_motion", 5e-5, "motion motion2 motion3"},
    {"float_vif", 5e-5, "vif"},
    {"psnr_hvs", 5e-4, "psnr_hvs"},
    {"float_adm", 5e-5, "adm adm2 adm3 aim"},
    {"ssimulacra2", 5e-3, "ssimulacra2"},
};

enum { FEATURES = sizeof features / sizeof *features };

static const struct feature *find(const char *name)
{
    for (int i = 0; i < FEATURES; i++)
        if (!strcmp(features[i].name, name))
            return &features[i];
    return NULL;
}

const char *ivq_tolerance_feature(int index)
{
    return index >= 0 && index < FEATURES ? features[index].name : NULL;
}

/* The length of `name` if it is the score or what the score begins with, else 0. */
static size_t claims(const char *name, size_t length, const char *score)
{
    const bool begins = !strncmp(score, name, length);
    return begins && (!score[length] || score[length] == '_') ? length : 0;
}

static size_t claims_any(const char *names, const char *score)
{
    size_t longest = 0;
    while (*names) {
        const size_t length = strcspn(names, " "), found = claims(names, length, score);
        if (found > longest)
            longest = found;
        names += length;
        names += strspn(names, " ");
    }
    return longest;
}

/* Metrics of this program that the table does not know. */
static size_t claims_output(const char *metric, const char *score)
{
    struct ivq_catalog_output output;
    size_t longest = 0;
    for (int i = 0; ivq_catalog_output(metric, i, &output); i++) {
        const size_t found = claims(output.name, strlen(output.name), score);
        if (found > longest)
            longest = found;
    }
    return longest;
}

void ivq_feature_of_score(const char *score, char feature[IVQ_FEATURE_SIZE])
{
    struct ivq_catalog_metric metric;
    const char *best = score;
    size_t longest = 0, found;
    for (int i = 0; i < FEATURES; i++)
        if ((found = claims_any(features[i].scores, score)) > longest) {
            longest = found;
            best = features[i].name;
        }
    for (int i = 0; ivq_catalog_metric(i, &metric); i++)
        if ((found = claims_output(metric.name, score)) > longest) {
            longest = found;
            best = metric.name;
        }
    snprintf(feature, IVQ_FEATURE_SIZE, "%s", best);
}

enum ivq_status ivq_feature_check(const char *name, const char *where, struct ivq_error *error)
{
    struct ivq_catalog_metric metric;
    if (find(name))
        return IVQ_OK;
    for (int i = 0; ivq_catalog_metric(i, &metric); i++)
        if (!strcmp(metric.name, name))
            return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "%s: there is no feature '%s'; `isovq metrics` lists what there is",
                    where, name);
}

double ivq_tolerance_default(const char *feature)
{
    const struct feature *const found = find(feature);
    return found ? found->tolerance : IVQ_TOLERANCE_FP32;
}

static bool is_listed(const char *const *names, const char *name)
{
    for (; names && *names; names++)
        if (!strcmp(*names, name))
            return true;
    return false;
}

double ivq_tolerance_of(const struct ivq_tolerances *asked, const char *feature, char source[IVQ_SOURCE_SIZE])
{
    double tolerance = ivq_tolerance_default(feature);
    const char *label = "default";
    source[0] = 0;
    if (asked->exact) {
        label = "exact";
        tolerance = 0;
    } else if (is_listed(asked->fp16, feature)) {
        label = "fp16";
        tolerance = IVQ_TOLERANCE_FP16;
    } else {
        if (asked->places >= 0 && ivq_tolerance_places(asked->places, &tolerance, NULL) == IVQ_OK)
            label = "places";
        if (asked->gpu_id)
            ivq_calibration_look_up(asked->calibration, asked->gpu_id, feature, &tolerance, source,
                                    IVQ_SOURCE_SIZE);
    }
    if (!*source)
        snprintf(source, IVQ_SOURCE_SIZE, "%s", label);
    return tolerance;
}

enum ivq_status ivq_tolerance_places(int places, double *tolerance, struct ivq_error *error)
{
    static const double halves[] = {5e-1, 5e-2,  5e-3,  5e-4,  5e-5,  5e-6,  5e-7,  5e-8,
                                    5e-9, 5e-10, 5e-11, 5e-12, 5e-13, 5e-14, 5e-15, 5e-16};
    enum { MOST = sizeof halves / sizeof *halves - 1 };
    if (places < 0 || places > MOST)
        return ivq_fail(error, IVQ_USAGE, "--places: %d is not a number from 2 to %d", places, MOST);
    *tolerance = halves[places];
    return ivq_tolerance_check(*tolerance, "--places", error);
}

enum ivq_status ivq_tolerance_check(double tolerance, const char *where, struct ivq_error *error)
{
    if (!ivq_rule_is_on(15) || (isfinite(tolerance) && tolerance >= 0 && tolerance <= IVQ_TOLERANCE_CEILING))
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "%s: a tolerance of %g is not between 0 and %g [B15]", where, tolerance,
                    IVQ_TOLERANCE_CEILING);
}
