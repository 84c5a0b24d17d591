/* The public interface at its edges: numbers and enums out of every range, NULL wherever something is needed,
   names of any bytes. An error by value each time, and the meter measures afterwards. Uses what include/isovq
   shows and nothing else. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_support.h"

enum { WIDTH = 37, HEIGHT = 23 };

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        struct ivq_error error = {IVQ_OK, ""};                                                               \
        if ((call) != IVQ_OK)                                                                                \
            fail_msg("%s: %s", #call, error.text);                                                           \
    } while (0)

/* With an error to fill, and without one. */
#define REFUSES(expected, call)                                                                              \
    do {                                                                                                     \
        struct ivq_error filled = {IVQ_OK, ""}, *error = &filled;                                            \
        assert_int_equal((call), (expected));                                                                \
        assert_int_equal(filled.status, (expected));                                                         \
        assert_true(filled.text[0]);                                                                         \
        error = NULL;                                                                                        \
        assert_int_equal((call), (expected));                                                                \
    } while (0)

static const int out_of_range[] = {INT_MIN, INT_MIN + 1, -2, -1, INT_MAX - 1, INT_MAX};
enum { OUT_OF_RANGE = sizeof out_of_range / sizeof out_of_range[0] };

static struct ivq_meter *open_meter(void)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    params.device = "cpu:scalar";
    params.threads = 2;
    params.memory_limit = 64 << 20;
    MUST(ivq_meter_open(&params, &meter, &error));
    return meter;
}

static struct ivq_video a_video(void)
{
    struct ivq_video video;
    MUST(ivq_video_set(&video, WIDTH, HEIGHT, 8, IVQ_SAMPLING_420, &error));
    return video;
}

static void push(struct ivq_meter *meter, const struct ivq_video *video)
{
    struct picture ref, dis;
    picture_draw(&ref, video, 0, 0);
    picture_draw(&dis, video, 0, 3);
    MUST(ivq_meter_push(meter, &ref.image, &dis.image, &error));
}

/* A meter that measures and knows two frames. */
static struct ivq_meter *started_meter(void)
{
    const struct ivq_video video = a_video();
    const struct ivq_model_source source = psnr_model("score");
    struct ivq_meter *meter = open_meter();
    MUST(ivq_meter_add_model(meter, &source, &error));
    MUST(ivq_meter_start(meter, &video, &error));
    push(meter, &video);
    push(meter, &video);
    return meter;
}

/* Still measures after all that was refused. */
static void end(struct ivq_meter *meter)
{
    const struct ivq_video video = a_video();
    double score;
    push(meter, &video);
    MUST(ivq_meter_finish(meter, &error));
    assert_int_equal(ivq_meter_frames(meter), 3);
    assert_true(ivq_meter_score(meter, 0, 2, &score));
    ivq_meter_close(&meter);
    assert_null(meter);
}

/* --- numbers --- */

static void opening_out_of_range(void **state)
{
    (void)state;
    struct ivq_meter *meter;
    for (int i = 0; i < OUT_OF_RANGE; i++) {
        struct ivq_meter_params threads = IVQ_METER_DEFAULTS, frames = IVQ_METER_DEFAULTS,
                                step = IVQ_METER_DEFAULTS;
        threads.threads = frames.frames_in_flight = step.subsample = out_of_range[i];
        threads.device = frames.device = step.device = "cpu:scalar";
        REFUSES(IVQ_USAGE, ivq_meter_open(&threads, &meter, error));
        REFUSES(IVQ_USAGE, ivq_meter_open(&frames, &meter, error));
        if (out_of_range[i] < 0)
            REFUSES(IVQ_USAGE, ivq_meter_open(&step, &meter, error));
        assert_null(meter);
    }
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    params.device = "cpu:scalar";
    params.subsample = INT_MAX;
    params.memory_limit = SIZE_MAX;
    params.frames_in_flight = 1;
    MUST(ivq_meter_open(&params, &meter, &error));
    MUST(ivq_meter_add_metric(meter, "psnr", NULL, 0, &error));
    const struct ivq_video video = a_video();
    MUST(ivq_meter_start(meter, &video, &error));
    push(meter, &video);
    MUST(ivq_meter_finish(meter, &error));
    ivq_meter_close(&meter);
}

