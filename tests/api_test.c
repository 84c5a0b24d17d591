/* The public interface: a measurement by every way in, errors as values, scores while frames run. Uses what
   include/isovq shows and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api_support.h"

enum { WIDTH = 37, HEIGHT = 23, FRAMES = 7 };

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        struct ivq_error error = {IVQ_OK, ""};                                                               \
        if ((call) != IVQ_OK)                                                                                \
            fail_msg("%s: %s", #call, error.text);                                                           \
    } while (0)

#define REFUSES(expected, says, call)                                                                        \
    do {                                                                                                     \
        struct ivq_error error = {IVQ_OK, ""};                                                               \
        assert_int_equal((call), (expected));                                                                \
        assert_int_equal(error.status, (expected));                                                          \
        if (!strstr(error.text, says))                                                                       \
            fail_msg("'%s' does not say '%s'", error.text, says);                                            \
        assert_null(strchr(error.text, '\n'));                                                               \
    } while (0)

static struct ivq_meter *open_meter(void (*on_frame)(void *user, const struct ivq_frame_scores *scores),
                                    void *user, int subsample)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter;
    params.device = "cpu";
    params.threads = 2;
    params.subsample = subsample;
    params.on_frame = on_frame;
    params.user = user;
    MUST(ivq_meter_open(&params, &meter, &error));
    return meter;
}

static struct ivq_video video_of(int depth, enum ivq_sampling sampling)
{
    struct ivq_video video;
    MUST(ivq_video_set(&video, WIDTH, HEIGHT, depth, sampling, &error));
    return video;
}

static void start(struct ivq_meter *meter, const struct ivq_video *video)
{
    MUST(ivq_meter_add_metric_text(meter, "psnr=enable_mse=true:enable_apsnr=true", &error));
    MUST(ivq_meter_start(meter, video, &error));
}

/* --- ways in --- */

static void push(struct ivq_meter *meter, const struct ivq_video *video, int frame)
{
    struct picture ref, dis;
    picture_draw(&ref, video, frame, 0);
    picture_draw(&dis, video, frame, 3);
    MUST(ivq_meter_push(meter, &ref.image, &dis.image, &error));
    memset(&ref, 0, sizeof ref); /* the pictures are the caller's again */
    memset(&dis, 0, sizeof dis);
}

static void push_upside_down(struct ivq_meter *meter, const struct ivq_video *video, int frame)
{
    struct picture ref, dis, turned;
    picture_draw(&ref, video, frame, 0);
    picture_draw(&dis, video, frame, 3);
    turned = dis;
    for (int p = 0; p < 3 && video->height[p]; p++) {
        for (int y = 0; y < video->height[p]; y++)
            memcpy(turned.samples[p] + y * PICTURE_STRIDE,
                   dis.samples[p] + (video->height[p] - 1 - y) * PICTURE_STRIDE, PICTURE_STRIDE);
        turned.image.data[p] = turned.samples[p] + (video->height[p] - 1) * PICTURE_STRIDE;
        turned.image.stride[p] = -PICTURE_STRIDE;
    }
    MUST(ivq_meter_push(meter, &ref.image, &turned.image, &error));
}

static void count_release(void *user)
{
    ++*(int *)user;
}

static void push_counted(struct ivq_meter *meter, const struct ivq_video *video, int frame)
{
    struct picture ref, dis;
    int released = 0;
    picture_draw(&ref, video, frame, 0);
    picture_draw(&dis, video, frame, 3);
    MUST(ivq_meter_push_counted(meter, &ref.image, &dis.image, count_release, &released, &error));
    assert_int_equal(released, 1);
}

static void borrow_and_submit(struct ivq_meter *meter, const struct ivq_video *video, int frame)
{
    struct picture ref, dis;
    struct ivq_image to_ref, to_dis, again;
    picture_draw(&ref, video, frame, 0);
    picture_draw(&dis, video, frame, 3);
    MUST(ivq_meter_borrow(meter, &to_ref, &to_dis, &error));
    MUST(ivq_meter_borrow(meter, &again, &to_dis, &error));
    assert_ptr_equal(to_ref.data[0], again.data[0]);
    picture_copy(&ref, video, &to_ref);
    picture_copy(&dis, video, &to_dis);
    MUST(ivq_meter_submit(meter, &error));
}

