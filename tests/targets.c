#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/cpu/cpu.h"
#include "device_suite.h"

static bool is_wanted(const char *selector, const char *only)
{
    const size_t length = strlen(selector);
    if (!only)
        return true;
    for (const char *at = only; (at = strstr(at, selector)); at += length)
        if ((at == only || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static void add(struct target *targets, int *count, const char *selector, const struct ivq_device_info *info,
                const char *only)
{
    if (*count == MAX_TARGETS || !is_wanted(selector, only))
        return;
    struct target *const target = &targets[(*count)++];
    snprintf(target->selector, sizeof target->selector, "%s", selector);
    target->info = *info;
}

static void add_cpu_levels(struct target *targets, int *count, const char *only)
{
    for (int level = 0; level < IVQ_CPU_LEVELS; level++) {
        struct ivq_device_info info = {.index = level};
        char selector[40];
        snprintf(selector, sizeof selector, "cpu:%s", ivq_cpu_level_name(level));
        if (ivq_cpu_level_usable(level))
            add(targets, count, selector, &info, only);
        else if (is_wanted(selector, only))
            printf("skipped: %s: not built, or not run by this processor\n", selector);
    }
}

static void add_backend(const struct ivq_backend *backend, struct target *targets, int *count,
                        const char *only)
{
    struct ivq_device_info infos[IVQ_DEVICE_MAX];
    struct ivq_error error = {0};
    int found = 0;
    if (ivq_device_list(backend, infos, IVQ_DEVICE_MAX, &found, &error) != IVQ_OK || !found) {
        printf("skipped: %s: %s\n", backend->name, error.text);
        return;
    }
    if (!device_suite_has_code(backend)) {
        printf("skipped: %s: this build has no kernels for it\n", backend->name);
        return;
    }
    for (int i = 0; i < found; i++) {
        char selector[40];
        snprintf(selector, sizeof selector, "%s:%d", backend->name, infos[i].index);
        add(targets, count, selector, &infos[i], only);
    }
}

int targets_find(struct target targets[MAX_TARGETS], const char *only)
{
    int count = 0;
    if (!only)
        only = getenv("ISOVQ_TEST_DEVICES");
    add_cpu_levels(targets, &count, only);
    for (int i = 0; ivq_backends[i]; i++)
        if (ivq_backends[i] != &ivq_backend_cpu)
            add_backend(ivq_backends[i], targets, &count, only);
    if (!count)
        printf("skipped: no device of '%s' is here\n", only ? only : "");
    return count;
}

struct ivq_device *target_open(const struct target *target, int threads)
{
    const struct ivq_device_params params = {.cpu_level = -1, .threads = threads};
    struct ivq_error error = {0};
    struct ivq_device *device;
    if (ivq_device_open(target->selector, &params, &device, &error) == IVQ_OK)
        return device;
    fprintf(stderr, "%s: %s\n", target->selector, error.text);
    return NULL;
}
