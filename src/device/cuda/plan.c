/* A launch list is a CUDA graph, built once and launched for every frame: what one stage holds may run
   side by side, and a submission is one call. */
#include "device/cuda/context.h"

#include <stdlib.h>

struct ivq_plan {
    CUgraphExec exec;
    CUevent start, end;
    bool submitted; /* and not waited for: the events stand for this submission */
    double seconds;
};

struct recorder {
    struct cuda_device *cuda;
    CUgraph graph;
    CUgraphNode *nodes; /* room for one a step and one join a stage */
    size_t count;
    size_t after, after_count; /* the nodes that those of the current stage wait for */
};

static CUresult add_launch(const struct recorder *r, const struct ivq_step *step,
                           const struct cuda_module *module, CUgraphNode *node)
{
    CUdeviceptr addresses[IVQ_KERNEL_MAX_BUFFERS];
    void *args[1 + IVQ_KERNEL_MAX_BUFFERS];
    int n = 0;
    if (step->kernel->params_size)
        args[n++] = (void *)step->params; /* the driver copies arguments now */
    for (int i = 0; i < step->kernel->buffers; i++) {
        const struct ivq_binding *const b = &step->bindings[i];
        addresses[i] = ((const struct cuda_buffer *)b->buffer)->address + b->offset;
        args[n++] = &addresses[i];
    }
    const CUDA_KERNEL_NODE_PARAMS params = {
        .func = module->function,
        .gridDimX = (unsigned)step->groups_x,
        .gridDimY = (unsigned)step->groups_y,
        .gridDimZ = 1,
        .blockDimX = (unsigned)step->kernel->shape[r->cuda->base.info.shape].group_size,
        .blockDimY = 1,
        .blockDimZ = 1,
        .kernelParams = args,
    };
    return r->cuda->api->graph_add_kernel(node, r->graph, r->nodes + r->after, r->after_count, &params);
}

static CUresult add_copy(const struct recorder *r, const struct ivq_step *step, CUgraphNode *node)
{
    const struct ivq_binding *const from = &step->bindings[0], *const to = &step->bindings[1];
    CUDA_MEMCPY3D params = {.srcPitch = from->size,
                            .srcHeight = 1,
                            .dstPitch = from->size,
                            .dstHeight = 1,
                            .WidthInBytes = from->size,
                            .Height = 1,
                            .Depth = 1};
    if (from->buffer->kind == IVQ_BUFFER_DEVICE) {
        params.srcMemoryType = CU_MEMORYTYPE_DEVICE;
        params.srcDevice = ((const struct cuda_buffer *)from->buffer)->address + from->offset;
    } else {
        params.srcMemoryType = CU_MEMORYTYPE_HOST;
        params.srcHost = (const char *)from->buffer->host + from->offset;
    }
    if (to->buffer->kind == IVQ_BUFFER_DEVICE) {
        params.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        params.dstDevice = ((const struct cuda_buffer *)to->buffer)->address + to->offset;
    } else {
        params.dstMemoryType = CU_MEMORYTYPE_HOST;
        params.dstHost = (char *)to->buffer->host + to->offset;
    }
    return r->cuda->api->graph_add_copy(node, r->graph, r->nodes + r->after, r->after_count, &params,
                                        r->cuda->context);
}

static enum ivq_status check_launch(const struct recorder *r, const struct ivq_step *step,
                                    const struct cuda_module *module, struct ivq_error *error)
{
    if (!module)
        return ivq_fail(error, IVQ_USAGE, "%s: kernel %s was not prepared", r->cuda->base.info.id,
                        step->kernel->name);
    for (int i = 0; i < step->kernel->buffers; i++)
        if (step->bindings[i].buffer->kind != IVQ_BUFFER_DEVICE)
            return ivq_fail(error, IVQ_USAGE,
                            "%s: binding %d of %s is host memory: copy it to the device first",
                            r->cuda->base.info.id, i, step->kernel->name);
    return IVQ_OK;
}

static enum ivq_status add_step(struct recorder *r, const struct ivq_step *step, struct ivq_error *error)
{
    CUresult result;
    if (step->kind == IVQ_STEP_COPY) {
        result = add_copy(r, step, &r->nodes[r->count]);
    } else {
        const struct cuda_module *const module = ivq_cuda_module(r->cuda, step->kernel);
        const enum ivq_status status = check_launch(r, step, module, error);
        if (status != IVQ_OK)
            return status;
        result = add_launch(r, step, module, &r->nodes[r->count]);
    }
    if (result != CUDA_SUCCESS)
        return ivq_cuda_fail(r->cuda, result, "recording a step", error);
    r->count++;
    return IVQ_OK;
}

/* Where that takes fewer edges, the steps of a stage wait for one empty node instead of all steps before. */
static enum ivq_status join(struct recorder *r, size_t steps, struct ivq_error *error)
{
    if (r->after_count * steps <= r->after_count + steps)
        return IVQ_OK;
    const CUresult result =
        r->cuda->api->graph_add_empty(&r->nodes[r->count], r->graph, r->nodes + r->after, r->after_count);
    if (result != CUDA_SUCCESS)
        return ivq_cuda_fail(r->cuda, result, "recording the end of a stage", error);
    r->after = r->count++;
    r->after_count = 1;
    return IVQ_OK;
}

