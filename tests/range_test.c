/* Samples above the bit depth (DECISIONS 4, 30), and frames without scores: which passes run, on every
   device. Every depth and pattern runs on every metric, so that a sanitizer build (docs/testing.md) sees any
   kernel that met such a sample.

   Usage: range_test [DEVICES] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/session.h"
#include "graph/graph.h"
#include "targets.h"

enum { WIDTH = 53, HEIGHT = 41, BAD_FRAME = 3 };

static const struct target *target;
static struct ivq_selection selection; /* the same metrics in every session: asking again changes nothing */

/* What a bad plane looks like; the largest value is above the depth. */
enum pattern { ONE_ABOVE_LAST, ONE_MAXIMUM_FIRST, ALL_ONES, STRIPES, NOISE, PATTERNS };

static uint16_t bad_sample(enum pattern pattern, int depth, int x, int y)
{
    const uint16_t above = (uint16_t)(1 << depth), all = 65535;
    switch (pattern) {
    case ONE_ABOVE_LAST:
        return x == WIDTH - 1 && y == HEIGHT - 1 ? above : 1;
    case ONE_MAXIMUM_FIRST:
        return x || y ? 1 : all;
    case ALL_ONES:
        return all;
    case STRIPES:
        return (x ^ y) & 1 ? all : 0;
    default:
        return (uint16_t)(((unsigned)(x * 7919 + y * 104729 + 13) * 2654435761u) >> 16);
    }
}

static void must(enum ivq_status status, const struct ivq_error *error)
{
    if (status != IVQ_OK)
        fail_msg("%s: %s", target->selector, error->text);
}

static struct ivq_session *start(struct ivq_device *device, int depth, int subsample)
{
    static const char *const metrics[] = {"psnr", "motion", "vif", "adm"};
    struct ivq_session_params params = {.device = device, .selection = &selection, .subsample = subsample};
    struct ivq_session *session;
    struct ivq_error error = {0};
    ivq_format_set(&params.format, WIDTH, HEIGHT, depth, IVQ_CHROMA_400);
    for (int i = 0; i < 4; i++)
        must(ivq_selection_add_metric(&selection, metrics[i], NULL, 0, &error), &error);
    must(ivq_session_start(&params, &session, &error), &error);
    return session;
}

/* pattern: of the distorted picture; PATTERNS: in range. */
static enum ivq_status push(struct ivq_session *session, int depth, enum pattern pattern,
                            struct ivq_error *error)
{
    struct ivq_picture pictures[IVQ_SIDES];
    const enum ivq_status status = ivq_session_picture(session, &pictures[0], &pictures[1], error);
    if (status != IVQ_OK)
        return status;
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int y = 0; y < HEIGHT; y++) {
            uint16_t *const row =
                (uint16_t *)(void *)((char *)pictures[side].data[0] + y * pictures[side].stride[0]);
            for (int x = 0; x < WIDTH; x++) {
                const int good = (x * y + side) & ((1 << depth) - 1);
                row[x] = side && pattern != PATTERNS ? bad_sample(pattern, depth, x, y) : (uint16_t)good;
            }
        }
    return ivq_session_submit(session, error);
}

/* Dispatches of the passes of a metric: the same of each. */
static int64_t dispatches(const struct ivq_session *session, int metric)
{
    struct ivq_work_pass pass;
    int64_t count = -1;
    for (int i = 0, p; (p = ivq_session_metric_pass(session, metric, i)) >= 0; i++) {
        assert_true(ivq_session_pass(session, p, &pass));
        assert_true(count < 0 || count == pass.dispatches);
        count = pass.dispatches;
    }
    return count;
}

static void refuse(struct ivq_device *device, int depth, enum pattern pattern)
{
    struct ivq_session *const session = start(device, depth, 0);
    struct ivq_error error = {0};
    enum ivq_status status = IVQ_OK;
    double score;
    char expected[80];
    for (int frame = 0; status == IVQ_OK && frame < BAD_FRAME + 6; frame++)
        status = push(session, depth, frame == BAD_FRAME ? pattern : PATTERNS, &error);
    if (status == IVQ_OK)
        status = ivq_session_finish(session, &error);
    else
        assert_int_equal(ivq_session_finish(session, &error), IVQ_INPUT);
    assert_int_equal(status, IVQ_INPUT);
    snprintf(expected, sizeof expected, "distorted, frame %d, plane Y: sample ", BAD_FRAME);
    assert_non_null(strstr(error.text, expected));
    assert_int_equal(ivq_session_frames(session), BAD_FRAME);
    for (int metric = 0; metric < 4; metric++)
        assert_int_equal(dispatches(session, metric), BAD_FRAME);
    assert_true(
        ivq_session_score(session, ivq_session_series_find(session, "psnr_y"), BAD_FRAME - 1, &score));
    ivq_session_destroy(session);
}

static void refused_frame_costs_no_metric(void **state)
{
    struct ivq_device *const device = target_open(target, 3);
    (void)state;
    assert_non_null(device);
    for (int depth = 9; depth < 16; depth++)
        for (int pattern = 0; pattern < PATTERNS; pattern++)
            refuse(device, depth, (enum pattern)pattern);
    ivq_device_close(device);
}

/* Only motion carries something from frame to frame. */
static void skipped_frames_run_what_carries_on(void **state)
{
    enum { FRAMES = 10, STEP = 4, SCORED = 3 };
    static const int64_t expected[] = {SCORED, FRAMES, SCORED, SCORED};
    struct ivq_device *const device = target_open(target, 2);
    struct ivq_error error = {0};
    (void)state;
    assert_non_null(device);
    for (int depth = 8; depth <= 10; depth += 2) {
        struct ivq_session *const session = start(device, depth == 8 ? 16 : depth, STEP);
        for (int frame = 0; frame < FRAMES; frame++)
            must(push(session, depth, PATTERNS, &error), &error);
        must(ivq_session_finish(session, &error), &error);
        for (int metric = 0; metric < 4; metric++)
            assert_int_equal(dispatches(session, metric), expected[metric]);
        ivq_session_destroy(session);
    }
    ivq_device_close(device);
}

int main(int argc, char **argv)
{
    static struct target targets[MAX_TARGETS];
    const struct CMUnitTest tests[] = {cmocka_unit_test(refused_frame_costs_no_metric),
                                       cmocka_unit_test(skipped_frames_run_what_carries_on)};
    const int count = targets_find(targets, argc > 1 ? argv[1] : NULL);
    int failures = 0;
    for (int i = 0; i < count; i++) {
        target = &targets[i];
        failures += cmocka_run_group_tests_name(target->selector, tests, NULL, NULL);
    }
    ivq_selection_clear(&selection);
    return failures != 0;
}
