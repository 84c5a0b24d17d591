/* speed.md section 4: taps; DECISIONS 12; and the algebra of section 6 where its result is known. */
#include "plain_check.h"
#include "speed.h"

enum { N = PLAIN_SPEED_OFFSETS };

static void test_taps(void **state)
{
    static const uint32_t known[2][9] = {{0x3d9aedc6, 0x3dcaf6b8, 0x3df6259e, 0x3e0a2cd8, 0x3e0f9c33,
                                          0x3e0a2cd8, 0x3df6259e, 0x3dcaf6b8, 0x3d9aedc6},
                                         {0x3e2a5f21, 0x3f2ad06f, 0x3e2a5f21}};
    (void)state;
    for (int g = 0; g < 2; g++) {
        float taps[PLAIN_KERNEL_MOST];
        int count = plain_speed_taps(g == 0 ? 9 : 2, 1.0, taps);
        assert_int_equal(count, g == 0 ? 9 : 3);
        assert_memory_equal(taps, known[g], (size_t)count * sizeof(*taps));
    }
}

static void test_tap_counts(void **state)
{
    static const struct {
        double scale;
        int a, g;
    } known[] = {
        {1, 9, 3},         {1.0 / 2, 5, 3},     {3.0 / 2, 15, 3}, {2, 19, 5},       {2.0 / 3, 7, 3},
        {2.4, 23, 5},      {360.0 / 97, 35, 9}, {4.0 / 3, 13, 3}, {3.5 / 3, 11, 3}, {1.25, 13, 3},
        {4.25 / 3, 13, 3}, {5.0 / 3, 15, 5},    {3, 27, 7},       {1 / 2.25, 5, 3}, {1.4746, 15, 3},
        {1.54, 15, 5},     {1.6, 15, 5},        {1.06667, 11, 3}, {0.711111, 7, 3}, {0.740740, 7, 3},
        {1.111111, 11, 3},
    };
    (void)state;
    for (int i = 0; i < LENGTH(known); i++) {
        float taps[PLAIN_KERNEL_MOST];
        assert_int_equal(plain_speed_taps(9, known[i].scale, taps), known[i].a);
        assert_int_equal(plain_speed_taps(2, known[i].scale, taps), known[i].g);
    }
}

/* The residual of the first frame's U. */
static bool load_residual(struct plain_image *residual, const struct plain_speed_options *options)
{
    struct clip clip;
    if (!plain_check_load(&clip, "src01_8"))
        return false;
    const struct plain_plane *plane = &clip.frames[0].ref[1];
    struct plain_image samples = plain_image_of(plane, 8, -128.0F);
    *residual = plain_speed_residual(&samples, options);
    plain_image_free(&samples);
    clip_free(&clip);
    return true;
}

static void test_tiny_values_count_as_zero(void **state)
{
    struct plain_speed_options options;
    struct plain_image zeros, tiny;
    bool bad;
    (void)state;
    assert_int_equal(plain_parse(plain_find("speed_chroma"), "", &options), 0);
    if (!load_residual(&zeros, &options))
        skip();
    assert_true(load_residual(&tiny, &options));
    for (int i = 0; i < zeros.width * zeros.height; i += 3) {
        zeros.samples[i] = 0.0F;
        tiny.samples[i] = i % 2 == 0 ? 0x1.fffffcp-127F : -0x1p-149F;
    }
    assert_true(plain_speed_score(&zeros, &tiny, &options, &bad) == 0.0F);
    assert_false(bad);
    assert_true(plain_speed_flushed(0x1p-126F) == 0x1p-126F);
    assert_true(plain_speed_flushed(-0x1.fffffcp-127F) == 0.0F);
    plain_image_free(&zeros);
    plain_image_free(&tiny);
}

static bool near(float value, float want)
{
    return value > want * 0.999999F && value < want * 1.000001F;
}

/* Twelve blocks [[2, 1], [1, 2]] on the diagonal have the eigenvalues 3 and 1. Their order follows from the
   shift: 2 - |1|, as the two ends are equal. The last row stands alone. */
