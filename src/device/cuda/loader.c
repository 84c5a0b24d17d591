#include "device/cuda/loader.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "libcuda.so.1"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct cuda_api api;
static struct ivq_error failure; /* status IVQ_OK: api is usable */

/* The name of the first symbol that the library lacks, or NULL. */
static const char *resolve(void *library)
{
    void *address;
#define RESOLVE(member, symbol, arguments)                                                                   \
    address = dlsym(library, #symbol);                                                                       \
    if (!address)                                                                                            \
        return #symbol;                                                                                      \
    memcpy(&api.member, &address, sizeof address); /* C has no cast from an object to a function pointer */
    IVQ_CUDA_FUNCTIONS(RESOLVE)
#undef RESOLVE
    return NULL;
}

static void load(void)
{
    void *const library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        ivq_fail(&failure, IVQ_DEVICE, "no NVIDIA driver here: %s", dlerror());
        return;
    }
    const char *const missing = resolve(library);
    if (missing) {
        ivq_fail(&failure, IVQ_DEVICE,
                 "the NVIDIA driver is too old: %s has no %s (CUDA 11.4 or later is needed)", LIBRARY,
                 missing);
        dlclose(library);
        return;
    }
    const CUresult result = api.init(0);
    if (result == CUDA_SUCCESS)
        return;
    const char *name = NULL, *text = NULL;
    api.error_name(result, &name);
    api.error_string(result, &text);
    ivq_fail(&failure, IVQ_DEVICE, "the NVIDIA driver did not start: cuInit: %s: %s", name ? name : "?",
             text ? text : "unknown error");
}

const struct cuda_api *ivq_cuda_load(struct ivq_error *error)
{
    pthread_once(&once, load);
    if (failure.status == IVQ_OK)
        return &api;
    if (error)
        *error = failure;
    return NULL;
}
