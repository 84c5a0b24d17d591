/* What a device owes its users when it fails, held against the fake one: a status and a text, nothing left
   behind, and a device that works on unless it is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "fake/fake.h"
#include "engine/session.h"

enum { WORDS = 1000, BUFFERS = 4, RUNS = 3, POISON = 0x5eed };

static void double_tile(const void *params, void *const *buffers, int32_t group_x, int32_t group_y,
                        int32_t groups_x)
{
    (void)params, (void)group_x, (void)group_y, (void)groups_x;
    for (int i = 0; i < WORDS; i++)
        ((uint32_t *)buffers[1])[i] = 2 * ((const uint32_t *)buffers[0])[i];
}

static const struct ivq_kernel double_words = {
    .name = "double_words",
    .buffers = 2,
    .written = 2,
    .shape = {[0 ... IVQ_SHAPE_COUNT - 1] = {WORDS, 1, 0}},
    .cpu = {[0 ... IVQ_CPU_LEVELS - 1] = double_tile},
};

/* A small user of a device: up to four buffers, one plan, a few submissions. */
struct user {
    struct ivq_device *device;
    struct ivq_buffer *buffers[BUFFERS]; /* upload, in, out, readback */
    struct ivq_plan *plan;
    struct ivq_error error;
};

static void tear_down(struct user *user)
{
    if (!user->device)
        return;
    ivq_plan_destroy(user->device, user->plan);
    for (int i = 0; i < BUFFERS; i++)
        ivq_buffer_destroy(user->device, user->buffers[i]);
    ivq_device_close(user->device);
    *user = (struct user){0};
}

static struct ivq_binding whole(struct ivq_buffer *buffer)
{
    return (struct ivq_binding){buffer, 0, buffer->size};
}

