/* Drivers on their way up: which devices they have, and opening one, by one thread at a time. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "device/device.h"

/* Loaders and drivers keep state of their own for the process, and not all of them expect two threads at
   their first use: ocl-icd with PoCL crashes. Nor do they outlive a fork: their threads are missing in the
   child, and their locks may be held. What is static here guards that state of theirs, and sets nothing. */
static pthread_mutex_t drivers = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t fork_rule = PTHREAD_ONCE_INIT;
static int process;    /* how many forks lie between the first process that came here and this one */
static int started_in; /* the process that first used a driver, */
static bool started;   /* if there is one */

int ivq_device_process(void)
{
    return process;
}

static void before_fork(void)
{
    pthread_mutex_lock(&drivers);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&drivers);
}

static void after_fork_in_child(void)
{
    process++;
    after_fork();
}

/* A child never inherits the lock from a thread that it has not. */
static void follow_forks(void)
{
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static enum ivq_status enter(const struct ivq_backend *backend, struct ivq_error *error)
{
    pthread_once(&fork_rule, follow_forks);
    if (backend->without_driver)
        return IVQ_OK;
    pthread_mutex_lock(&drivers);
    if (!started)
        started_in = process;
    started = true;
    if (started_in == process)
        return IVQ_OK;
    pthread_mutex_unlock(&drivers);
    return ivq_fail(error, IVQ_DEVICE,
                    "%s: drivers were in use before this process was forked, and do not work in both; fork "
                    "before the first device is listed or opened, or exec",
                    backend->name);
}

static void leave(const struct ivq_backend *backend)
{
    if (!backend->without_driver)
        pthread_mutex_unlock(&drivers);
}

enum ivq_status ivq_device_list(const struct ivq_backend *backend, struct ivq_device_info *infos, int max,
                                int *count, struct ivq_error *error)
{
    struct ivq_error reason = {IVQ_OK, ""};
    enum ivq_status status = IVQ_OK;
    *count = 0;
    if (enter(backend, &reason) == IVQ_OK) {
        status = backend->list(infos, max, count, &reason);
        leave(backend);
    }
    reason.status = status;
    if (error)
        *error = reason;
    return status;
}

enum ivq_status ivq_device_open_on(const struct ivq_backend *backend, const struct ivq_device_params *params,
                                   struct ivq_device **device, struct ivq_error *error)
{
    const struct ivq_device_params defaults = {.cpu_level = -1};
    *device = NULL;
    enum ivq_status status = enter(backend, error);
    if (status != IVQ_OK)
        return status;
    status = backend->open(params ? params : &defaults, device, error);
    leave(backend);
    if (status == IVQ_OK)
        (*device)->owner = process;
    return status;
}

/* "cpu:v3 (AMD EPYC)", as many as fit. */
static void print_devices(const struct ivq_backend *backend, const struct ivq_device_info *infos, int count,
                          char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < count; i++) {
        char number[16], one[sizeof infos->id + sizeof infos->name + 8];
        snprintf(number, sizeof number, ":%d", infos[i].index);
        const bool by_id = backend->without_driver; /* a level of the CPU */
        const int more = snprintf(one, sizeof one, "%s%s%s (%s)", i ? ", " : "",
                                  by_id ? infos[i].id : backend->name, by_id ? "" : number, infos[i].name);
        if (more < 0 || used + (size_t)more >= size)
            return;
        memcpy(text + used, one, (size_t)more + 1);
        used += (size_t)more;
    }
}

enum ivq_status ivq_device_fail_absent(const struct ivq_backend *backend, const char *choice,
                                       enum ivq_status status, struct ivq_error *error)
{
    struct ivq_device_info infos[IVQ_DEVICE_MAX];
    struct ivq_error reason = {IVQ_OK, ""};
    char devices[400];
    int count = 0;
    backend->list(infos, IVQ_DEVICE_MAX, &count, &reason);
    print_devices(backend, infos, count, devices, sizeof devices);
    if (!count)
        return ivq_fail(error, status, "%s:%s: %s", backend->name, choice, reason.text);
    return ivq_fail(error, status, "%s:%s: no such device; there %s %s", backend->name, choice,
                    count == 1 ? "is" : "are", devices);
}

enum ivq_status ivq_device_fail_index(const struct ivq_backend *backend, int index, struct ivq_error *error)
{
    char choice[16];
    snprintf(choice, sizeof choice, "%d", index);
    return ivq_device_fail_absent(backend, choice, IVQ_DEVICE, error);
}
