/* The CPU as a device: a pool of threads that take rows of tiles from the plans submitted, oldest plan first.
   A thread that finds no row left in the current stage of one plan works on the next plan, so that neither
   the end of a stage nor a small frame leaves threads idle. The thread that waits works as well: one thread
   means no other thread. */
#include "device/cpu/cpu.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"

enum { WORKER_STACK = 4 << 20 }; /* tiles live on the stack: the largest takes some hundred KB */

struct cpu_step {
    const struct ivq_step *step;
    void *buffers[IVQ_KERNEL_MAX_BUFFERS];
    int rows; /* chunks of work: rows of tiles, or 1 for a copy */
};

struct ivq_plan {
    struct ivq_step *steps;
    struct cpu_step *work;
    int count;
    bool urgent;
    /* The rest is guarded by the device's lock. */
    int stage;       /* that runs now, */
    int stage_end;   /* with the steps before this one, */
    int follows;     /* once older plans are past this stage */
    int step, row;   /* the next chunk to hand out; step == stage_end: none left in this stage */
    int outstanding; /* chunks handed out and not finished */
    bool running;
    double started, seconds;
    struct ivq_plan *next; /* in the queue */
};

struct cpu_device {
    struct ivq_device base;
    int level;
    int workers;
    pthread_t *threads;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a chunk may be had, or a plan is over */
    bool quit;
    struct ivq_plan *queue; /* submitted and not over: urgent ones, then the others, each oldest first */
};

struct chunk {
    struct ivq_plan *plan;
    struct cpu_step *work;
    int row;
};

static struct cpu_device *of(struct ivq_device *device)
{
    return (struct cpu_device *)device;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run_chunk(const struct cpu_device *cpu, const struct chunk *chunk)
{
    const struct ivq_step *step = chunk->work->step;
    if (step->kind == IVQ_STEP_COPY) {
        memcpy(chunk->work->buffers[1], chunk->work->buffers[0], step->bindings[0].size);
        return;
    }
    ivq_tile_function *const tile = step->kernel->cpu[cpu->level];
    for (int x = 0; x < step->groups_x; x++)
        tile(step->params, chunk->work->buffers, x, chunk->row, step->groups_x);
}

/* Lets the steps of the stage that begins at `step` run. */
static void open_stage(struct ivq_plan *plan)
{
    plan->stage = plan->steps[plan->step].stage;
    plan->stage_end = plan->step;
    plan->follows = 0;
    while (plan->stage_end < plan->count && plan->steps[plan->stage_end].stage == plan->stage) {
        const int follows = plan->steps[plan->stage_end++].follows;
        plan->follows = follows > plan->follows ? follows : plan->follows;
    }
}

/* The lock is held. */
static void claim_of(struct ivq_plan *plan, struct chunk *chunk)
{
    *chunk = (struct chunk){plan, &plan->work[plan->step], plan->row};
    plan->outstanding++;
    if (++plan->row == plan->work[plan->step].rows) {
        plan->row = 0;
        plan->step++;
    }
}

/* The next chunk of any plan, in the order of the queue. The lock is held. */
static bool claim(struct cpu_device *cpu, struct chunk *chunk)
{
    int reached = INT_MAX; /* the stage of the plan that is least far, of those before */
    for (struct ivq_plan *plan = cpu->queue; plan; plan = plan->next) {
        if (plan->step < plan->stage_end && plan->follows < reached) {
            claim_of(plan, chunk);
            return true;
        }
        if (!plan->urgent && plan->stage < reached)
            reached = plan->stage;
    }
    return false;
}

static void remove_from_queue(struct cpu_device *cpu, struct ivq_plan *plan)
{
    struct ivq_plan **link = &cpu->queue;
    while (*link != plan)
        link = &(*link)->next;
    *link = plan->next;
}

/* The lock is held. */
static void finish_chunk(struct cpu_device *cpu, struct ivq_plan *plan)
{
    if (--plan->outstanding || plan->step < plan->stage_end)
        return;
    if (plan->step == plan->count) {
        plan->running = false;
        plan->seconds = now() - plan->started;
        remove_from_queue(cpu, plan);
    } else {
        open_stage(plan);
    }
    pthread_cond_broadcast(&cpu->changed);
}

/* Works until there is nothing to do (a worker) or `until` is over (the thread that waits for it). */
static void work(struct cpu_device *cpu, const struct ivq_plan *until)
{
    pthread_mutex_lock(&cpu->lock);
    while (until ? until->running : !cpu->quit) {
        struct chunk chunk;
        if (!claim(cpu, &chunk)) {
            pthread_cond_wait(&cpu->changed, &cpu->lock);
            continue;
        }
        pthread_mutex_unlock(&cpu->lock);
        run_chunk(cpu, &chunk);
        pthread_mutex_lock(&cpu->lock);
        finish_chunk(cpu, chunk.plan);
    }
    pthread_mutex_unlock(&cpu->lock);
}

static void *worker(void *cpu)
{
    work(cpu, NULL);
    return NULL;
}

static void processor_name(char *name, size_t size)
{
    snprintf(name, size, "CPU");
    FILE *f = fopen("/proc/cpuinfo", "r");
    if (!f)
        return;
    char line[256];
    while (fgets(line, sizeof line, f)) {
        const char *value = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !value)
            continue;
        snprintf(name, size, "%s", value + 2);
        name[strcspn(name, "\n")] = 0;
        break;
    }
    fclose(f);
}

