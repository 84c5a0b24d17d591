/* Calls of the public interface in any order on up to three meters, with any arguments: a byte says which
   call, the next ones with what. A picture of what each meter has gone through says what has to be refused.
 */
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"
#include "isovq/isovq.h"

enum {
    METERS = 3,
    MAX_OPENED = 12, /* of one input: time goes up with each, */
    MAX_PUSHED = 48, /* and with each of these */
    MAX_PLANE = 1 << 16,
    TEXT_SIZE = 64,
};

struct meter {
    struct ivq_meter *handle;
    struct ivq_video video;
    bool started, finished, borrowed, failed;
    int submitted, next_frame; /* of on_frame */
    int step;
};

static struct meter meters[METERS];
static struct fuzz_bytes bytes;
static int opened, pushed;

/* --- arguments --- */

static int number(void)
{
    static const int edges[] = {INT_MIN, INT_MIN + 1, -2,    -1,    0,     1,       2,           3,
                                4,       7,           8,     10,    16,    17,      255,         256,
                                1024,    1025,        16384, 16385, 65536, 1 << 24, INT_MAX - 1, INT_MAX};
    enum { EDGES = sizeof edges / sizeof edges[0] };
    const unsigned byte = fuzz_byte(&bytes);
    return byte < EDGES ? edges[byte] : (int)(byte - EDGES);
}

/* Mostly one that will do. */
static int number_up_to(int most)
{
    const unsigned byte = fuzz_byte(&bytes);
    return byte < 240 ? (int)byte % (most + 1) : number();
}

/* Mostly from first on. */
static int number_from(int first, int most)
{
    const int more = number_up_to(most);
    return more >= 0 && more <= most ? first + more : more;
}

static double real(void)
{
    static const double edges[] = {0, -0.0, 1, -1, 1e-310, 1e308, -1e308, 0.1};
    return edges[fuzz_byte(&bytes) % 8];
}

/* NULL, a known text, or bytes of the input. */
static const char *text(const char *const *known, int count, char own[TEXT_SIZE])
{
    const int choice = fuzz_byte(&bytes);
    if (choice < 200)
        return known[choice % count];
    if (choice < 210)
        return NULL;
    int length = choice % (TEXT_SIZE - 1);
    for (int i = 0; i < length; i++)
        own[i] = (char)fuzz_byte(&bytes);
    own[length] = 0;
    return own;
}

#define ONE_OF(table, own) text(table, (int)(sizeof(table) / sizeof(table)[0]), own)

static const char *const devices[] = {
    "cpu:scalar", "cpu", "cpu:v4", "cpu:", "auto:", "", "cpu:scalar", "nothing"};
static const char *const metrics[] = {"psnr", "motion", "vif", "adm", "motion_v2", "", "psnr "};
static const char *const keys[] = {"enable_chroma",     "enable_mse", "min_sse",
                                   "enable_apsnr",      "debug",      "vif_enhn_gain_limit",
                                   "motion_fps_weight", "uncapped",   ""};
static const char *const values[] = {"true", "false", "1", "0.5", "1e300", "nan", "-1", "", "1.0"};
static const char *const requests[] = {"psnr",
                                       "psnr=enable_chroma=false",
                                       "psnr=enable_mse=true:enable_apsnr=true",
                                       "vif",
                                       "adm",
                                       "motion",
                                       "vif=debug=true",
                                       "=",
                                       "psnr=",
                                       "psnr=a:b",
                                       ""};
static const char *const model_texts[] = {"version=vmaf_v0.6.1",
                                          "version=vmaf_v0.6.1:name=psnr_y",
                                          "version=",
                                          "path=/nonexistent",
                                          "",
                                          "version=nothing:x.y=1",
                                          "disable_clip"};
static const char *const poolings[] = {"mean", "min",  "max", "harmonic_mean", "median", "p1",
                                       "p99",  "p100", ""};
static const char *const names[] = {"psnr_y", "vmaf", "other", "a\nb", "", "score"};

