#include "device/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool find_folder(char path[IVQ_CACHE_PATH])
{
    const char *const own = getenv("ISOVQ_CACHE"), *const xdg = getenv("XDG_CACHE_HOME"),
                      *const home = getenv("HOME");
    int length = 0;
    if (own)
        length = snprintf(path, IVQ_CACHE_PATH, "%s", own);
    else if (xdg && xdg[0] == '/') /* the XDG specification ignores relative paths */
        length = snprintf(path, IVQ_CACHE_PATH, "%s/isovq", xdg);
    else if (home && home[0])
        length = snprintf(path, IVQ_CACHE_PATH, "%s/.cache/isovq", home);
    return length > 0 && length < IVQ_CACHE_PATH;
}

/* Creates what is missing of the path. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    struct stat facts;
    mkdir(path, 0700);
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

bool ivq_cache_path(const char *name, bool create, char path[IVQ_CACHE_PATH])
{
    if (!find_folder(path) || (create && !make_folders(path)))
        return false;
    const size_t used = strlen(path), room = IVQ_CACHE_PATH - used;
    const int more = snprintf(path + used, room, "/%s", name);
    return more > 0 && (size_t)more < room;
}
