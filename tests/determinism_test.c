/* What must not change a score: how many threads work, how many frames are in flight, how much memory there
   is, that other frames are left out, and what lay in the device's memory before.

   Usage: determinism_test [DEVICES] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plain/clips.h"
#include "poison.h"
#include "product.h"
#include "targets.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { MAX_WHAT = 8, FRAMES = 12 };

static const char clip_name[] = "synthetic:161x93:420:10:12";

static const char *const measures[] = {"psnr=enable_mse=true:enable_apsnr=true", "motion=debug=true",
                                       "motion=motion_five_frame_window=true", "vif=debug=true",
                                       "adm=debug=true"};

/* One target, the clip, and what an ordinary run of it gives. */
struct bench {
    const struct target *target;
    struct clip clip;
    const char *what[MAX_WHAT];
    int what_count;
    struct product_scores expected;
};

static struct bench bench;

static enum ivq_status measure(const struct product_settings *settings, struct product_scores *scores,
                               struct ivq_error *error)
{
    return product_run(settings, bench.clip.frames, bench.clip.count, bench.what, bench.what_count, scores,
                       error);
}

static struct product_scores must_measure(const struct product_settings *settings, const char *where)
{
    struct product_scores scores;
    struct ivq_error error = {0};
    if (measure(settings, &scores, &error) != IVQ_OK)
        fail_msg("%s: %s", where, error.text);
    return scores;
}

static void must_equal(const struct product_settings *settings, const char *where)
{
    struct product_scores scores = must_measure(settings, where);
    const bool same = product_same_scores(&scores, &bench.expected, where);
    product_scores_free(&scores);
    assert_true(same);
}

static int set_up(void **state)
{
    (void)state;
    if (clip_load(&bench.clip, clip_name, "") != CLIP_OK || bench.clip.count != FRAMES)
        return -1;
    bench.what_count = 0;
    for (int i = 0; i < LENGTH(measures); i++)
        if (product_has(measures[i]))
            bench.what[bench.what_count++] = measures[i];
        else
            print_message("skipped: %s: not in this version\n", measures[i]);
    const struct product_settings settings = {.device = target_open(bench.target, 0)};
    if (!settings.device)
        return -1;
    bench.expected = must_measure(&settings, "an ordinary run");
    ivq_device_close(settings.device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    product_scores_free(&bench.expected);
    clip_free(&bench.clip);
    return 0;
}

static void threads_and_frames_in_flight(void **state)
{
    static const int threads[] = {1, 2, 16}, in_flight[] = {1, 2, 8};
    const bool is_cpu = strncmp(bench.target->selector, "cpu", 3) == 0;
    (void)state;
    for (int i = 0; i < (is_cpu ? LENGTH(threads) : 1); i++) {
        struct ivq_device *const device = target_open(bench.target, threads[i]);
        assert_non_null(device);
        for (int k = 0; k < LENGTH(in_flight); k++) {
            const struct product_settings settings = {.device = device, .frames_in_flight = in_flight[k]};
            char where[100];
            snprintf(where, sizeof where, "%d threads, %d frames in flight", threads[i], in_flight[k]);
            must_equal(&settings, where);
        }
        ivq_device_close(device);
    }
}

/* From a byte, which is refused, to what one frame in flight needs, and twice that. */
static void memory_limits(void **state)
{
    struct ivq_error error = {0};
    struct product_scores scores;
    struct product_settings settings = {.device = target_open(bench.target, 0), .memory_limit = 1};
    (void)state;
    assert_non_null(settings.device);
    assert_int_equal(measure(&settings, &scores, &error), IVQ_MEMORY);
    assert_non_null(strstr(error.text, "memory limit"));
    product_scores_free(&scores);
    while (measure(&settings, &scores, &error) == IVQ_MEMORY)
        settings.memory_limit *= 2;
    product_scores_free(&scores);
    must_equal(&settings, "the smallest memory");
    settings.memory_limit *= 2;
    must_equal(&settings, "twice the smallest memory");
    ivq_device_close(settings.device);
}

static void subsampling(void **state)
{
    struct product_settings settings = {.device = target_open(bench.target, 0)};
    (void)state;
    assert_non_null(settings.device);
    for (settings.subsample = 2; settings.subsample <= 5; settings.subsample++) {
        struct product_scores few = must_measure(&settings, "subsampling"), wanted = {0};
        wanted.all = calloc((size_t)bench.expected.count, sizeof *wanted.all);
        assert_non_null(wanted.all);
        for (int i = 0; i < bench.expected.count; i++)
            if (bench.expected.all[i].frame < 0 || bench.expected.all[i].frame % settings.subsample == 0)
                wanted.all[wanted.count++] = bench.expected.all[i];
        assert_true(product_same_scores(&few, &wanted, "subsampling"));
        product_scores_free(&few);
        product_scores_free(&wanted);
    }
    ivq_device_close(settings.device);
}

/* All ones, a signalling NaN, and a word whose bytes and halves are all different (DECISIONS 16). */
static void poisoned_memory(void **state)
{
    static const uint32_t words[] = {0xffffffff, 0x7fa00001, 0x12345678};
    struct ivq_device *const device = target_open(bench.target, 0);
    (void)state;
    assert_non_null(device);
    for (int i = 0; i < LENGTH(words); i++) {
        struct poison poison;
        const struct product_settings settings = {.device = poison_device(&poison, device, words[i])};
        char where[100];
        snprintf(where, sizeof where, "memory full of %08x", words[i]);
        must_equal(&settings, where);
        assert_true(poison.filled > 0);
    }
    ivq_device_close(device);
}

/* The same device, one session after the other: nothing of the one before shows. */
static void again(void **state)
{
    const struct product_settings settings = {.device = target_open(bench.target, 0)};
    (void)state;
    assert_non_null(settings.device);
    for (int i = 0; i < 3; i++)
        must_equal(&settings, "once more");
    ivq_device_close(settings.device);
}

int main(int argc, char **argv)
{
    static struct target targets[MAX_TARGETS];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_and_frames_in_flight),
        cmocka_unit_test(memory_limits),
        cmocka_unit_test(subsampling),
        cmocka_unit_test(poisoned_memory),
        cmocka_unit_test(again),
    };
    const int count = targets_find(targets, argc > 1 ? argv[1] : NULL);
    int failed = 0;
    for (int i = 0; i < count; i++) {
        char name[sizeof targets[i].selector + sizeof targets[i].info.name];
        snprintf(name, sizeof name, "%.39s %.127s", targets[i].selector, targets[i].info.name);
        bench.target = &targets[i];
        failed += cmocka_run_group_tests_name(name, tests, set_up, tear_down);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
