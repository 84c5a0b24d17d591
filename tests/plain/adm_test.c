/* adm.md sections 6 and 13: contrast sensitivity, and the integers before the scores. */
#include "adm.h"
#include "plain_check.h"

/* Totals of src01_8, frame 0, defaults, by scale. Bands H, V, D. */
static const struct {
    int width, height;
    uint64_t dlm[3], aim[3], denominator[3];
    float n, d;
} known_scales[4] = {
    {288,
     162,
     {419962341045611, 261303835715446, 14767938623076},
     {140368044957, 96653195218, 47124247},
     {54536897583245, 35312382394752, 5547938147371},
     47.697776794433594F,
     50.402462005615234F},
    {144,
     81,
     {15190357973544, 11978346501477, 169659598813},
     {975934994, 497744202, 285655},
     {143023480495444, 110707684076867, 23501727673189},
     70.760513305664062F,
     75.356857299804688F},
    {72,
     41,
     {4698983382088, 4317880001995, 104652067253},
     {34000376, 21458547, 474},
     {31873962088452, 29229210993059, 4755764208153},
     104.98495483398438F,
     109.64784240722656F},
    {36,
     21,
     {10812633704571, 7511360892716, 327739267601},
     {0, 0, 0},
     {29128870348529, 20096925011774, 3010937365812},
     158.48797607421875F,
     161.57611083984375F},
};

/* Weights at scale `scale`; w is 0 where the spec gives only the fixed-point weights. */
static const struct {
    const char *options;
    int scale;
    float w[2];        /* bands H and V; band D */
    uint32_t fixed[2]; /* the same */
} known_weights[] = {
    {"", 0, {0x1.1cc774p-6F, 0x1.820d54p-8F}, {36453, 49417}},
    {"", 1, {0x1.06050cp-5F, 0x1.d48d46p-7F}, {137373792, 61414028}},
    {"", 2, {0x1.634f1p-5F, 0x1.8fb80cp-6F}, {186284160, 104783920}},
    {"", 3, {0x1.762816p-5F, 0x1.008392p-5F}, {196165808, 134487184}},
    {"adm_norm_view_dist=5.0", 0, {0x1.c0364ep-8F, 0x1.0ad7fep-9F}, {14342, 17077}},
    {"adm_norm_view_dist=5.0", 1, {0x1.dbf058p-7F, 0x1.75c678p-8F}, {62382256, 24495736}},
    {"adm_norm_view_dist=5.0", 2, {0x1.746c1p-6F, 0x1.700066p-7F}, {97628224, 48234700}},
    {"adm_norm_view_dist=5.0", 3, {0x1.c49c48p-6F, 0x1.108d0ep-6F}, {118649120, 71447608}},
    {"adm_ref_display_height=2160", 0, {0x1.392e4ep-8F, 0x1.6408d8p-10F}, {10021, 11393}},
    {"adm_ref_display_height=2160", 1, {0x1.5e020ep-7F, 0x1.0670cp-8F}, {45876252, 17199296}},
    {"adm_ref_display_height=2160", 2, {0x1.20415cp-6F, 0x1.0ff286p-7F}, {75564400, 35644684}},
    {"adm_ref_display_height=2160", 3, {0x1.70b4fap-6F, 0x1.a7f684p-7F}, {96654312, 55569672}},
    {"adm_csf_mode=2", 0, {0.0F, 0.0F}, {24809, 36087}},
    {"adm_csf_mode=2:adm_norm_view_dist=1.5:adm_ref_display_height=2160", 0, {0.0F, 0.0F}, {24809, 36087}},
    {"adm_csf_mode=2", 1, {0.0F, 0.0F}, {107485848, 50586124}},
    {"adm_csf_mode=2:adm_norm_view_dist=1.5:adm_ref_display_height=2160",
     1,
     {0.0F, 0.0F},
     {107485848, 50586124}},
    {"adm_csf_mode=2", 2, {0.0F, 0.0F}, {184468848, 102727024}},
    {"adm_csf_mode=2:adm_norm_view_dist=1.5:adm_ref_display_height=2160",
     2,
     {0.0F, 0.0F},
     {184468848, 102727024}},
    {"adm_csf_mode=2", 3, {0.0F, 0.0F}, {251775280, 154193616}},
    {"adm_csf_mode=2:adm_norm_view_dist=1.5:adm_ref_display_height=2160",
     3,
     {0.0F, 0.0F},
     {251775280, 154193616}},
    {"adm_csf_mode=2:adm_norm_view_dist=5.0", 0, {0.0F, 0.0F}, {8833, 8254}},
    {"adm_csf_mode=2:adm_norm_view_dist=5.0", 1, {0.0F, 0.0F}, {63604172, 25134148}},
    {"adm_csf_mode=2:adm_norm_view_dist=5.0", 2, {0.0F, 0.0F}, {127311424, 62706524}},
    {"adm_csf_mode=2:adm_norm_view_dist=5.0", 3, {0.0F, 0.0F}, {203856320, 118429432}},
    {"adm_csf_mode=2:adm_ref_display_height=2160", 0, {0.0F, 0.0F}, {4739, 4018}},
    {"adm_csf_mode=2:adm_ref_display_height=2160", 1, {0.0F, 0.0F}, {50809464, 18476950}},
    {"adm_csf_mode=2:adm_ref_display_height=2160", 2, {0.0F, 0.0F}, {107485848, 50586124}},
    {"adm_csf_mode=2:adm_ref_display_height=2160", 3, {0.0F, 0.0F}, {184468848, 102727024}},
};

