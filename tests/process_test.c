/* What a device owes to the process it is opened in: first use from many threads at once, and forks. The
   tests that need a fresh process run this program again, with the name of what to do. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_support.h"

enum {
    WIDTH = 320,
    HEIGHT = 180,
    PICTURE_BYTES = WIDTH * HEIGHT,
    THREADS = 8,
    FRESH_PROCESSES = 50,
    SECONDS = 60
};

extern char **environ;

/* LLVM, in drivers that run on the CPU, replaces the signal stack of the thread that starts it;
   AddressSanitizer would free its own at the end of that thread and fail. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "use_sigaltstack=0";
}

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        struct ivq_error error = {IVQ_OK, ""};                                                               \
        if ((call) != IVQ_OK) {                                                                              \
            fprintf(stderr, "%s: %s\n", #call, error.text);                                                  \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* --- one meter --- */

static uint8_t samples[2][PICTURE_BYTES];

static struct ivq_meter *start_meter(const char *device)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    struct ivq_video video;
    params.device = device;
    params.threads = 4;
    params.frames_in_flight = 8;
    MUST(ivq_meter_open(&params, &meter, &error));
    MUST(ivq_meter_add_metric(meter, "vif", NULL, 0, &error));
    MUST(ivq_video_set(&video, WIDTH, HEIGHT, 8, IVQ_SAMPLING_400, &error));
    MUST(ivq_meter_start(meter, &video, &error));
    return meter;
}

static enum ivq_status push(struct ivq_meter *meter, struct ivq_error *error)
{
    for (int i = 0; i < PICTURE_BYTES; i++) {
        samples[0][i] = (uint8_t)(i % 251 * i);
        samples[1][i] = samples[0][i] & 0xf8;
    }
    const struct ivq_image images[2] = {{{samples[0]}, {WIDTH}}, {{samples[1]}, {WIDTH}}};
    return ivq_meter_push(meter, &images[0], &images[1], error);
}

static double finish(struct ivq_meter *meter)
{
    double score;
    MUST(ivq_meter_finish(meter, &error));
    MUST(ivq_meter_pool(meter, 0, "mean", 0, -1, &score, &error));
    return score;
}

/* --- first use from many threads, in a fresh process --- */

static pthread_barrier_t together;

static void *list_and_open(void *unused)
{
    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
    (void)unused;
    pthread_barrier_wait(&together);
    for (int i = 0; ivq_catalog_backend(i); i++) {
        int count;
        MUST(ivq_catalog_devices(ivq_catalog_backend(i), devices, &count, &error));
        for (int d = 0; d < count && d < 2; d++) {
            struct ivq_meter_params params = IVQ_METER_DEFAULTS;
            struct ivq_meter *meter;
            params.device = devices[d].selector;
            params.threads = 2;
            MUST(ivq_meter_open(&params, &meter, &error));
            ivq_meter_close(&meter);
        }
    }
    return NULL;
}

static int first_use(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&together, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, list_and_open, NULL))
            abort();
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&together);
    return 0;
}

/* --- forks --- */

/* Threads of the parent besides the meter's own workers. */
#ifdef __SANITIZE_ADDRESS__
enum { BUSY = 0 }; /* its allocator of gcc 12 does not survive a fork beside threads that allocate */
#else
enum { BUSY = 2 };
#endif

/* They are at work when it is forked, and may hold any lock. */
static void *keep_busy(void *stop)
{
    while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED)) {
        struct ivq_meter *meter = start_meter("cpu:scalar");
        MUST(push(meter, &error));
        ivq_meter_close(&meter);
    }
    return NULL;
}

