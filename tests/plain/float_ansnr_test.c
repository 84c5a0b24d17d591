/* float_ansnr.md section 7: energies of frame 0. */
#include "float_ansnr.h"
#include "plain_check.h"

static const struct {
    const char *clip;
    float signal, noise;
} known[] = {
    {"src01_8", 984708288.0F, 2146545.0F},
    {"src01_10", 984708288.0F, 2146545.0F},
    {"src01_12", 984708288.0F, 2146545.0F},
    {"src01_16", 984708288.0F, 2146545.0F},
    {"sparks_10", 664639808.0F, 427803.375F},
    {"synthetic:577x323:420:8:5", 143724528.0F, 20555814.0F},
    {"synthetic:131x97:422:10:5", 8590253.0F, 1377779.0F},
    {"synthetic:173x61:444:12:4", 7816259.0F, 1127719.25F},
    {"synthetic:149x83:420:16:4", 60810132.0F, 919432.875F},
    {"synthetic:17x18:444:8:4", 222839.421875F, 33572.3515625F},
    {"synthetic:3x3:444:10:3", 127561.6875F, 778.57373046875F},
};

static void test_energies(void **state)
{
    (void)state;
    for (int i = 0; i < LENGTH(known); i++) {
        struct clip clip;
        if (!plain_check_load(&clip, known[i].clip))
            skip();
        struct plain_ansnr_energies energies = plain_ansnr_energies(&clip.frames[0]);
        assert_true(energies.signal == known[i].signal);
        assert_true(energies.noise == known[i].noise);
        clip_free(&clip);
    }
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(test_energies)};
const struct plain_checks plain_float_ansnr_checks = {"float_ansnr", tests, LENGTH(tests)};
