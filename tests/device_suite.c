#include "device_suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_sse.h"

static int run_once(struct ivq_device *device, const struct ivq_step *steps, int count)
{
    struct ivq_error error;
    struct ivq_plan *plan;
    CHECK_OK(ivq_plan_create(device, steps, count, &plan, &error));
    CHECK_OK(ivq_plan_submit(device, plan, &error));
    CHECK_OK(ivq_plan_wait(device, plan, &error));
    ivq_plan_destroy(device, plan);
    return 0;
}

/* ---- who the device is, and its buffers */

static int identity(struct ivq_device *device)
{
    const struct ivq_device_info *info = &device->info;
    const size_t length = strlen(device->backend->name);
    CHECK(!strncmp(info->id, device->backend->name, length) && info->id[length] == ':');
    CHECK(info->name[0] && info->driver[0]);
    CHECK(!info->uuid[0] || strspn(info->uuid, "0123456789abcdef") == 32);
    CHECK((int)info->shape >= 0 && info->shape < IVQ_SHAPE_COUNT);
    return 0;
}

static int mappings(struct ivq_device *device)
{
    static const size_t sizes[] = {1, 3, 4, 511, 512, 513, 100003, 1 << 20};
    struct ivq_error error;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int kind = IVQ_BUFFER_DEVICE; kind <= IVQ_BUFFER_READBACK; kind++) {
            struct ivq_buffer *buffer;
            CHECK_OK(ivq_buffer_create(device, sizes[i], (enum ivq_buffer_kind)kind, &buffer, &error));
            CHECK(buffer->size == sizes[i] && (int)buffer->kind == kind);
            CHECK(kind == IVQ_BUFFER_DEVICE ? !buffer->host == !device->info.unified : buffer->host != NULL);
            if (buffer->host)
                memset(buffer->host, 0x5a, sizes[i]);
            ivq_buffer_destroy(device, buffer);
        }
    }
    ivq_buffer_destroy(device, NULL);
    ivq_plan_destroy(device, NULL);
    return 0;
}

static int fills(struct ivq_device *device)
{
    enum { SIZE = 70000 };
    struct ivq_error error;
    struct ivq_buffer *buffers[3];
    for (int kind = IVQ_BUFFER_DEVICE; kind <= IVQ_BUFFER_READBACK; kind++) {
        CHECK_OK(ivq_buffer_create(device, SIZE, (enum ivq_buffer_kind)kind, &buffers[kind], &error));
        CHECK_OK(ivq_buffer_fill(device, buffers[kind], POISON + (uint32_t)kind, &error));
    }
    CHECK(all_words(buffers[IVQ_BUFFER_UPLOAD]->host, SIZE, POISON + IVQ_BUFFER_UPLOAD));
    CHECK(all_words(buffers[IVQ_BUFFER_READBACK]->host, SIZE, POISON + IVQ_BUFFER_READBACK));
    const struct ivq_step back = copy(0, (struct ivq_binding){buffers[IVQ_BUFFER_DEVICE], 0, SIZE},
                                      (struct ivq_binding){buffers[IVQ_BUFFER_READBACK], 0, SIZE});
    RUN(run_once(device, &back, 1));
    CHECK(all_words(buffers[IVQ_BUFFER_READBACK]->host, SIZE, POISON));
    for (int i = 0; i < 3; i++)
        ivq_buffer_destroy(device, buffers[i]);
    return 0;
}

/* size bytes up, across, and down, in the middle of buffers whose other bytes have to stay what they are. */
static int round_trip(struct ivq_device *device, size_t size)
{
    const size_t room = round_up(size) + 3 * ALIGN;
    struct ivq_error error;
    struct ivq_buffer *up, *a, *b, *down;
    uint64_t state = size;
    CHECK_OK(ivq_buffer_create(device, room, IVQ_BUFFER_UPLOAD, &up, &error));
    CHECK_OK(ivq_buffer_create(device, room, IVQ_BUFFER_DEVICE, &a, &error));
    CHECK_OK(ivq_buffer_create(device, room, IVQ_BUFFER_DEVICE, &b, &error));
    CHECK_OK(ivq_buffer_create(device, room, IVQ_BUFFER_READBACK, &down, &error));
    CHECK_OK(ivq_buffer_fill(device, b, POISON, &error));
    for (size_t i = 0; i < room; i++)
        ((uint8_t *)up->host)[i] = (uint8_t)random_word(&state);
    const struct ivq_step steps[] = {
        copy(0, (struct ivq_binding){up, ALIGN, size}, (struct ivq_binding){a, 2 * ALIGN, size}),
        copy(1, (struct ivq_binding){a, 2 * ALIGN, size}, (struct ivq_binding){b, ALIGN, size}),
        copy(5, (struct ivq_binding){b, 0, room}, (struct ivq_binding){down, 0, room}),
    };
    RUN(run_once(device, steps, 3));
    uint8_t *expected = malloc(room);
    CHECK(expected);
    for (size_t i = 0; i < room; i++)
        expected[i] = (uint8_t)(POISON >> 8 * (i % WORD));
    memcpy(expected + ALIGN, (const uint8_t *)up->host + ALIGN, size);
    CHECK(!memcmp(expected, down->host, room));
    free(expected);
    ivq_buffer_destroy(device, up);
    ivq_buffer_destroy(device, a);
    ivq_buffer_destroy(device, b);
    ivq_buffer_destroy(device, down);
    return 0;
}

