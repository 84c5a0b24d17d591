/* The graph as metrics use it, on every device: tables, what earlier frames left, row sums, memory that
   serves twice. The metrics of these tests are their own, made of the product's kernels.

   Usage: graph_test [DEVICES] */
#include <setjmp.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/session.h"
#include "graph/graph_impl.h"
#include "kernel_params.h"
#include "metrics/options.h"
#include "targets.h"

enum { WIDTH = 161, HEIGHT = 93, FRAMES = 7 };

static const struct target *target;
static uint8_t samples[FRAMES][IVQ_SIDES][HEIGHT][WIDTH];
static double scores[2][FRAMES];
static const struct ivq_setting *settings; /* of the metric that is measured */
static int setting_count;

static void fill_samples(void)
{
    uint32_t state = 12345;
    for (int i = 0; i < FRAMES * IVQ_SIDES * HEIGHT * WIDTH; i++) {
        state = state * 1664525 + 1013904223;
        ((uint8_t *)samples)[i] = (uint8_t)(state >> 24);
    }
}

static struct ivq_device *open_device(int threads)
{
    struct ivq_device *const device = target_open(target, threads);
    assert_non_null(device);
    return device;
}

static void must(enum ivq_status status, const struct ivq_error *error)
{
    if (status != IVQ_OK)
        fail_msg("%s: %s", target->selector, error->text);
}

static void push(struct ivq_session *session, int frame)
{
    struct ivq_picture pictures[IVQ_SIDES];
    struct ivq_error error = {0};
    must(ivq_session_picture(session, &pictures[0], &pictures[1], &error), &error);
    for (int side = 0; side < IVQ_SIDES; side++)
        for (int y = 0; y < HEIGHT; y++)
            memcpy((char *)pictures[side].data[0] + y * pictures[side].stride[0], samples[frame][side][y],
                   WIDTH);
    must(ivq_session_submit(session, &error), &error);
}

static void collect(const struct ivq_session *session, int outputs)
{
    for (int i = 0; i < outputs; i++)
        for (int frame = 0; frame < FRAMES; frame++)
            if (!ivq_session_score(session, i, frame, &scores[i][frame]))
                scores[i][frame] = -1;
}

static void measure(const struct ivq_metric *metric, struct ivq_device *device, int in_flight, int subsample)
{
    static struct ivq_selection selection;
    struct ivq_session_params params = {
        .device = device, .selection = &selection, .frames_in_flight = in_flight, .subsample = subsample};
    struct ivq_session *session;
    struct ivq_error error = {0};
    ivq_format_set(&params.format, WIDTH, HEIGHT, 8, IVQ_CHROMA_400);
    must(ivq_selection_add(&selection, metric, settings, setting_count, &error), &error);
    must(ivq_session_start(&params, &session, &error), &error);
    for (int frame = 0; frame < FRAMES; frame++)
        push(session, frame);
    must(ivq_session_finish(session, &error), &error);
    collect(session, 2);
    ivq_session_destroy(session);
    ivq_selection_clear(&selection);
}

static const struct ivq_option no_options[] = {{0}};
static const struct ivq_output two_outputs[] = {{.name = "first"}, {.name = "second"}, {0}};

static void put_sums(const void *options, const struct ivq_format *format, void *state,
                     const struct ivq_scored *scored, struct ivq_sink *sink)
{
    (void)options;
    (void)format;
    (void)state;
    for (int i = 0; i < 2; i++)
        sink->put(sink, i, scored->frame, (double)scored->results[i].u64[0]);
}

/* --- what a launch wrote a frame ago --- */

static void launch_difference(struct ivq_graph *graph, const char *variant, ivq_ref a, ivq_ref b, int width,
                              int height)
{
    const struct psnr_sse_params params = {width, height, ivq_stride(width)};
    const ivq_ref pair[] = {a, b};
    ivq_graph_launch_sums(graph, &(struct ivq_launch){ivq_graph_kernel(graph, "psnr_sse", variant), &params,
                                                      width, height, pair});
}

/* The reference of so many frames ago at half its size. */
static ivq_ref plan_half(struct ivq_graph *graph, int past)
{
    const struct ivq_plane ref = ivq_graph_plane(graph, IVQ_SIDE_REF, 0, past);
    const int width = WIDTH / 2, height = HEIGHT / 2;
    const struct vif_down_params params = {.width = ref.width,
                                           .height = ref.height,
                                           .stride = ref.stride,
                                           .out_width = width,
                                           .out_height = height,
                                           .out_stride = ivq_stride(width),
                                           .shift = 8};
    const size_t elements = ivq_plane_elements(width, height), both[] = {elements, elements};
    const ivq_ref pair[] = {ref.ref, ref.ref};
    ivq_ref out[2];
    ivq_graph_launch(graph, &(struct ivq_launch){ivq_graph_kernel(graph, "vif_down", "s1_u8"), &params, width,
                                                 height, pair, both, out});
    return out[0];
}