/* Of tests/data/models/base.json, over features of psnr. */
static const char model_json[] =
    "{\"param_dict\": {\"score_clip\": null}, \"model_dict\": {\"model_type\": \"LIBSVMNUSVR\", "
    "\"feature_names\": [\"psnr_y\"], \"norm_type\": \"linear_rescale\", \"slopes\": [0.5, 0.02], "
    "\"intercepts\": [-1, 0.25], \"model\": \"svm_type nu_svr\\n"
    "kernel_type rbf\\ngamma 0.5\\nnr_class 2\\ntotal_sv 1\\nrho 1\\nSV\\n4 1:1.25 \\n\"}}";

/* One of the three; NULL for a fourth, where nothing is known of what a call does. */
static struct meter *choose(void)
{
    const int choice = fuzz_byte(&bytes) % (8 * METERS);
    return choice < 8 * METERS - 1 ? &meters[choice % METERS] : NULL;
}

static struct ivq_meter *handle_of(const struct meter *m)
{
    return m ? m->handle : NULL;
}

/* --- what has to hold --- */

static bool is_control(unsigned char c)
{
    return c < ' ' || c == 0x7f;
}

/* An error has its status and one line; where all went well nothing was written. */
static enum ivq_status checked(enum ivq_status status, const struct ivq_error *error)
{
    FUZZ_CHECK(status >= IVQ_OK && status < IVQ_STATUS_COUNT);
    FUZZ_CHECK(status == error->status && (status == IVQ_OK) == !error->text[0]);
    FUZZ_CHECK(memchr(error->text, 0, sizeof error->text));
    for (const char *c = error->text; *c; c++)
        FUZZ_CHECK(!is_control((unsigned char)*c));
    return status;
}

/* A call with an error to fill, or, now and then, without. */
#define CALL(call)                                                                                           \
    ({                                                                                                       \
        struct ivq_error filled = {IVQ_OK, ""}, *const error = fuzz_byte(&bytes) < 250 ? &filled : NULL;     \
        const enum ivq_status result = (call);                                                               \
        error ? checked(result, error) : result;                                                             \
    })

/* What this meter cannot do now has to be IVQ_USAGE. */
static void must_fit(bool allowed, enum ivq_status status)
{
    FUZZ_CHECK(allowed || status == IVQ_USAGE);
}

static bool is_running(const struct meter *m)
{
    return m && m->handle && m->started && !m->finished;
}

static bool is_open(const struct meter *m)
{
    return m && m->handle;
}

/* --- life --- */

static void on_frame(void *user, const struct ivq_frame_scores *scores)
{
    struct meter *const m = user;
    FUZZ_CHECK(scores->frame >= m->next_frame && scores->frame % m->step == 0);
    m->next_frame = scores->frame + 1;
    for (int i = 0; i < scores->count; i++)
        FUZZ_CHECK(scores->names[i] && !isnan(scores->values[i]));
}

static void forget(struct meter *m)
{
    m->started = m->finished = m->borrowed = m->failed = false;
    m->submitted = m->next_frame = 0;
}

static void call_open(void)
{
    struct meter *const m = &meters[fuzz_byte(&bytes) % METERS];
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    char own[TEXT_SIZE];
    if (opened == MAX_OPENED)
        return;
    opened++;
    ivq_meter_close(&m->handle);
    forget(m);
    params.device = ONE_OF(devices, own);
    if (!params.device || !strcmp(params.device, "auto")) /* whatever drivers do is not tried here */
        params.device = "cpu:scalar";
    if (strncmp(params.device, "cpu", 3) != 0)
        params.device = "nothing";
    params.threads = number_up_to(3);
    params.frames_in_flight = number_up_to(4);
    params.subsample = number_up_to(3);
    params.cpumask = (unsigned)number();
    params.memory_limit = 64 << 20;
    params.on_frame = fuzz_byte(&bytes) & 1 ? on_frame : NULL;
    params.user = m;
    if (fuzz_byte(&bytes) > 250)
        params.size = (size_t)number();
    m->step = params.subsample > 1 ? params.subsample : 1;
    const enum ivq_status status = CALL(ivq_meter_open(&params, &m->handle, error));
    FUZZ_CHECK((status == IVQ_OK) == (m->handle != NULL));
}

