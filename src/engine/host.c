/* Host stages: threads that take what the passes of a frame returned, for several frames at once. Scores are
   taken in the order of frames by the thread that uses the session, which works as well while it waits. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "engine/session_impl.h"

#include "base/limits.h"

enum { MOST_THREADS = 16 };

struct job {
    int instance, frame;
};

struct ivq_host {
    struct ivq_session *session;
    pthread_t threads[MOST_THREADS];
    int count;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a job may be had, or a frame is over */
    bool quit;
    struct job *jobs; /* a ring, with room for all frames in flight */
    int room, first, queued;
    int *left; /* [slot]: jobs of the frame that are not over */
};

static bool has_stages(const struct ivq_session *s)
{
    for (int i = 0; i < s->instance_count; i++)
        if (s->instances[i].metric->host)
            return true;
    return false;
}

int ivq_session_host_threads(const struct ivq_session *s)
{
    const int workers = s->params.device->info.workers;
    const int threads = (workers ? workers : ivq_limits_processors()) - 1;
    return !has_stages(s) ? 0 : threads < MOST_THREADS ? threads : MOST_THREADS;
}

static void run(struct ivq_session *s, const struct job *job)
{
    struct ivq_instance *const instance = &s->instances[job->instance];
    const size_t slot = (size_t)(job->frame % s->memory.slots);
    instance->metric->host(instance->options, &s->params.format,
                           instance->results + slot * (size_t)instance->result_count,
                           instance->made + slot * instance->metric->made_size);
}

/* Takes one job, if there is one. The lock is held, but not while the job runs. */
static bool work(struct ivq_host *host)
{
    if (!host->queued)
        return false;
    const struct job job = host->jobs[host->first];
    host->first = (host->first + 1) % host->room;
    host->queued--;
    pthread_mutex_unlock(&host->lock);
    run(host->session, &job);
    pthread_mutex_lock(&host->lock);
    if (!--host->left[job.frame % host->session->memory.slots])
        pthread_cond_broadcast(&host->changed);
    return true;
}

static void *worker(void *opaque)
{
    struct ivq_host *const host = opaque;
    pthread_mutex_lock(&host->lock);
    while (!host->quit)
        if (!work(host))
            pthread_cond_wait(&host->changed, &host->lock);
    pthread_mutex_unlock(&host->lock);
    return NULL;
}

/* Fewer threads than wanted are enough. They take no signals, which belong to threads of the caller's. */
static void start_threads(struct ivq_host *host, int wanted)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (host->count < wanted && !pthread_create(&host->threads[host->count], NULL, worker, host))
        host->count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum ivq_status ivq_session_start_host(struct ivq_session *s, struct ivq_error *error)
{
    if (!has_stages(s))
        return IVQ_OK;
    struct ivq_host *const host = calloc(1, sizeof *host);
    if (!host)
        return ivq_fail_memory(error, "host stages");
    s->host = host;
    host->session = s;
    host->room = s->memory.slots * s->instance_count;
    host->jobs = calloc((size_t)host->room, sizeof *host->jobs);
    host->left = calloc((size_t)s->memory.slots, sizeof *host->left);
    pthread_mutex_init(&host->lock, NULL);
    pthread_cond_init(&host->changed, NULL);
    if (!host->jobs || !host->left)
        return ivq_fail_memory(error, "host stages");
    start_threads(host, ivq_session_host_threads(s));
    return IVQ_OK;
}

/* Of an inherited session the threads are not here, and may have held the lock when the process was forked.
 */
void ivq_session_end_host(struct ivq_session *s)
{
    struct ivq_host *const host = s->host;
    if (!host)
        return;
    if (!ivq_device_is_inherited(s->params.device)) {
        pthread_mutex_lock(&host->lock);
        host->quit = true;
        pthread_cond_broadcast(&host->changed);
        pthread_mutex_unlock(&host->lock);
        for (int i = 0; i < host->count; i++)
            pthread_join(host->threads[i], NULL);
        pthread_cond_destroy(&host->changed);
        pthread_mutex_destroy(&host->lock);
    }
    free(host->jobs);
    free(host->left);
    free(host);
    s->host = NULL;
}

void ivq_session_queue_host(struct ivq_session *s, int frame)
{
    struct ivq_host *const host = s->host;
    if (!host)
        return;
    pthread_mutex_lock(&host->lock);
    for (int i = 0; i < s->instance_count; i++)
        if (s->instances[i].metric->host && ivq_session_runs(s, &s->instances[i], frame)) {
            host->jobs[(host->first + host->queued++) % host->room] = (struct job){i, frame};
            host->left[frame % s->memory.slots]++;
        }
    pthread_cond_broadcast(&host->changed);
    pthread_mutex_unlock(&host->lock);
}

void ivq_session_wait_for_host(struct ivq_session *s, int frame)
{
    struct ivq_host *const host = s->host;
    if (!host)
        return;
    pthread_mutex_lock(&host->lock);
    while (host->left[frame % s->memory.slots])
        if (!work(host))
            pthread_cond_wait(&host->changed, &host->lock);
    pthread_mutex_unlock(&host->lock);
}