/* The change from the frame before, in half size: from what was kept, and from the frame before anew. */
static enum ivq_status plan_change(const void *options, const struct ivq_format *format,
                                   struct ivq_graph *graph, struct ivq_error *error)
{
    (void)options;
    (void)format;
    const ivq_ref now = plan_half(graph, 0);
    launch_difference(graph, "u16", ivq_graph_past(graph, now, 1), now, WIDTH / 2, HEIGHT / 2);
    launch_difference(graph, "u16", plan_half(graph, 1), now, WIDTH / 2, HEIGHT / 2);
    return ivq_graph_status(graph, error);
}

static const struct ivq_metric change = {.name = "change",
                                         .options = no_options,
                                         .outputs = two_outputs,
                                         .past = 1,
                                         .every_frame = true,
                                         .plan = plan_change,
                                         .score = put_sums};

static void kept_output_is_that_of_the_frame_before(void **state)
{
    static const int in_flight[] = {1, 2, 6}, threads[] = {1, 4};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct ivq_device *const device = open_device(threads[i % 2]);
        measure(&change, device, in_flight[i / 2], 0);
        for (int frame = 1; frame < FRAMES; frame++) {
            assert_true(scores[0][frame] > 0);
            assert_true(scores[0][frame] == scores[1][frame]);
        }
        measure(&change, device, in_flight[i / 2], 3);
        assert_true(scores[0][2] == -1);
        assert_true(scores[0][3] > 0 && scores[0][3] == scores[1][3]);
        ivq_device_close(device);
    }
}

/* --- tables --- */

static double host_difference(int frame)
{
    double sum = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const int d = samples[frame][0][y][x] - samples[0][0][y][x];
            sum += d * d;
        }
    return sum;
}

/* The difference from the first frame, which is a table, and from another table that is all zeros. */
static enum ivq_status plan_constant(const void *options, const struct ivq_format *format,
                                     struct ivq_graph *graph, struct ivq_error *error)
{
    static uint8_t first[HEIGHT][(WIDTH + 63) / 64 * 64], zeros[sizeof first];
    (void)options;
    (void)format;
    for (int y = 0; y < HEIGHT; y++)
        memcpy(first[y], samples[0][0][y], WIDTH);
    const ivq_ref ref = ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0).ref;
    const ivq_ref table = ivq_graph_table(graph, first, sizeof first);
    assert_int_equal(ivq_graph_table(graph, first, sizeof first), table);
    launch_difference(graph, "u8", ref, table, WIDTH, HEIGHT);
    launch_difference(graph, "u8", ref, ivq_graph_table(graph, zeros, sizeof zeros), WIDTH, HEIGHT);
    return ivq_graph_status(graph, error);
}

static const struct ivq_metric constant = {.name = "constant",
                                           .options = no_options,
                                           .outputs = two_outputs,
                                           .plan = plan_constant,
                                           .score = put_sums};

static void tables_reach_the_device_once(void **state)
{
    struct ivq_device *const device = open_device(0);
    (void)state;
    measure(&constant, device, 2, 0);
    for (int frame = 0; frame < FRAMES; frame++) {
        assert_true(scores[0][frame] == host_difference(frame));
        assert_true(scores[1][frame] > scores[0][frame] - 1e9 && scores[1][frame] > 0);
    }
    ivq_device_close(device);
}

/* --- f32 row sums --- */

static enum ivq_status plan_rows(const void *options, const struct ivq_format *format,
                                 struct ivq_graph *graph, struct ivq_error *error)
{
    const double noise = 2;
    struct float_vif_stat_params params = {.width = WIDTH,
                                           .height = HEIGHT,
                                           .stride = ivq_stride(WIDTH),
                                           .unit = 1,
                                           .offset = 128,
                                           .limit = 100,
                                           .flat_slope = 1.0f / (255 * 255)};
    (void)options;
    (void)format;
    memcpy(&params.noise, &noise, sizeof noise);
    memcpy(&params.noise_divisor, &noise, sizeof noise);
    const ivq_ref pair[] = {ivq_graph_plane(graph, IVQ_SIDE_REF, 0, 0).ref,
                            ivq_graph_plane(graph, IVQ_SIDE_DIS, 0, 0).ref};
    ivq_graph_launch_rows(graph, &(struct ivq_launch){ivq_graph_kernel(graph, "float_vif_stat", "s0_u8"),
                                                      &params, WIDTH, HEIGHT, pair});
    return ivq_graph_status(graph, error);
}