static int round_trips(struct ivq_device *device)
{
    static const size_t sizes[] = {1, 2, 3, 5, 511, 512, 513, 4099, 65537, 3000001};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        RUN(round_trip(device, sizes[i]));
    return 0;
}

/* A chain of copies between two buffers, each step of which is a stage: any overlap of stages loses a byte.
   Before each, the value moves one line further, so that every stage writes where the next one reads. */
static int stages(struct ivq_device *device)
{
    enum { LINE = 1 << 16, STAGES = 48 };
    struct ivq_error error;
    struct ivq_buffer *up, *ring, *down;
    uint64_t state = 7;
    CHECK_OK(ivq_buffer_create(device, LINE, IVQ_BUFFER_UPLOAD, &up, &error));
    CHECK_OK(ivq_buffer_create(device, (size_t)LINE * (STAGES + 1), IVQ_BUFFER_DEVICE, &ring, &error));
    CHECK_OK(ivq_buffer_create(device, LINE, IVQ_BUFFER_READBACK, &down, &error));
    CHECK_OK(ivq_buffer_fill(device, ring, POISON, &error));
    for (size_t i = 0; i < LINE; i += WORD)
        ((uint32_t *)up->host)[i / WORD] = random_word(&state);
    struct ivq_step steps[STAGES + 2];
    steps[0] = copy(0, (struct ivq_binding){up, 0, LINE}, (struct ivq_binding){ring, 0, LINE});
    for (size_t i = 0; i < STAGES; i++)
        steps[i + 1] = copy((int)i + 1, (struct ivq_binding){ring, i * LINE, LINE},
                            (struct ivq_binding){ring, (i + 1) * LINE, LINE});
    steps[STAGES + 1] = copy(STAGES + 1, (struct ivq_binding){ring, (size_t)STAGES * LINE, LINE},
                             (struct ivq_binding){down, 0, LINE});
    RUN(run_once(device, steps, STAGES + 2));
    CHECK(!memcmp(up->host, down->host, LINE));
    ivq_buffer_destroy(device, up);
    ivq_buffer_destroy(device, ring);
    ivq_buffer_destroy(device, down);
    return 0;
}

/* ---- launches */

static int sse_of_size(struct ivq_device *device, bool deep, bool direct, int width, int height)
{
    struct sse_job job;
    RUN(sse_open(device, &job, deep, direct, width, height));
    for (int picture = 0; picture < PICTURES; picture++) {
        draw(&job, (enum picture)picture, (uint64_t)width);
        RUN(sse_submit(device, &job));
        RUN(sse_check(device, &job));
    }
    sse_close(device, &job);
    return 0;
}

static int launches(struct ivq_device *device)
{
    static const int sizes[][2] = {{1, 1},   {1, 37},  {41, 1},   {63, 15},
                                   {64, 16}, {65, 17}, {257, 33}, {577, 325}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int deep = 0; deep < 2; deep++)
            for (int direct = 0; direct <= device->info.unified; direct++)
                RUN(sse_of_size(device, deep, direct, sizes[i][0], sizes[i][1]));
    return 0;
}

/* One plan, new pictures every time. */
static int replays(struct ivq_device *device)
{
    enum { TIMES = 40 };
    struct sse_job job;
    RUN(sse_open(device, &job, false, false, 193, 67));
    for (int i = 0; i < TIMES; i++) {
        draw(&job, i % 3 ? NOISE : BLACK_AND_WHITE, (uint64_t)i);
        RUN(sse_submit(device, &job));
        RUN(sse_check(device, &job));
    }
    sse_close(device, &job);
    return 0;
}

/* Several plans are submitted before the first is waited for; then they are waited for in another order. */
static int plans_in_flight(struct ivq_device *device)
{
    enum { JOBS = 6, ROUNDS = 5 };
    struct sse_job jobs[JOBS];
    for (int i = 0; i < JOBS; i++)
        RUN(sse_open(device, &jobs[i], i & 1, false, 200 + 31 * i, 60 + 7 * i));
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < JOBS; i++) {
            draw(&jobs[i], NOISE, (uint64_t)(round * JOBS + i));
            RUN(sse_submit(device, &jobs[i]));
        }
        for (int i = JOBS - 1; i >= 0; i--)
            RUN(sse_check(device, &jobs[(i + round) % JOBS]));
    }
    for (int i = 0; i < JOBS; i++)
        sse_close(device, &jobs[i]);
    return 0;
}