static void call_close(void)
{
    struct meter *const m = choose();
    ivq_meter_close(m ? &m->handle : NULL);
    if (m)
        forget(m);
}

static void call_reset(void)
{
    struct meter *const m = choose();
    ivq_meter_reset(handle_of(m));
    if (m)
        forget(m);
}

static void call_start(void)
{
    struct meter *const m = choose();
    struct ivq_video video = {IVQ_SAMPLING_400, 8, {0}, {0}};
    const int width = number_from(16, 24), height = number_from(16, 24), depth = number_from(8, 8);
    const enum ivq_sampling sampling = (enum ivq_sampling)number_up_to(3);
    const bool good = CALL(ivq_video_set(&video, width, height, depth, sampling, error)) == IVQ_OK;
    const int strange = fuzz_byte(&bytes);
    if (strange < 30) {
        video.width[strange % 3] = number();
        video.height[strange / 3 % 3] = number();
    }
    if (!good && strange < 200)
        return;
    const enum ivq_status status = CALL(ivq_meter_start(handle_of(m), strange == 255 ? NULL : &video, error));
    must_fit(is_open(m) && !m->started && strange != 255, status);
    if (status != IVQ_OK)
        return;
    m->started = true;
    m->video = video;
}

/* --- what is measured --- */

static void call_add_metric(void)
{
    const struct meter *const m = choose();
    char own[TEXT_SIZE], own_key[TEXT_SIZE], own_value[TEXT_SIZE];
    const char *const name = ONE_OF(metrics, own);
    const struct ivq_setting setting = {ONE_OF(keys, own_key), ONE_OF(values, own_value)};
    const int count = number_up_to(1);
    const bool given = count <= 1;
    must_fit(is_open(m) && !m->started && name,
             CALL(ivq_meter_add_metric(handle_of(m), name, given ? &setting : NULL, count, error)));
}

static void call_add_metric_text(void)
{
    const struct meter *const m = choose();
    char own[TEXT_SIZE];
    const char *const request = ONE_OF(requests, own);
    must_fit(is_open(m) && !m->started && request,
             CALL(ivq_meter_add_metric_text(handle_of(m), request, error)));
}

static void call_add_model(void)
{
    const struct meter *const m = choose();
    char own[TEXT_SIZE], own_label[TEXT_SIZE], own_key[TEXT_SIZE], own_value[TEXT_SIZE],
        own_metric[TEXT_SIZE];
    const struct ivq_overload overload = {ONE_OF(metrics, own_metric), ONE_OF(keys, own_key),
                                          ONE_OF(values, own_value)};
    const unsigned flags = fuzz_byte(&bytes);
    const struct ivq_model_source source = {
        .version = flags % 7 == 1 ? "vmaf_v0.6.1" : NULL,
        .path = flags % 7 == 2 ? "/nonexistent" : NULL,
        .json = flags % 7 == 1 ? NULL : model_json,
        .json_size = sizeof model_json - 1 - (flags == 255),
        .label = ONE_OF(names, own_label),
        .name = ONE_OF(names, own),
        .features_only = flags & 8,
        .disable_clip = flags & 16,
        .enable_transform = flags & 32,
        .overloads = flags & 64 ? &overload : NULL,
        .overload_count = flags & 64 ? (int)(flags >> 7) : 0,
    };
    must_fit(is_open(m) && !m->started, CALL(ivq_meter_add_model(handle_of(m), &source, error)));
}

