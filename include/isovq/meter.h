/* One measurement: two clips, one device, any number of metrics and models.

       struct ivq_meter_params params = IVQ_METER_DEFAULTS;
       ivq_meter_open(&params, &meter, &error);
       ivq_meter_add_model_text(meter, "version=vmaf_v0.6.1", &error);
       ivq_video_set(&video, 1920, 1080, 8, IVQ_SAMPLING_420, &error);
       ivq_meter_start(meter, &video, &error);
       while (a pair is left)
           ivq_meter_push(meter, &reference, &distorted, &error);
       ivq_meter_finish(meter, &error);
       ivq_meter_pool(meter, ivq_meter_series_find(meter, "vmaf"), "mean", 0, -1, &score, &error);
       ivq_meter_close(&meter);

   A meter belongs to one thread at a time; meters are independent of each other. Pairs are worked on while
   the caller goes on, but never more than fit into the memory limit: a call waits instead. Nothing is global,
   nothing is printed, no failure ends the process or loses a score that is finished. After a failure of a
   frame every later pair fails in the same way; ivq_meter_finish and the scores still work.

   error may be NULL everywhere; so may meter in functions that return no status: they answer as for what is
   not there. Any other argument that is NULL where it is needed is IVQ_USAGE, and so is a number or an enum
   that is out of range, unless it says otherwise.

   In a child of fork a meter that was opened before can be closed or left alone; every other call answers as
   if it were not there, and those that return a status IVQ_USAGE. The parent's goes on. A child opens meters
   of its own: on a CPU always; on other devices, and in their lists, only if its parent had not yet listed or
   opened any, for drivers do not outlive a fork (IVQ_DEVICE says so, and "auto" then takes the CPU).

   Memory does not grow with the clip: scores that are older than some hundred frames lie in a temporary file
   without a name, in the folder that TMPDIR names or in /tmp, or in memory where there can be none. */
#ifndef ISOVQ_METER_H
#define ISOVQ_METER_H
#include <stdbool.h>
#include <stddef.h>

#include "isovq/catalog.h"
#include "isovq/error.h"
#include "isovq/image.h"
#include "isovq/setting.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ivq_meter;

/* The scores of one frame, in the order of series. Valid during the call. */
struct ivq_frame_scores {
    int frame; /* from 0 */
    int count;
    const char *const *names; /* [count] */
    const double *values;     /* [count] */
    const bool *present; /* [count]; false only where a failure or the end of the clip cut a frame short */
};

enum { IVQ_METER_MAX_THREADS = 1024, IVQ_METER_MAX_FRAMES = 1024 };

/* Begin with IVQ_METER_DEFAULTS; a field that is left 0 has its default. */
struct ivq_meter_params {
    size_t size;        /* of this struct in the caller's version */
    const char *device; /* "auto", "cpu[:LEVEL]", "vulkan[:N]", "cuda[:N]", "opencl[:N]"; NULL: auto. Not
                           kept after the call */
    int threads; /* of a CPU device, at most IVQ_METER_MAX_THREADS; 0: as many as the process may run on */
    unsigned cpumask;     /* instruction sets that a CPU device does not use, as in the option --cpumask */
    int frames_in_flight; /* at most IVQ_METER_MAX_FRAMES; 0: what keeps the device busy */
    size_t memory_limit; /* bytes for all frames in flight; 0: a quarter of what the process may use, whatever
                            limits it (control groups, RLIMIT_AS) */
    int subsample;       /* only frames whose index it divides have scores; 0 and 1: all */
    /* Called in frame order, inside calls that hand over pairs and inside ivq_meter_finish, as soon as all
       scores of a frame are known. It must not call functions of this meter. NULL: not wanted. */
    void (*on_frame)(void *user, const struct ivq_frame_scores *scores);
    void *user;
};

#define IVQ_METER_DEFAULTS                                                                                   \
    {                                                                                                        \
        sizeof(struct ivq_meter_params), NULL, 0, 0, 0, 0, 0, NULL, NULL                                     \
    }

/* Opens the device. IVQ_USAGE for an unknown one, IVQ_DEVICE for one that is not there: no other is taken. */
IVQ_API enum ivq_status ivq_meter_open(const struct ivq_meter_params *params, struct ivq_meter **meter,
                                       struct ivq_error *error);

/* Waits for what is running, frees everything, sets *meter to NULL, which it may be already. */
IVQ_API void ivq_meter_close(struct ivq_meter **meter);

/* The device that computes the scores; empty texts without a meter. */
IVQ_API void ivq_meter_device(const struct ivq_meter *meter, struct ivq_catalog_device *device);

/* What a user should know although nothing failed, as one line by index from 0; NULL after the last. Known
   after ivq_meter_start: that compiled kernels are not kept, because of what lies in their cache. */
IVQ_API const char *ivq_meter_remark(const struct ivq_meter *meter, int index);

/* --- what is measured: before ivq_meter_start, copied, and kept for a start after ivq_meter_reset --- */

/* A metric by name; ivq_catalog_metric and ivq_catalog_option say what there is. Numbers in settings pass
   through binary32 and six digits, as in models. IVQ_USAGE names what is unknown, out of range, or clashes
   with what was asked for before. A call that is refused asks for nothing. */
IVQ_API enum ivq_status ivq_meter_add_metric(struct ivq_meter *meter, const char *name,
                                             const struct ivq_setting *settings, int count,
                                             struct ivq_error *error);

/* The same from "NAME" or "NAME=KEY=VALUE:KEY=VALUE", as in the option --feature. */
IVQ_API enum ivq_status ivq_meter_add_metric_text(struct ivq_meter *meter, const char *text,
                                                  struct ivq_error *error);

