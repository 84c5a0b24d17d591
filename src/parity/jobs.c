#include "parity/jobs.h"

const char *ivq_job_name(enum ivq_job_kind kind)
{
    static const char *const names[IVQ_JOB_KINDS] = {"main", "repeat", "canary"};
    return names[kind];
}

static void add(struct ivq_job_list *list, enum ivq_job_kind kind, int clip)
{
    list->jobs[list->count++] = (struct ivq_job){kind, clip};
}

enum ivq_status ivq_jobs_list(const struct ivq_gate_params *params, struct ivq_job_list *list,
                              struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    list->count = 0;
    if (params->files.reference) {
        list->clip_count = 1;
        status = ivq_clip_of_files(&params->files, &list->clips[0], error);
    } else {
        list->clip_count = ivq_clips_generated(params->quick, list->clips);
    }
    for (int i = 0; i < list->clip_count && status == IVQ_OK; i++) {
        add(list, IVQ_JOB_MAIN, i);
        add(list, IVQ_JOB_REPEAT, i);
        if (i == 0)
            add(list, IVQ_JOB_CANARY, i);
    }
    return status;
}

int ivq_jobs_find(const struct ivq_job_list *list, enum ivq_job_kind kind, int clip)
{
    for (int i = 0; i < list->count; i++)
        if (list->jobs[i].kind == kind && list->jobs[i].clip == clip)
            return i;
    return -1;
}
