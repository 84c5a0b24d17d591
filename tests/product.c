#include "product.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session.h"
#include "plain/clips.h"

enum { TEXT_SIZE = 512, MAX_OPTIONS = 32, GARBAGE = 0xa5 };

static const char model_prefix[] = "model=";

/* --- what to measure --- */

/* A metric's name and options, cut out of a copy of their text. */
struct wanted {
    char text[TEXT_SIZE];
    const char *name;
    struct ivq_setting options[MAX_OPTIONS];
    int count;
};

static void split_options(struct wanted *wanted, char *text)
{
    char *rest = text;
    wanted->count = 0;
    while (rest && *rest) {
        char *pair = strsep(&rest, ":"), *value = strchr(pair, '=');
        if (!value || wanted->count == MAX_OPTIONS)
            abort();
        *value++ = 0;
        wanted->options[wanted->count++] = (struct ivq_setting){pair, value};
    }
}

static void split(struct wanted *wanted, const char *what)
{
    if ((size_t)snprintf(wanted->text, sizeof wanted->text, "%s", what) >= sizeof wanted->text)
        abort();
    char *options = wanted->text;
    wanted->name = strsep(&options, "=");
    split_options(wanted, options);
}

static bool is_model(const char *what)
{
    return strncmp(what, model_prefix, strlen(model_prefix)) == 0;
}

static enum ivq_status load_model(const char *what, struct ivq_model **model, struct ivq_error *error)
{
    const char *version = what + strlen(model_prefix);
    const struct ivq_model_settings settings = {.name = version};
    char path[2 * TEXT_SIZE];
    snprintf(path, sizeof path, "%s/models/%s.json", clip_shared_directory(), version);
    return ivq_model_load_file(path, &settings, model, error);
}

bool product_has(const char *what)
{
    struct ivq_model *model;
    struct wanted wanted;
    if (!is_model(what)) {
        split(&wanted, what);
        return ivq_metric_find(wanted.name);
    }
    if (load_model(what, &model, NULL) != IVQ_OK)
        return false;
    bool has = true;
    for (int i = 0; has && i < ivq_model_feature_count(model); i++)
        has = ivq_selection_metric_of(ivq_model_feature(model, i)->raw);
    ivq_model_free(model);
    return has;
}