static enum ivq_status record(struct recorder *r, const struct ivq_step *steps, int count,
                              struct ivq_error *error)
{
    for (int first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && steps[end].stage == steps[first].stage;)
            end++;
        enum ivq_status status = join(r, (size_t)(end - first), error);
        const size_t before = r->count;
        for (int i = first; i < end && status == IVQ_OK; i++)
            status = add_step(r, &steps[i], error);
        if (status != IVQ_OK)
            return status;
        r->after = before;
        r->after_count = r->count - before;
    }
    return IVQ_OK;
}

/* A graph object is needed only until it is instantiated. */
static enum ivq_status build_exec(struct cuda_device *cuda, const struct ivq_step *steps, int count,
                                  CUgraphExec *exec, struct ivq_error *error)
{
    struct recorder r = {.cuda = cuda, .nodes = calloc(2 * (size_t)count + 1, sizeof(CUgraphNode))};
    if (!r.nodes)
        return ivq_fail_memory(error, "a launch list");
    enum ivq_status status = IVQ_OK;
    CUresult result = cuda->api->graph_create(&r.graph, 0);
    if (result == CUDA_SUCCESS) {
        status = record(&r, steps, count, error);
        if (status == IVQ_OK)
            result = cuda->api->graph_instantiate(exec, r.graph, 0);
        cuda->api->graph_destroy(r.graph);
    }
    free(r.nodes);
    return result == CUDA_SUCCESS ? status : ivq_cuda_fail(cuda, result, "building a launch list", error);
}

static enum ivq_status build(struct cuda_device *cuda, const struct ivq_step *steps, int count,
                             struct ivq_plan *plan, struct ivq_error *error)
{
    /* The thread that waits sleeps: frames in flight hide its wake-up, and the cores have work of their own.
     */
    CUresult result = cuda->api->event_create(&plan->start, CU_EVENT_BLOCKING_SYNC);
    if (result == CUDA_SUCCESS)
        result = cuda->api->event_create(&plan->end, CU_EVENT_BLOCKING_SYNC);
    if (result != CUDA_SUCCESS)
        return ivq_cuda_fail(cuda, result, "creating an event", error);
    return build_exec(cuda, steps, count, &plan->exec, error);
}

void ivq_cuda_plan_destroy(struct ivq_device *device, struct ivq_plan *plan)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    if (ivq_cuda_enter_to_free(cuda)) {
        if (plan->exec)
            cuda->api->graph_exec_destroy(plan->exec);
        if (plan->end)
            cuda->api->event_destroy(plan->end);
        if (plan->start)
            cuda->api->event_destroy(plan->start);
        ivq_cuda_leave(cuda);
    }
    free(plan);
}

enum ivq_status ivq_cuda_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                     struct ivq_plan **plan, struct ivq_error *error)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    enum ivq_status status = ivq_cuda_enter(cuda, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_plan *const p = calloc(1, sizeof *p);
    if (p) {
        p->seconds = -1.0;
        status = build(cuda, steps, count, p, error);
    } else {
        status = ivq_fail_memory(error, "a launch list");
    }
    ivq_cuda_leave(cuda);
    if (status == IVQ_OK)
        *plan = p;
    else if (p)
        ivq_cuda_plan_destroy(device, p);
    return status;
}

enum ivq_status ivq_cuda_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    const enum ivq_status status = ivq_cuda_enter(cuda, error);
    if (status != IVQ_OK)
        return status;
    plan->seconds = -1.0;
    plan->submitted = false;
    CUresult result = cuda->api->event_record(plan->start, cuda->stream);
    if (result == CUDA_SUCCESS)
        result = cuda->api->graph_launch(plan->exec, cuda->stream);
    if (result == CUDA_SUCCESS)
        result = cuda->api->event_record(plan->end, cuda->stream);
    if (result == CUDA_SUCCESS)
        plan->submitted = true;
    else
        cuda->api->stream_synchronize(cuda->stream); /* a plan whose submission failed does not run */
    ivq_cuda_leave(cuda);
    return result == CUDA_SUCCESS ? IVQ_OK : ivq_cuda_fail(cuda, result, "submitting a launch list", error);
}

enum ivq_status ivq_cuda_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    if (!plan->submitted && !cuda->lost)
        return IVQ_OK;
    const enum ivq_status status = ivq_cuda_enter(cuda, error);
    if (status != IVQ_OK)
        return status;
    plan->submitted = false;
    const CUresult result = cuda->api->event_synchronize(plan->end);
    float milliseconds;
    if (result == CUDA_SUCCESS &&
        cuda->api->event_elapsed(&milliseconds, plan->start, plan->end) == CUDA_SUCCESS)
        plan->seconds = (double)milliseconds / 1000.0;
    ivq_cuda_leave(cuda);
    return result == CUDA_SUCCESS ? IVQ_OK : ivq_cuda_fail(cuda, result, "running a launch list", error);
}

double ivq_cuda_plan_seconds(struct ivq_device *device, struct ivq_plan *plan)
{
    (void)device;
    return plan->seconds;
}
