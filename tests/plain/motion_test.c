/* motion.md section 12: sums of absolute differences of blurred pictures. */
#include "motion.h"
#include "plain_check.h"

/* SAD(frame `earlier`, frame `current`) */
static const struct {
    const char *clip;
    int earlier, current;
    uint64_t sad;
} known[] = {
    {"sparks_10", 0, 1, 25738474},
    {"sparks_10", 1, 2, 26082222},
    {"sparks_10", 2, 3, 88374809},
    {"sparks_10", 3, 4, 36489861},
    {"sparks_10", 0, 2, 38278237},
    {"sparks_10", 1, 3, 101625849},
    {"sparks_10", 2, 4, 95045453},
    {"src01_10", 0, 1, 218786251},
    {"src01_10", 1, 2, 201342612},
    {"src01_10", 0, 2, 376544483},
    {"src01_12", 0, 1, 218786251},
    {"src01_12", 1, 2, 201342612},
    {"src01_12", 0, 2, 376544483},
    {"src01_16", 0, 1, 218786251},
    {"src01_16", 1, 2, 201342612},
    {"src01_16", 0, 2, 376544483},
    {"src01_8", 0, 1, 218786251},
    {"src01_8", 1, 2, 201342612},
    {"src01_8", 0, 2, 376544483},
    {"src01_8", 1, 0, 218786154},
    {"synthetic:131x97:422:10:5", 0, 1, 51156978},
    {"synthetic:131x97:422:10:5", 1, 2, 50938148},
    {"synthetic:131x97:422:10:5", 2, 3, 50970667},
    {"synthetic:131x97:422:10:5", 3, 4, 50375046},
    {"synthetic:131x97:422:10:5", 0, 2, 58638516},
    {"synthetic:131x97:422:10:5", 1, 3, 59067319},
    {"synthetic:131x97:422:10:5", 2, 4, 59517176},
    {"synthetic:149x83:420:16:4", 0, 1, 15521716},
    {"synthetic:149x83:420:16:4", 1, 2, 15887313},
    {"synthetic:149x83:420:16:4", 2, 3, 15359432},
    {"synthetic:149x83:420:16:4", 0, 2, 31246228},
    {"synthetic:149x83:420:16:4", 1, 3, 31088527},
    {"synthetic:173x61:444:12:4", 0, 1, 25932473},
    {"synthetic:173x61:444:12:4", 1, 2, 25034047},
    {"synthetic:173x61:444:12:4", 2, 3, 25132511},
    {"synthetic:173x61:444:12:4", 0, 2, 38987510},
    {"synthetic:173x61:444:12:4", 1, 3, 37984376},
    {"synthetic:17x18:444:8:4", 0, 1, 1284405},
    {"synthetic:17x18:444:8:4", 1, 2, 1064104},
    {"synthetic:17x18:444:8:4", 2, 3, 1185756},
    {"synthetic:17x18:444:8:4", 0, 2, 1359848},
    {"synthetic:17x18:444:8:4", 1, 3, 1414190},
    {"synthetic:3x3:444:10:3", 0, 1, 8640},
    {"synthetic:3x3:444:10:3", 1, 2, 8640},
    {"synthetic:3x3:444:10:3", 0, 2, 17280},
    {"synthetic:577x323:420:8:5", 0, 1, 1014921069},
    {"synthetic:577x323:420:8:5", 1, 2, 1017975468},
    {"synthetic:577x323:420:8:5", 2, 3, 1017469579},
    {"synthetic:577x323:420:8:5", 3, 4, 1027666064},
    {"synthetic:577x323:420:8:5", 0, 2, 1026735247},
    {"synthetic:577x323:420:8:5", 1, 3, 1029251008},
    {"synthetic:577x323:420:8:5", 2, 4, 1031174900},
};

static void test_sad(void **state)
{
    int without_clip = 0;
    (void)state;
    for (int i = 0; i < LENGTH(known); i++) {
        struct clip clip;
        if (!plain_check_load(&clip, known[i].clip)) {
            without_clip++;
            continue;
        }
        const struct plain_plane *P = &clip.frames[known[i].earlier].ref[0];
        const struct plain_plane *C = &clip.frames[known[i].current].ref[0];
        assert_int_equal(plain_motion_sad(P->samples, C->samples, P->width, P->height, clip.frames[0].depth),
                         known[i].sad);
        clip_free(&clip);
    }
    print_message("SAD: %d equal, %d without their clip\n", LENGTH(known) - without_clip, without_clip);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(test_sad)};
const struct plain_checks plain_motion_checks = {"motion", tests, LENGTH(tests)};
