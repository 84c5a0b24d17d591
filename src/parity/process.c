#include "parity/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 200, GRACE = 10 /* seconds from its last line to its end */ };

struct process {
    const struct ivq_process_params *params;
    pid_t id;
    int records; /* read end */
    int words;   /* what it said on standard output and error; -1: nowhere */
    char *buffer;
    size_t used, capacity;
};

/* Never returns. Only calls that are safe between fork and exec. */
static void become_side(const struct ivq_process_params *params, const char *program, int records, int words)
{
    const struct rlimit no_core = {0, 0};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0); /* a Ctrl-C is the gate's to handle */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &no_core);
    if (words >= 0) {
        dup2(words, STDOUT_FILENO);
        dup2(words, STDERR_FILENO);
    }
    if (records == params->descriptor)
        fcntl(records, F_SETFD, 0);
    else
        dup2(records, params->descriptor);
    execv(program, params->argv);
    _exit(127);
}

static const char *program_path(void)
{
#ifdef IVQ_PARITY_HOOKS
    if (getenv("IVQ_TEST_EXE"))
        return getenv("IVQ_TEST_EXE");
#endif
    return "/proc/self/exe";
}

static bool start(struct process *p)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return false;
    p->words = memfd_create("words", MFD_CLOEXEC);
    const char *const program = program_path();
    fflush(NULL);
    p->id = fork();
    if (!p->id)
        become_side(p->params, program, ends[1], p->words);
    close(ends[1]);
    p->records = ends[0];
    return p->id > 0;
}

/* --- lines --- */

static bool make_room(struct process *p)
{
    if (p->used + 1 < p->capacity)
        return true;
    const size_t capacity = p->capacity ? 2 * p->capacity : 1 << 16;
    char *const moved = realloc(p->buffer, capacity);
    if (!moved)
        return false;
    p->buffer = moved;
    p->capacity = capacity;
    return true;
}

/* Hands over the lines that are complete; false: enough. */
static bool take_lines(struct process *p)
{
    char *start = p->buffer, *end;
    bool more = true;
    while (more && (end = memchr(start, '\n', p->used - (size_t)(start - p->buffer)))) {
        *end = 0;
        more = p->params->line(p->params->user, start);
        start = end + 1;
    }
    p->used -= (size_t)(start - p->buffer);
    memmove(p->buffer, start, p->used);
    return more;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum outcome { ENDED, HUNG, STOPPED, BROKEN };

/* Reads until the process closes its end. */
static enum outcome read_lines(struct process *p)
{
    double deadline = now() + p->params->patience;
    for (;;) {
        struct pollfd fds[] = {{p->records, POLLIN, 0}, {p->params->stop ? p->params->stop : -1, POLLIN, 0}};
        const double left = deadline - now();
        if (left <= 0)
            return HUNG;
        if (poll(fds, 2, (int)(left * 1000) + 1) < 0 && errno != EINTR)
            return BROKEN;
        if (fds[1].revents)
            return STOPPED;
        if (!fds[0].revents)
            continue;
        if (!make_room(p))
            return BROKEN;
        const ssize_t got = read(p->records, p->buffer + p->used, p->capacity - p->used - 1);
        if (got <= 0)
            return got ? BROKEN : ENDED;
        const bool complete = memchr(p->buffer + p->used, '\n', (size_t)got) != NULL;
        p->used += (size_t)got;
        if (complete && !take_lines(p))
            return BROKEN;
        if (complete)
            deadline = now() + p->params->patience;
    }
}

/* --- the end --- */

/* The last line that it said, for people. */
static void last_words(const struct process *p, char text[WORDS])
{
    char tail[4096];
    text[0] = 0;
    const off_t size = p->words < 0 ? 0 : lseek(p->words, 0, SEEK_END);
    const off_t from = size > (off_t)sizeof tail - 1 ? size - (off_t)sizeof tail + 1 : 0;
    const ssize_t got = size > 0 ? pread(p->words, tail, sizeof tail - 1, from) : 0;
    if (got <= 0)
        return;
    tail[got] = 0;
    char *end = tail + got;
    while (end > tail && strchr(" \r\n", end[-1]))
        *--end = 0;
    const char *const line = strrchr(tail, '\n');
    snprintf(text, WORDS, "%.*s", WORDS - 1, line ? line + 1 : tail);
}

/* Waits, but not for ever. False: it does not end. */
static bool wait_for_end(const struct process *p, int *status)
{
    const struct timespec pause = {0, 5000000};
    const double deadline = now() + GRACE;
    while (now() < deadline) {
        const pid_t ended = waitpid(p->id, status, WNOHANG);
        if (ended == p->id || (ended < 0 && errno != EINTR))
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static void kill_it(const struct process *p)
{
    kill(-p->id, SIGKILL);
    kill(p->id, SIGKILL);
    while (waitpid(p->id, NULL, 0) < 0 && errno == EINTR)
        ;
}

static enum ivq_process_end tell_end(const struct process *p, int status, char *failure, size_t size)
{
    char words[WORDS];
    last_words(p, words);
    if (WIFSIGNALED(status))
        snprintf(failure, size, "the process was ended by signal %d (%s)%s%s", WTERMSIG(status),
                 WTERMSIG(status) == SIGKILL ? "killed, perhaps for memory" : strsignal(WTERMSIG(status)),
                 *words ? ": " : "", words);
    else if (WIFEXITED(status) && WEXITSTATUS(status))
        snprintf(failure, size, "the process ended with code %d%s%s", WEXITSTATUS(status), *words ? ": " : "",
                 words);
    else
        return IVQ_PROCESS_DONE;
    return IVQ_PROCESS_FAILED;
}

static enum ivq_process_end finish(struct process *p, enum outcome outcome, char *failure, size_t size)
{
    int status = 0;
    if (outcome == ENDED && wait_for_end(p, &status))
        return tell_end(p, status, failure, size);
    kill_it(p);
    if (outcome == STOPPED)
        return IVQ_PROCESS_STOPPED;
    if (outcome == BROKEN)
        snprintf(failure, size, "its records could not be read");
    else
        snprintf(failure, size, "no result for %d seconds: it hangs",
                 outcome == HUNG ? p->params->patience : GRACE);
    return IVQ_PROCESS_FAILED;
}

enum ivq_process_end ivq_process_run(const struct ivq_process_params *params, char *failure, size_t size)
{
    struct process p = {.params = params, .words = -1};
    enum ivq_process_end end = IVQ_PROCESS_FAILED;
    if (start(&p))
        end = finish(&p, read_lines(&p), failure, size);
    else
        snprintf(failure, size, "the process could not be started: %s", strerror(errno));
    if (p.words >= 0)
        close(p.words);
    if (p.records)
        close(p.records);
    free(p.buffer);
    return end;
}
