/* The public interface from eight threads at once: meters of their own on two devices, errors, the catalog,
   and meters that go from thread to thread. Every score has the bits that it has when one thread works alone.
   Runs under ThreadSanitizer in tools/test.sh. Uses what include/isovq shows and nothing else. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_run.h"

enum {
    THREADS = 8,
    JOBS_EACH = 3, /* of a thread, on each of its devices */
    MAX_DEVICES = 16,
};

static struct scores alone[RUN_JOBS]; /* of one thread, before there were others */
static bool left_out[RUN_JOBS];
static char devices[MAX_DEVICES][40];
static int device_count;
static const char *pair[2]; /* the devices of the test that runs */
static pthread_barrier_t together;

/* --- errors --- */

static bool refuses_requests(struct worker *w, struct ivq_meter *meter)
{
    char name[40], text[80], says[80];
    struct ivq_model_source source = {.label = name};
    snprintf(name, sizeof name, "nix%d", w->index); /* so that texts of two threads differ */
    snprintf(says, sizeof says, "no metric '%s'", name);
    if (!refused(w, IVQ_USAGE, says, ivq_meter_add_metric(meter, name, NULL, 0, &w->error)))
        return false;
    snprintf(text, sizeof text, "psnr=%s=1", name);
    snprintf(says, sizeof says, "no option '%s'", name);
    if (!refused(w, IVQ_USAGE, says, ivq_meter_add_metric_text(meter, text, &w->error)))
        return false;
    source.json = text;
    source.json_size = (size_t)snprintf(text, sizeof text, "{\"param_dict\": %d", w->index);
    if (!refused(w, IVQ_INPUT, name, ivq_meter_add_model(meter, &source, &w->error)))
        return false;
    snprintf(text, sizeof text, "path=/nonexistent/%s", name);
    return refused(w, IVQ_INPUT, name, ivq_meter_add_model_text(meter, text, false, &w->error));
}

static bool set_video(struct worker *w, struct ivq_video *video, int width, int height)
{
    return must(w, "ivq_video_set", ivq_video_set(video, width, height, 10, IVQ_SAMPLING_420, &w->error));
}

static bool lacks_memory(struct worker *w, struct ivq_meter *meter)
{
    struct ivq_video video;
    return set_video(w, &video, 70, 40) &&
           must(w, "psnr", ivq_meter_add_metric_text(meter, "psnr", &w->error)) &&
           refused(w, IVQ_MEMORY, "memory limit", ivq_meter_start(meter, &video, &w->error));
}

static bool has_too_small_pictures(struct worker *w, struct ivq_meter *meter)
{
    struct ivq_video video;
    return set_video(w, &video, 9, 9) && must(w, "adm", ivq_meter_add_metric_text(meter, "adm", &w->error)) &&
           refused(w, IVQ_INPUT, "17", ivq_meter_start(meter, &video, &w->error));
}

/* After refusals it measures, until a sample is above the depth. */
static bool meets_a_bad_sample(struct worker *w, struct ivq_meter *meter)
{
    struct ivq_video video;
    struct picture ref, dis;
    double value;
    if (!set_video(w, &video, 70, 40) || !refuses_requests(w, meter) ||
        !must(w, "psnr", ivq_meter_add_metric_text(meter, "psnr", &w->error)) ||
        !must(w, "ivq_meter_start", ivq_meter_start(meter, &video, &w->error)))
        return false;
    picture_draw(&ref, &video, 0, 0);
    picture_draw(&dis, &video, 0, 3);
    if (!must(w, "ivq_meter_push", ivq_meter_push(meter, &ref.image, &dis.image, &w->error)))
        return false;
    dis.samples[0][1] = 0x80;
    ivq_meter_push(meter, &ref.image, &dis.image, NULL); /* may see it at once, or not */
    return refused(w, IVQ_INPUT, "frame 1", ivq_meter_finish(meter, &w->error)) &&
           ((ivq_meter_frames(meter) == 1 && ivq_meter_score(meter, 0, 0, &value)) ||
            wrong(w, "frame 0 is lost with frame 1"));
}

static bool with_meter(struct worker *w, const char *device, size_t memory_limit,
                       bool (*then)(struct worker *w, struct ivq_meter *meter))
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    params.device = device;
    params.threads = 2;
    params.memory_limit = memory_limit;
    const bool good = must(w, "ivq_meter_open", ivq_meter_open(&params, &meter, &w->error)) && then(w, meter);
    ivq_meter_close(&meter);
    return good;
}

static bool finds_no_device(struct worker *w)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    char name[40];
    snprintf(name, sizeof name, "abacus%d", w->index);
    params.device = name;
    return refused(w, IVQ_USAGE, name, ivq_meter_open(&params, &meter, &w->error));
}

static bool provoke(struct worker *w, const char *device)
{
    const size_t enough = 64 << 20;
    return with_meter(w, device, 1, lacks_memory) && with_meter(w, device, enough, has_too_small_pictures) &&
           with_meter(w, device, enough, meets_a_bad_sample) && finds_no_device(w);
}

