/* From what is to be measured to passes of a frame. */
#include <stdlib.h>

#include "engine/session_impl.h"

#include "kernel_params.h"

static bool reads_chroma(const struct ivq_session *s)
{
    for (int i = 0; i < s->instance_count; i++)
        if (s->instances[i].metric->reads & IVQ_READS_CHROMA)
            return true;
    return false;
}

static void plan_range_check(struct ivq_session *s, const struct ivq_kernel *kernel, int side, int plane)
{
    const struct ivq_plane p = ivq_graph_plane(s->graph, (enum ivq_side)side, plane, 0);
    const struct over_range_params params = {p.width, p.height, p.stride, (1 << s->params.format.depth) - 1};
    ivq_graph_launch_sums(s->graph, &(struct ivq_launch){kernel, &params, p.width, p.height, &p.ref});
    s->checks[s->check_count++] = (struct ivq_range_check){side, plane};
}

/* DECISIONS 4, 30. 8 and 16 bits fill their sample's type. */
static void plan_range_checks(struct ivq_session *s)
{
    const struct ivq_format *format = &s->params.format;
    s->check_metric = ivq_graph_next_metric(s->graph, true, true);
    if (format->depth == 8 || format->depth == 16)
        return;
    const struct ivq_kernel *kernel = ivq_graph_kernel(s->graph, "over_range", "");
    const int planes = reads_chroma(s) ? ivq_format_planes(format) : 1;
    for (int side = 0; side < IVQ_SIDES && s->instance_count; side++)
        for (int plane = 0; plane < planes; plane++)
            plan_range_check(s, kernel, side, plane);
}

static enum ivq_status plan_metric(struct ivq_session *s, struct ivq_instance *instance,
                                   struct ivq_error *error)
{
    const struct ivq_metric *const metric = instance->metric;
    instance->graph_metric = ivq_graph_next_metric(s->graph, false, ivq_session_every_frame(s, instance));
    if (instance->absent)
        return IVQ_OK;
    const enum ivq_status status = metric->plan(instance->options, &s->params.format, s->graph, error);
    if (status != IVQ_OK)
        return status;
    instance->result_count = ivq_graph_result_count(s->graph, instance->graph_metric);
    instance->state = calloc(1, metric->state_size + 1);
    return instance->state ? IVQ_OK : ivq_fail_memory(error, metric->name);
}

enum ivq_status ivq_session_plan(struct ivq_session *s, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    for (int i = 0; i < s->instance_count && status == IVQ_OK; i++)
        status = plan_metric(s, &s->instances[i], error);
    if (status != IVQ_OK)
        return status;
    plan_range_checks(s);
    return ivq_graph_status(s->graph, error);
}