static enum ivq_status make_buffers(struct user *user)
{
    static const enum ivq_buffer_kind kinds[BUFFERS] = {IVQ_BUFFER_UPLOAD, IVQ_BUFFER_DEVICE,
                                                        IVQ_BUFFER_DEVICE, IVQ_BUFFER_READBACK};
    for (int i = 0; i < BUFFERS; i++) {
        enum ivq_status status = ivq_buffer_create(user->device, WORDS * sizeof(uint32_t), kinds[i],
                                                   &user->buffers[i], &user->error);
        if (status == IVQ_OK)
            status = ivq_buffer_fill(user->device, user->buffers[i], POISON, &user->error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

static enum ivq_status make_plan(struct user *user)
{
    const struct ivq_step steps[] = {
        {.kind = IVQ_STEP_COPY, .stage = 0, .bindings = {whole(user->buffers[0]), whole(user->buffers[1])}},
        {.kind = IVQ_STEP_LAUNCH,
         .stage = 1,
         .kernel = &double_words,
         .groups_x = 1,
         .groups_y = 1,
         .bindings = {whole(user->buffers[1]), whole(user->buffers[2])}},
        {.kind = IVQ_STEP_COPY, .stage = 2, .bindings = {whole(user->buffers[2]), whole(user->buffers[3])}},
    };
    return ivq_plan_create(user->device, steps, sizeof steps / sizeof steps[0], &user->plan, &user->error);
}

static enum ivq_status run_once(struct user *user, uint32_t seed)
{
    uint32_t *const up = user->buffers[0]->host;
    const uint32_t *const down = user->buffers[3]->host;
    for (uint32_t i = 0; i < WORDS; i++)
        up[i] = seed + i;
    enum ivq_status status = ivq_plan_submit(user->device, user->plan, &user->error);
    if (status == IVQ_OK)
        status = ivq_plan_wait(user->device, user->plan, &user->error);
    for (uint32_t i = 0; i < WORDS && status == IVQ_OK; i++)
        assert_int_equal(down[i], 2 * (seed + i));
    return status;
}

static enum ivq_status use(struct user *user)
{
    const struct ivq_device_params params = {.threads = 2, .cpu_level = -1};
    enum ivq_status status = ivq_device_open_on(&ivq_backend_fake, &params, &user->device, &user->error);
    if (status == IVQ_OK)
        status = ivq_device_prepare(user->device, &double_words, &user->error);
    if (status == IVQ_OK)
        status = make_buffers(user);
    if (status == IVQ_OK)
        status = make_plan(user);
    for (uint32_t run = 0; run < RUNS && status == IVQ_OK; run++)
        status = run_once(user, 100 * run);
    return status;
}

static void assert_nothing_lives(void)
{
    const struct fake_live live = ivq_fake_live();
    assert_int_equal(live.devices, 0);
    assert_int_equal(live.buffers, 0);
    assert_int_equal(live.plans, 0);
}

static void assert_failed(enum ivq_status status, const struct ivq_error *error, enum fake_op op, bool lost)
{
    assert_int_equal(status, IVQ_DEVICE);
    assert_int_equal(error->status, IVQ_DEVICE);
    assert_string_equal(error->text, ivq_fake_text(op, lost));
}

/* Every call of the table that can fail, on a device that is lost. */
static void assert_lost(struct user *user)
{
    struct ivq_buffer *buffer = NULL;
    assert_failed(ivq_device_prepare(user->device, &double_words, &user->error), &user->error, FAKE_PREPARE,
                  true);
    assert_failed(ivq_buffer_create(user->device, 1, IVQ_BUFFER_DEVICE, &buffer, &user->error), &user->error,
                  FAKE_BUFFER_CREATE, true);
    assert_null(buffer);
    if (!user->plan)
        return;
    assert_failed(ivq_plan_submit(user->device, user->plan, &user->error), &user->error, FAKE_SUBMIT, true);
    assert_failed(ivq_plan_wait(user->device, user->plan, &user->error), &user->error, FAKE_WAIT, true);
}

/* Fails the call number `after`; false once there is no such call. */
static bool fails_at(enum fake_op op, int after, bool lost)
{
    struct user user = {0};
    ivq_fake_set(&(struct fake_failure){op, after, lost});
    const enum ivq_status status = use(&user);
    const bool reached = ivq_fake_calls(op) > after;
    if (reached)
        assert_failed(status, &user.error, op, false);
    else
        assert_int_equal(status, IVQ_OK);
    if (reached && lost && user.device)
        assert_lost(&user);
    if (reached && !lost && user.plan) /* the device and all it holds go on */
        assert_int_equal(run_once(&user, 7), IVQ_OK);
    tear_down(&user);
    assert_nothing_lives();
    return reached;
}

static void sweep(bool lost)
{
    static const int expected[FAKE_OPS] = {
        [FAKE_OPEN] = 1,
        [FAKE_PREPARE] = 1,
        [FAKE_BUFFER_CREATE] = BUFFERS,
        [FAKE_BUFFER_FILL] = BUFFERS,
        [FAKE_PLAN_CREATE] = 1,
        [FAKE_SUBMIT] = RUNS,
        [FAKE_WAIT] = RUNS,
    };
    for (enum fake_op op = 0; op < FAKE_OPS; op++) {
        int failures = 0;
        while (fails_at(op, failures, lost))
            failures++;
        assert_int_equal(failures, expected[op]);
    }
}

static void test_each_call_fails(void **state)
{
    (void)state;
    sweep(false);
}

static void test_each_call_loses_the_device(void **state)
{
    (void)state;
    sweep(true);
}

static void test_nothing_fails(void **state)
{
    (void)state;
    struct user user = {0};
    ivq_fake_set(NULL);
    assert_int_equal(use(&user), IVQ_OK);
    assert_int_equal(ivq_fake_calls(FAKE_SUBMIT), RUNS);
    tear_down(&user);
    assert_nothing_lives();
}

/* A plan that is submitted and not waited for when its owner gives up. */
static void test_destroyed_while_running(void **state)
{
    (void)state;
    struct user user = {0};
    ivq_fake_set(NULL);
    assert_int_equal(use(&user), IVQ_OK);
    assert_int_equal(ivq_plan_submit(user.device, user.plan, &user.error), IVQ_OK);
    tear_down(&user);
    assert_nothing_lives();
}

static void test_errors_may_be_ignored(void **state)
{
    (void)state;
    struct ivq_device *device = NULL;
    ivq_fake_set(&(struct fake_failure){.op = FAKE_OPEN});
    assert_int_equal(ivq_device_open_on(&ivq_backend_fake, NULL, &device, NULL), IVQ_DEVICE);
    assert_null(device);
}

/* A second device of the process does not share the fate of the first. */
static void test_other_device_lives_on(void **state)
{
    (void)state;
    struct user first = {0}, second = {0};
    ivq_fake_set(NULL);
    assert_int_equal(use(&first), IVQ_OK);
    assert_int_equal(use(&second), IVQ_OK);
    ivq_fake_set(&(struct fake_failure){.op = FAKE_WAIT, .lost = true});
    assert_failed(run_once(&first, 1), &first.error, FAKE_WAIT, false);
    assert_lost(&first);
    assert_int_equal(run_once(&second, 2), IVQ_OK);
    tear_down(&first);
    tear_down(&second);
    assert_nothing_lives();
}

/* Once it went on forever: a failure was only remembered in the caller's error. */
static void test_a_session_ends_without_an_error_to_fill(void **state)
{
    (void)state;
    struct ivq_device *device = NULL;
    struct ivq_session *session = NULL;
    struct ivq_picture ref, dis;
    static struct ivq_selection selection;
    struct ivq_session_params params = {.selection = &selection};
    ivq_fake_set(NULL);
    assert_int_equal(ivq_device_open_on(&ivq_backend_fake, NULL, &device, NULL), IVQ_OK);
    params.device = device;
    ivq_format_set(&params.format, 32, 32, 8, IVQ_CHROMA_400);
    assert_int_equal(ivq_selection_add_metric(&selection, "psnr", NULL, 0, NULL), IVQ_OK);
    assert_int_equal(ivq_session_start(&params, &session, NULL), IVQ_OK);
    assert_int_equal(ivq_session_picture(session, &ref, &dis, NULL), IVQ_OK);
    assert_int_equal(ivq_session_submit(session, NULL), IVQ_OK);
    ivq_fake_set(&(struct fake_failure){.op = FAKE_WAIT, .lost = true});
    assert_int_equal(ivq_session_finish(session, NULL), IVQ_DEVICE);
    ivq_session_destroy(session);
    ivq_selection_clear(&selection);
    ivq_device_close(device);
    assert_nothing_lives();
}

/* A session whose frames' memory cannot all be had measures with fewer frames in flight. */
static void test_less_memory_means_fewer_frames(void **state)
{
    (void)state;
    static struct ivq_selection selection;
    struct ivq_session_params params = {.selection = &selection, .frames_in_flight = 8};
    assert_int_equal(ivq_selection_add_metric(&selection, "psnr", NULL, 0, NULL), IVQ_OK);
    ivq_format_set(&params.format, 32, 32, 8, IVQ_CHROMA_400);
    ivq_fake_set(NULL);
    assert_int_equal(ivq_device_open_on(&ivq_backend_fake, NULL, &params.device, NULL), IVQ_OK);
    for (int after = 0; after < 12; after += 3) {
        struct ivq_session *session = NULL;
        struct ivq_picture ref, dis;
        ivq_fake_set(&(struct fake_failure){.op = FAKE_BUFFER_CREATE, .after = after});
        assert_int_equal(ivq_session_start(&params, &session, NULL), IVQ_OK);
        assert_true(ivq_fake_calls(FAKE_BUFFER_CREATE) > after);
        for (int frame = 0; frame < 10; frame++) {
            assert_int_equal(ivq_session_picture(session, &ref, &dis, NULL), IVQ_OK);
            assert_int_equal(ivq_session_submit(session, NULL), IVQ_OK);
        }
        assert_int_equal(ivq_session_finish(session, NULL), IVQ_OK);
        assert_int_equal(ivq_session_frames(session), 10);
        ivq_session_destroy(session);
    }
    ivq_selection_clear(&selection);
    ivq_device_close(params.device);
    assert_nothing_lives();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_ends_without_an_error_to_fill),
        cmocka_unit_test(test_nothing_fails),
        cmocka_unit_test(test_less_memory_means_fewer_frames),
        cmocka_unit_test(test_each_call_fails),
        cmocka_unit_test(test_each_call_loses_the_device),
        cmocka_unit_test(test_destroyed_while_running),
        cmocka_unit_test(test_errors_may_be_ignored),
        cmocka_unit_test(test_other_device_lives_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