/* --- the catalog --- */

static void print_devices(FILE *to)
{
    for (int b = 0; ivq_catalog_backend(b); b++) {
        struct ivq_catalog_device found[IVQ_CATALOG_MAX_DEVICES];
        struct ivq_error error = {IVQ_OK, ""};
        int count;
        const enum ivq_status status = ivq_catalog_devices(ivq_catalog_backend(b), found, &count, &error);
        fprintf(to, "%s %d %s\n", ivq_status_info(status)->name, count, error.text);
        for (int i = 0; i < count; i++)
            fprintf(to, "%s %s %s %s %s %s\n", found[i].selector, found[i].id, found[i].name, found[i].driver,
                    found[i].uuid, found[i].type);
    }
}

static void print_metrics(FILE *to)
{
    struct ivq_catalog_metric metric;
    struct ivq_catalog_option option;
    struct ivq_catalog_output output;
    for (int m = 0; ivq_catalog_metric(m, &metric); m++) {
        fprintf(to, "%s %s %d\n", metric.name, metric.help, metric.min_size);
        for (int i = 0; ivq_catalog_option(metric.name, i, &option); i++)
            fprintf(to, "%s %s %s %s\n", option.name, option.help, option.initial, option.range);
        for (int i = 0; ivq_catalog_output(metric.name, i, &output); i++)
            fprintf(to, "%s %s %d\n", output.name, output.help, output.aggregate);
    }
}

static void print_models(FILE *to)
{
    struct ivq_catalog_model model;
    for (int i = 0; ivq_catalog_model(i, &model); i++)
        fprintf(to, "%s %d %d\n", model.version, model.embedded, model.measurable);
    for (int i = 0; ivq_catalog_pooling(i); i++)
        fprintf(to, "%s\n", ivq_catalog_pooling(i));
    fprintf(to, "%s %s\n", ivq_version(), ivq_fingerprint());
}

/* All of it as text, to be freed. */
static char *catalog_text(void)
{
    char *text = NULL;
    size_t size;
    FILE *const to = open_memstream(&text, &size);
    if (!to)
        abort();
    print_devices(to);
    print_metrics(to);
    print_models(to);
    if (fclose(to))
        abort();
    return text;
}

static char *catalog_alone;

static bool read_catalog(struct worker *w)
{
    char *const text = catalog_text();
    const bool same = !strcmp(text, catalog_alone);
    free(text);
    return same || wrong(w, "the catalog reads otherwise than alone");
}

/* --- tests --- */

typedef void work_function(struct worker *w);

struct task {
    struct worker worker;
    work_function *work;
};

static void *work_in_thread(void *argument)
{
    struct task *const task = argument;
    task->worker.thread = pthread_self();
    pthread_barrier_wait(&together);
    task->work(&task->worker);
    return NULL;
}