static void put_rows(const void *options, const struct ivq_format *format, void *state,
                     const struct ivq_scored *scored, struct ivq_sink *sink)
{
    (void)options;
    (void)format;
    (void)state;
    assert_int_equal(scored->results[0].count, 2 * HEIGHT);
    for (int value = 0; value < 2; value++)
        sink->put(sink, value, scored->frame, (double)ivq_result_rows(&scored->results[0], HEIGHT, value));
}

static const struct ivq_metric in_rows = {
    .name = "in_rows", .options = no_options, .outputs = two_outputs, .plan = plan_rows, .score = put_rows};

/* Whatever the device, and however it cuts the picture. */
static void row_sums_have_one_order(void **state)
{
    static double expected[2][FRAMES];
    struct ivq_device *const device = open_device(0);
    (void)state;
    measure(&in_rows, device, 2, 0);
    if (!expected[0][0])
        memcpy(expected, scores, sizeof expected);
    assert_true(scores[0][0] > 0 && scores[1][0] > 0);
    assert_memory_equal(scores, expected, sizeof expected);
    ivq_device_close(device);
}

/* --- host stages --- */

struct made {
    double doubled;
};

static atomic_int inside, most_inside;

static void double_on_host(const void *options, const struct ivq_format *format,
                           const struct ivq_result *results, void *opaque)
{
    struct made *const made = opaque;
    const int now = atomic_fetch_add(&inside, 1) + 1;
    (void)options;
    (void)format;
    usleep(3000);
    if (now > atomic_load(&most_inside))
        atomic_store(&most_inside, now);
    made->doubled = 2 * (double)results[0].u64[0];
    atomic_fetch_sub(&inside, 1);
}

static void put_made(const void *options, const struct ivq_format *format, void *state,
                     const struct ivq_scored *scored, struct ivq_sink *sink)
{
    int *const next = state;
    (void)options;
    (void)format;
    assert_int_equal(scored->frame, *next);
    *next = scored->frame + 1;
    sink->put(sink, 0, scored->frame, ((const struct made *)scored->made)->doubled);
    sink->put(sink, 1, scored->frame, (double)scored->results[0].u64[0]);
}

static const struct ivq_metric on_host = {.name = "on_host",
                                          .options = no_options,
                                          .outputs = two_outputs,
                                          .host_stages = "double",
                                          .made_size = sizeof(struct made),
                                          .state_size = sizeof(int),
                                          .plan = plan_constant,
                                          .host = double_on_host,
                                          .score = put_made};

static void host_stages_run_side_by_side_scores_in_order(void **state)
{
    static const int in_flight[] = {0, 1, 6};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct ivq_device *const device = open_device(4);
        atomic_store(&most_inside, 0);
        measure(&on_host, device, in_flight[i], 0);
        for (int frame = 0; frame < FRAMES; frame++)
            assert_true(scores[0][frame] == 2 * host_difference(frame) &&
                        scores[1][frame] * 2 == scores[0][frame]);
        if (in_flight[i] == 1)
            assert_int_equal(atomic_load(&most_inside), 1);
        if (in_flight[i] == 6)
            assert_true(atomic_load(&most_inside) > 1);
        ivq_device_close(device);
    }
}

/* --- pictures that are put out --- */

struct picture_options {
    int size;
    char *folder;
};

static const char *const sizes[] = {"full", "half", NULL};
static const struct ivq_option picture_options[] = {
    {"size", "sz", IVQ_OPTION_CHOICE, 1, 0, 0, offsetof(struct picture_options, size), "of the picture",
     sizes},
    {"folder", NULL, IVQ_OPTION_TEXT, 0, 0, 0, offsetof(struct picture_options, folder), "of the pictures",
     NULL},
    {0},
};
static const struct ivq_plane_output pictures[] = {{"half", "folder", "the reference at half its size"}, {0}};

static enum ivq_status plan_picture(const void *options, const struct ivq_format *format,
                                    struct ivq_graph *graph, struct ivq_error *error)
{
    (void)format;
    assert_string_equal(sizes[((const struct picture_options *)options)->size], "half");
    ivq_graph_result(graph, plan_half(graph, 0), (int)ivq_plane_elements(WIDTH / 2, HEIGHT / 2));
    return ivq_graph_status(graph, error);
}

static void put_picture(const void *options, const struct ivq_format *format, void *state,
                        const struct ivq_scored *scored, struct ivq_sink *sink)
{
    const struct ivq_gray gray = {WIDTH / 2, HEIGHT / 2, ivq_stride(WIDTH / 2),
                                  WIDTH,     HEIGHT,     scored->results[0].u16};
    (void)options;
    (void)format;
    (void)state;
    sink->put_plane(sink, 0, &gray);
    sink->put(sink, 0, scored->frame, gray.samples[0]);
    sink->put(sink, 1, scored->frame, gray.samples[(HEIGHT / 2 - 1) * gray.stride + WIDTH / 2 - 1]);
}