static void describe(int level, struct ivq_device_info *info)
{
    *info = (struct ivq_device_info){.type = IVQ_TYPE_CPU, .unified = true, .index = level};
    info->shape = level == IVQ_CPU_AWKWARD ? IVQ_SHAPE_AWKWARD : IVQ_SHAPE_CPU;
    snprintf(info->id, sizeof info->id, "cpu:%s", ivq_cpu_level_name(level));
    snprintf(info->driver, sizeof info->driver, "isovq");
    processor_name(info->name, sizeof info->name);
}

static enum ivq_status cpu_list(struct ivq_device_info *infos, int max, int *count, struct ivq_error *error)
{
    (void)error;
    *count = 0;
    for (int level = IVQ_CPU_AWKWARD - 1; level >= 0; level--)
        if (ivq_cpu_level_usable(level) && *count < max)
            describe(level, &infos[(*count)++]);
    return IVQ_OK;
}

static void end_workers(struct cpu_device *cpu)
{
    pthread_mutex_lock(&cpu->lock);
    cpu->quit = true;
    pthread_cond_broadcast(&cpu->changed);
    pthread_mutex_unlock(&cpu->lock);
    for (int i = 0; i < cpu->workers; i++)
        pthread_join(cpu->threads[i], NULL);
    pthread_cond_destroy(&cpu->changed);
    pthread_mutex_destroy(&cpu->lock);
}

/* Of an inherited device the threads are not here, and may have held the lock when the process was forked. */
static void cpu_close(struct ivq_device *device)
{
    struct cpu_device *cpu = of(device);
    if (!ivq_device_is_inherited(device))
        end_workers(cpu);
    free(cpu->threads);
    free(cpu);
}

/* Fewer workers than asked for are enough: the thread that waits works too. They take no signals, which
   belong to threads of the caller's. */
static void start_workers(struct cpu_device *cpu, int wanted)
{
    cpu->threads = calloc((size_t)wanted + 1, sizeof *cpu->threads);
    if (!cpu->threads)
        return;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, WORKER_STACK);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (cpu->workers < wanted && !pthread_create(&cpu->threads[cpu->workers], &attributes, worker, cpu))
        cpu->workers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

static enum ivq_status cpu_open(const struct ivq_device_params *params, struct ivq_device **device,
                                struct ivq_error *error)
{
    const int level = params->cpu_level >= 0 ? params->cpu_level : ivq_cpu_level_best(params->cpumask);
    if (level >= IVQ_CPU_LEVELS || !ivq_cpu_level_usable(level))
        return ivq_device_fail_absent(
            &ivq_backend_cpu, level < IVQ_CPU_LEVELS ? ivq_cpu_level_name(level) : "?", IVQ_DEVICE, error);
    struct cpu_device *cpu = calloc(1, sizeof *cpu);
    if (!cpu)
        return ivq_fail_memory(error, "a CPU device");
    cpu->base.backend = &ivq_backend_cpu;
    cpu->level = level;
    describe(level, &cpu->base.info);
    pthread_mutex_init(&cpu->lock, NULL);
    pthread_cond_init(&cpu->changed, NULL);
    start_workers(cpu, (params->threads > 0 ? params->threads : ivq_limits_processors()) - 1);
    cpu->base.info.workers = 1 + cpu->workers;
    *device = &cpu->base;
    return IVQ_OK;
}

