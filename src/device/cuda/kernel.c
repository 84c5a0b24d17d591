/* CUDA kernels: PTX text that the driver compiles when a kernel is prepared (and keeps in its own cache), one
   module each. */
#include "device/cuda/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOG_SIZE = 4096 };

const struct cuda_module *ivq_cuda_module(const struct cuda_device *cuda, const struct ivq_kernel *kernel)
{
    for (int i = 0; i < cuda->module_count; i++)
        if (cuda->modules[i].kernel == kernel)
            return &cuda->modules[i];
    return NULL;
}

void ivq_cuda_unload_modules(struct cuda_device *cuda)
{
    for (int i = 0; i < cuda->module_count; i++)
        cuda->api->module_unload(cuda->modules[i].module);
    cuda->module_count = 0;
}

static enum ivq_status fail_build(struct cuda_device *cuda, const struct ivq_kernel *kernel, CUresult result,
                                  char *log, struct ivq_error *error)
{
    log[strcspn(log, "\n")] = 0;
    const char *advice = log[0] ? ": " : "";
    if (result == CUDA_ERROR_UNSUPPORTED_PTX_VERSION)
        advice = "; the driver is older than the toolkit that built the kernels: update the driver ";
    else if (result == CUDA_ERROR_NO_BINARY_FOR_GPU || result == CUDA_ERROR_INVALID_PTX)
        advice = "; compute capability 7.5 or later is needed ";
    char doing[400];
    snprintf(doing, sizeof doing, "compiling kernel %s%s%s", kernel->name, advice, log);
    return ivq_cuda_fail(cuda, result, doing, error);
}

static enum ivq_status check_function(struct cuda_device *cuda, const struct cuda_module *m,
                                      struct ivq_error *error)
{
    int most = 0;
    const CUresult result =
        cuda->api->function_attribute(&most, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, m->function);
    if (result != CUDA_SUCCESS)
        return ivq_cuda_fail(cuda, result, "asking for the limits of a kernel", error);
    const int group_size = m->kernel->shape[cuda->base.info.shape].group_size;
    if (group_size > most)
        return ivq_fail(error, IVQ_DEVICE, "%s: kernel %s needs groups of %d lanes, the device runs %d",
                        cuda->base.info.id, m->kernel->name, group_size, most);
    return IVQ_OK;
}

/* Inside the context. On failure nothing stays loaded. */
static enum ivq_status load_module(struct cuda_device *cuda, const struct ivq_kernel *kernel,
                                   struct cuda_module *m, struct ivq_error *error)
{
    char log[LOG_SIZE] = "";
    int options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
    void *values[] = {log, (void *)(uintptr_t)sizeof log};
    *m = (struct cuda_module){.kernel = kernel};
    CUresult result = cuda->api->module_load(&m->module, kernel->ptx.data, 2, options, values);
    if (result != CUDA_SUCCESS)
        return fail_build(cuda, kernel, result, log, error);
    result = cuda->api->module_function(&m->function, m->module, kernel->name);
    const enum ivq_status status = result == CUDA_SUCCESS ? check_function(cuda, m, error)
                                                          : fail_build(cuda, kernel, result, log, error);
    if (status != IVQ_OK)
        cuda->api->module_unload(m->module);
    return status;
}

enum ivq_status ivq_cuda_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                 struct ivq_error *error)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    if (ivq_cuda_module(cuda, kernel))
        return IVQ_OK;
    if (!kernel->ptx.data)
        return ivq_fail(error, IVQ_DEVICE, "%s: kernel %s was left out of this build (no CUDA compiler)",
                        device->info.id, kernel->name);
    struct cuda_module *const grown =
        realloc(cuda->modules, ((size_t)cuda->module_count + 1) * sizeof *cuda->modules);
    if (!grown)
        return ivq_fail_memory(error, "a CUDA kernel");
    cuda->modules = grown;
    enum ivq_status status = ivq_cuda_enter(cuda, error);
    if (status != IVQ_OK)
        return status;
    status = load_module(cuda, kernel, &grown[cuda->module_count], error);
    ivq_cuda_leave(cuda);
    if (status == IVQ_OK)
        cuda->module_count++;
    return status;
}
