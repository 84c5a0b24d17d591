/* A launch list: one kernel object for each launch, with all its arguments set when the list is created, so
   that a submission only queues. The queue is in order, which is all that stages ask for. */
#include "device/opencl/context.h"

#include <stdlib.h>

struct opencl_step {
    cl_kernel kernel; /* LAUNCH */
    cl_mem
        parts[IVQ_KERNEL_MAX_BUFFERS]; /* LAUNCH: regions of buffers, where a binding is not the whole one */
    size_t global[2], local[2];        /* LAUNCH: work items */
    struct ivq_binding from, to;       /* COPY */
    cl_mem relay;                      /* COPY from host to host: device memory in between */
};

struct ivq_plan {
    struct opencl_step *steps;
    int count;
    cl_event first, last; /* of the last submission; NULL: none is under way, or the list is empty */
    double seconds;
};

static cl_mem memory_of(const struct ivq_binding *binding)
{
    return ((const struct opencl_buffer *)binding->buffer)->memory;
}

static bool is_on_device(const struct ivq_binding *binding)
{
    return binding->buffer->kind == IVQ_BUFFER_DEVICE;
}

static char *host_of(const struct ivq_binding *binding)
{
    return (char *)binding->buffer->host + binding->offset;
}

/* What a kernel sees. Two regions of one buffer count as different memory; the buffer and a region do not. */
static cl_int set_buffer(struct opencl_device *opencl, const struct ivq_binding *binding, cl_uint argument,
                         cl_kernel kernel, cl_mem *part)
{
    cl_mem memory = memory_of(binding);
    if (binding->offset || binding->size != binding->buffer->size) {
        const cl_buffer_region region = {binding->offset, binding->size};
        cl_int result;
        *part = opencl->api->buffer_part(memory, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region,
                                         &result);
        if (!*part)
            return result;
        memory = *part;
    }
    return opencl->api->kernel_argument(kernel, argument, sizeof memory, &memory);
}

static cl_int set_arguments(struct opencl_device *opencl, const struct ivq_step *step, struct opencl_step *s)
{
    cl_uint argument = 0;
    cl_int result = CL_SUCCESS;
    if (step->kernel->params_size)
        result = opencl->api->kernel_argument(s->kernel, argument++, step->kernel->params_size, step->params);
    for (int i = 0; i < step->kernel->buffers && result == CL_SUCCESS; i++)
        result = set_buffer(opencl, &step->bindings[i], argument++, s->kernel, &s->parts[i]);
    return result;
}

static enum ivq_status record_launch(struct opencl_device *opencl, const struct ivq_step *step,
                                     struct opencl_step *s, struct ivq_error *error)
{
    const cl_program program = ivq_opencl_program(opencl, step->kernel);
    if (!program)
        return ivq_fail(error, IVQ_USAGE, "%s: kernel %s was not prepared", opencl->base.info.id,
                        step->kernel->name);
    for (int i = 0; i < step->kernel->buffers; i++)
        if (!is_on_device(&step->bindings[i]))
            return ivq_fail(error, IVQ_USAGE,
                            "%s: binding %d of %s is host memory: copy it to the device first",
                            opencl->base.info.id, i, step->kernel->name);
    s->local[0] = (size_t)step->kernel->shape[opencl->base.info.shape].group_size;
    s->local[1] = 1;
    s->global[0] = (size_t)step->groups_x * s->local[0];
    s->global[1] = (size_t)step->groups_y;
    cl_int result;
    s->kernel = opencl->api->kernel_create(program, step->kernel->name, &result);
    if (s->kernel)
        result = set_arguments(opencl, step, s);
    return result == CL_SUCCESS ? IVQ_OK
                                : ivq_opencl_fail(opencl, result, OPENCL_SETUP, step->kernel->name, error);
}

static enum ivq_status record_copy(struct opencl_device *opencl, const struct ivq_step *step,
                                   struct opencl_step *s, struct ivq_error *error)
{
    s->from = step->bindings[0];
    s->to = step->bindings[1];
    if (is_on_device(&s->from) || is_on_device(&s->to))
        return IVQ_OK;
    cl_int result;
    s->relay = opencl->api->buffer_create(opencl->context, CL_MEM_READ_WRITE, s->from.size, NULL, &result);
    return s->relay ? IVQ_OK : ivq_opencl_fail(opencl, result, OPENCL_SETUP, "allocating for a copy", error);
}

static void release_event(struct opencl_device *opencl, cl_event *event)
{
    if (*event)
        opencl->api->event_release(*event);
    *event = NULL;
}

static void release_events(struct opencl_device *opencl, struct ivq_plan *plan)
{
    release_event(opencl, &plan->first);
    release_event(opencl, &plan->last);
}

static void release_step(struct opencl_device *opencl, struct opencl_step *s)
{
    if (s->kernel)
        opencl->api->kernel_release(s->kernel);
    for (int i = 0; i < IVQ_KERNEL_MAX_BUFFERS; i++)
        if (s->parts[i])
            opencl->api->buffer_release(s->parts[i]);
    if (s->relay)
        opencl->api->buffer_release(s->relay);
}

void ivq_opencl_plan_destroy(struct ivq_device *device, struct ivq_plan *plan)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    release_events(opencl, plan);
    for (int i = 0; i < plan->count; i++)
        release_step(opencl, &plan->steps[i]);
    free(plan->steps);
    free(plan);
}

