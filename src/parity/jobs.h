/* What each device does, the same list in the gate and in the processes of its sides. */
#ifndef IVQ_PARITY_JOBS_H
#define IVQ_PARITY_JOBS_H
#include "parity/clip.h"
#include "parity/gate.h"

enum ivq_job_kind {
    IVQ_JOB_MAIN,   /* every frame has memory of its own */
    IVQ_JOB_REPEAT, /* one frame in flight, other poison: bits must repeat */
    IVQ_JOB_CANARY, /* damaged pictures: scores must differ */
    IVQ_JOB_KINDS
};

struct ivq_job {
    enum ivq_job_kind kind;
    int clip;
};

enum { IVQ_MAX_JOBS = 2 * IVQ_MAX_CLIPS + 1 };

struct ivq_job_list {
    struct ivq_clip clips[IVQ_MAX_CLIPS];
    struct ivq_job jobs[IVQ_MAX_JOBS];
    int clip_count, count;
};

const char *ivq_job_name(enum ivq_job_kind kind); /* main, repeat, canary */

enum ivq_status ivq_jobs_list(const struct ivq_gate_params *params, struct ivq_job_list *list,
                              struct ivq_error *error);

/* The number of a clip's job of that kind; -1: none. */
int ivq_jobs_find(const struct ivq_job_list *list, enum ivq_job_kind kind, int clip);

#endif
