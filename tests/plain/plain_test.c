/* The plain references against what the reference implementation gave: the specs' known figures and
   shared/golden. Scores must have equal bits; PSNR in dB may differ by one unit in the last place (DECISIONS
   6). */
#include "clips.h"
#include "known_figures.h"
#include "plain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* --- Comparison --- */

enum { PSNR_ULPS = 2 }; /* DECISIONS 6 */

struct tally {
    int compared, equal, near, wrong, without_clip;
};

/* Bits in an order in which neighbouring doubles are neighbouring integers. */
static int64_t ordered_bits(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits < 0 ? INT64_MIN - bits : bits;
}

static bool in_decibels(const char *output)
{
    return strncmp(output, "psnr_", 5) == 0 || strncmp(output, "apsnr_", 6) == 0;
}

static void compare(struct tally *tally, const char *where, int frame, const char *output, double value,
                    double want)
{
    bool both_nan = isnan(value) && isnan(want);
    int64_t bits = ordered_bits(value), wanted = ordered_bits(want);
    tally->compared++;
    if (both_nan || bits == wanted) {
        tally->equal++;
    } else if (in_decibels(output) && wanted - PSNR_ULPS <= bits && bits <= wanted + PSNR_ULPS) {
        tally->near++;
    } else {
        if (tally->wrong++ < 10)
            print_error("%s, frame %d, %s: %.17g, not %.17g\n", where, frame, output, value, want);
    }
}

static void finish(const struct tally *tally, const char *what)
{
    print_message(
        "%s: %d values compared, %d equal, %d PSNR within its ulp, %d wrong, %d without their clip\n", what,
        tally->compared, tally->equal, tally->near, tally->wrong, tally->without_clip);
    assert_int_equal(tally->wrong, 0);
}

/* --- Scores of one or more runs --- */

struct score {
    char name[100];
    int frame;
    double value;
};

struct scores {
    struct score *all;
    int count, capacity;
    const char *suffix; /* of the names of what is emitted next */
};

static void collect(void *user, int frame, const char *name, double value)
{
    struct scores *scores = user;
    if (scores->count == scores->capacity) {
        scores->capacity = 2 * scores->capacity + 256;
        scores->all = realloc(scores->all, (size_t)scores->capacity * sizeof(*scores->all));
        assert_non_null(scores->all);
    }
    struct score *score = &scores->all[scores->count++];
    snprintf(score->name, sizeof(score->name), "%s%s", name, scores->suffix);
    score->frame = frame;
    score->value = value;
}

static const struct score *find(const struct scores *scores, int frame, const char *name)
{
    for (int i = 0; i < scores->count; i++)
        if (scores->all[i].frame == frame && strcmp(scores->all[i].name, name) == 0)
            return &scores->all[i];
    return NULL;
}

static void run(const char *feature, const char *options, const struct clip *clip, int count,
                struct scores *scores)
{
    if (plain_run(feature, options, clip->frames, count, collect, scores))
        fail_msg("%s=%s: %s", feature, options, plain_message());
}

static bool load(struct clip *clip, const char *name)
{
    enum clip_status status = clip_load(clip, name, clip_shared_directory());
    if (status == CLIP_BAD)
        fail_msg("%s is not a clip, or its file has a wrong length", name);
    return status == CLIP_OK;
}

/* --- Known figures: scores --- */

static bool same_run(const struct known_row *a, const struct known_row *b)
{
    return strcmp(a->clip, b->clip) == 0 && strcmp(a->feature, b->feature) == 0 &&
           strcmp(a->options, b->options) == 0;
}

/* How many frames a run needs for its rows: vif and adm score each frame by itself. */
static int frames_needed(const struct known_row *first, const struct known_row *end, const struct clip *clip)
{
    int needed = 0;
    if (strcmp(first->feature, "vif") != 0 && strcmp(first->feature, "adm") != 0)
        return clip->count;
    for (const struct known_row *row = first; row < end; row++)
        needed = row->frame >= needed ? row->frame + 1 : needed;
    return needed;
}

static void check_rows(const struct known_row *first, const struct known_row *end, struct tally *tally)
{
    struct clip clip;
    struct scores scores = {.suffix = ""};
    char where[300];
    if (!load(&clip, first->clip)) {
        tally->without_clip += (int)(end - first);
        return;
    }
    snprintf(where, sizeof(where), "%s, %s=%s", first->clip, first->feature, first->options);
    run(first->feature, first->options, &clip, frames_needed(first, end, &clip), &scores);
    for (const struct known_row *row = first; row < end; row++) {
        const struct score *score = find(&scores, row->frame, row->output);
        if (!score)
            fail_msg("%s: no %s of frame %d", where, row->output, row->frame);
        else
            compare(tally, where, row->frame, row->output, score->value, row->value);
    }
    free(scores.all);
    clip_free(&clip);
}

