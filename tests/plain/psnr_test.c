/* psnr.md section 8: the sums of squared differences of frame 0. */
#include "plain_check.h"
#include "psnr.h"

static const struct {
    const char *clip;
    uint64_t sse[3]; /* Y, Cb, Cr */
} known[] = {
    {"src01_8", {4054805, 362234, 222340}},
    {"src01_10", {64876880, 5795744, 3557440}},
    {"src01_16", {265735700480, 23739367424, 14571274240}},
    {"sparks_10", {1484224, 319449, 334570}},
};

static void test_sse(void **state)
{
    (void)state;
    for (int i = 0; i < LENGTH(known); i++) {
        struct clip clip;
        if (!plain_check_load(&clip, known[i].clip))
            skip();
        for (int c = 0; c < 3; c++)
            assert_int_equal(plain_psnr_sse(&clip.frames[0].ref[c], &clip.frames[0].dis[c]), known[i].sse[c]);
        clip_free(&clip);
    }
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(test_sse)};
const struct plain_checks plain_psnr_checks = {"psnr", tests, LENGTH(tests)};