typedef void way_in(struct ivq_meter *meter, const struct ivq_video *video, int frame);

static struct ivq_meter *measure(const struct ivq_video *video, way_in *hand_over)
{
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    start(meter, video);
    for (int frame = 0; frame < FRAMES; frame++)
        hand_over(meter, video, frame);
    MUST(ivq_meter_finish(meter, &error));
    assert_int_equal(ivq_meter_frames(meter), FRAMES);
    assert_int_equal(ivq_meter_submitted(meter), FRAMES);
    return meter;
}

static void must_agree(const struct ivq_meter *a, const struct ivq_meter *b)
{
    assert_int_equal(ivq_meter_series_count(a), ivq_meter_series_count(b));
    assert_true(ivq_meter_series_count(a) > 0);
    for (int i = 0; i < ivq_meter_series_count(a); i++) {
        assert_string_equal(ivq_meter_series_name(a, i), ivq_meter_series_name(b, i));
        for (int frame = 0; frame < FRAMES; frame++) {
            double x = 0, y = 1;
            assert_true(ivq_meter_score(a, i, frame, &x));
            assert_true(ivq_meter_score(b, i, frame, &y));
            assert_memory_equal(&x, &y, sizeof x);
        }
    }
}

static void every_way_in_gives_the_same(void **state)
{
    (void)state;
    static way_in *const ways[] = {push_upside_down, push_counted, borrow_and_submit};
    static const int depths[] = {8, 10, 16};
    for (int d = 0; d < 3; d++)
        for (int sampling = IVQ_SAMPLING_400; sampling <= IVQ_SAMPLING_444; sampling++) {
            const struct ivq_video video = video_of(depths[d], (enum ivq_sampling)sampling);
            struct ivq_meter *first = measure(&video, push);
            for (int w = 0; w < 3; w++) {
                struct ivq_meter *other = measure(&video, ways[w]);
                must_agree(first, other);
                ivq_meter_close(&other);
            }
            ivq_meter_close(&first);
            assert_null(first);
        }
}

/* Odd sizes may be cut down instead of up (DECISIONS 1). */
static void plane_sizes_are_the_callers(void **state)
{
    (void)state;
    struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    assert_int_equal(video.width[1], (WIDTH + 1) / 2);
    double up, down;
    struct ivq_meter *meter = measure(&video, push);
    assert_true(ivq_meter_score(meter, ivq_meter_series_find(meter, "mse_cb"), 0, &up));
    ivq_meter_reset(meter);
    video.width[1] = video.width[2] = WIDTH / 2;
    video.height[1] = video.height[2] = HEIGHT / 2;
    MUST(ivq_meter_start(meter, &video, &error));
    push(meter, &video, 0);
    MUST(ivq_meter_finish(meter, &error));
    assert_true(ivq_meter_score(meter, ivq_meter_series_find(meter, "mse_cb"), 0, &down));
    assert_true(up != down);
    ivq_meter_close(&meter);
}

static void reset_begins_anew(void **state)
{
    (void)state;
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *first = measure(&video, push), *second = measure(&video, push);
    MUST(ivq_meter_import(second, "other", 0, 1.0, &error));
    ivq_meter_reset(second);
    assert_int_equal(ivq_meter_series_count(second), 0);
    assert_int_equal(ivq_meter_frames(second), 0);
    MUST(ivq_meter_start(second, &video, &error));
    for (int frame = 0; frame < FRAMES; frame++)
        push(second, &video, frame);
    MUST(ivq_meter_finish(second, &error));
    must_agree(first, second);
    ivq_meter_close(&first);
    ivq_meter_close(&second);
}

/* --- scores --- */

struct seen {
    int count, frames[FRAMES];
    double first_values[FRAMES];
};