static void videos_out_of_range(void **state)
{
    (void)state;
    static const int bad[] = {INT_MIN, -1, 0, 16385, INT_MAX}, samplings[] = {INT_MIN, -1, 4, 7, INT_MAX};
    struct ivq_meter *meter = open_meter();
    struct ivq_video video;
    MUST(ivq_meter_add_metric(meter, "psnr", NULL, 0, &error));
    for (int i = 0; i < 5; i++) {
        const enum ivq_sampling sampling = (enum ivq_sampling)samplings[i];
        REFUSES(IVQ_INPUT, ivq_video_set(&video, bad[i], 16, 8, IVQ_SAMPLING_420, error));
        REFUSES(IVQ_INPUT, ivq_video_set(&video, 16, bad[i], 8, IVQ_SAMPLING_420, error));
        REFUSES(IVQ_INPUT, ivq_video_set(&video, 16, 16, bad[i], IVQ_SAMPLING_420, error));
        REFUSES(IVQ_INPUT, ivq_video_set(&video, 16, 16, 8, sampling, error));
        for (int p = 0; p < 3; p++) {
            video = a_video();
            video.width[p] = bad[i];
            REFUSES(IVQ_INPUT, ivq_meter_start(meter, &video, error));
            video = a_video();
            video.height[p] = bad[i];
            REFUSES(IVQ_INPUT, ivq_meter_start(meter, &video, error));
        }
        video = a_video();
        video.depth = bad[i];
        REFUSES(IVQ_INPUT, ivq_meter_start(meter, &video, error));
        video = a_video();
        video.sampling = sampling;
        REFUSES(IVQ_INPUT, ivq_meter_start(meter, &video, error));
    }
    video = a_video();
    MUST(ivq_meter_start(meter, &video, &error));
    ivq_meter_close(&meter);
}

static void strides_out_of_range(void **state)
{
    (void)state;
    static const ptrdiff_t bad[] = {PTRDIFF_MIN, PTRDIFF_MIN + 1, PTRDIFF_MIN / 2, -WIDTH + 1, 0,
                                    WIDTH - 1,   PTRDIFF_MAX / 2, PTRDIFF_MAX - 1, PTRDIFF_MAX};
    struct ivq_meter *meter = started_meter();
    const struct ivq_video video = a_video();
    struct picture good;
    picture_draw(&good, &video, 0, 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ivq_image image = good.image;
        image.stride[0] = bad[i];
        REFUSES(IVQ_USAGE, ivq_meter_push(meter, &image, &good.image, error));
        REFUSES(IVQ_USAGE, ivq_meter_push(meter, &good.image, &image, error));
    }
    for (int p = 0; p < 3; p++) {
        struct ivq_image image = good.image;
        image.data[p] = NULL;
        REFUSES(IVQ_USAGE, ivq_meter_push(meter, &image, &good.image, error));
        REFUSES(IVQ_USAGE, ivq_meter_push(meter, &good.image, &image, error));
    }
    end(meter);
}

/* Functions that answer by index, without a status. */
static void indices_out_of_range(void **state)
{
    (void)state;
    struct ivq_meter *meter = started_meter();
    struct ivq_meter_model model;
    struct ivq_work_pass pass;
    struct ivq_work_setting setting;
    struct ivq_catalog_metric metric;
    struct ivq_catalog_option option;
    struct ivq_catalog_output output;
    struct ivq_catalog_model catalog_model;
    double score;
    for (int i = 0; i < OUT_OF_RANGE; i++) {
        const int n = out_of_range[i];
        assert_false(ivq_meter_model(meter, n, &model));
        assert_null(ivq_meter_series_name(meter, n));
        assert_false(ivq_meter_series_aggregate(meter, n));
        assert_false(ivq_meter_score(meter, n, 0, &score));
        assert_false(ivq_meter_score(meter, 0, n, &score));
        assert_false(ivq_meter_pass(meter, n, &pass));
        assert_null(ivq_meter_metric(meter, n));
        assert_null(ivq_meter_remark(meter, n));
        assert_false(ivq_meter_metric_setting(meter, n, 0, &setting));
        assert_false(ivq_meter_metric_setting(meter, 0, n, &setting));
        assert_int_equal(ivq_meter_metric_pass(meter, n, 0), -1);
        assert_int_equal(ivq_meter_metric_pass(meter, 0, n), -1);
        assert_int_equal(ivq_meter_metric_series(meter, n, 0), -1);
        assert_int_equal(ivq_meter_metric_series(meter, 0, n), -1);
        assert_int_equal(ivq_meter_model_series(meter, n, 0), -1);
        assert_int_equal(ivq_meter_model_series(meter, 0, n), -1);
        assert_null(ivq_catalog_backend(n));
        assert_false(ivq_catalog_metric(n, &metric));
        assert_false(ivq_catalog_option("psnr", n, &option));
        assert_false(ivq_catalog_output("psnr", n, &output));
        assert_false(ivq_catalog_model(n, &catalog_model));
        assert_null(ivq_catalog_pooling(n));
        assert_non_null(ivq_status_info((enum ivq_status)n)->name);
    }
    end(meter);
}

