/* The context of a CUDA device, and its errors. */
#include "device/cuda/context.h"

/* Results after which every later call in the context fails as well; after most of them no new context of the
   process works either. */
static bool is_sticky(CUresult result)
{
    static const CUresult sticky[] = {
        CUDA_ERROR_DEINITIALIZED,
        CUDA_ERROR_DEVICE_UNAVAILABLE,
        CUDA_ERROR_INVALID_CONTEXT,
        CUDA_ERROR_ECC_UNCORRECTABLE,
        CUDA_ERROR_NVLINK_UNCORRECTABLE,
        CUDA_ERROR_ILLEGAL_ADDRESS,
        CUDA_ERROR_LAUNCH_TIMEOUT,
        CUDA_ERROR_CONTEXT_IS_DESTROYED,
        CUDA_ERROR_ASSERT,
        CUDA_ERROR_HARDWARE_STACK_ERROR,
        CUDA_ERROR_ILLEGAL_INSTRUCTION,
        CUDA_ERROR_MISALIGNED_ADDRESS,
        CUDA_ERROR_INVALID_ADDRESS_SPACE,
        CUDA_ERROR_INVALID_PC,
        CUDA_ERROR_LAUNCH_FAILED,
        CUDA_ERROR_UNKNOWN,
    };
    for (size_t i = 0; i < sizeof sticky / sizeof sticky[0]; i++)
        if (sticky[i] == result)
            return true;
    return false;
}

static enum ivq_status fail_lost(const struct cuda_device *cuda, struct ivq_error *error)
{
    return ivq_fail(error, IVQ_DEVICE, "%s (%s) was lost by an earlier failure; start the program again",
                    cuda->base.info.id, cuda->base.info.name);
}

enum ivq_status ivq_cuda_fail(struct cuda_device *cuda, CUresult result, const char *doing,
                              struct ivq_error *error)
{
    const char *name = NULL, *text = NULL;
    cuda->api->error_name(result, &name);
    cuda->api->error_string(result, &text);
    const char *advice = "";
    if (is_sticky(result)) {
        cuda->lost = true;
        advice = "; the device is lost to this process: start the program again";
    } else if (result == CUDA_ERROR_OUT_OF_MEMORY) {
        advice = "; fewer frames in flight need less memory";
    }
    return ivq_fail(error, IVQ_DEVICE, "%s (%s): %s: %s: %s%s", cuda->base.info.id, cuda->base.info.name,
                    doing, name ? name : "?", text ? text : "unknown error", advice);
}

enum ivq_status ivq_cuda_enter(struct cuda_device *cuda, struct ivq_error *error)
{
    if (cuda->lost)
        return fail_lost(cuda, error);
    const CUresult result = cuda->api->context_push(cuda->context);
    return result == CUDA_SUCCESS ? IVQ_OK : ivq_cuda_fail(cuda, result, "entering its context", error);
}

bool ivq_cuda_enter_to_free(struct cuda_device *cuda)
{
    return cuda->api->context_push(cuda->context) == CUDA_SUCCESS;
}

void ivq_cuda_leave(struct cuda_device *cuda)
{
    CUcontext popped;
    cuda->api->context_pop(&popped);
}