static void known_scores(const char *feature)
{
    struct tally tally = {0};
    const struct known_row *end = known_rows + known_row_count;
    for (const struct known_row *row = known_rows, *next; row < end; row = next) {
        for (next = row + 1; next < end && same_run(row, next); next++)
            ;
        if (strcmp(row->feature, feature) == 0)
            check_rows(row, next, &tally);
    }
    finish(&tally, feature);
}

static void test_known_psnr(void **state)
{
    (void)state;
    known_scores("psnr");
}

static void test_known_motion(void **state)
{
    (void)state;
    known_scores("motion");
}

static void test_known_vif(void **state)
{
    (void)state;
    known_scores("vif");
}

static void test_known_adm(void **state)
{
    (void)state;
    known_scores("adm");
}

/* --- Known figures: integers on the way --- */

static void test_sse(void **state)
{
    (void)state;
    for (int i = 0; i < known_sse_count; i++) {
        struct clip clip;
        if (!load(&clip, known_sse[i].clip))
            skip();
        for (int c = 0; c < 3; c++)
            assert_int_equal(plain_psnr_sse(&clip.frames[0].ref[c], &clip.frames[0].dis[c]),
                             known_sse[i].sse[c]);
        clip_free(&clip);
    }
}

static void test_sad(void **state)
{
    int without_clip = 0;
    (void)state;
    for (int i = 0; i < known_sad_count; i++) {
        struct clip clip;
        if (!load(&clip, known_sad[i].clip)) {
            without_clip++;
            continue;
        }
        const struct plain_plane *P = &clip.frames[known_sad[i].earlier].ref[0];
        const struct plain_plane *C = &clip.frames[known_sad[i].current].ref[0];
        assert_int_equal(plain_motion_sad(P->samples, C->samples, P->width, P->height, clip.frames[0].depth),
                         known_sad[i].sad);
        clip_free(&clip);
    }
    print_message("SAD: %d equal, %d without their clip\n", known_sad_count - without_clip, without_clip);
}

