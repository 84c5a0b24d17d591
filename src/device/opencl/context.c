/* The errors of an OpenCL device. */
#include "device/opencl/context.h"

enum { NVIDIA_ILLEGAL_ACCESS = -9999 }; /* NVIDIA's driver has no standard result for it */

/* What the driver says of a result is a number: the words are ours. */
static const char *explain(cl_int result)
{
    static const struct {
        cl_int result;
        const char *text;
    } known[] = {
        {CL_DEVICE_NOT_AVAILABLE, "the device is not available"},
        {CL_COMPILER_NOT_AVAILABLE, "the driver has no compiler"},
        {CL_MEM_OBJECT_ALLOCATION_FAILURE, "out of device memory"},
        {CL_OUT_OF_RESOURCES, "out of resources, which may also be a fault of a kernel"},
        {CL_OUT_OF_HOST_MEMORY, "the driver ran out of host memory"},
        {CL_MAP_FAILURE, "memory could not be mapped"},
        {CL_BUILD_PROGRAM_FAILURE, "the driver's compiler refused it"},
        {CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, "a command failed"},
        {CL_INVALID_BUFFER_SIZE, "larger than the device's largest buffer"},
        {CL_INVALID_COMMAND_QUEUE, "the queue is no longer valid"},
        {CL_INVALID_WORK_GROUP_SIZE, "the work-group is too large"},
        {CL_INVALID_KERNEL_NAME, "no such kernel in the program"},
        {NVIDIA_ILLEGAL_ACCESS, "a kernel reached outside its memory"},
        {CL_INVALID_ARG_SIZE, "an argument has another size than the kernel's"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].result == result)
            return known[i].text;
    return "unexpected result";
}

static bool is_memory(cl_int result)
{
    return result == CL_MEM_OBJECT_ALLOCATION_FAILURE || result == CL_OUT_OF_HOST_MEMORY;
}

/* Drivers report a kernel's fault with numbers of their own, so among the results of an execution only those
   that are known to be harmless are. */
static bool is_loss(cl_int result, enum opencl_phase phase)
{
    if (result == CL_DEVICE_NOT_AVAILABLE || result == CL_INVALID_CONTEXT)
        return true;
    if (phase == OPENCL_QUEUE)
        return result == CL_OUT_OF_RESOURCES || result == CL_INVALID_COMMAND_QUEUE;
    return phase == OPENCL_EXECUTE && !is_memory(result);
}

enum ivq_status ivq_opencl_fail(struct opencl_device *opencl, cl_int result, enum opencl_phase phase,
                                const char *doing, struct ivq_error *error)
{
    const char *advice = "";
    if (is_loss(result, phase)) {
        opencl->lost = true;
        advice = "; the device is lost to this process: start the program again";
    } else if (is_memory(result) || result == CL_OUT_OF_RESOURCES) {
        advice = "; fewer frames in flight need less memory";
    }
    return ivq_fail(error, IVQ_DEVICE, "%s (%s): %s: %s (%d)%s", opencl->base.info.id, opencl->base.info.name,
                    doing, explain(result), result, advice);
}

enum ivq_status ivq_opencl_check(const struct opencl_device *opencl, struct ivq_error *error)
{
    if (!opencl->lost)
        return IVQ_OK;
    return ivq_fail(error, IVQ_DEVICE, "%s (%s) was lost by an earlier failure; start the program again",
                    opencl->base.info.id, opencl->base.info.name);
}