static void test_eigenvalues_of_blocks(void **state)
{
    float K[N][N] = {{0}}, lambda[N];
    (void)state;
    for (int i = 0; i < N; i++) {
        K[i][i] = 2.0F;
        if (i < N - 1)
            K[i][i ^ 1] = 1.0F;
    }
    plain_speed_eigenvalues(K, lambda);
    for (int i = 0; i < N - 1; i += 2) {
        assert_true(near(lambda[i], 3.0F));
        assert_true(near(lambda[i + 1], 1.0F));
    }
    assert_true(lambda[N - 1] == 2.0F);
}

/* The first frame's U, with a tenth of its contrast and with `contrast`, at the highest noise. */
static float score_of_contrasts(float contrast, double floor)
{
    struct plain_speed_options options;
    struct plain_image ref, dis;
    bool bad;
    assert_int_equal(plain_parse(plain_find("speed_chroma"), "speed_sigma_nn=2", &options), 0);
    options.speed_nn_floor = floor;
    if (!load_residual(&ref, &options))
        skip();
    assert_true(load_residual(&dis, &options));
    for (int i = 0; i < plain_image_count(&ref); i++) {
        ref.samples[i] *= 0.1F;
        dis.samples[i] *= contrast;
    }
    float score = plain_speed_score(&ref, &dis, &options, &bad);
    assert_false(bad);
    plain_image_free(&ref);
    plain_image_free(&dis);
    return score;
}

/* A block is left out where both entropies are below the floor, and only there. */
static void test_floor(void **state)
{
    (void)state;
    assert_true(score_of_contrasts(0.09F, 0.0) > 0.2F);
    assert_true(score_of_contrasts(0.09F, 1.0) == 0.0F);
    assert_true(score_of_contrasts(3.0F, 1.0) == score_of_contrasts(3.0F, 0.0));
}

static void test_solve(void **state)
{
    float K[N][N] = {{0}}, Y[2 * N], X[2 * N];
    (void)state;
    for (int i = 0; i < N; i++) {
        K[i][i] = (float)(i + 1);
        Y[2 * i] = (float)(3 * (i + 1));
        Y[2 * i + 1] = (float)(-5 * (i + 1));
    }
    assert_true(plain_speed_solve(K, Y, 2, X));
    for (int i = 0; i < N; i++) {
        assert_true(X[2 * i] == 3.0F);
        assert_true(X[2 * i + 1] == -5.0F);
    }
    K[7][7] = 0.5e-6F;
    assert_false(plain_speed_solve(K, Y, 2, X));
}

static void keep_scores(void *user, int frame, const char *name, double value)
{
    static const char *const names[] = {"speed_chroma_u", "speed_chroma_v", "speed_chroma_uv"};
    (void)frame;
    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0)
            ((double *)user)[i] = value;
}

/* A flat plane, or one that is flat on one side, has no part in uv. */
static void test_singular_plane(void **state)
{
    (void)state;
    for (int flat = 1; flat <= 2; flat++)
        for (int sides = 1; sides <= 2; sides++) {
            struct clip clip;
            double scores[3];
            if (!plain_check_load(&clip, "src01_8"))
                skip();
            const struct plain_plane *planes[2] = {&clip.frames[0].dis[flat], &clip.frames[0].ref[flat]};
            for (int side = 0; side < sides; side++)
                for (int i = 0; i < planes[side]->width * planes[side]->height; i++)
                    clip_samples(&clip, planes[side])[i] = 77;
            assert_int_equal(plain_run("speed_chroma", "", clip.frames, 1, keep_scores, scores), 0);
            assert_true(scores[flat - 1] == 0.0);
            assert_true(scores[2 - flat] > 1.0);
            assert_true(scores[2] == scores[2 - flat]);
            clip_free(&clip);
        }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_taps),
    cmocka_unit_test(test_tap_counts),
    cmocka_unit_test(test_tiny_values_count_as_zero),
    cmocka_unit_test(test_eigenvalues_of_blocks),
    cmocka_unit_test(test_floor),
    cmocka_unit_test(test_solve),
    cmocka_unit_test(test_singular_plane),
};
const struct plain_checks plain_speed_checks = {"speed_chroma", tests, LENGTH(tests)};