/* zlib's CRC-32 of 16-bit values in little-endian order */
static uint32_t crc_of(const uint16_t *values, int count)
{
    uint32_t crc = 0xFFFFFFFF;
    for (int i = 0; i < 2 * count; i++) {
        crc ^= (uint32_t)(values[i / 2] >> (i % 2 * 8)) & 0xFF;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

static void test_vif_log_table(void **state)
{
    const uint16_t *table = plain_vif_log_table();
    uint32_t sum = 0;
    (void)state;
    for (int i = 0; i < 32768; i++)
        sum += table[i];
    assert_int_equal(sum, 1044032097); /* vif.md section 3 */
    assert_int_equal(crc_of(table, 32768), 0x42AD4D4F);
}

static void check_vif(const struct known_vif *known, const struct clip *clip)
{
    struct plain_vif_planes planes;
    assert_int_equal(plain_vif_planes(&clip->frames[0], &planes), 0);
    for (int s = 0; s < 4; s++) {
        struct plain_vif_sums sums;
        plain_vif_statistics(&planes, s, clip->frames[0].depth, plain_vif_defaults().vif_enhn_gain_limit,
                             &sums);
        assert_int_equal(sums.num_log, known->sums[s][0]);
        assert_int_equal(sums.den_log, known->sums[s][1]);
        assert_int_equal(sums.num_flat, known->sums[s][2]);
        assert_int_equal(sums.n_flat, known->sums[s][3]);
    }
    for (int s = 1; s < 4; s++) {
        assert_int_equal(planes.width[s], known->width[s - 1]);
        assert_int_equal(planes.height[s], known->height[s - 1]);
        assert_int_equal(crc_of(planes.ref[s], planes.width[s] * planes.height[s]), known->crc[s - 1]);
    }
    plain_vif_planes_free(&planes);
}

static void test_vif_integers(void **state)
{
    (void)state;
    for (int i = 0; i < known_vif_count; i++) {
        struct clip clip;
        if (!load(&clip, known_vif[i].clip))
            skip();
        check_vif(&known_vif[i], &clip);
        clip_free(&clip);
    }
}

static void test_adm_integers(void **state)
{
    struct clip clip;
    struct plain_adm_options options = plain_adm_defaults();
    struct plain_adm_scale scales[4];
    (void)state;
    if (!load(&clip, "src01_8"))
        skip();
    assert_int_equal(plain_adm_scales(&clip.frames[0], &options, scales), 0);
    for (int s = 0; s < 4; s++) {
        assert_int_equal(scales[s].width, known_adm[s].width);
        assert_int_equal(scales[s].height, known_adm[s].height);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(scales[s].dlm[k], known_adm[s].dlm[k]);
            assert_int_equal(scales[s].aim[k], known_adm[s].aim[k]);
            assert_int_equal(scales[s].denominator[k], known_adm[s].denominator[k]);
        }
        assert_true(scales[s].n == known_adm[s].n);
        assert_true(scales[s].d == known_adm[s].d);
    }
    clip_free(&clip);
}

static struct plain_adm_options viewing(int mode, double distance, int height)
{
    struct plain_adm_options options = plain_adm_defaults();
    options.adm_csf_mode = mode;
    options.adm_norm_view_dist = distance;
    options.adm_ref_display_height = height;
    return options;
}

/* The options of the weight table are few enough to be told apart by what they name. */
static struct plain_adm_options weight_options(const char *text)
{
    double distance = strstr(text, "dist=5") ? 5.0 : strstr(text, "dist=1.5") ? 1.5 : 3.0;
    return viewing(strstr(text, "mode=2") ? 2 : 0, distance, strstr(text, "2160") ? 2160 : 1080);
}

static void test_adm_weights(void **state)
{
    (void)state;
    for (int i = 0; i < known_adm_weight_count; i++) {
        const struct known_adm_weight *known = &known_adm_weights[i];
        struct plain_adm_options options = weight_options(known->options);
        struct plain_adm_weights weights;
        assert_int_equal(plain_adm_weights(&options, &weights), 0);
        for (int band = 0; band < 2; band++) {
            assert_int_equal(weights.fixed[known->scale][band], known->fixed[band]);
            assert_true(known->w[band] == 0.0F || weights.w[known->scale][band] == known->w[band]);
        }
    }
}

/* adm.md section 6: w of mode 1 with scale 1, which fits no scale's integers and so is read by a small
 * factor. */
static void test_adm_barten_weights(void **state)
{
    static const double known[4] = {1.21049654, 5.0422225, 14.6270647, 26.9758816};
    struct plain_adm_options options = viewing(1, 3.0, 1080);
    struct plain_adm_weights weights;
    (void)state;
    assert_int_equal(plain_adm_weights(&options, &weights), 1);
    options.adm_csf_scale = options.adm_csf_diag_scale = 0x1p-10;
    assert_int_equal(plain_adm_weights(&options, &weights), 0);
    for (int s = 0; s < 4; s++)
        assert_true(weights.w[s][0] * 1024.0F == (float)known[s]);
}

/* --- Refusals and special cases --- */

static void ignore(void *user, int frame, const char *name, double value)
{
    (void)user, (void)frame, (void)name, (void)value;
}

static void test_refusals(void **state)
{
    static const struct {
        const char *clip, *feature, *options;
    } refused[] = {
        {"flat:2x3:8:0:0", "motion", ""},
        {"flat:16x15:8:0:0", "vif", ""},
        {"flat:17x16:8:0:0", "adm", ""},
        {"flat:40x40:8:0:0", "psnr", "min_sse=-1"},
        {"flat:40x40:8:0:0", "motion", "motion_blend_factor=1.1"},
        {"flat:40x40:8:0:0", "motion", "motion_fps_weight=6"},
        {"flat:40x40:8:0:0", "vif", "vif_enhn_gain_limit=0.5"},
        {"flat:40x40:8:0:0", "vif", "egl=1.0"},
        {"flat:40x40:8:0:0", "adm", "adm_csf_mode=4"},
        {"flat:40x40:8:0:0", "adm", "adm_csf_mode=1"},
        {"flat:40x40:8:0:0", "adm", "adm_ref_display_height=720"},
        {"flat:40x40:8:0:0", "adm", "adm_csf_mode=2:adm_norm_view_dist=4"},
        {"flat:40x40:8:0:0", "adm", "adm_dlm_weight=1.5"},
    };
    (void)state;
    for (int i = 0; i < LENGTH(refused); i++) {
        struct clip clip;
        assert_true(load(&clip, refused[i].clip));
        assert_int_equal(
            plain_run(refused[i].feature, refused[i].options, clip.frames, clip.count, ignore, NULL), 1);
        assert_true(plain_message()[0] != '\0');
        clip_free(&clip);
    }
}

static void check_one(const char *clip_name, const char *feature, const char *options, const char *output,
                      double want)
{
    struct clip clip;
    struct scores scores = {.suffix = ""};
    struct tally tally = {0};
    assert_true(load(&clip, clip_name));
    run(feature, options, &clip, clip.count, &scores);
    const struct score *score = find(&scores, 0, output);
    assert_non_null(score);
    compare(&tally, clip_name, 0, output, score->value, want);
    assert_int_equal(tally.wrong, 0);
    free(scores.all);
    clip_free(&clip);
}

static void test_special_cases(void **state)
{
    (void)state;
    check_one("flat:8x8:8:7:7", "psnr", "", "psnr_y", 60.0);
    check_one("flat:8x8:10:0:1023", "psnr", "", "psnr_y", 0.0);
    check_one("flat:3x3:8:7:7", "motion", "", "integer_motion3", 0.0); /* one frame */
    check_one("flat:16x16:8:0:9", "vif", "", "integer_vif_scale3", 1.0);
    check_one("flat:16x16:8:0:9", "vif", "debug=true:vif_skip_scale0=true", "integer_vif_den_scale0", -1.0);
    check_one("flat:17x17:16:9:9", "adm", "adm_skip_aim=true", "integer_aim", 0.0);
    check_one("flat:17x17:16:9:9", "adm", "adm_skip_scale0=true", "integer_adm_scale0", 0.0);
    check_one("flat:17x17:16:9:9", "adm", "adm_skip_scale0=true:debug=true", "integer_adm_den_scale0",
              (double)1e-10F);
}

/* --- Goldens --- */

#define V1_OPTIONS                                                                                           \
    "adm_dlm_weight=0.7:adm_enhn_gain_limit=1.0:adm_noise_weight=0.02:adm_min_val=0.5:adm_csf_mode=2"
#define V1_SUFFIX "_csf_2_dlmw_0.7_egl_1_min_0.5_nw_0.02"

/* Every option set that the goldens hold, by the suffix of its names. */
static const struct {
    const char *feature, *suffix, *options;
} golden_runs[] = {
    {"psnr", "", ""},
    {"motion", "", ""},
    {"motion", "_mmxv_18", "motion_max_val=18.0"},
    {"motion", "_mffw_mmxv_18_mma",
     "motion_max_val=18.0:motion_five_frame_window=true:motion_moving_average=true"},
    {"vif", "", ""},
    {"vif", "_egl_1", "vif_enhn_gain_limit=1.0"},
    {"adm", "", ""},
    {"adm", "_egl_1", "adm_enhn_gain_limit=1.0"},
    {"adm", V1_SUFFIX, V1_OPTIONS},
    {"adm", V1_SUFFIX "_nvd_5", V1_OPTIONS ":adm_norm_view_dist=5.0"},
};

static bool ours(const char *metric)
{
    static const char *const starts[] = {"integer_adm",  "integer_aim", "integer_vif", "integer_motion",
                                         "VMAF_integer", "psnr_y",      "psnr_cb",     "psnr_cr"};
    for (int i = 0; i < LENGTH(starts); i++)
        if (strncmp(metric, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static void check_golden_line(const struct scores *scores, char *line, struct tally *tally)
{
    char *rest = NULL;
    const char *run_name = strtok_r(line, ",", &rest), *frame = strtok_r(NULL, ",", &rest);
    const char *metric = strtok_r(NULL, ",", &rest), *value = strtok_r(NULL, ",\n", &rest);
    if (!value || !ours(metric))
        return;
    const struct score *score = find(scores, atoi(frame), metric);
    if (!score)
        fail_msg("%s: no %s of frame %s", run_name, metric, frame);
    else
        compare(tally, run_name, score->frame, metric, score->value, strtod(value, NULL));
}

static void check_golden(const char *clip_name, const char *path, struct tally *tally)
{
    struct clip clip;
    struct scores scores = {0};
    char line[400];
    if (!load(&clip, clip_name))
        skip();
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("the clip %s is there, but not %s", clip_name, path);
    for (int i = 0; i < LENGTH(golden_runs); i++) {
        scores.suffix = golden_runs[i].suffix;
        run(golden_runs[i].feature, golden_runs[i].options, &clip, clip.count, &scores);
    }
    while (fgets(line, sizeof(line), file))
        check_golden_line(&scores, line, tally);
    fclose(file);
    free(scores.all);
    clip_free(&clip);
}

static void test_golden(void **state)
{
    static const char *const clips[] = {"src01_8", "src01_10", "src01_12", "sparks_10", "q160_8", "seek_8"};
    struct tally tally = {0};
    (void)state;
    for (int i = 0; i < LENGTH(clips); i++) {
        char path[600];
        snprintf(path, sizeof(path), "%s/golden/%s.csv", clip_shared_directory(), clips[i]);
        check_golden(clips[i], path, &tally);
    }
    finish(&tally, "golden");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_psnr),
        cmocka_unit_test(test_known_motion),
        cmocka_unit_test(test_known_vif),
        cmocka_unit_test(test_known_adm),
        cmocka_unit_test(test_sse),
        cmocka_unit_test(test_sad),
        cmocka_unit_test(test_vif_log_table),
        cmocka_unit_test(test_vif_integers),
        cmocka_unit_test(test_adm_integers),
        cmocka_unit_test(test_adm_weights),
        cmocka_unit_test(test_adm_barten_weights),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_special_cases),
        cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