static const struct ivq_metric with_picture = {.name = "with_picture",
                                               .options = picture_options,
                                               .outputs = two_outputs,
                                               .planes = pictures,
                                               .options_size = sizeof(struct picture_options),
                                               .plan = plan_picture,
                                               .score = put_picture};

static void check_file(const char *path)
{
    enum { PICTURE = (WIDTH / 2) * (HEIGHT / 2) };
    static unsigned char file[FRAMES * PICTURE * 2 + 1];
    FILE *const f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(file, 1, sizeof file, f), FRAMES * PICTURE * 2);
    fclose(f);
    for (int frame = 0; frame < FRAMES; frame++) {
        const unsigned char *const first = file + 2 * frame * PICTURE, *const last =
                                                                           first + 2 * (PICTURE - 1);
        assert_true(scores[0][frame] == first[0] + 256 * first[1]);
        assert_true(scores[1][frame] == last[0] + 256 * last[1]);
    }
}

static void pictures_are_files_only_where_a_folder_is_named(void **state)
{
    char root[] = "/tmp/isovq_graph_XXXXXX", folder[64], path[128], command[64];
    struct ivq_device *const device = open_device(2);
    (void)state;
    assert_non_null(mkdtemp(root));
    snprintf(folder, sizeof folder, "%s/new/folder", root);
    snprintf(path, sizeof path, "%s/half_%dx%d_16b.gray", folder, WIDTH, HEIGHT);
    measure(&with_picture, device, 2, 0);
    assert_int_equal(access(folder, F_OK), -1);
    const struct ivq_setting values[] = {{"size", "half"}, {"folder", folder}};
    settings = values;
    setting_count = 2;
    measure(&with_picture, device, 2, 0);
    setting_count = 0;
    check_file(path);
    snprintf(command, sizeof command, "rm -r '%s'", root);
    assert_int_equal(system(command), 0);
    ivq_device_close(device);
}

/* --- memory --- */

static size_t end_of(const struct ivq_memory *m)
{
    return m->offset + m->size;
}

/* Nothing that is needed in one stage lies in the same place, and little is left of what a frame wrote once.
 */
static void memory_serves_twice_but_not_at_once(void **state)
{
    struct ivq_device *const device = open_device(1);
    struct ivq_format format;
    struct ivq_frame_sizes layout;
    struct ivq_error error = {0};
    size_t all = 0;
    (void)state;
    ivq_format_set(&format, 1920, 1080, 8, IVQ_CHROMA_420);
    struct ivq_graph *const graph = ivq_graph_create(device, &format);
    static const char *const names[] = {"vif", "adm"};
    for (int i = 0; i < 2; i++) {
        const struct ivq_metric *const metric = ivq_metric_find(names[i]);
        void *const options = calloc(1, metric->options_size);
        ivq_options_init(metric, options);
        ivq_graph_next_metric(graph, false, false);
        must(metric->plan(options, &format, graph, &error), &error);
        ivq_options_free(metric, options);
    }
    ivq_graph_layout(graph, &layout);
    for (int i = 0; i < graph->ref_count; i++) {
        const struct ivq_memory *const a = &graph->refs[i];
        all += a->place == IVQ_IN_SCRATCH ? a->size : 0;
        for (int k = 0; k < i; k++) {
            const struct ivq_memory *const b = &graph->refs[k];
            if (a->place != IVQ_IN_SCRATCH || b->place != IVQ_IN_SCRATCH || a->last < b->first ||
                b->last < a->first)
                continue;
            assert_true(end_of(a) <= b->offset || end_of(b) <= a->offset);
        }
    }
    print_message("%s: scratch of a frame of vif and adm, 1080p: %zu KiB of %zu\n", target->selector,
                  layout.scratch >> 10, all >> 10);
    assert_true(layout.scratch < all);
    ivq_graph_destroy(graph);
    ivq_device_close(device);
}

int main(int argc, char **argv)
{
    static struct target targets[MAX_TARGETS];
    const struct CMUnitTest tests[] = {cmocka_unit_test(kept_output_is_that_of_the_frame_before),
                                       cmocka_unit_test(tables_reach_the_device_once),
                                       cmocka_unit_test(row_sums_have_one_order),
                                       cmocka_unit_test(host_stages_run_side_by_side_scores_in_order),
                                       cmocka_unit_test(pictures_are_files_only_where_a_folder_is_named),
                                       cmocka_unit_test(memory_serves_twice_but_not_at_once)};
    const int count = targets_find(targets, argc > 1 ? argv[1] : NULL);
    int failures = 0;
    fill_samples();
    for (int i = 0; i < count; i++) {
        target = &targets[i];
        failures += cmocka_run_group_tests_name(target->selector, tests, NULL, NULL);
    }
    return failures != 0;
}