static void call_add_model_text(void)
{
    const struct meter *const m = choose();
    char own[TEXT_SIZE];
    const char *const model = ONE_OF(model_texts, own);
    if (model && strstr(model, "path=") && strcmp(model, "path=/nonexistent") != 0)
        return; /* a file may be named, and that is for other harnesses */
    must_fit(is_open(m) && !m->started && model,
             CALL(ivq_meter_add_model_text(handle_of(m), model, fuzz_byte(&bytes) & 1, error)));
}

/* --- frames --- */

static int planes_of(const struct ivq_video *video)
{
    return video->sampling == IVQ_SAMPLING_400 ? 1 : 3;
}

static ptrdiff_t row_of(const struct ivq_video *video, int plane)
{
    return (ptrdiff_t)video->width[plane] * (video->depth > 8 ? 2 : 1);
}

/* Of a size that is not tried with samples: it would take the time of a thousand others. */
static bool is_large(const struct ivq_video *video)
{
    for (int p = 0; p < planes_of(video); p++)
        if (row_of(video, p) * video->height[p] > MAX_PLANE)
            return true;
    return false;
}

static ptrdiff_t odd_stride(ptrdiff_t row)
{
    static const ptrdiff_t edges[] = {PTRDIFF_MIN, PTRDIFF_MIN + 1, -1, 0, 1, PTRDIFF_MAX - 1, PTRDIFF_MAX};
    const int choice = fuzz_byte(&bytes) % 9;
    return choice < 7 ? edges[choice] : choice == 7 ? row - 1 : 1 - row;
}

/* Exactly its samples, so that the sanitizer sees a read outside. Also upside down, and with a bad stride or
   no samples in a plane: then *good is false. */
static void draw(const struct ivq_video *video, struct ivq_image *image, void *owned[3], bool *good)
{
    const int kind = fuzz_byte(&bytes), seed = fuzz_byte(&bytes);
    *image = (struct ivq_image){{NULL}, {0}};
    for (int p = 0; p < planes_of(video); p++) {
        const ptrdiff_t row = row_of(video, p), size = row * video->height[p];
        uint8_t *const samples = malloc((size_t)size);
        FUZZ_CHECK(samples);
        for (ptrdiff_t i = 0; i < size; i++)
            samples[i] = (uint8_t)(video->depth > 8 && i % 2 ? 0 : i * (seed + 3 + p) >> 1);
        if (kind == 254) /* above the depth, if that is below 16 */
            samples[size - 1] = 255;
        owned[p] = samples;
        image->data[p] = kind % 4 == 1 ? samples + size - row : samples;
        image->stride[p] = kind % 4 == 1 ? -row : row;
        if (kind == 252 || kind == 253) {
            image->stride[p] = odd_stride(row);
            const bool fits = image->stride[p] == row || image->stride[p] == -row;
            *good = *good && (video->height[p] == 1 || (fits && image->stride[p] > 0));
        }
    }
    if (kind == 251) {
        image->data[0] = NULL;
        *good = false;
    }
}

static void count_release(void *user)
{
    ++*(int *)user;
}

static void hand_over(struct meter *m, const struct ivq_image images[2])
{
    int released = 0;
    const bool counted = fuzz_byte(&bytes) & 1;
    const enum ivq_status status =
        counted
            ? CALL(ivq_meter_push_counted(m->handle, &images[0], &images[1], count_release, &released, error))
            : CALL(ivq_meter_push(m->handle, &images[0], &images[1], error));
    FUZZ_CHECK(released == (counted && status == IVQ_OK));
    FUZZ_CHECK(status == IVQ_OK || m->failed || status == IVQ_INPUT || status == IVQ_DEVICE);
    m->failed = m->failed || status != IVQ_OK;
    m->submitted += status == IVQ_OK;
    m->borrowed = false;
}

