#include "device_sse.h"

#include <stdio.h>
#include <string.h>

#include "kernel_params.h"

int complain(const struct ivq_device *device, const char *file, int line, const char *what,
             const struct ivq_error *error)
{
    fprintf(stderr, "%s: %s:%d: %s%s%s\n", device->info.id, file, line, what, error ? ": " : "",
            error ? error->text : "");
    return 1;
}

size_t round_up(size_t size)
{
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

uint32_t random_word(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * 0x2545f4914f6cdd1du >> 32);
}

bool all_words(const void *data, size_t bytes, uint32_t word)
{
    for (size_t i = 0; i + WORD <= bytes; i += WORD)
        if (memcmp((const char *)data + i, &word, WORD) != 0)
            return false;
    return true;
}

struct ivq_step copy(int stage, struct ivq_binding from, struct ivq_binding to)
{
    return (struct ivq_step){.kind = IVQ_STEP_COPY, .stage = stage, .bindings = {from, to}};
}

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

void draw(struct sse_job *job, enum picture picture, uint64_t seed)
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

int sse_open(struct ivq_device *device, struct sse_job *job, bool deep, bool direct, int width, int height)
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

int sse_submit(struct ivq_device *device, const struct sse_job *job)
{
    struct ivq_error error;
    CHECK_OK(ivq_plan_submit(device, job->plan, &error));
    return 0;
}

int sse_check(struct ivq_device *device, const struct sse_job *job)
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

void sse_close(struct ivq_device *device, struct sse_job *job)
{
    ivq_plan_destroy(device, job->plan);
    ivq_buffer_destroy(device, job->up);
    ivq_buffer_destroy(device, job->work);
    ivq_buffer_destroy(device, job->down);
}