/* Is the word one of a list with blanks between? */
static bool is_listed(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

bool product_wants(const char *what)
{
    const char *const only = getenv("ISOVQ_TEST_METRICS");
    struct wanted wanted;
    if (!only || is_model(what))
        return !only && product_has(what);
    split(&wanted, what);
    return is_listed(only, wanted.name) && product_has(what);
}

void product_suffix(const char *metric, const char *options, char suffix[IVQ_NAME_SIZE])
{
    const struct ivq_metric *const found = ivq_metric_find(metric);
    struct wanted wanted;
    void *const values = calloc(1, found->options_size);
    snprintf(wanted.text, sizeof wanted.text, "%s", options);
    split_options(&wanted, wanted.text);
    ivq_options_init(found, values);
    for (int i = 0; i < wanted.count; i++)
        ivq_options_set(found, values, wanted.options[i].key, wanted.options[i].value, NULL);
    ivq_options_suffix(found, values, suffix);
    free(values);
}

static enum ivq_status add(struct ivq_selection *selection, const char *what, struct ivq_error *error)
{
    struct wanted wanted;
    struct ivq_model *model;
    if (!is_model(what)) {
        split(&wanted, what);
        return ivq_selection_add_metric(selection, wanted.name, wanted.options, wanted.count, error);
    }
    const enum ivq_status status = load_model(what, &model, error);
    return status == IVQ_OK ? ivq_selection_add_model(selection, model, what, true, error) : status;
}

/* --- pictures --- */

/* Sizes come as the planes have them: some clips have floor-sized chroma (DECISIONS 1). */
static struct ivq_format format_of(const struct plain_clip_frame *frame)
{
    const struct plain_plane *const luma = &frame->ref[0], *const chroma = &frame->ref[1];
    struct ivq_format format = {.depth = frame->depth, .chroma = IVQ_CHROMA_400};
    for (int p = 0; p < frame->planes; p++) {
        format.width[p] = frame->ref[p].width;
        format.height[p] = frame->ref[p].height;
    }
    if (frame->planes > 1)
        format.chroma = chroma->width == luma->width     ? IVQ_CHROMA_444
                        : chroma->height == luma->height ? IVQ_CHROMA_422
                                                         : IVQ_CHROMA_420;
    return format;
}

static void write_plane(const struct plain_plane *plane, int depth, uint8_t *to, ptrdiff_t stride)
{
    for (int y = 0; y < plane->height; y++, to += stride) {
        const uint16_t *const row = plane->samples + (size_t)y * (size_t)plane->width;
        memset(to, GARBAGE, (size_t)stride);
        if (depth > 8)
            memcpy(to, row, (size_t)plane->width * sizeof *row);
        for (int x = 0; depth == 8 && x < plane->width; x++)
            to[x] = (uint8_t)row[x];
    }
}

static enum ivq_status submit(struct ivq_session *session, const struct plain_clip_frame *frame,
                              struct ivq_error *error)
{
    struct ivq_picture ref, dis;
    const enum ivq_status status = ivq_session_picture(session, &ref, &dis, error);
    if (status != IVQ_OK)
        return status;
    for (int p = 0; p < frame->planes; p++) {
        write_plane(&frame->ref[p], frame->depth, ref.data[p], ref.stride[p]);
        write_plane(&frame->dis[p], frame->depth, dis.data[p], dis.stride[p]);
    }
    return ivq_session_submit(session, error);
}

/* --- scores --- */

void product_collect(void *user, int frame, const char *name, double value)
{
    struct product_scores *const scores = user;
    if (scores->count == scores->capacity) {
        scores->capacity = 2 * scores->capacity + 256;
        scores->all = realloc(scores->all, (size_t)scores->capacity * sizeof *scores->all);
        if (!scores->all)
            abort();
    }
    struct product_score *const score = &scores->all[scores->count++];
    snprintf(score->name, sizeof score->name, "%s", name);
    score->metric = NULL;
    score->frame = frame;
    score->value = value;
}

static const char *metric_of_series(const struct ivq_session *session, int series)
{
    struct ivq_session_metric metric;
    for (int m = 0; ivq_session_metric(session, m, &metric); m++)
        for (int i = 0, s; (s = ivq_session_metric_series(session, m, i)) >= 0; i++)
            if (s == series)
                return metric.metric->name;
    return NULL;
}

static void collect(const struct ivq_session *session, int frames, struct product_scores *scores)
{
    for (int s = 0; s < ivq_session_series_count(session); s++) {
        const char *const name = ivq_session_series_name(session, s);
        const char *const metric = metric_of_series(session, s);
        const bool aggregate = ivq_session_series_aggregate(session, s);
        double value;
        for (int frame = 0; frame < (aggregate ? 1 : frames); frame++)
            if (ivq_session_score(session, s, frame, &value)) {
                product_collect(scores, aggregate ? -1 : frame, name, value);
                scores->all[scores->count - 1].metric = metric;
            }
    }
}

void product_scores_free(struct product_scores *scores)
{
    free(scores->all);
    *scores = (struct product_scores){0};
}

const struct product_score *product_find(const struct product_scores *scores, int *from, const char *name,
                                         int frame)
{
    for (int i = 0; i < scores->count; i++) {
        const int at = (*from + i) % scores->count;
        const struct product_score *const score = &scores->all[at];
        if (score->frame == frame && strcmp(score->name, name) == 0) {
            *from = at + 1;
            return score;
        }
    }
    return NULL;
}

bool product_same_scores(const struct product_scores *a, const struct product_scores *b, const char *where)
{
    if (a->count != b->count) {
        fprintf(stderr, "%s: %d scores, not %d\n", where, a->count, b->count);
        return false;
    }
    for (int i = 0; i < a->count; i++) {
        const struct product_score *const x = &a->all[i], *const y = &b->all[i];
        if (strcmp(x->name, y->name) == 0 && x->frame == y->frame && plain_same(x->value, y->value))
            continue;
        fprintf(stderr, "%s: frame %d, %s: %.17g, not (frame %d, %s) %.17g\n", where, x->frame, x->name,
                x->value, y->frame, y->name, y->value);
        return false;
    }
    return true;
}

/* --- one run --- */

static enum ivq_status measure(struct ivq_session *session, const struct plain_clip_frame *frames, int count,
                               struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int t = 0; status == IVQ_OK && t < count; t++)
        status = submit(session, &frames[t], error);
    return status == IVQ_OK ? ivq_session_finish(session, error) : status;
}

enum ivq_status product_run(const struct product_settings *settings, const struct plain_clip_frame *frames,
                            int count, const char *const *what, int what_count, struct product_scores *scores,
                            struct ivq_error *error)
{
    static struct ivq_selection selection;
    const struct ivq_session_params params = {
        .device = settings->device,
        .selection = &selection,
        .format = format_of(&frames[0]),
        .frames_in_flight = settings->frames_in_flight,
        .memory_limit = settings->memory_limit,
        .subsample = settings->subsample,
    };
    struct ivq_session *session = NULL;
    *scores = (struct product_scores){0};
    enum ivq_status status = IVQ_OK;
    for (int i = 0; status == IVQ_OK && i < what_count; i++)
        status = add(&selection, what[i], error);
    if (status == IVQ_OK)
        status = ivq_session_start(&params, &session, error);
    if (status == IVQ_OK)
        status = measure(session, frames, count, error);
    if (status == IVQ_OK)
        collect(session, count, scores);
    ivq_session_destroy(session);
    ivq_selection_clear(&selection);
    return status;
}