static void frames_and_counts_out_of_range(void **state)
{
    (void)state;
    struct ivq_meter *meter = started_meter();
    struct ivq_meter *idle = open_meter();
    const struct ivq_setting setting = {"enable_mse", "true"};
    struct ivq_model_source source = psnr_model("score");
    double score;
    for (int i = 0; i < OUT_OF_RANGE; i++) {
        const int n = out_of_range[i];
        REFUSES(IVQ_USAGE, ivq_meter_pool(meter, n, "mean", 0, -1, &score, error));
        REFUSES(IVQ_USAGE, ivq_meter_pool(meter, 0, "mean", n, n, &score, error));
        if (n != -1)
            REFUSES(IVQ_USAGE, ivq_meter_pool(meter, 0, "mean", 0, n, &score, error));
        source.overload_count = n;
        REFUSES(IVQ_USAGE, ivq_meter_add_model(idle, &source, error));
        REFUSES(IVQ_USAGE, ivq_meter_add_metric(idle, "psnr", NULL, n, error));
        if (n > 0)
            continue;
        REFUSES(IVQ_USAGE, ivq_meter_add_metric(idle, "psnr", &setting, n, error));
        REFUSES(IVQ_USAGE, ivq_meter_import(meter, "other", n, 1, error));
    }
    MUST(ivq_meter_import(meter, "other", INT_MAX, 0.5, &error));
    MUST(ivq_meter_pool(meter, ivq_meter_series_find(meter, "other"), "p50", INT_MAX, INT_MAX, &score,
                        &error));
    assert_true(score == 0.5);
    ivq_meter_close(&idle);
    end(meter);
}

/* The first frame that counts may lie beyond the largest int. */
static void pooling_at_the_last_frame(void **state)
{
    (void)state;
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    double score;
    params.device = "cpu:scalar";
    params.subsample = 1000;
    MUST(ivq_meter_open(&params, &meter, &error));
    MUST(ivq_meter_add_metric(meter, "psnr", NULL, 0, &error));
    const struct ivq_video video = a_video();
    MUST(ivq_meter_start(meter, &video, &error));
    REFUSES(IVQ_USAGE, ivq_meter_pool(meter, 0, "mean", INT_MAX, INT_MAX, &score, error));
    ivq_meter_close(&meter);
}

/* --- NULL --- */

static void null_in_the_catalog(void **state)
{
    (void)state;
    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
    struct ivq_catalog_option option;
    struct ivq_catalog_output output;
    int count;
    REFUSES(IVQ_USAGE, ivq_catalog_devices(NULL, devices, &count, error));
    REFUSES(IVQ_USAGE, ivq_catalog_devices("cpu", NULL, &count, error));
    REFUSES(IVQ_USAGE, ivq_catalog_devices("cpu", devices, NULL, error));
    assert_int_equal(ivq_catalog_devices("cpu", devices, &count, NULL), IVQ_OK);
    assert_false(ivq_catalog_metric(0, NULL));
    assert_false(ivq_catalog_option(NULL, 0, &option));
    assert_false(ivq_catalog_option("psnr", 0, NULL));
    assert_false(ivq_catalog_output(NULL, 0, &output));
    assert_false(ivq_catalog_output("psnr", 0, NULL));
    assert_false(ivq_catalog_model(0, NULL));
    assert_null(ivq_build_kernel_compiler(NULL));
}