static void note(void *user, const struct ivq_frame_scores *scores)
{
    struct seen *seen = user;
    assert_int_equal(scores->count, 6);
    assert_string_equal(scores->names[0], "psnr_y");
    for (int i = 0; i < scores->count; i++)
        assert_true(scores->present[i]);
    seen->frames[seen->count] = scores->frame;
    seen->first_values[seen->count++] = scores->values[0];
}

static void scores_arrive_in_order(void **state)
{
    (void)state;
    for (int step = 1; step <= 3; step++) {
        struct seen seen = {0};
        const struct ivq_video video = video_of(8, IVQ_SAMPLING_444);
        struct ivq_meter *meter = open_meter(note, &seen, step);
        start(meter, &video);
        for (int frame = 0; frame < FRAMES; frame++)
            push(meter, &video, frame);
        assert_true(seen.count < FRAMES); /* frames are in flight */
        MUST(ivq_meter_finish(meter, &error));
        assert_int_equal(seen.count, (FRAMES + step - 1) / step);
        for (int i = 0; i < seen.count; i++) {
            double value = 0;
            assert_int_equal(seen.frames[i], i * step);
            assert_true(ivq_meter_score(meter, 0, i * step, &value));
            assert_memory_equal(&value, &seen.first_values[i], sizeof value);
        }
        ivq_meter_close(&meter);
    }
}

/* With few frames in flight an early score can be read long before the end. */
static void scores_can_be_read_while_frames_run(void **state)
{
    (void)state;
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter;
    double value;
    params.device = "cpu";
    params.frames_in_flight = 1;
    MUST(ivq_meter_open(&params, &meter, &error));
    start(meter, &video);
    assert_false(ivq_meter_score(meter, 0, 0, &value));
    for (int frame = 0; frame < FRAMES; frame++) {
        push(meter, &video, frame);
        assert_true(frame == 0 || ivq_meter_score(meter, 0, frame - 1, &value));
        assert_false(ivq_meter_score(meter, 0, frame + 1, &value));
    }
    const int aggregate = ivq_meter_series_find(meter, "apsnr_y");
    assert_true(ivq_meter_series_aggregate(meter, aggregate));
    assert_false(ivq_meter_score(meter, aggregate, 0, &value));
    MUST(ivq_meter_finish(meter, &error));
    assert_true(ivq_meter_score(meter, aggregate, 0, &value));
    ivq_meter_close(&meter);
}

static void pooling(void **state)
{
    (void)state;
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter = measure(&video, push);
    const int series = ivq_meter_series_find(meter, "psnr_y");
    double sum = 0, value, low, high, mean;
    for (int frame = 2; frame <= 4; frame++) {
        assert_true(ivq_meter_score(meter, series, frame, &value));
        sum += value;
    }
    MUST(ivq_meter_pool(meter, series, "mean", 2, 4, &mean, &error));
    assert_true(mean == sum / 3);
    MUST(ivq_meter_pool(meter, series, "min", 0, -1, &low, &error));
    MUST(ivq_meter_pool(meter, series, "p95", 0, -1, &high, &error));
    assert_true(low <= mean && low <= high);
    REFUSES(IVQ_USAGE, "no pooling 'p100'", ivq_meter_pool(meter, series, "p100", 0, -1, &value, &error));
    REFUSES(IVQ_USAGE, "frames 3 to 2", ivq_meter_pool(meter, series, "mean", 3, 2, &value, &error));
    REFUSES(IVQ_USAGE, "frame 7 has no score",
            ivq_meter_pool(meter, series, "mean", 0, FRAMES, &value, &error));
    REFUSES(IVQ_USAGE, "series 99", ivq_meter_pool(meter, 99, "mean", 0, -1, &value, &error));
    ivq_meter_close(&meter);
}

