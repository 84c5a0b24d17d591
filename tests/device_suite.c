#include "device_suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_params.h"

#define POISON 0xa5c33c5au
enum { ALIGN = IVQ_BUFFER_ALIGN, WORD = 4 };

/* Ends a test function at the first check that fails; what it holds is then leaked. */
#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            return complain(device, __LINE__, #condition, NULL);                                             \
    } while (0)
#define CHECK_OK(call)                                                                                       \
    do {                                                                                                     \
        if ((call) != IVQ_OK)                                                                                \
            return complain(device, __LINE__, #call, &error);                                                \
    } while (0)
/* Refused, with this status and some text that says why. */
#define CHECK_REFUSED(expected, call)                                                                        \
    do {                                                                                                     \
        error.text[0] = '\0';                                                                                \
        if ((call) != (expected) || error.status != (expected) || !error.text[0])                            \
            return complain(device, __LINE__, #call, &error);                                                \
    } while (0)
#define RUN(call)                                                                                            \
    do {                                                                                                     \
        const int run_failed = (call);                                                                       \
        if (run_failed)                                                                                      \
            return run_failed;                                                                               \
    } while (0)

static int complain(const struct ivq_device *device, int line, const char *what,
                    const struct ivq_error *error)
{
    fprintf(stderr, "%s: device_suite.c:%d: %s%s%s\n", device->info.id, line, what, error ? ": " : "",
            error ? error->text : "");
    return 1;
}

static size_t round_up(size_t size)
{
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

/* xorshift64*: the same pictures on every machine. */
static uint32_t random_word(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * 0x2545f4914f6cdd1du >> 32);
}

static bool all_words(const void *data, size_t bytes, uint32_t word)
{
    for (size_t i = 0; i + WORD <= bytes; i += WORD)
        if (memcmp((const char *)data + i, &word, WORD) != 0)
            return false;
    return true;
}

static struct ivq_step copy(int stage, struct ivq_binding from, struct ivq_binding to)
{
    return (struct ivq_step){.kind = IVQ_STEP_COPY, .stage = stage, .bindings = {from, to}};
}

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

/* ---- launches: the squared difference of two planes, held against a plain sum */

enum picture { NOISE, BLACK_AND_WHITE, EQUAL, LAST_SAMPLE, PICTURES };

struct sse_job {
    const struct ivq_kernel *kernel, *sum;
    int width, height, stride;
    size_t sample, plane; /* bytes of one sample, and of one plane */
    bool direct;          /* unified devices: no copies */
    struct ivq_buffer *up, *work, *down;
    struct ivq_binding ref, dis, part, total;
    struct ivq_step steps[6];
    int step_count;
    struct ivq_plan *plan;
    uint64_t expected;
};

static int tiles_across(int size, int tile)
{
    return (size + tile - 1) / tile;
}

static void store_sample(const struct sse_job *job, void *plane, size_t at, uint32_t value)
{
    if (job->sample == 1)
        ((uint8_t *)plane)[at] = (uint8_t)value;
    else
        ((uint16_t *)plane)[at] = (uint16_t)value;
}

static uint32_t load_sample(const struct sse_job *job, const void *plane, size_t at)
{
    return job->sample == 1 ? ((const uint8_t *)plane)[at] : ((const uint16_t *)plane)[at];
}

/* New pictures into the upload buffer, and the sum that has to come out. Columns beyond the width are noise
   that must not count. */
static void draw(struct sse_job *job, enum picture picture, uint64_t seed)
{
    const uint32_t peak = job->sample == 1 ? 255 : 65535;
    const size_t samples = job->plane / job->sample;
    char *ref = (char *)job->up->host, *dis = ref + round_up(job->plane);
    uint64_t state = seed + 1;
    job->expected = 0;
    for (size_t at = 0; at < samples; at++) {
        const size_t x = at % (size_t)job->stride, y = at / (size_t)job->stride;
        const bool inside = x < (size_t)job->width;
        const bool last = x == (size_t)job->width - 1 && y == (size_t)job->height - 1;
        uint32_t a = random_word(&state) & peak, b = random_word(&state) & peak;
        if (picture != NOISE && inside) {
            a = picture == BLACK_AND_WHITE ? 0 : a;
            b = picture == BLACK_AND_WHITE ? peak : picture == LAST_SAMPLE && last ? a ^ 1 : a;
        }
        store_sample(job, ref, at, a);
        store_sample(job, dis, at, b);
    }
    for (size_t y = 0; y < (size_t)job->height; y++) {
        for (size_t x = 0; x < (size_t)job->width; x++) {
            const size_t at = y * (size_t)job->stride + x;
            const int64_t d = (int64_t)load_sample(job, ref, at) - (int64_t)load_sample(job, dis, at);
            job->expected += (uint64_t)(d * d);
        }
    }
}

/* Where everything lies: planes, tile sums and total, with guards of ALIGN bytes in between. What comes back
   is the work buffer from the first guard on. */
static int place(struct ivq_device *device, struct sse_job *job, int tiles)
{
    const size_t part = (size_t)tiles * sizeof(uint64_t);
    const size_t part_at = 2 * round_up(job->plane) + ALIGN, total_at = part_at + round_up(part) + ALIGN;
    const size_t end = total_at + 2 * ALIGN;
    struct ivq_error error;
    CHECK_OK(ivq_buffer_create(device, 2 * round_up(job->plane), IVQ_BUFFER_UPLOAD, &job->up, &error));
    CHECK_OK(ivq_buffer_create(device, end, IVQ_BUFFER_DEVICE, &job->work, &error));
    CHECK_OK(ivq_buffer_create(device, end, IVQ_BUFFER_READBACK, &job->down, &error));
    CHECK_OK(ivq_buffer_fill(device, job->work, POISON, &error));
    CHECK_OK(ivq_buffer_fill(device, job->down, ~POISON, &error));
    struct ivq_buffer *const pictures = job->direct ? job->up : job->work;
    struct ivq_buffer *const results = job->direct ? job->down : job->work;
    job->ref = (struct ivq_binding){pictures, 0, job->plane};
    job->dis = (struct ivq_binding){pictures, round_up(job->plane), job->plane};
    job->part = (struct ivq_binding){results, part_at, part};
    job->total = (struct ivq_binding){results, total_at, sizeof(uint64_t)};
    return 0;
}

static void add_copies_up(struct sse_job *job)
{
    const size_t room = round_up(job->plane);
    job->steps[job->step_count++] = copy(0, (struct ivq_binding){job->up, 0, job->plane}, job->ref);
    job->steps[job->step_count++] = copy(0, (struct ivq_binding){job->up, room, job->plane}, job->dis);
}

static void add_launches(struct sse_job *job, int tiles_x, int tiles_y)
{
    const struct psnr_sse_params sse = {.width = job->width, .height = job->height, .stride = job->stride};
    const struct sum_tiles_params sum = {.tiles = tiles_x * tiles_y, .values = 1};
    struct ivq_step *launch = &job->steps[job->step_count++];
    *launch = (struct ivq_step){.kind = IVQ_STEP_LAUNCH,
                                .stage = 1,
                                .kernel = job->kernel,
                                .groups_x = tiles_x,
                                .groups_y = tiles_y,
                                .bindings = {job->ref, job->dis, job->part}};
    memcpy(launch->params, &sse, sizeof sse);
    launch = &job->steps[job->step_count++];
    *launch = (struct ivq_step){.kind = IVQ_STEP_LAUNCH,
                                .stage = 2,
                                .kernel = job->sum,
                                .groups_x = 1,
                                .groups_y = 1,
                                .bindings = {job->part, job->total}};
    memcpy(launch->params, &sum, sizeof sum);
}

static void add_copy_down(struct sse_job *job)
{
    const size_t from = 2 * round_up(job->plane), size = job->work->size - from;
    job->steps[job->step_count++] =
        copy(3, (struct ivq_binding){job->work, from, size}, (struct ivq_binding){job->down, from, size});
}

static int sse_open(struct ivq_device *device, struct sse_job *job, bool deep, bool direct, int width,
                    int height)
{
    struct ivq_error error;
    *job = (struct sse_job){.width = width, .height = height, .stride = width + 3, .direct = direct};
    job->kernel = ivq_kernel_find(deep ? "psnr_sse_u16" : "psnr_sse_u8");
    job->sum = ivq_kernel_find("sum_tiles");
    CHECK(job->kernel && job->sum);
    job->sample = deep ? 2 : 1;
    job->plane = (size_t)job->stride * (size_t)height * job->sample;
    CHECK_OK(ivq_device_prepare(device, job->kernel, &error));
    CHECK_OK(ivq_device_prepare(device, job->sum, &error));
    const struct ivq_tile_shape *tile = ivq_device_tile(device, job->kernel);
    const int tiles_x = tiles_across(width, tile->w), tiles_y = tiles_across(height, tile->h);
    RUN(place(device, job, tiles_x * tiles_y));
    if (!direct)
        add_copies_up(job);
    add_launches(job, tiles_x, tiles_y);
    if (!direct)
        add_copy_down(job);
    CHECK_OK(ivq_plan_create(device, job->steps, job->step_count, &job->plan, &error));
    memset(job->steps, 0xff, sizeof job->steps); /* a plan keeps copies */
    return 0;
}

static int sse_submit(struct ivq_device *device, const struct sse_job *job)
{
    struct ivq_error error;
    CHECK_OK(ivq_plan_submit(device, job->plan, &error));
    return 0;
}

/* Waits; then the total, and that nothing was written around it and around the tile sums. */
static int sse_check(struct ivq_device *device, const struct sse_job *job)
{
    struct ivq_error error;
    uint64_t total;
    CHECK_OK(ivq_plan_wait(device, job->plan, &error));
    const char *base = job->down->host;
    const uint32_t untouched = job->direct ? ~POISON : POISON;
    memcpy(&total, base + job->total.offset, sizeof total);
    if (total != job->expected)
        fprintf(stderr, "%s %d x %d: %llu instead of %llu\n", job->kernel->name, job->width, job->height,
                (unsigned long long)total, (unsigned long long)job->expected);
    CHECK(total == job->expected);
    const size_t before = 2 * round_up(job->plane), part_end = job->part.offset + job->part.size;
    const size_t total_end = job->total.offset + sizeof total;
    CHECK(all_words(base + before, job->part.offset - before, untouched));
    CHECK(all_words(base + part_end, job->total.offset - part_end, untouched));
    CHECK(all_words(base + total_end, job->down->size - total_end, untouched));
    const double seconds = ivq_plan_seconds(device, job->plan);
    CHECK(seconds < 60);
    return 0;
}

static void sse_close(struct ivq_device *device, struct sse_job *job)
{
    ivq_plan_destroy(device, job->plan);
    ivq_buffer_destroy(device, job->up);
    ivq_buffer_destroy(device, job->work);
    ivq_buffer_destroy(device, job->down);
}

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
                failed += complain(device, __LINE__, ivq_kernels[i].name, &error);
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
        return complain(b, __LINE__, "no thread", NULL);
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
