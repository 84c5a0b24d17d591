/* What the process may use: control groups of both versions in a made-up tree, RLIMIT_AS; and that frames in
   flight follow it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/limits.h"

static char root[] = "/tmp/isovq_limits_XXXXXX";

static void put(const char *path, const char *text)
{
    char full[512], folders[600];
    snprintf(full, sizeof full, "%s%s", root, path);
    snprintf(folders, sizeof folders, "mkdir -p \"$(dirname '%s')\"", full);
    assert_int_equal(system(folders), 0);
    FILE *const f = fopen(full, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int make_root(void **state)
{
    (void)state;
    strcpy(root + strlen(root) - 6, "XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", root);
    return system(command);
}

static void without_groups_it_is_the_machine(void **state)
{
    (void)state;
    assert_true(ivq_limits_memory(root) >= (size_t)64 << 20);
    assert_true(ivq_limits_processors() >= 1);
}

static void second_version_and_the_groups_above(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "0::/user/job\n");
    put("/sys/fs/cgroup/user/job/memory.max", "max\n");
    const size_t machine = ivq_limits_memory(root);
    put("/sys/fs/cgroup/user/memory.max", "50331648\n");
    assert_int_equal(ivq_limits_memory(root), 50331648);
    put("/sys/fs/cgroup/user/job/memory.max", "33554432\n");
    assert_int_equal(ivq_limits_memory(root), 33554432);
    assert_true(machine > 50331648);
}

static void second_version_in_its_own_namespace(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "0::/\n");
    put("/sys/fs/cgroup/memory.max", "16777216\n");
    assert_int_equal(ivq_limits_memory(root), 16777216);
}

static void first_version(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "12:cpu,cpuacct:/a\n9:memory:/a/b\n1:name=systemd:/\n");
    put("/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
    put("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "25165824\n");
    assert_int_equal(ivq_limits_memory(root), 25165824);
}

static void nonsense_limits_nothing(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "\n0:\n0::/x\n:::\nmemory\n");
    put("/sys/fs/cgroup/x/memory.max", "many\n");
    assert_true(ivq_limits_memory(root) >= (size_t)64 << 20);
}

static void address_space(void **state)
{
    struct rlimit before;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    struct rlimit less = before;
    less.rlim_cur = (rlim_t)1 << 30;
    if (setrlimit(RLIMIT_AS, &less))
        skip(); /* a sanitizer needs more */
    const size_t limit = ivq_limits_memory(root);
    setrlimit(RLIMIT_AS, &before);
    assert_true(limit <= (size_t)1 << 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_groups_it_is_the_machine, make_root, remove_root),
        cmocka_unit_test_setup_teardown(second_version_and_the_groups_above, make_root, remove_root),
        cmocka_unit_test_setup_teardown(second_version_in_its_own_namespace, make_root, remove_root),
        cmocka_unit_test_setup_teardown(first_version, make_root, remove_root),
        cmocka_unit_test_setup_teardown(nonsense_limits_nothing, make_root, remove_root),
        cmocka_unit_test_setup_teardown(address_space, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