static enum ivq_status cpu_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                   struct ivq_error *error)
{
    if (kernel->cpu[of(device)->level])
        return IVQ_OK;
    return ivq_fail(error, IVQ_DEVICE, "%s: kernel %s was left out of this build", device->info.id,
                    kernel->name);
}

static enum ivq_status cpu_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                         struct ivq_buffer **buffer, struct ivq_error *error)
{
    struct ivq_buffer *b = calloc(1, sizeof *b);
    const size_t rounded = (size + IVQ_BUFFER_ALIGN - 1) / IVQ_BUFFER_ALIGN * IVQ_BUFFER_ALIGN;
    void *const host = b && rounded >= size ? aligned_alloc(IVQ_BUFFER_ALIGN, rounded) : NULL;
    if (!host) {
        free(b);
        return ivq_fail(error, IVQ_MEMORY, "%s: out of memory for a buffer of %zu bytes", device->info.id,
                        size);
    }
    *b = (struct ivq_buffer){size, kind, host};
    *buffer = b;
    return IVQ_OK;
}

static void cpu_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer)
{
    (void)device;
    free(buffer->host);
    free(buffer);
}

static enum ivq_status cpu_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                       struct ivq_error *error)
{
    (void)device;
    (void)error;
    for (size_t i = 0; i + sizeof word <= buffer->size; i += sizeof word)
        memcpy((char *)buffer->host + i, &word, sizeof word);
    return IVQ_OK;
}

static void cpu_plan_destroy(struct ivq_device *device, struct ivq_plan *plan)
{
    (void)device;
    free(plan->steps);
    free(plan->work);
    free(plan);
}

static void resolve(const struct ivq_step *step, struct cpu_step *work)
{
    const int bindings = step->kind == IVQ_STEP_COPY ? 2 : step->kernel->buffers;
    for (int n = 0; n < bindings; n++)
        work->buffers[n] = (char *)step->bindings[n].buffer->host + step->bindings[n].offset;
    work->step = step;
    work->rows = step->kind == IVQ_STEP_COPY ? 1 : step->groups_y;
}

static enum ivq_status cpu_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                       struct ivq_plan **plan, struct ivq_error *error)
{
    struct ivq_plan *p = calloc(1, sizeof *p);
    if (p) {
        p->steps = calloc((size_t)count + 1, sizeof *p->steps);
        p->work = calloc((size_t)count + 1, sizeof *p->work);
    }
    if (!p || !p->steps || !p->work) {
        if (p)
            cpu_plan_destroy(device, p);
        return ivq_fail_memory(error, "a launch list");
    }
    p->count = count;
    p->urgent = count && steps[0].urgent;
    for (int i = 0; i < count; i++) {
        p->steps[i] = steps[i];
        resolve(&p->steps[i], &p->work[i]);
    }
    *plan = p;
    return IVQ_OK;
}

static enum ivq_status cpu_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    (void)error;
    struct cpu_device *cpu = of(device);
    if (!plan->count)
        return IVQ_OK;
    pthread_mutex_lock(&cpu->lock);
    plan->step = plan->row = plan->outstanding = 0;
    plan->started = now();
    plan->running = true;
    open_stage(plan);
    struct ivq_plan **place = &cpu->queue;
    while (*place && (!plan->urgent || (*place)->urgent))
        place = &(*place)->next;
    plan->next = *place;
    *place = plan;
    pthread_cond_broadcast(&cpu->changed);
    pthread_mutex_unlock(&cpu->lock);
    return IVQ_OK;
}

static enum ivq_status cpu_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    (void)error;
    work(of(device), plan);
    return IVQ_OK;
}

static double cpu_plan_seconds(struct ivq_device *device, struct ivq_plan *plan)
{
    (void)device;
    return plan->seconds;
}

const struct ivq_backend ivq_backend_cpu = {
    .name = "cpu",
    .without_driver = true,
    .list = cpu_list,
    .open = cpu_open,
    .close = cpu_close,
    .prepare = cpu_prepare,
    .buffer_create = cpu_buffer_create,
    .buffer_destroy = cpu_buffer_destroy,
    .buffer_fill = cpu_buffer_fill,
    .plan_create = cpu_plan_create,
    .plan_destroy = cpu_plan_destroy,
    .submit = cpu_submit,
    .wait = cpu_wait,
    .plan_seconds = cpu_plan_seconds,
};
