/* Why PoCL has no device: it needs a folder to write to, and says nothing where it cannot have one. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/cache.h"
#include "device/opencl/context.h"

/* Where PoCL 3.1 keeps what it compiles; false where the environment does not say. */
static bool find_folder(char path[PATH_MAX])
{
    const char *const own = getenv("POCL_CACHE_DIR"), *const xdg = getenv("XDG_CACHE_HOME"),
                      *const home = getenv("HOME");
    int length = 0;
    if (own && *own)
        length = snprintf(path, PATH_MAX, "%s", own);
    else if (xdg && *xdg)
        length = snprintf(path, PATH_MAX, "%s/pocl/kcache", xdg);
    else if (home && *home)
        length = snprintf(path, PATH_MAX, "%s/.cache/pocl/kcache", home);
    return length > 0 && length < PATH_MAX;
}

static bool is_pocl(const struct opencl_api *api, cl_platform_id platform)
{
    char name[64] = "";
    return api->platform_info(platform, CL_PLATFORM_NAME, sizeof name - 1, name, NULL) == CL_SUCCESS &&
           !strcmp(name, "Portable Computing Language");
}

bool ivq_opencl_explain_pocl(const struct opencl_api *api, cl_platform_id platform, struct ivq_error *error)
{
    char path[PATH_MAX];
    if (!is_pocl(api, platform) || !find_folder(path) ||
        (ivq_cache_make_folder(path) && access(path, W_OK | X_OK) == 0))
        return false;
    ivq_fail(
        error, IVQ_DEVICE,
        "PoCL has no device because it cannot write to %s: set HOME, XDG_CACHE_HOME or POCL_CACHE_DIR to a "
        "folder that can be written to",
        path);
    return true;
}