static void call_push(void)
{
    struct meter *const m = choose();
    struct ivq_image images[2] = {{{NULL}, {0}}, {{NULL}, {0}}};
    void *owned[2][3] = {{NULL}, {NULL}};
    bool good = true;
    if (!is_running(m)) {
        must_fit(false, CALL(ivq_meter_push(handle_of(m), &images[0], &images[1], error)));
        return;
    }
    if (is_large(&m->video) || pushed == MAX_PUSHED)
        return;
    pushed++;
    for (int side = 0; side < 2; side++)
        draw(&m->video, &images[side], owned[side], &good);
    if (good)
        hand_over(m, images);
    else
        must_fit(false, CALL(ivq_meter_push(m->handle, &images[0], &images[1], error)));
    for (int i = 0; i < 6; i++)
        free(owned[i / 3][i % 3]);
}

static void call_borrow(void)
{
    struct meter *const m = choose();
    struct ivq_image images[2];
    const int missing = fuzz_byte(&bytes);
    const enum ivq_status status = CALL(ivq_meter_borrow(handle_of(m), missing == 255 ? NULL : &images[0],
                                                         missing == 254 ? NULL : &images[1], error));
    must_fit(is_running(m) && missing < 254, status);
    if (status != IVQ_OK) {
        if (is_running(m) && missing < 254)
            m->failed = true;
        return;
    }
    m->borrowed = true;
    for (int p = 0; p < planes_of(&m->video); p++)
        for (int y = 0; y < m->video.height[p]; y++)
            memset((char *)images[0].data[p] + y * images[0].stride[p], 0, (size_t)row_of(&m->video, p));
}

static void call_submit(void)
{
    struct meter *const m = choose();
    if (is_running(m) && (is_large(&m->video) || pushed == MAX_PUSHED))
        return;
    pushed += is_running(m);
    const enum ivq_status status = CALL(ivq_meter_submit(handle_of(m), error));
    must_fit(is_running(m) && m->borrowed, status);
    if (!m)
        return;
    m->submitted += status == IVQ_OK;
    m->borrowed = false;
}

static void call_finish(void)
{
    struct meter *const m = choose();
    const enum ivq_status status = CALL(ivq_meter_finish(handle_of(m), error));
    must_fit(is_running(m), status);
    if (!is_running(m))
        return;
    m->finished = true;
    FUZZ_CHECK(status != IVQ_OK || ivq_meter_frames(m->handle) == m->submitted);
}

/* --- scores --- */

static void call_score(void)
{
    const struct meter *const m = choose();
    const struct ivq_meter *const handle = handle_of(m);
    const int series = number_up_to(12), frame = number_up_to(8), count = ivq_meter_series_count(handle);
    double score;
    const bool exists = series >= 0 && series < count;
    const char *const name = ivq_meter_series_name(handle, series);
    FUZZ_CHECK((name != NULL) == exists);
    FUZZ_CHECK(!exists || ivq_meter_series_find(handle, name) == series); /* names differ */
    const bool aggregate = ivq_meter_series_aggregate(handle, series);
    FUZZ_CHECK(!aggregate || exists);
    if (ivq_meter_score(handle, series, frame, fuzz_byte(&bytes) < 250 ? &score : NULL))
        FUZZ_CHECK(exists && (aggregate || frame >= 0) && !isnan(score));
}

static void call_find(void)
{
    char own[TEXT_SIZE];
    const struct ivq_meter *const handle = handle_of(choose());
    const char *const name = ONE_OF(names, own);
    const int found = ivq_meter_series_find(handle, name);
    FUZZ_CHECK(found < 0 || !strcmp(ivq_meter_series_name(handle, found), name));
}

static void call_pool(void)
{
    char own[TEXT_SIZE];
    const struct ivq_meter *const handle = handle_of(choose());
    const char *const pooling = ONE_OF(poolings, own);
    double score = 0;
    double *const out = fuzz_byte(&bytes) < 250 ? &score : NULL;
    const int series = number_up_to(12), first = number_up_to(4), last = number_from(-1, 8);
    const enum ivq_status status = CALL(ivq_meter_pool(handle, series, pooling, first, last, out, error));
    must_fit(handle && pooling && out && first >= 0 && last >= -1, status);
}

