/* The device suite on every device of every backend, one group of tests for each; a backend without a device
   is skipped with its reason. Then every two devices at once, neighbours of the list, and one device with
   itself. */
#include <dlfcn.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/cpu/cpu.h"
#include "device_suite.h"

enum { TARGETS = 64, CASES = 32 };

struct target {
    const struct ivq_backend *backend;
    struct ivq_device_info info;
    struct ivq_device_params params;
};

static struct target targets[TARGETS];
static int target_count;

/* Sanitizer builds: memory that is refused is what one of the tests asks for, and no fault. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* ---- what there is */

static void add_target(const struct ivq_backend *backend, const struct ivq_device_info *info)
{
    if (target_count == TARGETS)
        return;
    struct target *target = &targets[target_count++];
    *target = (struct target){.backend = backend, .info = *info};
    /* ISOVQ_VALIDATE: with the driver's own checks */
    target->params = (struct ivq_device_params){
        .index = info->index, .cpu_level = -1, .validate = getenv("ISOVQ_VALIDATE") != NULL};
    if (backend == &ivq_backend_cpu)
        target->params.cpu_level = info->index;
}

static void skip_this(void **state)
{
    (void)state;
    skip();
}

static int skip_backend(const struct ivq_backend *backend, const char *reason)
{
    char name[600];
    snprintf(name, sizeof name, "%s: %s", backend->name, reason);
    const struct CMUnitTest tests[] = {{.name = name, .test_func = skip_this}};
    return cmocka_run_group_tests_name(backend->name, tests, NULL, NULL);
}

/* Lists the devices of one backend as targets; how many tests failed over it. */
static int find_targets(const struct ivq_backend *backend)
{
    struct ivq_device_info infos[IVQ_DEVICE_MAX];
    struct ivq_error error = {0};
    int count = -1;
    if (ivq_device_list(backend, infos, IVQ_DEVICE_MAX, &count, &error) != IVQ_OK || error.status != IVQ_OK) {
        fprintf(stderr, "%s: list fails: %s\n", backend->name, error.text);
        return 1;
    }
    if (!count && !error.text[0]) {
        fprintf(stderr, "%s: no device, and no reason\n", backend->name);
        return 1;
    }
    if (!count)
        return skip_backend(backend, error.text);
    if (!device_suite_has_code(backend))
        return skip_backend(backend, "this build has no kernels for it");
    for (int i = 0; i < count; i++)
        add_target(backend, &infos[i]);
    return 0;
}

/* Not in the list of any user: tiles of another shape. */
static void add_awkward_cpu(void)
{
    const struct ivq_device_info info = {.id = "cpu:awkward", .index = IVQ_CPU_AWKWARD};
    if (ivq_cpu_level_usable(IVQ_CPU_AWKWARD))
        add_target(&ivq_backend_cpu, &info);
}

/* ---- one device */

struct opened_case {
    const struct device_case *test;
    struct ivq_device **device;
};

static void run_case(void **state)
{
    const struct opened_case *opened = *state;
    assert_int_equal(opened->test->run(*opened->device), 0);
}

static struct ivq_device *open_target(const struct target *target)
{
    struct ivq_error error = {0};
    struct ivq_device *device;
    if (ivq_device_open_on(target->backend, &target->params, &device, &error) == IVQ_OK)
        return device;
    fprintf(stderr, "%s: %s\n", target->info.id, error.text);
    return NULL;
}

static struct ivq_device *group_device;
static const struct target *group_target;

static int open_group(void **state)
{
    (void)state;
    group_device = open_target(group_target);
    return group_device ? 0 : -1;
}

static int close_group(void **state)
{
    (void)state;
    ivq_device_close(group_device);
    return 0;
}

static int test_target(const struct target *target)
{
    struct CMUnitTest tests[CASES];
    struct opened_case cases[CASES];
    size_t count = 0;
    char name[160];
    for (; device_suite[count].name && count < CASES; count++) {
        cases[count] = (struct opened_case){&device_suite[count], &group_device};
        tests[count] = (struct CMUnitTest){
            .name = device_suite[count].name, .test_func = run_case, .initial_state = &cases[count]};
    }
    snprintf(name, sizeof name, "%s %.90s", target->info.id, target->info.name);
    group_target = target;
    return _cmocka_run_group_tests(name, tests, count, open_group, close_group);
}

/* ---- two devices */

static void test_pair(const struct target *a, const struct target *b)
{
    struct ivq_device *first = open_target(a), *second = open_target(b);
    assert_non_null(first);
    assert_non_null(second);
    const int failed = device_suite_pair(first, second);
    ivq_device_close(first);
    ivq_device_close(second);
    assert_int_equal(failed, 0);
}

static void neighbours(void **state)
{
    (void)state;
    for (int i = 0; i + 1 < target_count; i++)
        if (targets[i].backend != &ivq_backend_cpu || targets[i + 1].backend != &ivq_backend_cpu)
            test_pair(&targets[i], &targets[i + 1]);
}

static void first_and_last(void **state)
{
    (void)state;
    if (target_count < 2)
        skip();
    test_pair(&targets[0], &targets[target_count - 1]);
}

static void one_device_twice(void **state)
{
    (void)state;
    for (int i = 0; i < target_count; i++)
        if (!i || targets[i].backend != targets[i - 1].backend)
            test_pair(&targets[i], &targets[i]);
}

struct libraries {
    char *names[512];
    int count;
};

static int add_library(struct dl_phdr_info *info, size_t size, void *user)
{
    struct libraries *all = user;
    (void)size;
    if (info->dlpi_name[0] == '/' && all->count < 512)
        all->names[all->count++] = strdup(info->dlpi_name);
    return 0;
}

/* Threads that have used a driver end after its last device was closed, and then run code of the driver: it
   was unloaded by then, and eight threads with NVIDIA's Vulkan crashed. */
static void a_driver_outlives_its_devices(void **state)
{
    (void)state;
    for (int i = 0; i < target_count; i++) {
        struct libraries used = {.count = 0};
        struct ivq_device *device = open_target(&targets[i]);
        assert_non_null(device);
        dl_iterate_phdr(add_library, &used);
        ivq_device_close(device);
        for (int n = 0; n < used.count; n++) {
            void *still = dlopen(used.names[n], RTLD_LAZY | RTLD_NOLOAD);
            if (!still)
                fail_msg("%s: %s was unloaded", targets[i].info.id, used.names[n]);
            dlclose(still);
            free(used.names[n]);
        }
    }
}

static void no_such_device(void **state)
{
    (void)state;
    for (int i = 0; ivq_backends[i]; i++) {
        const struct ivq_device_params params = {.index = IVQ_DEVICE_MAX - 1, .cpu_level = IVQ_CPU_LEVELS};
        struct ivq_error error = {0};
        struct ivq_device *device;
        assert_int_equal(ivq_device_open_on(ivq_backends[i], &params, &device, &error), IVQ_DEVICE);
        assert_null(device);
        assert_true(error.text[0]);
    }
}

int main(void)
{
    const struct CMUnitTest pairs[] = {
        cmocka_unit_test(neighbours),
        cmocka_unit_test(first_and_last),
        cmocka_unit_test(one_device_twice),
        cmocka_unit_test(no_such_device),
        cmocka_unit_test(a_driver_outlives_its_devices),
    };
    int failed = 0;
    for (int i = 0; ivq_backends[i]; i++)
        failed += find_targets(ivq_backends[i]);
    add_awkward_cpu();
    for (int i = 0; i < target_count; i++)
        failed += test_target(&targets[i]);
    failed += cmocka_run_group_tests_name("two devices", pairs, NULL, NULL);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