static void every_call_is_refused(struct ivq_meter *meter)
{
    struct ivq_video video;
    struct ivq_image image;
    struct ivq_catalog_device device;
    double score;
    MUST(ivq_video_set(&video, WIDTH, HEIGHT, 8, IVQ_SAMPLING_400, &error));
    struct ivq_error error = {IVQ_OK, ""};
    if (push(meter, &error) != IVQ_USAGE || !strstr(error.text, "forked"))
        abort();
    if (ivq_meter_start(meter, &video, NULL) != IVQ_USAGE || ivq_meter_submit(meter, NULL) != IVQ_USAGE ||
        ivq_meter_borrow(meter, &image, &image, NULL) != IVQ_USAGE ||
        ivq_meter_finish(meter, NULL) != IVQ_USAGE || ivq_meter_import(meter, "x", 0, 1, NULL) != IVQ_USAGE ||
        ivq_meter_add_metric(meter, "psnr", NULL, 0, NULL) != IVQ_USAGE ||
        ivq_meter_pool(meter, 0, "mean", 0, -1, &score, NULL) != IVQ_USAGE)
        abort();
    if (ivq_meter_series_count(meter) || ivq_meter_frames(meter) || ivq_meter_score(meter, 0, 0, &score))
        abort();
    ivq_meter_reset(meter);
    ivq_meter_device(meter, &device);
    if (*device.id)
        abort();
}

static void measures_with_its_own(double expected)
{
    struct ivq_meter *own = start_meter("cpu:scalar");
    MUST(push(own, &error));
    MUST(push(own, &error));
    const double score = finish(own);
    if (memcmp(&score, &expected, sizeof score) != 0)
        abort();
    ivq_meter_close(&own);
}

/* Forks in the middle of a measurement and says what the child's exit was. */
static void fork_and(void (*child)(struct ivq_meter *inherited, double expected), const char *device,
                     double expected)
{
    struct ivq_meter *meter = start_meter(device);
    MUST(push(meter, &error));
    const pid_t pid = fork();
    if (pid == 0) {
        alarm(SECONDS); /* a child that hangs ends by a signal */
        child(meter, expected);
        _exit(0);
    }
    int status = -1;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "%s: the child ended with %d\n", device, status);
        abort();
    }
    MUST(push(meter, &error)); /* the parent's is as it was */
    const double score = finish(meter);
    if (memcmp(&score, &expected, sizeof score) != 0)
        abort();
    ivq_meter_close(&meter);
}

static void close_it(struct ivq_meter *inherited, double expected)
{
    every_call_is_refused(inherited);
    ivq_meter_close(&inherited);
    if (inherited)
        abort();
    measures_with_its_own(expected);
}

static void leave_it(struct ivq_meter *inherited, double expected)
{
    (void)inherited;
    measures_with_its_own(expected);
}

/* A grandchild inherits what its parent opened, and what that had inherited. */
static void fork_again(struct ivq_meter *inherited, double expected)
{
    fork_and(close_it, "cpu:scalar", expected);
    close_it(inherited, expected);
}

static double score_alone(void)
{
    struct ivq_meter *meter = start_meter("cpu:scalar");
    MUST(push(meter, &error));
    MUST(push(meter, &error));
    const double score = finish(meter);
    ivq_meter_close(&meter);
    return score;
}

static int fork_beside_threads(void)
{
    const double expected = score_alone();
    pthread_t busy[BUSY + 1];
    int stop = 0;
    for (int i = 0; i < BUSY; i++)
        if (pthread_create(&busy[i], NULL, keep_busy, &stop))
            abort();
    for (int round = 0; round < 3; round++) {
        fork_and(close_it, "cpu:scalar", expected);
        fork_and(leave_it, "cpu:scalar", expected);
        fork_and(fork_again, "cpu:scalar", expected);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < BUSY; i++)
        pthread_join(busy[i], NULL);
    return 0;
}

static struct ivq_meter *with_driver; /* of the parent */

