#include "parity/gate_device.h"

#include <stdlib.h>
#include <string.h>

#include "parity/pattern.h"
#include "parity/rules.h"

enum {
    MAX_BUFFERS = 4096, /* of one run: a few for each frame in flight */
    MAX_KERNELS = 1024,
    MAX_REGIONS = 16, /* planes of a pair, with room */
    CHUNKS = 64,      /* of a plane; one of four is replaced */
    NOISE_SEED = 77,
};

struct upload {
    struct ivq_buffer *buffer;
    int frame; /* whose pair lies there; -1: none */
};

struct gate {
    struct ivq_device base;
    struct ivq_backend backend;
    struct ivq_device *real;
    struct ivq_gate_settings settings;
    struct upload uploads[MAX_BUFFERS];
    int upload_count;
    struct ivq_buffer *noise; /* as large as the largest upload buffer; NULL: none yet */
    struct {
        const char *kernel;
        int64_t launches;
    } counts[MAX_KERNELS];
    int count;
};

/* A recorded list, and the same with noise, made when it is first needed. */
struct gate_plan {
    struct ivq_step *steps;
    int count;
    struct ivq_plan *plain, *noisy, *last;
};

static struct gate *of(struct ivq_device *device)
{
    return (struct gate *)device;
}

static struct gate_plan *plan_of(struct ivq_plan *plan)
{
    return (struct gate_plan *)plan;
}

/* --- memory --- */

static enum ivq_status prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                               struct ivq_error *error)
{
    return ivq_device_prepare(of(device)->real, kernel, error);
}

static enum ivq_status buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                     struct ivq_buffer **buffer, struct ivq_error *error)
{
    struct gate *const g = of(device);
    const enum ivq_status status = ivq_buffer_create(g->real, size, kind, buffer, error);
    if (status != IVQ_OK)
        return status;
    if (kind == IVQ_BUFFER_UPLOAD && g->upload_count < MAX_BUFFERS)
        g->uploads[g->upload_count++] = (struct upload){*buffer, -1};
    return ivq_rule_is_on(31) ? ivq_buffer_fill(g->real, *buffer, g->settings.poison, error) : IVQ_OK;
}

static void buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer)
{
    struct gate *const g = of(device);
    for (int i = 0; i < g->upload_count; i++)
        if (g->uploads[i].buffer == buffer)
            g->uploads[i] = g->uploads[--g->upload_count];
    ivq_buffer_destroy(g->real, buffer);
}

static enum ivq_status buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                   struct ivq_error *error)
{
    return ivq_buffer_fill(of(device)->real, buffer, word, error);
}

static struct upload *find_upload(struct gate *g, const struct ivq_buffer *buffer)
{
    for (int i = 0; i < g->upload_count; i++)
        if (g->uploads[i].buffer == buffer)
            return &g->uploads[i];
    return NULL;
}

/* --- noise --- */

static enum ivq_status make_noise(struct gate *g, size_t size, struct ivq_error *error)
{
    if (g->noise && g->noise->size >= size)
        return IVQ_OK;
    ivq_buffer_destroy(g->real, g->noise);
    g->noise = NULL;
    const enum ivq_status status = ivq_buffer_create(g->real, size, IVQ_BUFFER_UPLOAD, &g->noise, error);
    if (status != IVQ_OK)
        return status;
    const uint32_t largest = (1u << g->settings.depth) - 1;
    uint8_t *const bytes = g->noise->host;
    for (size_t i = 0; i + 1 < size; i += 2) {
        const uint32_t h = ivq_pattern_hash(NOISE_SEED, (uint32_t)i, 0, 0);
        const uint16_t sample = (uint16_t)(g->settings.depth > 8 ? h & largest : h & 0xffff);
        memcpy(bytes + i, &sample, sizeof sample);
    }
    return IVQ_OK;
}

/* The pair's buffer: of those that a list reads, the one with the newest frame. */
static const struct upload *newest(struct gate *g, const struct gate_plan *plan)
{
    const struct upload *best = NULL;
    for (int i = 0; i < plan->count; i++) {
        const struct ivq_step *const s = &plan->steps[i];
        const int bindings = s->kind == IVQ_STEP_COPY ? 1 : s->kernel->buffers;
        for (int n = 0; n < bindings; n++) {
            const struct upload *const found = find_upload(g, s->bindings[n].buffer);
            if (found && (!best || found->frame > best->frame))
                best = found;
        }
    }
    return best;
}