static void imported_scores(void **state)
{
    (void)state;
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    double value;
    REFUSES(IVQ_USAGE, "after ivq_meter_start", ivq_meter_import(meter, "other", 0, 1, &error));
    start(meter, &video);
    const int own = ivq_meter_series_count(meter);
    for (int frame = FRAMES - 1; frame >= 0; frame--) {
        push(meter, &video, FRAMES - 1 - frame);
        MUST(ivq_meter_import(meter, "other", frame, frame * 0.5, &error));
    }
    REFUSES(IVQ_USAGE, "already", ivq_meter_import(meter, "other", 3, 1, &error));
    REFUSES(IVQ_USAGE, "measured here", ivq_meter_import(meter, "psnr_y", 3, 1, &error));
    REFUSES(IVQ_USAGE, "frames from 0", ivq_meter_import(meter, "other", -1, 1, &error));
    MUST(ivq_meter_finish(meter, &error));
    assert_int_equal(ivq_meter_series_find(meter, "other"), own);
    assert_true(ivq_meter_score(meter, own, 3, &value));
    assert_true(value == 1.5);
    MUST(ivq_meter_pool(meter, own, "max", 0, -1, &value, &error));
    assert_true(value == (FRAMES - 1) * 0.5);
    ivq_meter_close(&meter);
}

/* --- models --- */

static void a_model_from_memory(void **state)
{
    (void)state;
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    struct ivq_model_source source = psnr_model("score");
    struct ivq_meter_model model;
    double value;
    MUST(ivq_meter_add_model(meter, &source, &error));
    assert_true(ivq_meter_model(meter, 0, &model));
    assert_string_equal(model.label, "mine");
    assert_string_equal(model.name, "score");
    assert_false(model.collection);
    assert_false(ivq_meter_model(meter, 1, &model));
    MUST(ivq_meter_start(meter, &video, &error));
    push(meter, &video, 0);
    MUST(ivq_meter_finish(meter, &error));
    MUST(ivq_meter_pool(meter, ivq_meter_series_find(meter, "score"), "mean", 0, -1, &value, &error));
    ivq_meter_close(&meter);
}

static void features_without_prediction(void **state)
{
    (void)state;
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    struct ivq_model_source source = psnr_model("score");
    struct ivq_meter_model model;
    source.features_only = true;
    MUST(ivq_meter_add_model(meter, &source, &error));
    assert_false(ivq_meter_model(meter, 0, &model));
    MUST(ivq_meter_start(meter, &video, &error));
    assert_int_equal(ivq_meter_series_find(meter, "score"), -1);
    assert_true(ivq_meter_series_find(meter, "psnr_cb") >= 0);
    ivq_meter_close(&meter);
}

static void models_of_one_name_are_refused(void **state)
{
    (void)state;
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    const struct ivq_model_source source = psnr_model(NULL);
    struct ivq_meter_model model;
    MUST(ivq_meter_add_model(meter, &source, &error));
    REFUSES(IVQ_USAGE, "'vmaf'", ivq_meter_add_model(meter, &source, &error));
    assert_false(ivq_meter_model(meter, 1, &model));
    MUST(ivq_meter_start(meter, &video, &error)); /* with the first */
    ivq_meter_close(&meter);
}

static void keep_text(void *user, const char *text)
{
    char *const all = user;
    strncat(all, text, 1000 - strlen(all));
}

static void the_first_of_two_requests_is_kept(void **state)
{
    (void)state;
    char told[1024] = "";
    const struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    MUST(ivq_meter_add_metric_text(meter, "psnr", &error));
    MUST(ivq_meter_add_metric_text(meter, "psnr=enable_chroma=true", &error)); /* the same */
    MUST(ivq_meter_add_metric_text(meter, "psnr=enable_mse=true", &error));
    REFUSES(IVQ_USAGE, "different values of min_sse",
            ivq_meter_add_metric_text(meter, "psnr=min_sse=1", &error));
    MUST(ivq_meter_start(meter, &video, &error)); /* what was refused is not asked for */
    assert_int_equal(ivq_meter_series_count(meter), 6);
    ivq_meter_close(&meter);

    meter = open_meter(NULL, NULL, 0);
    ivq_meter_keep_first(meter, keep_text, told);
    MUST(ivq_meter_add_metric_text(meter, "psnr", &error));
    MUST(ivq_meter_add_metric_text(meter, "psnr=enable_mse=true", &error));
    MUST(ivq_meter_add_metric_text(meter, "psnr=min_sse=1", &error));
    MUST(ivq_meter_start(meter, &video, &error));
    assert_int_equal(ivq_meter_series_count(meter), 3);
    assert_int_equal(ivq_meter_series_find(meter, "mse_y"), -1);
    assert_string_equal(
        told, "psnr is asked for again with another enable_mse, which its scores' names do not show; "
              "the first one stays"
              "psnr is asked for again with another min_sse, which its scores' names do not show; "
              "the first one stays");
    ivq_meter_close(&meter);
}