static void drivers_are_refused(struct ivq_meter *inherited, double expected)
{
    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    struct ivq_error why = {IVQ_OK, ""};
    int count = -1;
    params.device = "vulkan";
    if (ivq_meter_open(&params, &meter, &why) != IVQ_DEVICE || !strstr(why.text, "forked") ||
        ivq_catalog_devices("opencl", devices, &count, &why) != IVQ_OK || count ||
        !strstr(why.text, "forked"))
        abort();
    params.device = "auto";
    MUST(ivq_meter_open(&params, &meter, &error));
    ivq_meter_close(&meter);
    if (ivq_meter_add_metric(with_driver, "psnr", NULL, 0, NULL) != IVQ_USAGE)
        abort();
    ivq_meter_close(&with_driver);
    close_it(inherited, expected);
}

/* A build may have no kernels for it. */
static bool measures(struct ivq_meter *meter)
{
    struct ivq_video video;
    const bool good = ivq_meter_add_metric(meter, "vif", NULL, 0, NULL) == IVQ_OK &&
                      ivq_video_set(&video, WIDTH, HEIGHT, 8, IVQ_SAMPLING_400, NULL) == IVQ_OK &&
                      ivq_meter_start(meter, &video, NULL) == IVQ_OK;
    ivq_meter_reset(meter);
    return good;
}

enum { SKIPPED = 77 };

static int fork_with_driver(void)
{
    static const char *const devices[] = {"vulkan:0", "opencl:0", "cuda:0"};
    const double expected = score_alone();
    int found = 0;
    for (int i = 0; i < 3; i++) {
        struct ivq_meter_params params = IVQ_METER_DEFAULTS;
        params.device = devices[i];
        if (ivq_meter_open(&params, &with_driver, NULL) != IVQ_OK)
            continue;
        found++;
        fork_and(drivers_are_refused, measures(with_driver) ? devices[i] : "cpu:scalar", expected);
        ivq_meter_close(&with_driver);
    }
    return found ? 0 : SKIPPED;
}

/* A parent that has used no driver leaves them to its children. */
static int fork_before_drivers(void)
{
    struct ivq_meter *meter = start_meter("cpu:scalar");
    const pid_t pid = fork();
    if (pid == 0) {
        alarm(SECONDS);
        first_use();
        _exit(0);
    }
    int status = -1;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        abort();
    ivq_meter_close(&meter);
    return 0;
}

/* --- in a fresh process --- */

static const struct role {
    const char *name;
    int (*work)(void);
} roles[] = {
    {"first_use", first_use},
    {"fork_beside_threads", fork_beside_threads},
    {"fork_with_driver", fork_with_driver},
    {"fork_before_drivers", fork_before_drivers},
};

/* Its exit code, or 128 and the signal that ended it. */
static int run_fresh(const char *role)
{
    char name[40];
    char *arguments[] = {"process_test", name, NULL};
    pid_t pid;
    int status;
    snprintf(name, sizeof name, "%s", role);
    assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void eight_threads_come_first(void **state)
{
    (void)state;
    for (int i = 0; i < FRESH_PROCESSES; i++) {
        const int code = run_fresh("first_use");
        if (code)
            fail_msg("process %d of %d ended with %d", i, FRESH_PROCESSES, code);
    }
}

static void a_child_closes_or_leaves_a_meter(void **state)
{
    (void)state;
    assert_int_equal(run_fresh("fork_beside_threads"), 0);
}

static void a_child_of_a_driver_says_so(void **state)
{
    (void)state;
    const int code = run_fresh("fork_with_driver");
    if (code == SKIPPED)
        skip();
    assert_int_equal(code, 0);
}

static void a_child_starts_drivers_of_its_own(void **state)
{
    (void)state;
    assert_int_equal(run_fresh("fork_before_drivers"), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_threads_come_first),
        cmocka_unit_test(a_child_closes_or_leaves_a_meter),
        cmocka_unit_test(a_child_of_a_driver_says_so),
        cmocka_unit_test(a_child_starts_drivers_of_its_own),
    };
    for (size_t i = 0; argc > 1 && i < sizeof roles / sizeof roles[0]; i++)
        if (!strcmp(argv[1], roles[i].name))
            return roles[i].work();
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