/* What happens to a metric that is asked for again, by itself or by a model, under the same names of scores.
   Ordinarily one run serves both, or the call that asks again is refused where their scores would differ.
   After this call the first one stays as it was asked for, as the command vmaf does, and on_repeat is told,
   inside calls that ask again, of each that would have been different. */
IVQ_API void ivq_meter_keep_first(struct ivq_meter *meter, void (*on_repeat)(void *user, const char *text),
                                  void *user);

/* Where a model comes from: one of version, path and json. */
struct ivq_model_source {
    const char *version; /* built in; ivq_catalog_model lists them */
    const char *path;    /* a JSON file */
    const char *json;    /* a JSON text of json_size bytes; label then names it in messages */
    size_t json_size;
    const char *label; /* NULL: the version or path */
    const char *name;  /* of its scores; NULL: vmaf. Names of models in one meter differ */
    bool disable_clip, enable_transform;
    bool features_only; /* measure what the model needs, but do not predict */
    const struct ivq_overload *overloads;
    int overload_count;
};

IVQ_API enum ivq_status ivq_meter_add_model(struct ivq_meter *meter, const struct ivq_model_source *source,
                                            struct ivq_error *error);

/* The same from "version=V:name=N:...", as in the option --model. */
IVQ_API enum ivq_status ivq_meter_add_model_text(struct ivq_meter *meter, const char *text,
                                                 bool features_only, struct ivq_error *error);

struct ivq_meter_model {
    const char *label; /* its version, path, or the label it was given */
    const char *name;  /* of its first series; the others of a collection are NAME_0001 and so on,
                          NAME_bagging,  NAME_stddev, NAME_ci_p95_lo, NAME_ci_p95_hi */
    bool collection;
};

/* The predicting models in the order they were added, from 0; false after the last. Texts live as long as the
 * meter. */
IVQ_API bool ivq_meter_model(const struct ivq_meter *meter, int index, struct ivq_meter_model *model);

/* --- frames --- */

/* Allocates everything for clips of this kind. Also refuses what does not fit to them: chroma metrics
   without chroma, pictures below a metric's smallest size. */
IVQ_API enum ivq_status ivq_meter_start(struct ivq_meter *meter, const struct ivq_video *video,
                                        struct ivq_error *error);

/* Hands over the next pair by copy: both pictures may be changed when the call returns. */
IVQ_API enum ivq_status ivq_meter_push(struct ivq_meter *meter, const struct ivq_image *reference,
                                       const struct ivq_image *distorted, struct ivq_error *error);

/* The same, and calls release(user) when the pictures are no longer needed, for callers that count
   references. At present that is before this call returns; rely only on: once, in any thread, not after
   ivq_meter_close. On failure release is not called. */
IVQ_API enum ivq_status ivq_meter_push_counted(struct ivq_meter *meter, const struct ivq_image *reference,
                                               const struct ivq_image *distorted, void (*release)(void *user),
                                               void *user, struct ivq_error *error);

/* Without a copy: lends the meter's own planes of the next pair, to be written by the caller (all of width x
   height; what lies between rows is not read) and then submitted. A second borrow lends the same planes. */
IVQ_API enum ivq_status ivq_meter_borrow(struct ivq_meter *meter, struct ivq_image *reference,
                                         struct ivq_image *distorted, struct ivq_error *error);
IVQ_API enum ivq_status ivq_meter_submit(struct ivq_meter *meter, struct ivq_error *error);

/* After the last pair: waits, and completes the scores that need the end of the clip. To be called after a
   failure too; it then returns that failure, and what was finished before it is there. */
IVQ_API enum ivq_status ivq_meter_finish(struct ivq_meter *meter, struct ivq_error *error);

/* Forgets frames and scores and waits for the next ivq_meter_start: device, metrics and models stay. */
IVQ_API void ivq_meter_reset(struct ivq_meter *meter);

/* --- scores: from ivq_meter_start on, while frames run too --- */

/* Series, from 0, in the order of columns in logs; then series of imported values. */
IVQ_API int ivq_meter_series_count(const struct ivq_meter *meter);
IVQ_API const char *ivq_meter_series_name(const struct ivq_meter *meter,
                                          int series);                              /* NULL: no such series */
IVQ_API int ivq_meter_series_find(const struct ivq_meter *meter, const char *name); /* -1: none */

/* One value for the clip, known after ivq_meter_finish, instead of one for each frame. */
IVQ_API bool ivq_meter_series_aggregate(const struct ivq_meter *meter, int series);

/* How many pairs have been handed over, and how many of these, from 0, have been worked on. A score that
   needs later frames may still be missing for the last of them. */
IVQ_API int ivq_meter_submitted(const struct ivq_meter *meter);
IVQ_API int ivq_meter_frames(const struct ivq_meter *meter);

/* False while there is no such score. frame is ignored for aggregates. Does not wait. */
IVQ_API bool ivq_meter_score(const struct ivq_meter *meter, int series, int frame, double *score);

/* One number for the frames first to last, both included; last -1 is the last frame. pooling: as in
   ivq_catalog_pooling. IVQ_USAGE where a frame that counts has no score. */
IVQ_API enum ivq_status ivq_meter_pool(const struct ivq_meter *meter, int series, const char *pooling,
                                       int first, int last, double *score, struct ivq_error *error);

/* Puts a score that was computed elsewhere beside the meter's own, after ivq_meter_start. IVQ_USAGE where
   that frame of that name has one already, or the meter computes that series itself. */
IVQ_API enum ivq_status ivq_meter_import(struct ivq_meter *meter, const char *name, int frame, double score,
                                         struct ivq_error *error);

#ifdef __cplusplus
}
#endif
#endif