static void test_integers(void **state)
{
    struct clip clip;
    struct plain_adm_options options;
    struct plain_adm_scale scales[4];
    (void)state;
    assert_int_equal(plain_parse(plain_find("adm"), "", &options), 0);
    if (!plain_check_load(&clip, "src01_8"))
        skip();
    assert_int_equal(plain_adm_scales(&clip.frames[0], &options, scales), 0);
    for (int s = 0; s < 4; s++) {
        assert_int_equal(scales[s].width, known_scales[s].width);
        assert_int_equal(scales[s].height, known_scales[s].height);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(scales[s].dlm[k], known_scales[s].dlm[k]);
            assert_int_equal(scales[s].aim[k], known_scales[s].aim[k]);
            assert_int_equal(scales[s].denominator[k], known_scales[s].denominator[k]);
        }
        assert_true(scales[s].n == known_scales[s].n);
        assert_true(scales[s].d == known_scales[s].d);
    }
    clip_free(&clip);
}

static void test_weights(void **state)
{
    (void)state;
    for (int i = 0; i < LENGTH(known_weights); i++) {
        struct plain_adm_options options;
        struct plain_adm_weights weights;
        assert_int_equal(plain_parse(plain_find("adm"), known_weights[i].options, &options), 0);
        assert_int_equal(plain_adm_weights(&options, &weights), 0);
        for (int band = 0; band < 2; band++) {
            float w = known_weights[i].w[band];
            assert_int_equal(weights.fixed[known_weights[i].scale][band], known_weights[i].fixed[band]);
            assert_true(w == 0.0F || weights.w[known_weights[i].scale][band] == w);
        }
    }
}

/* Section 6: w of mode 1 with scale 1, which fits no scale's integers and so is read by a small factor. */
static void test_barten_weights(void **state)
{
    static const double known[4] = {1.21049654, 5.0422225, 14.6270647, 26.9758816};
    struct plain_adm_options options;
    struct plain_adm_weights weights;
    (void)state;
    assert_int_equal(plain_parse(plain_find("adm"), "adm_csf_mode=1", &options), 0);
    assert_int_equal(plain_adm_weights(&options, &weights), 1);
    options.adm_csf_scale = options.adm_csf_diag_scale = 0x1p-10;
    assert_int_equal(plain_adm_weights(&options, &weights), 0);
    for (int s = 0; s < 4; s++)
        assert_true(weights.w[s][0] * 1024.0F == (float)known[s]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_integers),
    cmocka_unit_test(test_weights),
    cmocka_unit_test(test_barten_weights),
};
const struct plain_checks plain_adm_checks = {"adm", tests, LENGTH(tests)};