static void null_for_a_meter(void **state)
{
    (void)state;
    const struct ivq_video video = a_video();
    const struct ivq_model_source source = psnr_model("score");
    struct ivq_image image = {{NULL}, {0}};
    struct ivq_catalog_device device;
    struct ivq_work work;
    double score;
    int released = 0;
    REFUSES(IVQ_USAGE, ivq_meter_open(NULL, &(struct ivq_meter *){NULL}, error));
    REFUSES(IVQ_USAGE, ivq_meter_open(&(struct ivq_meter_params)IVQ_METER_DEFAULTS, NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_metric(NULL, "psnr", NULL, 0, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_metric_text(NULL, "psnr", error));
    REFUSES(IVQ_USAGE, ivq_meter_add_model(NULL, &source, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_model_text(NULL, "version=vmaf_v0.6.1", false, error));
    REFUSES(IVQ_USAGE, ivq_meter_start(NULL, &video, error));
    REFUSES(IVQ_USAGE, ivq_meter_push(NULL, &image, &image, error));
    REFUSES(IVQ_USAGE, ivq_meter_push_counted(NULL, &image, &image, free, &released, error));
    REFUSES(IVQ_USAGE, ivq_meter_borrow(NULL, &image, &image, error));
    REFUSES(IVQ_USAGE, ivq_meter_submit(NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_finish(NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_pool(NULL, 0, "mean", 0, -1, &score, error));
    REFUSES(IVQ_USAGE, ivq_meter_import(NULL, "other", 0, 1, error));
    ivq_meter_reset(NULL);
    ivq_meter_close(NULL);
    ivq_meter_device(NULL, &device);
    assert_string_equal(device.id, "");
    assert_string_equal(device.type, "");
    ivq_meter_work(NULL, &work);
    assert_int_equal(work.frames, 0);
    assert_int_equal(ivq_meter_series_count(NULL), 0);
    assert_int_equal(ivq_meter_submitted(NULL), 0);
    assert_int_equal(ivq_meter_frames(NULL), 0);
    assert_int_equal(ivq_meter_series_find(NULL, "psnr_y"), -1);
    assert_null(ivq_meter_series_name(NULL, 0));
    assert_false(ivq_meter_series_aggregate(NULL, 0));
    assert_false(ivq_meter_score(NULL, 0, 0, &score));
    assert_null(ivq_meter_metric(NULL, 0));
    assert_null(ivq_meter_remark(NULL, 0));
    assert_int_equal(ivq_meter_metric_pass(NULL, 0, 0), -1);
    assert_int_equal(ivq_meter_metric_series(NULL, 0, 0), -1);
    assert_int_equal(ivq_meter_model_series(NULL, 0, 0), -1);
    assert_false(ivq_meter_model(NULL, 0, &(struct ivq_meter_model){NULL, NULL, false}));
    assert_false(ivq_meter_pass(NULL, 0, &(struct ivq_work_pass){NULL, 0, 0, 0}));
    assert_false(ivq_meter_metric_setting(NULL, 0, 0, &(struct ivq_work_setting){NULL, ""}));
}

static void null_in_requests(void **state)
{
    (void)state;
    struct ivq_meter *meter = open_meter();
    const struct ivq_setting no_key = {NULL, "true"}, no_value = {"enable_mse", NULL};
    struct ivq_model_source source = psnr_model("score");
    REFUSES(IVQ_USAGE, ivq_meter_add_metric(meter, NULL, NULL, 0, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_metric(meter, "psnr", NULL, 1, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_metric(meter, "psnr", &no_key, 1, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_metric(meter, "psnr", &no_value, 1, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_metric_text(meter, NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_model(meter, NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_add_model_text(meter, NULL, false, error));
    source.overload_count = 1;
    REFUSES(IVQ_USAGE, ivq_meter_add_model(meter, &source, error));
    for (int missing = 0; missing < 3; missing++) {
        const struct ivq_overload overload = {missing == 0 ? NULL : "psnr", missing == 1 ? NULL : "min_sse",
                                              missing == 2 ? NULL : "1"};
        source.overloads = &overload;
        REFUSES(IVQ_USAGE, ivq_meter_add_model(meter, &source, error));
    }
    REFUSES(IVQ_USAGE, ivq_meter_start(meter, NULL, error));
    ivq_meter_device(meter, NULL);
    ivq_meter_close(&meter);
}

static void null_while_it_measures(void **state)
{
    (void)state;
    struct ivq_meter *meter = started_meter();
    const struct ivq_video video = a_video();
    struct picture picture;
    double score;
    picture_draw(&picture, &video, 0, 0);
    REFUSES(IVQ_USAGE, ivq_meter_push(meter, NULL, &picture.image, error));
    REFUSES(IVQ_USAGE, ivq_meter_push(meter, &picture.image, NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_push_counted(meter, &picture.image, &picture.image, NULL, NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_borrow(meter, NULL, &picture.image, error));
    REFUSES(IVQ_USAGE, ivq_meter_borrow(meter, &picture.image, NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_pool(meter, 0, NULL, 0, -1, &score, error));
    REFUSES(IVQ_USAGE, ivq_meter_pool(meter, 0, "mean", 0, 1, NULL, error));
    REFUSES(IVQ_USAGE, ivq_meter_import(meter, NULL, 0, 1, error));
    assert_int_equal(ivq_meter_series_find(meter, NULL), -1);
    assert_false(ivq_meter_score(meter, 0, 0, NULL));
    assert_false(ivq_meter_model(meter, 0, NULL));
    assert_false(ivq_meter_pass(meter, 0, NULL));
    assert_false(ivq_meter_metric_setting(meter, 0, 0, NULL));
    ivq_meter_work(meter, NULL);
    end(meter);
}

/* --- names --- */

/* One line that a terminal takes as text, and that names what it is about. */
#define SAYS(says, call)                                                                                     \
    do {                                                                                                     \
        struct ivq_error error = {IVQ_OK, ""};                                                               \
        assert_true((call) != IVQ_OK);                                                                       \
        if (!strstr(error.text, says))                                                                       \
            fail_msg("'%s' does not say '%s'", error.text, says);                                            \
        for (const char *c = error.text; *c; c++)                                                            \
            assert_true((unsigned char)*c >= ' ' && *c != 0x7f);                                             \
        assert_null(strstr(error.text, "\xc2\x85"));                                                         \
        assert_null(strstr(error.text, "\xe2\x80\xa8"));                                                     \
    } while (0)

static void error_texts_are_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *name, *spelled;
    } names[] = {
        {"a\nb", "a\\nb"},
        {"a\r\tb", "a\\r\\tb"},
        {"\x1b[31mred", "\\x1b[31mred"},
        {"\x7f\x01", "\\x7f\\x01"},
        {"\xc2\x85\xe2\x80\xa8", "\\xc2\\x85\\xe2\\x80\\xa8"}, /* next line, line separator */
        {"\xff\xc0\xaf\x9b", "\\xff\\xc0\\xaf\\x9b"},          /* no UTF-8 */
        {"grün 😀", "grün 😀"},
    };
    struct ivq_meter *meter = open_meter();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *const name = names[i].name, *const spelled = names[i].spelled;
        const struct ivq_setting setting = {name, "1"}, value = {"enable_mse", name};
        struct ivq_meter_params params = IVQ_METER_DEFAULTS;
        struct ivq_meter *other;
        struct ivq_model_source source = {.version = name};
        struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
        int count;
        params.device = name;
        SAYS(spelled, ivq_meter_open(&params, &other, &error));
        SAYS(spelled, ivq_catalog_devices(name, devices, &count, &error));
        SAYS(spelled, ivq_meter_add_metric(meter, name, NULL, 0, &error));
        SAYS(spelled, ivq_meter_add_metric(meter, "psnr", &setting, 1, &error));
        SAYS(spelled, ivq_meter_add_metric(meter, "psnr", &value, 1, &error));
        SAYS(spelled, ivq_meter_add_model(meter, &source, &error));
        source = (struct ivq_model_source){.path = name};
        SAYS(spelled, ivq_meter_add_model(meter, &source, &error));
        source = (struct ivq_model_source){.json = "{", .json_size = 1, .label = name};
        SAYS(spelled, ivq_meter_add_model(meter, &source, &error));
    }
    ivq_meter_close(&meter);
}

/* What does not fit is cut between characters. */
static void long_names_are_cut(void **state)
{
    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        char name[1024];
        memset(name, 'x', sizeof name);
        for (size_t i = (size_t)shift; i + 4 < sizeof name; i += 4)
            memcpy(name + i, "😀", 4);
        name[sizeof name - 1] = 0;
        struct ivq_meter *meter = open_meter();
        struct ivq_error error = {IVQ_OK, ""};
        assert_int_equal(ivq_meter_add_metric(meter, name, NULL, 0, &error), IVQ_USAGE);
        assert_null(strchr(error.text, '\\'));
        assert_true(strlen(error.text) > sizeof error.text - 5);
        assert_memory_equal(error.text + strlen(error.text) - 4, "😀", 4);
        ivq_meter_close(&meter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_out_of_range),
        cmocka_unit_test(videos_out_of_range),
        cmocka_unit_test(strides_out_of_range),
        cmocka_unit_test(indices_out_of_range),
        cmocka_unit_test(frames_and_counts_out_of_range),
        cmocka_unit_test(pooling_at_the_last_frame),
        cmocka_unit_test(null_in_the_catalog),
        cmocka_unit_test(null_for_a_meter),
        cmocka_unit_test(null_in_requests),
        cmocka_unit_test(null_while_it_measures),
        cmocka_unit_test(error_texts_are_one_line),
        cmocka_unit_test(long_names_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