/* A score stays what it was. */
static void call_import(void)
{
    char own[TEXT_SIZE];
    struct meter *const m = choose();
    const char *const name = ONE_OF(names, own);
    const int frame = number_up_to(8);
    const double value = real();
    double score, before;
    const bool there =
        ivq_meter_score(handle_of(m), ivq_meter_series_find(handle_of(m), name), frame, &before);
    const enum ivq_status status = CALL(ivq_meter_import(handle_of(m), name, frame, value, error));
    must_fit(is_open(m) && m->started && name && frame >= 0 && !there, status);
    if (status != IVQ_OK && !there)
        return;
    FUZZ_CHECK(ivq_meter_score(m->handle, ivq_meter_series_find(m->handle, name), frame, &score));
    FUZZ_CHECK(score == (there ? before : value));
}

/* --- views --- */

static void call_counts(void)
{
    const struct meter *const m = choose();
    const struct ivq_meter *const handle = handle_of(m);
    struct ivq_catalog_device device;
    struct ivq_work work;
    FUZZ_CHECK(ivq_meter_submitted(handle) == (is_open(m) ? m->submitted : 0));
    FUZZ_CHECK(ivq_meter_frames(handle) <= ivq_meter_submitted(handle));
    FUZZ_CHECK(!ivq_meter_series_count(handle) || m->started);
    ivq_meter_device(handle, fuzz_byte(&bytes) < 250 ? &device : NULL);
    ivq_meter_work(handle, fuzz_byte(&bytes) < 250 ? &work : NULL);
    (void)ivq_meter_remark(handle, number());
}

static void call_views(void)
{
    const struct ivq_meter *const handle = handle_of(choose());
    const int index = number_up_to(4), part = number_up_to(8), count = ivq_meter_series_count(handle);
    struct ivq_meter_model model;
    struct ivq_work_pass pass;
    struct ivq_work_setting setting;
    if (ivq_meter_model(handle, index, &model))
        FUZZ_CHECK(model.label && model.name);
    if (ivq_meter_pass(handle, index, &pass))
        FUZZ_CHECK(pass.kernel && pass.tiles_x > 0 && pass.tiles_y > 0);
    if (ivq_meter_metric_setting(handle, index, part, &setting))
        FUZZ_CHECK(setting.name && ivq_meter_metric(handle, index));
    const int used = ivq_meter_metric_pass(handle, index, part);
    FUZZ_CHECK(used == -1 || ivq_meter_pass(handle, used, &pass));
    FUZZ_CHECK(ivq_meter_metric_series(handle, index, part) < count);
    FUZZ_CHECK(ivq_meter_model_series(handle, index, part) < count);
}

static void call_catalog(void)
{
    char own[TEXT_SIZE];
    struct ivq_catalog_metric metric;
    struct ivq_catalog_option option;
    struct ivq_catalog_output output;
    const int index = number_up_to(30);
    const char *const name = ONE_OF(metrics, own);
    ivq_catalog_metric(index, &metric);
    ivq_catalog_option(name, index, &option);
    ivq_catalog_output(name, index, &output);
    ivq_catalog_pooling(index);
    FUZZ_CHECK(ivq_status_info((enum ivq_status)index)->name);
}

static void (*const calls[])(void) = {
    call_open,       call_start,  call_add_metric_text, call_push,      call_push,
    call_borrow,     call_submit, call_finish,          call_reset,     call_close,
    call_add_metric, call_import, call_score,           call_find,      call_pool,
    call_counts,     call_views,  call_catalog,         call_add_model, call_add_model_text,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes = (struct fuzz_bytes){data, size};
    opened = pushed = 0;
    while (bytes.left)
        calls[fuzz_byte(&bytes) % (sizeof calls / sizeof calls[0])]();
    for (int i = 0; i < METERS; i++) {
        ivq_meter_close(&meters[i].handle);
        forget(&meters[i]);
    }
    return 0;
}