/* --- refusals --- */

static void opening_is_refused(void **state)
{
    (void)state;
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    struct ivq_meter *meter = (struct ivq_meter *)&params;
    params.device = "abacus";
    REFUSES(IVQ_USAGE, "abacus", ivq_meter_open(&params, &meter, &error));
    assert_null(meter);
    params.device = "cpu:nothing";
    REFUSES(IVQ_USAGE, "cpu:nothing", ivq_meter_open(&params, &meter, &error));
    params.device = "vulkan:15";
    REFUSES(IVQ_DEVICE, "ulkan", ivq_meter_open(&params, &meter, &error));
    params.device = "cpu";
    params.size = 0;
    REFUSES(IVQ_USAGE, "IVQ_METER_DEFAULTS", ivq_meter_open(&params, &meter, &error));
    ivq_meter_close(&meter); /* NULL is fine */
}

static void requests_are_refused(void **state)
{
    (void)state;
    const struct ivq_setting wrong = {"min_sse", "1e300"};
    const struct ivq_model_source nothing = {.version = NULL}, both = {.version = "a", .path = "b"};
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    REFUSES(IVQ_USAGE, "no metric 'nix'", ivq_meter_add_metric(meter, "nix", NULL, 0, &error));
    REFUSES(IVQ_USAGE, "no metric ''", ivq_meter_add_metric_text(meter, "", &error));
    REFUSES(IVQ_USAGE, "no option 'foo'", ivq_meter_add_metric_text(meter, "psnr=foo=1", &error));
    REFUSES(IVQ_USAGE, "true or false", ivq_meter_add_metric_text(meter, "psnr=enable_mse=1", &error));
    REFUSES(IVQ_USAGE, "has no value", ivq_meter_add_metric_text(meter, "psnr=enable_mse", &error));
    REFUSES(IVQ_USAGE, "too large", ivq_meter_add_metric(meter, "psnr", &wrong, 1, &error));
    REFUSES(IVQ_USAGE, "0 are given", ivq_meter_add_model(meter, &nothing, &error));
    REFUSES(IVQ_USAGE, "2 are given", ivq_meter_add_model(meter, &both, &error));
    REFUSES(IVQ_USAGE, "no model", ivq_meter_add_model_text(meter, "version=nix", false, &error));
    REFUSES(IVQ_INPUT, "/nonexistent", ivq_meter_add_model_text(meter, "path=/nonexistent", false, &error));
    ivq_meter_close(&meter);
}

static void calls_out_of_order_are_refused(void **state)
{
    (void)state;
    struct ivq_video video = video_of(8, IVQ_SAMPLING_420);
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    struct ivq_image a, b;
    REFUSES(IVQ_USAGE, "ivq_meter_start", ivq_meter_borrow(meter, &a, &b, &error));
    REFUSES(IVQ_USAGE, "ivq_meter_start", ivq_meter_finish(meter, &error));
    video.width[2] = 0;
    REFUSES(IVQ_INPUT, "0x", ivq_meter_start(meter, &video, &error));
    REFUSES(IVQ_INPUT, "7 bits", ivq_video_set(&video, 16, 16, 7, IVQ_SAMPLING_420, &error));
    video = video_of(8, IVQ_SAMPLING_420);
    start(meter, &video);
    REFUSES(IVQ_USAGE, "ivq_meter_reset", ivq_meter_start(meter, &video, &error));
    REFUSES(IVQ_USAGE, "before", ivq_meter_add_metric(meter, "psnr", NULL, 0, &error));
    REFUSES(IVQ_USAGE, "", ivq_meter_submit(meter, &error)); /* nothing is borrowed */
    memset(&a, 0, sizeof a);
    REFUSES(IVQ_USAGE, "plane 0", ivq_meter_push(meter, &a, &a, &error));
    push(meter, &video, 0); /* refusals do no harm */
    MUST(ivq_meter_finish(meter, &error));
    REFUSES(IVQ_USAGE, "ivq_meter_finish", ivq_meter_push(meter, &a, &a, &error));
    ivq_meter_close(&meter);
}

