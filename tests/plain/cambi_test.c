/* cambi.md sections 3, 6.1, 8 and 12: tables, thresholds, means of the scales and heat maps. */
#include "cambi.h"
#include "plain_check.h"

static struct plain_cambi_options parsed(const char *text)
{
    struct plain_cambi_options options;
    assert_int_equal(plain_parse(plain_find("cambi"), text, &options), 0);
    return options;
}

static void test_last_visible(void **state)
{
    static const int bt1886[32] = {178, 305, 432, 559, 686, 813}, pq[2] = {233, 1023};
    struct plain_cambi_limits limits;
    struct plain_cambi_options options = parsed("max_log_contrast=5");
    (void)state;
    plain_cambi_limits(&options, &limits);
    for (int d = 1; d <= 32; d++)
        assert_int_equal(limits.last_visible[d], d <= 6 ? bt1886[d - 1] : 1023);
    options = parsed("max_log_contrast=1:eotf=pq");
    plain_cambi_limits(&options, &limits);
    for (int d = 1; d <= 2; d++)
        assert_int_equal(limits.last_visible[d], pq[d - 1]);
}

static void test_darkest(void **state)
{
    static const struct {
        const char *options;
        int darkest;
    } known[] = {
        {"", 0},
        {"cambi_vis_lum_threshold=0.06", 78},
        {"cambi_vis_lum_threshold=0.06:cambi_eotf=pq", 108},
        {"cambi_vis_lum_threshold=5", 214},
        {"cambi_vis_lum_threshold=60", 507},
        {"cambi_vis_lum_threshold=300", 940},
    };
    (void)state;
    for (int i = 0; i < LENGTH(known); i++) {
        struct plain_cambi_options options = parsed(known[i].options);
        struct plain_cambi_limits limits;
        plain_cambi_limits(&options, &limits);
        assert_int_equal(limits.darkest, known[i].darkest);
    }
}

/* Section 6.1: + one unit in the last place above the correctly rounded reciprocal, - one below. */
static void test_reciprocals(void **state)
{
    static const int known[] = {82,    83,    244,   488,   -504,  -510,  -528,  564,   614,   664,   -749,
                                -760,  -892,  1419,  1699,  1906,  -2040, -2071, -2112, -2223, 2443,  -2555,
                                2740,  -2927, -3285, -3515, -3525, -3705, -3795, -3797, 3812,  -3837, -3885,
                                -4033, -4080, -4091, -4095, 4130,  -4142, -4203, -4218, -4224};
    int next = 0;
    (void)state;
    for (int n = 1; n <= 4225; n++) {
        float table = plain_cambi_reciprocal(n), rounded = (float)(1.0 / n);
        int direction = table > rounded ? n : -n;
        if (table != rounded)
            assert_int_equal(direction, known[next++]);
    }
    assert_int_equal(next, LENGTH(known));
}

static void test_means(void **state)
{
    static const double known[PLAIN_CAMBI_SCALES] = {1.0036908773645845, 1.0389194752852922,
                                                     0.67113289203804605, 0.19829336227770245,
                                                     0.021339220058575897};
    struct plain_cambi_options options = parsed("");
    struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES];
    struct clip clip;
    (void)state;
    if (!plain_check_load(&clip, "src01_8"))
        skip();
    assert_int_equal(plain_cambi_scales(&clip.frames[0], &options, false, scales), 0);
    for (int s = 0; s < PLAIN_CAMBI_SCALES; s++)
        assert_true(scales[s].mean == known[s]);
    plain_cambi_scales_free(scales);
    clip_free(&clip);
}

enum { SIDE = 217, HALF = 100 };

/* Two halves one step apart, seen through windows of 5x5: at the border 15 samples of a pixel's own value and
   10 of the other's give c = 15 * 10 / 25 = 6; the largest c counts as floor(4 * 25 / 4) = 25. */
static void check_border(const char *clip_name, int left, int right)
{
    struct plain_cambi_options options = parsed("");
    struct plain_cambi_scale scales[PLAIN_CAMBI_SCALES];
    struct clip clip;
    assert_true(plain_check_load(&clip, clip_name));
    uint16_t *samples = clip_samples(&clip, &clip.frames[0].dis[0]);
    for (int i = 0; i < SIDE * SIDE; i++)
        samples[i] = (uint16_t)(i % SIDE < HALF ? left : right);
    assert_int_equal(plain_cambi_scales(&clip.frames[0], &options, false, scales), 0);
    const struct plain_cambi_scale *scale = &scales[0];
    const int at = SIDE * SIDE / 2 - SIDE / 2 + HALF - 1;
    assert_int_equal(scale->width, SIDE);
    assert_true(scale->contrast[at] == 6.0F);
    assert_int_equal(scale->heat[at], 65535 * 6 / 25);
    assert_int_equal(scale->heat[at - 5], 0);
    assert_int_equal(scales[4].width, 14);
    plain_cambi_scales_free(scales);
    clip_free(&clip);
}

/* Deeper samples are rounded to 10 bits, half up. */
static void test_heat_at_a_border(void **state)
{
    (void)state;
    check_border("still:217x217:400:10:0:0", 100, 101);
    check_border("still:217x217:400:11:0:0", 200, 201);
    check_border("still:217x217:400:12:0:0", 401, 402);
    check_border("still:217x217:400:16:0:0", 6431, 6432);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_last_visible),     cmocka_unit_test(test_darkest),
    cmocka_unit_test(test_reciprocals),      cmocka_unit_test(test_means),
    cmocka_unit_test(test_heat_at_a_border),
};
const struct plain_checks plain_cambi_checks = {"cambi", tests, LENGTH(tests)};
