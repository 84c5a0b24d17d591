#include "base/limits.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATH_SIZE = 1024 };

int ivq_limits_processors(void)
{
    cpu_set_t set;
    const int n = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
    return n < 1 ? 1 : n;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A file with one number; SIZE_MAX where there is none ("max"). */
static size_t read_limit(const char *path)
{
    char text[32] = "";
    FILE *const f = fopen(path, "r");
    if (!f)
        return SIZE_MAX;
    const char *const line = fgets(text, sizeof text, f);
    fclose(f);
    char *end = text;
    const unsigned long long limit = line ? strtoull(text, &end, 10) : 0;
    return end == text || limit > SIZE_MAX ? SIZE_MAX : (size_t)limit;
}

/* The limit of a group, and of all above it: `file` in every folder from `group` up to `top`. */
static size_t limit_of_groups(const char *top, const char *group, const char *file)
{
    char folder[PATH_SIZE], path[PATH_SIZE + 64];
    size_t limit = SIZE_MAX;
    const int length = snprintf(folder, sizeof folder, "%s%s", top, group);
    if (length < 0 || length >= (int)sizeof folder)
        return limit;
    for (char *last = folder; last && strlen(folder) >= strlen(top);) {
        snprintf(path, sizeof path, "%s/%s", folder, file);
        limit = smaller(limit, read_limit(path));
        last = strrchr(folder, '/');
        if (last)
            *last = 0;
    }
    return limit;
}

/* One line of /proc/self/cgroup: "0::/a/b" in version 2, "9:memory,pids:/a/b" in version 1. */
static size_t limit_of_line(const char *root, char *line)
{
    char top[PATH_SIZE];
    line[strcspn(line, "\n")] = 0;
    char *const controllers = strchr(line, ':');
    char *const group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group)
        return SIZE_MAX;
    const bool second = !strncmp(line, "0::", 3);
    *group = 0;
    if (!second && !strstr(controllers + 1, "memory"))
        return SIZE_MAX;
    snprintf(top, sizeof top, "%.900s/sys/fs/cgroup%s", root, second ? "" : "/memory");
    return limit_of_groups(top, !strcmp(group + 1, "/") ? "" : group + 1,
                           second ? "memory.max" : "memory.limit_in_bytes");
}

static size_t limit_of_control_groups(const char *root)
{
    char line[PATH_SIZE];
    size_t limit = SIZE_MAX;
    snprintf(line, sizeof line, "%.900s/proc/self/cgroup", root);
    FILE *const f = fopen(line, "r");
    while (f && fgets(line, sizeof line, f))
        limit = smaller(limit, limit_of_line(root, line));
    if (f)
        fclose(f);
    return limit;
}

size_t ivq_limits_memory(const char *root)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    size_t limit = pages > 0 && page > 0 ? (size_t)pages * (size_t)page : (size_t)2 << 30;
    struct rlimit space;
    if (!getrlimit(RLIMIT_AS, &space) && space.rlim_cur != RLIM_INFINITY)
        limit = smaller(limit, (size_t)space.rlim_cur);
    return smaller(limit, limit_of_control_groups(root));
}
