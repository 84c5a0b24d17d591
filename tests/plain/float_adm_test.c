/* float_adm.md section 5: weights of mode 2, which adm does not have, and overrides. */
#include "float_adm.h"
#include "plain_check.h"

static float weight(const char *text, int scale, int diagonal)
{
    struct plain_float_adm_options options;
    assert_int_equal(plain_parse(plain_find("float_adm"), text, &options), 0);
    return plain_float_adm_weight(&options, scale, diagonal);
}

static void test_weights(void **state)
{
    static const float native[2][4] = {{0.00544585148F, 0.166835055F, 0.667863488F, 0.986264586F},
                                       {0.000230553938F, 0.0407456607F, 0.389219612F, 0.877359927F}};
    static const float barten[4] = {1.21049654F, 5.0422225F, 14.6270647F, 26.9758816F};
    (void)state;
    for (int s = 0; s < 4; s++)
        for (int diagonal = 0; diagonal < 2; diagonal++) {
            assert_true(weight("adm_csf_mode=2", s, diagonal) == native[diagonal][s]);
            assert_true(weight("adm_csf_mode=1", s, diagonal) == barten[s]);
            assert_true(weight("adm_csf_mode=9", s, diagonal) == weight("", s, diagonal));
        }
    assert_true(weight("adm_f1s2=0.1", 2, 0) == 0.1F);
    assert_true(weight("adm_f2s3=0", 3, 1) == 0.0F);
    assert_true(weight("adm_f1s2=0.1", 2, 1) == weight("", 2, 1));
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(test_weights)};
const struct plain_checks plain_float_adm_checks = {"float_adm", tests, LENGTH(tests)};