static size_t chunk_size(size_t size)
{
    const size_t even = size / CHUNKS / IVQ_BUFFER_ALIGN * IVQ_BUFFER_ALIGN;
    return even ? even : IVQ_BUFFER_ALIGN;
}

static int chunk_count(size_t size)
{
    return (int)((size + chunk_size(size) - 1) / chunk_size(size));
}

/* One of every four, at least one. */
static bool is_replaced(size_t offset, int chunk, int count)
{
    const int group = chunk / 4;
    int chosen = 4 * group + (int)(ivq_pattern_hash(NOISE_SEED, (uint32_t)offset, (uint32_t)group, 1) & 3);
    if (chosen >= count)
        chosen = count - 1;
    return chunk == chosen;
}

/* Adds copies to `to` in chunks: from noise where a chunk is replaced, and otherwise from `from`, which may
   be NULL: nothing. Returns how many. */
static int add_chunks(const struct gate *g, const struct ivq_binding *from, const struct ivq_binding *to,
                      struct ivq_step *steps)
{
    const size_t chunk = chunk_size(to->size);
    const int chunks = chunk_count(to->size);
    int count = 0;
    for (int i = 0; i < chunks; i++) {
        const size_t at = (size_t)i * chunk, size = i + 1 < chunks ? chunk : to->size - at;
        const bool replaced = is_replaced(to->offset, i, chunks);
        if (!replaced && !from)
            continue;
        struct ivq_step *const s = &steps[count++];
        s->kind = IVQ_STEP_COPY;
        s->bindings[0] = (struct ivq_binding){replaced ? g->noise : from->buffer,
                                              (from ? from->offset : to->offset) + at, size};
        s->bindings[1] = (struct ivq_binding){to->buffer, to->offset + at, size};
    }
    return count;
}

static bool is_region(const struct ivq_binding *regions, int count, const struct ivq_binding *b)
{
    for (int i = 0; i < count; i++)
        if (regions[i].offset == b->offset)
            return true;
    return false;
}

/* The planes in the pair's buffer that launches read themselves. */
static int find_regions(const struct gate_plan *plan, const struct ivq_buffer *pair,
                        struct ivq_binding *regions)
{
    int count = 0;
    for (int i = 0; i < plan->count; i++) {
        const struct ivq_step *const s = &plan->steps[i];
        for (int n = 0; s->kind == IVQ_STEP_LAUNCH && n < s->kernel->buffers; n++)
            if (s->bindings[n].buffer == pair && count < MAX_REGIONS &&
                !is_region(regions, count, &s->bindings[n]))
                regions[count++] = s->bindings[n];
    }
    return count;
}

/* The list with noise: first what replaces samples in place, then its steps, its uploads in chunks. */
static int add_noise(const struct gate *g, const struct gate_plan *plan, const struct ivq_buffer *pair,
                     struct ivq_step *steps)
{
    struct ivq_binding regions[MAX_REGIONS];
    const int region_count = find_regions(plan, pair, regions);
    int count = 0;
    for (int i = 0; i < region_count; i++)
        count += add_chunks(g, NULL, &regions[i], &steps[count]);
    for (int i = 0; i < plan->count; i++) {
        const struct ivq_step *const s = &plan->steps[i];
        if (s->kind == IVQ_STEP_COPY && s->bindings[0].buffer == pair)
            count += add_chunks(g, &s->bindings[0], &s->bindings[1], &steps[count]);
        else
            steps[count++] = *s;
    }
    steps[0].urgent = plan->steps[0].urgent;
    return count;
}

static enum ivq_status make_noisy(struct gate *g, struct gate_plan *plan, const struct upload *pair,
                                  struct ivq_error *error)
{
    enum { MORE = (MAX_REGIONS + 8) * (2 * CHUNKS + 2) };
    struct ivq_step *const steps = calloc((size_t)plan->count + MORE, sizeof *steps);
    enum ivq_status status =
        steps ? make_noise(g, pair->buffer->size, error) : ivq_fail_memory(error, "the canary");
    if (status == IVQ_OK)
        status =
            ivq_plan_create(g->real, steps, add_noise(g, plan, pair->buffer, steps), &plan->noisy, error);
    free(steps);
    return status;
}

/* --- lists --- */

