#include "device/opencl/loader.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#define LIBRARY "libOpenCL.so.1"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct opencl_api api;
static struct ivq_error failure; /* status IVQ_OK: api is usable */

/* The name of the first symbol that the library lacks, or NULL. */
static const char *resolve(void *library)
{
    void *address;
#define RESOLVE(member, symbol)                                                                              \
    address = dlsym(library, #symbol);                                                                       \
    if (!address)                                                                                            \
        return #symbol;                                                                                      \
    memcpy(&api.member, &address, sizeof address); /* C has no cast from an object to a function pointer */
    IVQ_OPENCL_FUNCTIONS(RESOLVE)
#undef RESOLVE
    return NULL;
}

static void load(void)
{
    void *const library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        ivq_fail(&failure, IVQ_DEVICE, "no OpenCL loader here: %s", dlerror());
        return;
    }
    const char *const missing = resolve(library);
    if (!missing)
        return;
    ivq_fail(&failure, IVQ_DEVICE, "the OpenCL loader is too old: %s has no %s (OpenCL 1.2 is needed)",
             LIBRARY, missing);
    dlclose(library);
}

const struct opencl_api *ivq_opencl_load(struct ivq_error *error)
{
    pthread_once(&once, load);
    if (failure.status == IVQ_OK)
        return &api;
    if (error)
        *error = failure;
    return NULL;
}
