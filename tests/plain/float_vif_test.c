/* float_vif.md section 3: kernels. */
#include "float_vif.h"
#include "plain_check.h"

/* The spec's row of 5/3 is that of 1.66667; rounded to binary32, 5/3 lies below 5/3 and gives 29, 15, 9, 5.
 */
static const struct {
    double kernelscale;
    int width[4];
} known_widths[] = {
    {1.0, {17, 9, 5, 3}},
    {1.0 / 2.0, {9, 5, 3, 3}},
    {3.0 / 2.0, {27, 15, 9, 5}},
    {2.0, {35, 19, 11, 7}},
    {2.0 / 3.0, {13, 7, 5, 3}},
    {2.4, {41, 23, 13, 9}},
    {360.0 / 97.0, {65, 35, 19, 13}},
    {1.4746, {27, 15, 9, 5}},
    {4.0 / 3.0, {23, 13, 7, 5}},
    {3.5 / 3.0, {21, 11, 7, 5}},
    {3.75 / 3.0, {23, 13, 7, 5}},
    {4.25 / 3.0, {25, 13, 9, 5}},
    {1.66667, {29, 17, 9, 7}},
    {3.0, {51, 27, 15, 9}},
    {1.0 / 2.25, {9, 5, 3, 3}},
    {1.54, {27, 15, 9, 5}},
    {1.6, {29, 15, 9, 5}},
    {1.06667, {19, 11, 7, 5}},
    {0.711111, {13, 7, 5, 3}},
    {0.740740, {13, 7, 5, 3}},
    {1.111111, {19, 11, 7, 5}},
};

static void test_widths(void **state)
{
    (void)state;
    for (int i = 0; i < LENGTH(known_widths); i++) {
        float taps[PLAIN_KERNEL_MOST];
        assert_true(plain_kernel_allows(known_widths[i].kernelscale));
        for (int s = 0; s < 4; s++)
            assert_int_equal(plain_vif_taps(known_widths[i].kernelscale, s, taps), known_widths[i].width[s]);
    }
    assert_false(plain_kernel_allows(0.9));
}

/* From the first to the middle one, with kernel scale 1. */
static const float known_taps[4][9] = {
    {0x1.e8a77p-8F, 0x1.d373b2p-7F, 0x1.9a1cf6p-6F, 0x1.49fd9ep-5F, 0x1.e7092ap-5F, 0x1.49a042p-4F,
     0x1.99350cp-4F, 0x1.d1e766p-4F, 0x1.e67f64p-4F},
    {0x1.36efd8p-6F, 0x1.c9eaf6p-5F, 0x1.ef4ac4p-4F, 0x1.897426p-3F, 0x1.cb1b82p-3F},
    {0x1.be5f0cp-5F, 0x1.f41fd4p-3F, 0x1.9c4866p-2F},
    {0x1.54be42p-3F, 0x1.55a0dep-1F},
};

static void test_taps(void **state)
{
    (void)state;
    for (int s = 0; s < 4; s++) {
        float taps[PLAIN_KERNEL_MOST];
        int n = plain_vif_taps(1.0, s, taps);
        for (int i = 0; i <= n / 2; i++)
            assert_true(taps[i] == known_taps[s][i] && taps[n - 1 - i] == known_taps[s][i]);
    }
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(test_widths), cmocka_unit_test(test_taps)};
const struct plain_checks plain_float_vif_checks = {"float_vif", tests, LENGTH(tests)};