static void plan_destroy(struct ivq_device *device, struct ivq_plan *destroyed)
{
    struct gate_plan *const plan = plan_of(destroyed);
    ivq_plan_destroy(of(device)->real, plan->plain);
    ivq_plan_destroy(of(device)->real, plan->noisy);
    free(plan->steps);
    free(plan);
}

static enum ivq_status plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                   struct ivq_plan **created, struct ivq_error *error)
{
    struct gate_plan *const plan = calloc(1, sizeof *plan);
    *created = (struct ivq_plan *)plan;
    if (plan)
        plan->steps = calloc((size_t)count + 1, sizeof *steps);
    if (!plan || !plan->steps) {
        free(plan);
        *created = NULL;
        return ivq_fail_memory(error, "a launch list");
    }
    memcpy(plan->steps, steps, (size_t)count * sizeof *steps);
    plan->count = count;
    const enum ivq_status status = ivq_plan_create(of(device)->real, steps, count, &plan->plain, error);
    if (status == IVQ_OK)
        return IVQ_OK;
    plan_destroy(device, *created);
    *created = NULL;
    return status;
}

static void count_launches(struct gate *g, const struct gate_plan *plan)
{
    for (int i = 0; i < plan->count; i++) {
        int k = 0;
        if (plan->steps[i].kind != IVQ_STEP_LAUNCH)
            continue;
        while (k < g->count && strcmp(g->counts[k].kernel, plan->steps[i].kernel->name) != 0)
            k++;
        if (k == MAX_KERNELS)
            continue;
        g->count += k == g->count;
        g->counts[k].kernel = plan->steps[i].kernel->name;
        g->counts[k].launches++;
    }
}

static enum ivq_status submit(struct ivq_device *device, struct ivq_plan *submitted, struct ivq_error *error)
{
    struct gate *const g = of(device);
    struct gate_plan *const plan = plan_of(submitted);
    const struct upload *const pair = g->settings.canary ? newest(g, plan) : NULL;
    const bool noisy = pair && pair->frame >= 0 && pair->frame % 2;
    enum ivq_status status = IVQ_OK;
    if (noisy && !plan->noisy)
        status = make_noisy(g, plan, pair, error);
    if (status != IVQ_OK)
        return status;
    plan->last = noisy ? plan->noisy : plan->plain;
    status = ivq_plan_submit(g->real, plan->last, error);
    if (status == IVQ_OK)
        count_launches(g, plan);
    return status;
}

static enum ivq_status wait_for(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    const struct gate_plan *const p = plan_of(plan);
    return ivq_plan_wait(of(device)->real, p->last ? p->last : p->plain, error);
}

static double plan_seconds(struct ivq_device *device, struct ivq_plan *plan)
{
    const struct gate_plan *const p = plan_of(plan);
    return ivq_plan_seconds(of(device)->real, p->last ? p->last : p->plain);
}

static void close_gate(struct ivq_device *device)
{
    ivq_buffer_destroy(of(device)->real, of(device)->noise);
    free(of(device));
}

struct ivq_device *ivq_gate_device(struct ivq_device *real, const struct ivq_gate_settings *settings)
{
    struct gate *const g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->base = *real;
    g->base.backend = &g->backend;
    g->real = real;
    g->settings = *settings;
    g->backend = (struct ivq_backend){.name = real->backend->name,
                                      .without_driver = real->backend->without_driver,
                                      .close = close_gate,
                                      .prepare = prepare,
                                      .buffer_create = buffer_create,
                                      .buffer_destroy = buffer_destroy,
                                      .buffer_fill = buffer_fill,
                                      .plan_create = plan_create,
                                      .plan_destroy = plan_destroy,
                                      .submit = submit,
                                      .wait = wait_for,
                                      .plan_seconds = plan_seconds};
    return &g->base;
}

void ivq_gate_device_lent(struct ivq_device *gate, const void *samples, int frame)
{
    struct gate *const g = of(gate);
    for (int i = 0; i < g->upload_count; i++) {
        const char *const start = g->uploads[i].buffer->host;
        if ((const char *)samples >= start && (const char *)samples < start + g->uploads[i].buffer->size)
            g->uploads[i].frame = frame;
    }
}

const char *ivq_gate_device_launches(const struct ivq_device *gate, int index, int64_t *launches)
{
    const struct gate *const g = (const struct gate *)gate;
    if (index < 0 || index >= g->count)
        return NULL;
    *launches = g->counts[index].launches;
    return g->counts[index].kernel;
}