/* A plan that reads what an earlier plan has written. The queue of a GPU keeps them in order by itself; on a
   CPU plans overlap freely, and the first is waited for. */
static int plans_in_order(struct ivq_device *device)
{
    enum { SIZE = 1 << 20, ROUNDS = 16 };
    struct ivq_error error;
    struct ivq_buffer *up, *middle, *down;
    struct ivq_plan *first, *second;
    CHECK_OK(ivq_buffer_create(device, SIZE, IVQ_BUFFER_UPLOAD, &up, &error));
    CHECK_OK(ivq_buffer_create(device, SIZE, IVQ_BUFFER_DEVICE, &middle, &error));
    CHECK_OK(ivq_buffer_create(device, SIZE, IVQ_BUFFER_READBACK, &down, &error));
    const struct ivq_step up_step =
        copy(0, (struct ivq_binding){up, 0, SIZE}, (struct ivq_binding){middle, 0, SIZE});
    const struct ivq_step down_step =
        copy(0, (struct ivq_binding){middle, 0, SIZE}, (struct ivq_binding){down, 0, SIZE});
    CHECK_OK(ivq_plan_create(device, &up_step, 1, &first, &error));
    CHECK_OK(ivq_plan_create(device, &down_step, 1, &second, &error));
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < SIZE / WORD; i++)
            ((uint32_t *)up->host)[i] = round;
        CHECK_OK(ivq_plan_submit(device, first, &error));
        if (device->info.shape == IVQ_SHAPE_CPU || device->info.shape == IVQ_SHAPE_AWKWARD)
            CHECK_OK(ivq_plan_wait(device, first, &error));
        CHECK_OK(ivq_plan_submit(device, second, &error));
        CHECK_OK(ivq_plan_wait(device, second, &error));
        CHECK_OK(ivq_plan_wait(device, first, &error));
        CHECK(all_words(down->host, SIZE, round));
    }
    ivq_plan_destroy(device, first);
    ivq_plan_destroy(device, second);
    ivq_buffer_destroy(device, up);
    ivq_buffer_destroy(device, middle);
    ivq_buffer_destroy(device, down);
    return 0;
}

/* ---- refusals */

static int bad_copies(struct ivq_device *device, struct ivq_buffer *a, struct ivq_buffer *b)
{
    const struct ivq_binding good = {b, 0, 1000};
    const struct ivq_binding bad[] = {
        {NULL, 0, 1000},
        {a, 0, 0},
        {a, 8, 1000},
        {a, ALIGN, a->size},
        {a, 0, 999},
        {a, 4 * ALIGN, 1000},
        {a, SIZE_MAX - ALIGN + 1, 1000},
        {a, ALIGN, SIZE_MAX},
    };
    struct ivq_error error;
    struct ivq_plan *plan;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct ivq_step forth = copy(0, bad[i], good), back = copy(0, good, bad[i]);
        CHECK_REFUSED(IVQ_USAGE, ivq_plan_create(device, &forth, 1, &plan, &error));
        CHECK_REFUSED(IVQ_USAGE, ivq_plan_create(device, &back, 1, &plan, &error));
        CHECK(!plan);
    }
    const struct ivq_step backwards[] = {copy(1, (struct ivq_binding){a, 0, 1000}, good),
                                         copy(0, (struct ivq_binding){a, 0, 1000}, good)};
    CHECK_REFUSED(IVQ_USAGE, ivq_plan_create(device, backwards, 2, &plan, &error));
    return 0;
}

static int bad_launches(struct ivq_device *device, struct ivq_buffer *a, struct ivq_buffer *b)
{
    static const int groups[][2] = {{0, 1}, {1, 0}, {-1, 1}, {65536, 1}, {1, 65536}};
    struct ivq_error error;
    struct ivq_plan *plan;
    struct ivq_step step = {.kind = IVQ_STEP_LAUNCH, .kernel = ivq_kernel_find("sum_tiles")};
    step.bindings[0] = (struct ivq_binding){a, 0, 64};
    step.bindings[1] = (struct ivq_binding){b, 0, 64};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        step.groups_x = groups[i][0];
        step.groups_y = groups[i][1];
        CHECK_REFUSED(IVQ_USAGE, ivq_plan_create(device, &step, 1, &plan, &error));
    }
    step.groups_x = step.groups_y = 1;
    step.bindings[1].buffer = NULL;
    CHECK_REFUSED(IVQ_USAGE, ivq_plan_create(device, &step, 1, &plan, &error));
    return 0;
}

