/* A measurement from clips to logs. */
#include <math.h>
#include <string.h>

#include "cli/clips.h"
#include "cli/command.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/record.h"
#include "cli/vmaf.h"
#include "model/builtin.h"

struct run {
    const struct cli_settings *settings;
    struct cli_clips clips;
    struct ivq_video video;
    struct ivq_meter *meter;
    struct cli_files files;
    time_t start;
    struct cli_progress_state progress;
    double seconds; /* from the first frame to the last score */
};

/* Keeps the first of several failures. */
static enum ivq_status first(enum ivq_status status, struct ivq_error *error, enum ivq_status next,
                             const struct ivq_error *next_error)
{
    if (status != IVQ_OK || next == IVQ_OK)
        return status;
    *error = *next_error;
    return next;
}

static void on_frame(void *user, const struct ivq_frame_scores *scores)
{
    struct run *run = user;
    cli_write_live(&run->files.live, scores, run->settings->precision);
}

static void say(void *user, const char *text)
{
    (void)user;
    cli_say("%s", text);
}

static enum ivq_status open_meter(struct run *run, struct ivq_error *error)
{
    const struct cli_settings *s = run->settings;
    struct ivq_meter_params params = IVQ_METER_DEFAULTS;
    params.device = s->device;
    if (s->gpumask && (!s->device || !strcmp(s->device, "auto")))
        params.device = "cpu";
    params.threads = s->as_vmaf && !s->threads ? 1 : s->threads;
    params.memory_limit = (size_t)s->memory << 20;
    params.cpumask = s->cpumask;
    params.subsample = s->subsample;
    params.on_frame = s->live ? on_frame : NULL;
    params.user = run;
    const enum ivq_status status = ivq_meter_open(&params, &run->meter, error);
    if (status == IVQ_OK && s->as_vmaf)
        ivq_meter_keep_first(run->meter, say, NULL);
    return status;
}

static enum ivq_status ask(struct run *run, struct ivq_error *error)
{
    const struct cli_settings *s = run->settings;
    enum ivq_status status = IVQ_OK;
    if (!s->models.count && !s->no_prediction)
        status = ivq_meter_add_model_text(run->meter, "version=" IVQ_MODEL_DEFAULT_VERSION, false, error);
    for (int i = 0; i < s->models.count && status == IVQ_OK; i++)
        status = (s->as_vmaf ? cli_vmaf_add_model : ivq_meter_add_model_text)(run->meter, s->models.items[i],
                                                                              s->no_prediction, error);
    for (int i = 0; i < s->features.count && status == IVQ_OK; i++)
        status = ivq_meter_add_metric_text(run->meter, s->features.items[i], error);
    return status;
}

static void say_remarks(const struct ivq_meter *meter)
{
    const char *text;
    for (int i = 0; (text = ivq_meter_remark(meter, i)); i++)
        cli_say("%s", text);
}

/* Usage errors first, then clips, and files for logs only when nothing else can fail. */
static enum ivq_status prepare(struct run *run, struct ivq_error *error)
{
    enum ivq_status status = cli_files_check(run->settings, error);
    if (status == IVQ_OK)
        status = open_meter(run, error);
    if (status == IVQ_OK)
        status = ask(run, error);
    if (status == IVQ_OK)
        status = cli_clips_open(&run->clips, run->settings, error);
    if (status == IVQ_OK)
        status = cli_clips_video(&run->clips, &run->video, error);
    if (status == IVQ_OK)
        status = ivq_meter_start(run->meter, &run->video, error);
    say_remarks(run->meter);
    if (status == IVQ_OK)
        status = cli_files_open(&run->files, run->settings, error);
    return status;
}

/* The live lines were all that was wanted, and their reader is gone or the disk is full. */
static bool nobody_listens(const struct run *run)
{
    const struct cli_files *f = &run->files;
    return f->live.error_number && !f->log.name && !f->record.name;
}

static enum ivq_status feed(struct run *run, struct ivq_error *error)
{
    const int limit = run->settings->frame_count;
    struct ivq_image ref, dis;
    bool end = false;
    while ((!limit || ivq_meter_submitted(run->meter) < limit) && !nobody_listens(run) &&
           !cli_interrupted()) {
        enum ivq_status status = ivq_meter_borrow(run->meter, &ref, &dis, error);
        if (status == IVQ_OK)
            status = cli_clips_next(&run->clips, &ref, &dis, &end, error);
        if (status != IVQ_OK || end)
            return status;
        status = ivq_meter_submit(run->meter, error);
        if (status != IVQ_OK)
            return status;
        cli_progress_show(&run->progress, ivq_meter_frames(run->meter));
    }
    return IVQ_OK;
}

