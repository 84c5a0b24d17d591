#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"

static const struct {
    int number;
    const char *name;
} signals[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};

enum { SIGNAL_COUNT = sizeof signals / sizeof signals[0] };

/* A handler of signals gets no argument of ours. */
static struct {
    volatile sig_atomic_t number; /* the first signal */
    const struct cli_files *volatile files;
    int ends[2]; /* of the pipe; 0: not made */
} state;

int cli_interrupt_descriptor(void)
{
    if (!state.ends[0] && pipe2(state.ends, O_CLOEXEC | O_NONBLOCK))
        state.ends[0] = 0;
    return state.ends[0];
}

/* As if the signal had never been caught; _exit where it cannot end the process, the first of a container. */
static void end_at_once(int number)
{
    sigset_t only;
    if (state.files)
        cli_files_remove_temporaries(state.files);
    signal(number, SIG_DFL);
    raise(number);
    sigemptyset(&only);
    sigaddset(&only, number);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    _exit(ivq_status_info(IVQ_INTERRUPTED)->exit_code);
}

static void on_signal(int number)
{
    const int kept = errno;
    if (state.number)
        end_at_once(number);
    state.number = number;
    if (state.ends[0]) {
        const ssize_t written = write(state.ends[1], "", 1);
        (void)written; /* it is empty before the first signal */
    }
    errno = kept;
}

void cli_interrupt_catch(const struct cli_files *files)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, before;
    state.files = files;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNAL_COUNT; i++)
        sigaddset(&action.sa_mask, signals[i].number);
    for (int i = 0; i < SIGNAL_COUNT; i++)
        if (!sigaction(signals[i].number, NULL, &before) && before.sa_handler != SIG_IGN)
            sigaction(signals[i].number, &action, NULL);
}

void cli_interrupt_release(void)
{
    state.files = NULL;
}

const char *cli_interrupted(void)
{
    for (int i = 0; i < SIGNAL_COUNT; i++)
        if (state.number == signals[i].number)
            return signals[i].name;
    return NULL;
}