/* A sample above the depth spoils its own frame and those after it, not those before. */
static void finished_scores_outlive_a_failure(void **state)
{
    (void)state;
    const struct ivq_video video = video_of(10, IVQ_SAMPLING_420);
    struct ivq_meter *meter = open_meter(NULL, NULL, 0);
    enum ivq_status status = IVQ_OK;
    double value;
    start(meter, &video);
    for (int frame = 0; frame < FRAMES && status == IVQ_OK; frame++) {
        struct picture ref, dis;
        picture_draw(&ref, &video, frame, 0);
        picture_draw(&dis, &video, frame, 3);
        if (frame == 2)
            dis.samples[1][1] = 0x80;
        status = ivq_meter_push(meter, &ref.image, &dis.image, NULL);
    }
    REFUSES(IVQ_INPUT, "frame 2", ivq_meter_finish(meter, &error));
    assert_int_equal(ivq_meter_frames(meter), 2);
    assert_true(ivq_meter_score(meter, 0, 1, &value));
    assert_false(ivq_meter_score(meter, 0, 2, &value));
    ivq_meter_close(&meter);
}

/* --- catalog --- */

static void catalog(void **state)
{
    (void)state;
    struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES];
    struct ivq_catalog_metric metric;
    struct ivq_catalog_option option;
    struct ivq_catalog_output output;
    struct ivq_catalog_model model;
    int count, metrics = 0;
    assert_string_equal(ivq_catalog_backend(0), "cpu");
    assert_null(ivq_catalog_backend(99));
    MUST(ivq_catalog_devices("cpu", devices, &count, &error));
    assert_true(count > 0);
    for (int i = 0; i < count; i++) /* every selector opens the device it names */ {
        struct ivq_meter_params params = IVQ_METER_DEFAULTS;
        struct ivq_catalog_device opened;
        struct ivq_meter *meter;
        params.device = devices[i].selector;
        MUST(ivq_meter_open(&params, &meter, &error));
        ivq_meter_device(meter, &opened);
        assert_string_equal(opened.id, devices[i].id);
        ivq_meter_close(&meter);
    }
    REFUSES(IVQ_USAGE, "abacus", ivq_catalog_devices("abacus", devices, &count, &error));
    for (; ivq_catalog_metric(metrics, &metric); metrics++) {
        assert_true(metric.help && *metric.help);
        assert_true(ivq_catalog_output(metric.name, 0, &output));
        for (int i = 0; ivq_catalog_option(metric.name, i, &option); i++)
            assert_true(*option.initial && *option.range && option.help);
    }
    assert_true(metrics > 0);
    assert_false(ivq_catalog_option("nix", 0, &option));
    assert_true(ivq_catalog_model(0, &model));
    assert_string_equal(ivq_catalog_pooling(2), "mean");
    assert_string_equal(ivq_version(), IVQ_VERSION);
    assert_int_equal(strlen(ivq_fingerprint()), 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_in_gives_the_same),
        cmocka_unit_test(plane_sizes_are_the_callers),
        cmocka_unit_test(reset_begins_anew),
        cmocka_unit_test(scores_arrive_in_order),
        cmocka_unit_test(scores_can_be_read_while_frames_run),
        cmocka_unit_test(pooling),
        cmocka_unit_test(imported_scores),
        cmocka_unit_test(a_model_from_memory),
        cmocka_unit_test(features_without_prediction),
        cmocka_unit_test(models_of_one_name_are_refused),
        cmocka_unit_test(the_first_of_two_requests_is_kept),
        cmocka_unit_test(opening_is_refused),
        cmocka_unit_test(requests_are_refused),
        cmocka_unit_test(calls_out_of_order_are_refused),
        cmocka_unit_test(finished_scores_outlive_a_failure),
        cmocka_unit_test(catalog),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