static enum ivq_status check_end(const struct run *run, struct ivq_error *error)
{
    const int frames = ivq_meter_submitted(run->meter);
    if (!frames)
        return ivq_fail(error, IVQ_INPUT, "there is no pair of frames to measure in %s and %s",
                        ivq_reader_name(run->clips.reference), ivq_reader_name(run->clips.distorted));
    if (!run->clips.ended)
        return IVQ_OK;
    if (run->settings->strict_length)
        return ivq_fail(error, IVQ_PARTIAL, "%s ended after %d frames, before the other clip",
                        run->clips.ended, frames);
    cli_say("%s ended after %d frames, before the other clip; these frames are measured", run->clips.ended,
            frames);
    return IVQ_OK;
}

/* A signal often reaches the program that writes into our pipe too: then the clip seems to end. */
static bool was_cut_short(const struct run *run, enum ivq_status status)
{
    const int64_t expected = run->clips.expected;
    if (!cli_interrupted())
        return false;
    if (status == IVQ_OK)
        return expected < 0 || ivq_meter_submitted(run->meter) < expected;
    return status == IVQ_PARTIAL || status == IVQ_INTERRUPTED;
}

static enum ivq_status fail_interrupted(const struct run *run, struct ivq_error *error)
{
    const int frames = ivq_meter_frames(run->meter);
    if (!frames)
        return ivq_fail(error, IVQ_INTERRUPTED,
                        "interrupted by %s before the first frame; no file was changed", cli_interrupted());
    return ivq_fail(error, IVQ_INTERRUPTED, "interrupted by %s after %d frames", cli_interrupted(), frames);
}

static enum ivq_status measure(struct run *run, struct ivq_error *error)
{
    struct ivq_error later = {IVQ_OK, ""};
    const double start = cli_seconds();
    cli_progress_start(&run->progress, run->settings, run->clips.expected);
    enum ivq_status status = feed(run, error);
    status = first(status, error, ivq_meter_finish(run->meter, &later), &later);
    run->seconds = cli_seconds() - start;
    cli_progress_end(&run->progress, ivq_meter_frames(run->meter));
    if (was_cut_short(run, status))
        return fail_interrupted(run, error);
    return status == IVQ_OK ? check_end(run, error) : status;
}

/* Also after a failure, for the frames that were finished before it; `partial` then says what it was. */
static enum ivq_status report(struct run *run, const char *partial, struct ivq_error *error)
{
    const struct cli_settings *s = run->settings;
    const int frames = ivq_meter_frames(run->meter);
    const double fps = frames && run->seconds > 0 ? frames / run->seconds : (double)NAN;
    struct cli_files *const f = &run->files;
    enum ivq_status status = IVQ_OK;
    struct ivq_error later = {IVQ_OK, ""};
    if (f->log.name)
        status = cli_write_log(s, run->meter, &run->video, fps, partial, &f->log, error);
    status = first(status, error, ivq_file_close(&f->log, &later), &later);
    if (f->live.name)
        ivq_file_begin(&f->live); /* empty without a frame */
    status = first(status, error, ivq_file_close(&f->live, &later), &later);
    if (frames && f->scores)
        cli_print_scores(s, run->meter, f->scores);
    return status;
}

/* Last, as it says how the run ended. */
static enum ivq_status record(struct run *run, enum ivq_status status, struct ivq_error *error)
{
    struct ivq_error later = {IVQ_OK, ""};
    const struct cli_record r = {run->settings, run->meter, &run->clips, run->start,
                                 run->seconds,  status,     error->text};
    if (!run->files.record.name)
        return status;
    status = first(status, error, cli_write_record(&r, &run->files.record, &later), &later);
    return first(status, error, ivq_file_close(&run->files.record, &later), &later);
}

/* Scores, logs and the record: also of a run that failed, but not of one that had just begun. */
static enum ivq_status keep(struct run *run, enum ivq_status status, struct ivq_error *error)
{
    struct ivq_error later = {IVQ_OK, ""};
    if (status == IVQ_INTERRUPTED && !ivq_meter_frames(run->meter))
        return status;
    const enum ivq_status next = report(run, status == IVQ_OK ? NULL : error->text, &later);
    return record(run, first(status, error, next, &later), error);
}

enum ivq_status cli_measure(const struct cli_settings *settings, struct ivq_error *error)
{
    struct run run = {.settings = settings, .start = time(NULL)};
    enum ivq_status status = prepare(&run, error);
    if (status == IVQ_OK) {
        cli_interrupt_catch(&run.files);
        status = keep(&run, measure(&run, error), error);
    } else if (settings->as_vmaf) {
        cli_vmaf_let_writers_go(settings, run.clips.tried);
    }
    cli_files_drop(&run.files);
    cli_interrupt_release();
    cli_clips_close(&run.clips);
    ivq_meter_close(&run.meter);
    return status;
}