enum ivq_status ivq_opencl_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                       struct ivq_plan **plan, struct ivq_error *error)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    enum ivq_status status = ivq_opencl_check(opencl, error);
    if (status != IVQ_OK)
        return status;
    struct ivq_plan *const p = calloc(1, sizeof *p);
    if (p)
        p->steps = calloc((size_t)count + 1, sizeof *p->steps);
    if (!p || !p->steps) {
        free(p);
        return ivq_fail_memory(error, "a launch list");
    }
    p->seconds = -1.0;
    p->count = count;
    for (int i = 0; i < count && status == IVQ_OK; i++)
        status = (steps[i].kind == IVQ_STEP_COPY ? record_copy : record_launch)(opencl, &steps[i],
                                                                                &p->steps[i], error);
    if (status == IVQ_OK)
        *plan = p;
    else
        ivq_opencl_plan_destroy(device, p);
    return status;
}

static cl_int queue_copy(struct opencl_device *opencl, const struct opencl_step *s, cl_event *event)
{
    const struct opencl_api *const api = opencl->api;
    const struct ivq_binding *const from = &s->from, *const to = &s->to;
    const size_t size = from->size;
    if (is_on_device(from) && is_on_device(to))
        return api->copy(opencl->queue, memory_of(from), memory_of(to), from->offset, to->offset, size, 0,
                         NULL, event);
    if (is_on_device(to))
        return api->write(opencl->queue, memory_of(to), CL_FALSE, to->offset, size, host_of(from), 0, NULL,
                          event);
    if (is_on_device(from))
        return api->read(opencl->queue, memory_of(from), CL_FALSE, from->offset, size, host_of(to), 0, NULL,
                         event);
    const cl_int result =
        api->write(opencl->queue, s->relay, CL_FALSE, 0, size, host_of(from), 0, NULL, NULL);
    return result != CL_SUCCESS
               ? result
               : api->read(opencl->queue, s->relay, CL_FALSE, 0, size, host_of(to), 0, NULL, event);
}

static cl_int queue_step(struct opencl_device *opencl, const struct opencl_step *s, cl_event *event)
{
    if (!s->kernel)
        return queue_copy(opencl, s, event);
    return opencl->api->launch(opencl->queue, s->kernel, 2, NULL, s->global, s->local, 0, NULL, event);
}

/* Only the first and the last step have an event: each costs the driver something. */
static cl_int queue_all(struct opencl_device *opencl, struct ivq_plan *plan)
{
    cl_int result = CL_SUCCESS;
    for (int i = 0; i < plan->count && result == CL_SUCCESS; i++) {
        cl_event *const event = i == plan->count - 1 ? &plan->last : i == 0 ? &plan->first : NULL;
        result = queue_step(opencl, &plan->steps[i], event);
    }
    return result == CL_SUCCESS ? opencl->api->flush(opencl->queue) : result;
}

enum ivq_status ivq_opencl_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    const enum ivq_status status = ivq_opencl_check(opencl, error);
    if (status != IVQ_OK)
        return status;
    release_events(opencl, plan);
    plan->seconds = -1.0;
    const cl_int result = queue_all(opencl, plan);
    if (result == CL_SUCCESS)
        return IVQ_OK;
    opencl->api->finish(opencl->queue); /* a plan whose submission failed does not run */
    release_events(opencl, plan);
    return ivq_opencl_fail(opencl, result, OPENCL_QUEUE, "submitting a launch list", error);
}

static double elapsed(struct opencl_device *opencl, const struct ivq_plan *plan)
{
    cl_ulong start, end; /* nanoseconds */
    const cl_event first = plan->first ? plan->first : plan->last;
    if (opencl->api->event_time(first, CL_PROFILING_COMMAND_START, sizeof start, &start, NULL) !=
            CL_SUCCESS ||
        opencl->api->event_time(plan->last, CL_PROFILING_COMMAND_END, sizeof end, &end, NULL) != CL_SUCCESS)
        return -1.0;
    return (double)(end - start) * 1e-9;
}

/* Why a wait failed: the state of the event says more than the wait does. */
static cl_int cause(struct opencl_device *opencl, cl_event event, cl_int result)
{
    cl_int state;
    if (result == CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST &&
        opencl->api->event_info(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) ==
            CL_SUCCESS &&
        state < 0)
        return state;
    return result;
}

enum ivq_status ivq_opencl_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    const enum ivq_status status = ivq_opencl_check(opencl, error);
    if (status != IVQ_OK || !plan->last)
        return status;
    const cl_int result = opencl->api->events_wait(1, &plan->last);
    if (result == CL_SUCCESS)
        plan->seconds = elapsed(opencl, plan);
    const cl_int why = result == CL_SUCCESS ? result : cause(opencl, plan->last, result);
    release_events(opencl, plan);
    if (result == CL_SUCCESS)
        return IVQ_OK;
    return ivq_opencl_fail(opencl, why, OPENCL_EXECUTE, "running a launch list", error);
}

double ivq_opencl_plan_seconds(struct ivq_device *device, struct ivq_plan *plan)
{
    (void)device;
    return plan->seconds;
}
