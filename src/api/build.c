/* How this library was built. The commit comes from build_commit.h, the rest from Meson. */
#include <stddef.h>
#include <string.h>

#include "build_commit.h"
#include "isovq/version.h"

const char *ivq_version(void)
{
    return IVQ_VERSION;
}

const char *ivq_build_commit(void)
{
    return IVQ_BUILD_COMMIT;
}

const char *ivq_build_configuration(void)
{
    return IVQ_BUILD_CONFIGURATION;
}

const char *ivq_build_kernel_compiler(const char *backend)
{
    static const struct {
        const char *backend, *compiler;
    } compilers[] = {
        {"cpu", IVQ_BUILD_CPU_COMPILER},
        {"cuda", IVQ_BUILD_CUDA_COMPILER},
        {"vulkan", IVQ_BUILD_VULKAN_COMPILER},
        {"opencl", "the driver's, at run time"},
    };
    for (size_t i = 0; backend && i < sizeof compilers / sizeof compilers[0]; i++)
        if (!strcmp(compilers[i].backend, backend))
            return compilers[i].compiler;
    return NULL;
}
