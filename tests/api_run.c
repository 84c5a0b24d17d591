#include "api_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* --- what is measured --- */

const struct job run_jobs[RUN_JOBS] = {
    {37, 23, 8, IVQ_SAMPLING_420, {"psnr=enable_mse=true:enable_apsnr=true"}},
    {64, 70, 10, IVQ_SAMPLING_422, {"motion=motion_five_frame_window=true", "vif=debug=true"}},
    {51, 40, 16, IVQ_SAMPLING_400, {"adm=debug=true", "motion"}, .subsample = 2},
    {80, 41, 12, IVQ_SAMPLING_444, {"motion=motion_moving_average=true"}, .json = true, .frames_kept = 1},
    {66, 35, 8, IVQ_SAMPLING_420, {"psnr"}, "vmaf_v0.6.1"},
    {40, 50, 9, IVQ_SAMPLING_444, {"vif=vif_enhn_gain_limit=1.2"}, "vmaf_b_v0.6.3", .frames_kept = 3},
};

static const char *const poolings[POOLINGS] = {"min", "max", "mean", "harmonic_mean", "median", "p10"};

bool wrong(struct worker *w, const char *format, ...)
{
    if (w->wrong[0])
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(w->wrong, sizeof w->wrong, format, args);
    va_end(args);
    return false;
}

bool must(struct worker *w, const char *call, enum ivq_status status)
{
    return status == IVQ_OK || wrong(w, "%s: %s", call, w->error.text);
}

bool refused(struct worker *w, enum ivq_status expected, const char *says, enum ivq_status status)
{
    if (status == expected && w->error.status == expected && strstr(w->error.text, says))
        return true;
    return wrong(w, "status %d, not %d, or '%s' does not say '%s'", status, expected, w->error.text, says);
}

/* --- one measurement --- */

static int find_series(const struct scores *scores, const char *name)
{
    for (int s = 0; s < scores->count; s++)
        if (!strcmp(scores->names[s], name))
            return s;
    return -1;
}

static bool is_expected(const struct run *run, const char *name, int frame, double value)
{
    if (!run->expected)
        return true;
    const int s = find_series(run->expected, name);
    if (s < 0 || frame >= RUN_FRAMES || !run->expected->present[s][frame])
        return wrong(run->by, "frame %d, %s: a score that was not there alone", frame, name);
    const double other = run->expected->values[s][frame];
    return !memcmp(&value, &other, sizeof value) ||
           wrong(run->by, "frame %d, %s: %.17g, alone %.17g", frame, name, value, other);
}

static void hear(void *user, const struct ivq_frame_scores *scores)
{
    struct run *const run = user;
    if (!pthread_equal(pthread_self(), run->by->thread))
        wrong(run->by, "on_frame is called in another thread");
    if (scores->frame < run->told)
        wrong(run->by, "on_frame: frame %d comes late", scores->frame);
    run->told = scores->frame + 1;
    for (int i = 0; i < scores->count; i++)
        if (scores->present[i])
            is_expected(run, scores->names[i], scores->frame, scores->values[i]);
}

bool run_open(struct worker *w, struct run *run, const char *device)
{
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    params.device = device;
    params.threads = 1 + w->index % 3;
    params.frames_in_flight = run->job->frames_kept;
    params.subsample = run->job->subsample;
    params.memory_limit = 64 << 20;
    params.on_frame = hear;
    params.user = run;
    run->by = w;
    return must(w, "ivq_meter_open", ivq_meter_open(&params, &run->meter, &w->error));
}

bool run_ask(struct worker *w, const struct run *run)
{
    const struct job *const job = run->job;
    const struct ivq_model_source source = psnr_model("mine");
    char text[NAME_SIZE];
    for (int i = 0; i < LENGTH(job->metrics) && job->metrics[i]; i++)
        if (!must(w, job->metrics[i], ivq_meter_add_metric_text(run->meter, job->metrics[i], &w->error)))
            return false;
    if (job->json && !must(w, "ivq_meter_add_model", ivq_meter_add_model(run->meter, &source, &w->error)))
        return false;
    snprintf(text, sizeof text, "version=%s:disable_clip=true", job->version ? job->version : "");
    return !job->version || must(w, text, ivq_meter_add_model_text(run->meter, text, false, &w->error));
}

bool run_start(struct worker *w, struct run *run)
{
    const struct job *const job = run->job;
    run->told = 0;
    return must(w, "ivq_video_set",
                ivq_video_set(&run->video, job->width, job->height, job->depth, job->sampling, &w->error)) &&
           must(w, "ivq_meter_start", ivq_meter_start(run->meter, &run->video, &w->error));
}

static void draw(const struct run *run, int frame, struct picture *ref, struct picture *dis)
{
    picture_draw(ref, &run->video, frame, 0);
    picture_draw(dis, &run->video, frame, 3);
}

static bool push(struct worker *w, struct run *run, int frame)
{
    struct picture ref, dis;
    draw(run, frame, &ref, &dis);
    return must(w, "ivq_meter_push", ivq_meter_push(run->meter, &ref.image, &dis.image, &w->error));
}

static void count_release(void *user)
{
    ++*(int *)user;
}

static bool push_counted(struct worker *w, struct run *run, int frame)
{
    struct picture ref, dis;
    int released = 0; /* a release after the call would be allowed, but there is none at present */
    draw(run, frame, &ref, &dis);
    return must(w, "ivq_meter_push_counted",
                ivq_meter_push_counted(run->meter, &ref.image, &dis.image, count_release, &released,
                                       &w->error)) &&
           (released == 1 || wrong(w, "pictures are released %d times", released));
}

