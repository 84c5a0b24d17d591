/* vif.md sections 3 and 12: the logarithms, the accumulators and the decimated planes. */
#include "plain_check.h"
#include "vif.h"

/* Of frame 0 at default options, per scale; and the decimated reference planes. */
struct known {
    const char *clip;
    int64_t sums[4][4];      /* [scale]: numLog, denLog, numFlat, nFlat */
    int width[3], height[3]; /* of p_1 .. p_3 */
    uint32_t crc[3];         /* zlib's CRC-32 of the little-endian 16-bit samples */
};

/* clang-format off */
static const struct known all_known[] = {
    {"src01_8",
     {{1352906180, 2675250595, 0, 0},
      {438353040, 498856749, 37771596, 697},
      {106795746, 113914311, 22753194, 326},
      {26132566, 27106595, 6260476, 87}},
     {288, 144, 72}, {162, 81, 40}, {0x68f80ab7, 0xf2f7b86b, 0xebdc386b}},
    {"sparks_10",
     {{1568052986, 1681215474, 191339245, 6094},
      {353582533, 354600250, 162609429, 3590},
      {85902541, 86013717, 33881470, 837},
      {21200366, 21215591, 7458389, 171}},
     {240, 120, 60}, {135, 67, 33}, {0xefd41e9a, 0x5a7a8548, 0x2739b34d}},
    {"seek_8:crop",
     {{525809441, 2164847144, 337058831, 4950},
      {224837253, 433670392, 83641902, 1407},
      {63992147, 99073200, 18485835, 336},
      {17965880, 23944587, 4235638, 72}},
     {288, 144, 72}, {161, 80, 40}, {0xbb6c7c23, 0x1fd84cdd, 0xc30c9c5a}},
};
/* clang-format on */

static void test_log_table(void **state)
{
    const uint16_t *table = plain_vif_log_table();
    uint32_t sum = 0;
    (void)state;
    for (int i = 0; i < 32768; i++)
        sum += table[i];
    assert_int_equal(sum, 1044032097); /* vif.md section 3 */
    assert_int_equal(plain_check_crc(table, 32768), 0x42AD4D4F);
}

static void check(const struct known *known, const struct clip *clip)
{
    struct plain_vif_planes planes;
    assert_int_equal(plain_vif_planes(&clip->frames[0], &planes), 0);
    for (int s = 0; s < 4; s++) {
        struct plain_vif_sums sums;
        plain_vif_statistics(&planes, s, clip->frames[0].depth, 100.0, &sums);
        assert_int_equal(sums.num_log, known->sums[s][0]);
        assert_int_equal(sums.den_log, known->sums[s][1]);
        assert_int_equal(sums.num_flat, known->sums[s][2]);
        assert_int_equal(sums.n_flat, known->sums[s][3]);
    }
    for (int s = 1; s < 4; s++) {
        assert_int_equal(planes.width[s], known->width[s - 1]);
        assert_int_equal(planes.height[s], known->height[s - 1]);
        assert_int_equal(plain_check_crc(planes.ref[s], planes.width[s] * planes.height[s]),
                         known->crc[s - 1]);
    }
    plain_vif_planes_free(&planes);
}

static void test_integers(void **state)
{
    (void)state;
    for (int i = 0; i < LENGTH(all_known); i++) {
        struct clip clip;
        if (!plain_check_load(&clip, all_known[i].clip))
            skip();
        check(&all_known[i], &clip);
        clip_free(&clip);
    }
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(test_log_table), cmocka_unit_test(test_integers)};
const struct plain_checks plain_vif_checks = {"vif", tests, LENGTH(tests)};