/* In all threads, from one moment on. */
static void in_threads(work_function *work)
{
    static struct task tasks[THREADS];
    pthread_t threads[THREADS];
    int bad = 0;
    assert_non_null(catalog_alone); /* else there is nothing to compare with */
    assert_int_equal(pthread_barrier_init(&together, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        tasks[i] = (struct task){.worker = {.index = i}, .work = work};
        assert_int_equal(pthread_create(&threads[i], NULL, work_in_thread, &tasks[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&together);
    for (int i = 0; i < THREADS; i++)
        if (tasks[i].worker.wrong[0]) {
            print_error("%s and %s, thread %d: %s\n", pair[0], pair[1], i, tasks[i].worker.wrong);
            bad++;
        }
    assert_int_equal(bad, 0);
}

/* The first device with each other one: eight threads come to every device at the same time. */
static void on_pairs(work_function *work)
{
    pair[0] = devices[0];
    for (int i = 1; i < device_count || i == 1; i++) {
        pair[1] = devices[i < device_count ? i : 0];
        in_threads(work);
    }
}

static void one_thread_alone(void **state)
{
    (void)state;
    struct worker w = {.thread = pthread_self()};
    static struct scores scores;
    for (int d = 0; d < device_count; d++)
        for (int j = 0; j < RUN_JOBS; j++)
            if (!left_out[j] &&
                !run_whole(&w, devices[d], &run_jobs[j], d ? &alone[j] : NULL, d ? &scores : &alone[j]))
                fail_msg("%s, job %d: %s", devices[d], j, w.wrong);
    catalog_alone = catalog_text();
}

/* Out of step with each other: what one measures, another refuses or lists. */
static void measure_and_more(struct worker *w)
{
    struct scores *const scores = malloc(sizeof *scores);
    bool good = scores || wrong(w, "no memory");
    for (int d = 0; d < 2 && good; d++) {
        const char *const device = pair[(w->index + d) % 2];
        for (int i = 0; i < JOBS_EACH && good; i++) {
            const int j = (w->index + d * JOBS_EACH + i) % RUN_JOBS;
            good = left_out[j] || run_whole(w, device, &run_jobs[j], &alone[j], scores);
        }
        good = good && provoke(w, device) && read_catalog(w);
    }
    free(scores);
}

static void every_thread_measures(void **state)
{
    (void)state;
    on_pairs(measure_and_more);
}

static void provoke_on_both(struct worker *w)
{
    for (int i = 0; i < 4 && !w->wrong[0]; i++)
        provoke(w, pair[(w->index + i) % 2]);
}

static void errors_at_once(void **state)
{
    (void)state;
    on_pairs(provoke_on_both);
}

static void read_catalog_twice(struct worker *w)
{
    for (int i = 0; i < 2 && !w->wrong[0]; i++)
        read_catalog(w);
}

static void the_catalog_at_once(void **state)
{
    (void)state;
    in_threads(read_catalog_twice);
}

static struct run handed[THREADS];
static struct scores handed_scores[THREADS];

/* What a thread does with a meter before the next thread has it: even the planes that one has borrowed and
   written are submitted by another. */
static bool take_turn(struct worker *w, struct run *run, int number, int turn)
{
    run->by = w;
    if (turn == 0)
        return run_open(w, run, pair[number % 2]) && run_ask(w, run) && run_start(w, run);
    if (turn <= RUN_FRAMES)
        return (turn == 1 || run_submit(w, run)) && run_borrow(w, run, turn - 1) &&
               run_import(w, run, turn - 1) && run_look(w, run);
    return run_submit(w, run) && run_finish(w, run, &handed_scores[number]);
}

static void pass_on(struct worker *w)
{
    enum { TURNS = RUN_FRAMES + 2 };
    for (int turn = 0; turn <= TURNS; turn++) {
        const int number = (w->index + turn) % THREADS;
        struct run *const run = &handed[number];
        if (turn == TURNS)
            ivq_meter_close(&run->meter);
        else if (turn == 0 || run->meter)
            take_turn(w, run, number, turn);
        pthread_barrier_wait(&together);
    }
}

static void a_meter_goes_from_thread_to_thread(void **state)
{
    (void)state;
    for (int i = 0; i < THREADS; i++) {
        int j = i % RUN_JOBS;
        while (left_out[j])
            j--;
        handed[i] = (struct run){.job = &run_jobs[j], .expected = &alone[j]};
    }
    on_pairs(pass_on);
}

/* --- what there is --- */

static bool is_there(const char *version)
{
    struct ivq_catalog_model model;
    for (int i = 0; ivq_catalog_model(i, &model); i++)
        if (!strcmp(model.version, version))
            return model.embedded && model.measurable;
    return false;
}

/* Names the device if it measures; a build may lack its kernels. */
static void try_device(const char *selector)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_error error = {IVQ_OK, ""};
    struct ivq_meter *meter;
    struct ivq_video video;
    params.device = selector;
    if (ivq_meter_open(&params, &meter, &error) == IVQ_OK &&
        ivq_video_set(&video, 16, 16, 8, IVQ_SAMPLING_420, &error) == IVQ_OK &&
        ivq_meter_add_metric_text(meter, "psnr", &error) == IVQ_OK &&
        ivq_meter_start(meter, &video, &error) == IVQ_OK && device_count < MAX_DEVICES)
        snprintf(devices[device_count++], sizeof devices[0], "%.39s", selector);
    else
        print_message("skipped: %s: %s\n", selector, error.text);
    ivq_meter_close(&meter);
}

static void try_backend(const char *backend)
{
    struct ivq_catalog_device found[IVQ_CATALOG_MAX_DEVICES];
    struct ivq_error error = {IVQ_OK, ""};
    int count;
    ivq_catalog_devices(backend, found, &count, &error);
    for (int i = 0; i < count; i++)
        try_device(found[i].selector);
    if (!count)
        print_message("skipped: %s: %s\n", backend, error.text);
}

static int find_devices(void **state)
{
    (void)state;
    char names[400];
    const char *const only = getenv("ISOVQ_TEST_DEVICES");
    snprintf(names, sizeof names, "%s", only ? only : "");
    for (char *rest = names, *name; only && (name = strsep(&rest, " "));)
        if (*name)
            try_device(name);
    for (int i = 0; !only && ivq_catalog_backend(i); i++)
        try_backend(ivq_catalog_backend(i));
    for (int j = 0; j < RUN_JOBS; j++) {
        left_out[j] = run_jobs[j].version && !is_there(run_jobs[j].version);
        if (left_out[j])
            print_message("skipped: %s: not in this build\n", run_jobs[j].version);
    }
    if (device_count == 1)
        print_message("skipped: a second device: there is only %s\n", devices[0]);
    return device_count ? 0 : -1;
}

static int forget(void **state)
{
    (void)state;
    free(catalog_alone);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_alone), /* first: the others compare with it */
        cmocka_unit_test(every_thread_measures), cmocka_unit_test(errors_at_once),
        cmocka_unit_test(the_catalog_at_once),   cmocka_unit_test(a_meter_goes_from_thread_to_thread),
    };
    return cmocka_run_group_tests(tests, find_devices, forget);
}