bool run_borrow(struct worker *w, const struct run *run, int frame)
{
    struct picture ref, dis;
    struct ivq_image to_ref, to_dis;
    draw(run, frame, &ref, &dis);
    if (!must(w, "ivq_meter_borrow", ivq_meter_borrow(run->meter, &to_ref, &to_dis, &w->error)))
        return false;
    picture_copy(&ref, &run->video, &to_ref);
    picture_copy(&dis, &run->video, &to_dis);
    return true;
}

bool run_submit(struct worker *w, const struct run *run)
{
    return must(w, "ivq_meter_submit", ivq_meter_submit(run->meter, &w->error));
}

static bool borrow_and_submit(struct worker *w, struct run *run, int frame)
{
    return run_borrow(w, run, frame) && run_submit(w, run);
}

/* Scores that are there while frames run are the ones that stay. */
bool run_look(struct worker *w, const struct run *run)
{
    const int submitted = ivq_meter_submitted(run->meter), frames = ivq_meter_frames(run->meter);
    if (frames > submitted)
        return wrong(w, "%d frames of %d are done", frames, submitted);
    for (int s = 0; s < ivq_meter_series_count(run->meter); s++)
        for (int frame = 0; frame < submitted; frame++) {
            double value;
            if (!ivq_meter_series_aggregate(run->meter, s) && ivq_meter_score(run->meter, s, frame, &value) &&
                !is_expected(run, ivq_meter_series_name(run->meter, s), frame, value))
                return false;
        }
    return true;
}

bool run_import(struct worker *w, const struct run *run, int frame)
{
    return must(w, "ivq_meter_import",
                ivq_meter_import(run->meter, "imported", frame, 0.5 * frame, &w->error)) &&
           refused(w, IVQ_USAGE, "already", ivq_meter_import(run->meter, "imported", frame, 1, &w->error));
}

static bool read_series(struct worker *w, const struct run *run, int s, struct scores *scores)
{
    const bool aggregate = ivq_meter_series_aggregate(run->meter, s);
    const int frames = aggregate ? 1 : RUN_FRAMES;
    snprintf(scores->names[s], NAME_SIZE, "%s", ivq_meter_series_name(run->meter, s));
    for (int frame = 0; frame < frames; frame++)
        scores->present[s][frame] = ivq_meter_score(run->meter, s, frame, &scores->values[s][frame]);
    for (int i = 0; i < POOLINGS && !aggregate; i++)
        if (!must(w, poolings[i],
                  ivq_meter_pool(run->meter, s, poolings[i], 0, -1, &scores->pooled[s][i], &w->error)))
            return false;
    return true;
}

static bool same_as_alone(struct worker *w, const struct run *run, const struct scores *scores)
{
    const struct scores *const expected = run->expected;
    for (int s = 0; expected && s < scores->count; s++) {
        if (scores->count != expected->count || strcmp(scores->names[s], expected->names[s]))
            return wrong(w, "series %d of %d is %s", s, scores->count, scores->names[s]);
        for (int frame = 0; frame < RUN_FRAMES; frame++)
            if (scores->present[s][frame] != expected->present[s][frame])
                return wrong(w, "frame %d, %s: a score is missing or too many", frame, scores->names[s]);
            else if (scores->present[s][frame] &&
                     !is_expected(run, scores->names[s], frame, scores->values[s][frame]))
                return false;
        if (memcmp(scores->pooled[s], expected->pooled[s], sizeof scores->pooled[s]))
            return wrong(w, "%s is pooled to something else than alone", scores->names[s]);
    }
    return true;
}

bool run_finish(struct worker *w, const struct run *run, struct scores *scores)
{
    *scores = (struct scores){.count = 0};
    if (!must(w, "ivq_meter_finish", ivq_meter_finish(run->meter, &w->error)))
        return false;
    scores->count = ivq_meter_series_count(run->meter);
    if (scores->count < 2 || scores->count > MAX_SERIES || ivq_meter_frames(run->meter) != RUN_FRAMES)
        return wrong(w, "%d series, %d frames", scores->count, ivq_meter_frames(run->meter));
    if (run->told != RUN_FRAMES)
        return wrong(w, "on_frame has been told of %d frames", run->told);
    for (int s = 0; s < scores->count; s++)
        if (!read_series(w, run, s, scores))
            return false;
    return same_as_alone(w, run, scores);
}

static bool run_clip(struct worker *w, struct run *run, int first_way, struct scores *scores)
{
    static bool (*const ways[])(struct worker * w, struct run * run, int frame) = {push, push_counted,
                                                                                   borrow_and_submit};
    if (!run_start(w, run))
        return false;
    for (int frame = 0; frame < RUN_FRAMES; frame++)
        if (!ways[(first_way + frame) % LENGTH(ways)](w, run, frame) || !run_import(w, run, frame) ||
            !run_look(w, run))
            return false;
    return run_finish(w, run, scores);
}

bool run_whole(struct worker *w, const char *device, const struct job *job, const struct scores *expected,
               struct scores *scores)
{
    struct run run = {.job = job, .expected = expected};
    bool good = run_open(w, &run, device) && run_ask(w, &run) && run_clip(w, &run, w->index, scores);
    if (good) {
        ivq_meter_reset(run.meter);
        run.expected = scores;
        struct scores *const again = malloc(sizeof *again);
        good = again && run_clip(w, &run, w->index + 1, again);
        free(again);
    }
    ivq_meter_close(&run.meter);
    return good || wrong(w, "a failure without a text");
}