static int refusals(struct ivq_device *device)
{
    struct ivq_error error;
    struct ivq_buffer *a, *b, *none = NULL;
    CHECK_REFUSED(IVQ_USAGE, ivq_buffer_create(device, 0, IVQ_BUFFER_DEVICE, &none, &error));
    CHECK_OK(ivq_buffer_create(device, 4 * ALIGN, IVQ_BUFFER_DEVICE, &a, &error));
    CHECK_OK(ivq_buffer_create(device, 4 * ALIGN, IVQ_BUFFER_DEVICE, &b, &error));
    RUN(bad_copies(device, a, b));
    RUN(bad_launches(device, a, b));
    ivq_buffer_destroy(device, a);
    ivq_buffer_destroy(device, b);
    const struct ivq_kernel left_out = {.name = "left_out", .buffers = 1, .shape[IVQ_SHAPE_GPU] = {1, 1, 1}};
    CHECK_REFUSED(IVQ_DEVICE, ivq_device_prepare(device, &left_out, &error));
    return 0;
}

/* More memory than there is: refused, for whatever kind, and the device goes on working. */
static int too_large(struct ivq_device *device)
{
    static const size_t sizes[] = {(size_t)1 << 50, SIZE_MAX / 2, SIZE_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int kind = IVQ_BUFFER_DEVICE; kind <= IVQ_BUFFER_READBACK; kind++) {
            struct ivq_error error = {0};
            struct ivq_buffer *buffer = NULL;
            const enum ivq_status status =
                ivq_buffer_create(device, sizes[i], (enum ivq_buffer_kind)kind, &buffer, &error);
            CHECK(status == IVQ_DEVICE || status == IVQ_MEMORY);
            CHECK(!buffer && error.status == status && error.text[0]);
        }
    }
    return sse_of_size(device, false, false, 33, 9);
}

static int all_kernels(struct ivq_device *device)
{
    struct ivq_error error;
    int failed = 0;
    for (int i = 0; i < ivq_kernel_count; i++)
        for (int again = 0; again < 2; again++)
            if (ivq_device_prepare(device, &ivq_kernels[i], &error) != IVQ_OK)
                failed += complain(device, __FILE__, __LINE__, ivq_kernels[i].name, &error);
    return failed;
}

const struct device_case device_suite[] = {
    {"identity", identity},
    {"mappings", mappings},
    {"fills", fills},
    {"round trips", round_trips},
    {"stages", stages},
    {"all kernels", all_kernels},
    {"launches", launches},
    {"replays", replays},
    {"plans in flight", plans_in_flight},
    {"plans in order", plans_in_order},
    {"refusals", refusals},
    {"too large", too_large},
    {NULL, NULL},
};

/* ---- two devices at once */

struct side {
    struct ivq_device *device;
    int failed;
};

static void *work(void *argument)
{
    struct side *side = argument;
    side->failed = launches(side->device) + replays(side->device) + plans_in_flight(side->device);
    return NULL;
}

/* Both from one thread: everything is submitted before anything is waited for. */
static int interleaved(struct ivq_device *device, struct ivq_device *other)
{
    struct sse_job jobs[2];
    RUN(sse_open(device, &jobs[0], true, false, 321, 123));
    RUN(sse_open(other, &jobs[1], true, false, 321, 123));
    for (int i = 0; i < 4; i++) {
        draw(&jobs[0], NOISE, (uint64_t)i);
        draw(&jobs[1], NOISE, (uint64_t)i);
        CHECK(jobs[0].expected == jobs[1].expected);
        RUN(sse_submit(device, &jobs[0]));
        RUN(sse_submit(other, &jobs[1]));
        RUN(sse_check(other, &jobs[1]));
        RUN(sse_check(device, &jobs[0]));
    }
    sse_close(device, &jobs[0]);
    sse_close(other, &jobs[1]);
    return 0;
}

int device_suite_pair(struct ivq_device *a, struct ivq_device *b)
{
    struct side sides[2] = {{a, 0}, {b, 0}};
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &sides[1]))
        return complain(b, __FILE__, __LINE__, "no thread", NULL);
    work(&sides[0]);
    pthread_join(thread, NULL);
    return sides[0].failed + sides[1].failed + interleaved(a, b);
}

bool device_suite_has_code(const struct ivq_backend *backend)
{
    const struct ivq_kernel *kernel = &ivq_kernels[0];
    if (!strcmp(backend->name, "vulkan"))
        return kernel->spirv.data != NULL;
    if (!strcmp(backend->name, "cuda"))
        return kernel->ptx.data != NULL;
    if (!strcmp(backend->name, "opencl"))
        return kernel->opencl.data != NULL;
    return true;
}
