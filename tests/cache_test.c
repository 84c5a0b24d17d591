/* Where compiled kernels are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "device/cache.h"

/* NULL: the variable is not there. */
static void set(const char *variable, const char *value)
{
    if (value)
        assert_int_equal(setenv(variable, value, 1), 0);
    else
        assert_int_equal(unsetenv(variable), 0);
}

static void environment(const char *own, const char *xdg, const char *home)
{
    set("ISOVQ_CACHE", own);
    set("XDG_CACHE_HOME", xdg);
    set("HOME", home);
}

static void must_be(const char *expected)
{
    char path[IVQ_CACHE_PATH];
    assert_true(ivq_cache_path("entry", false, path));
    assert_string_equal(path, expected);
}

static void must_not_be(void)
{
    char path[IVQ_CACHE_PATH];
    assert_false(ivq_cache_path("entry", false, path));
}

static void the_environment_chooses(void **state)
{
    (void)state;
    environment("/own", "/xdg", "/home/me");
    must_be("/own/entry");
    environment(NULL, "/xdg", "/home/me");
    must_be("/xdg/isovq/entry");
    environment(NULL, "relative", "/home/me");
    must_be("/home/me/.cache/isovq/entry");
    environment(NULL, NULL, "/home/me");
    must_be("/home/me/.cache/isovq/entry");
    environment(NULL, "", "");
    must_not_be();
    environment(NULL, NULL, NULL);
    must_not_be();
}

static void an_empty_name_means_no_cache(void **state)
{
    (void)state;
    environment("", "/xdg", "/home/me");
    must_not_be();
}

static void a_path_that_is_too_long_is_none(void **state)
{
    (void)state;
    char folder[IVQ_CACHE_PATH];
    memset(folder, 'a', sizeof folder);
    folder[0] = '/';
    folder[sizeof folder - 1] = 0;
    environment(folder, NULL, NULL);
    must_not_be();
    folder[sizeof folder - sizeof "/entry"] = 0;
    environment(folder, NULL, NULL);
    char path[IVQ_CACHE_PATH];
    assert_true(ivq_cache_path("entry", false, path));
    assert_int_equal(strlen(path), IVQ_CACHE_PATH - 1);
    assert_false(ivq_cache_path("entry2", false, path));
}

static void folders_are_made_when_asked_for(void **state)
{
    (void)state;
    char base[] = "/tmp/isovq_cache_XXXXXX", folder[64], path[IVQ_CACHE_PATH];
    struct stat facts;
    assert_non_null(mkdtemp(base));
    snprintf(folder, sizeof folder, "%s/one/two", base);
    environment(folder, NULL, NULL);
    assert_true(ivq_cache_path("entry", false, path));
    assert_int_not_equal(stat(folder, &facts), 0);
    for (int i = 0; i < 2; i++) /* the second finds it there */
        assert_true(ivq_cache_path("entry", true, path));
    assert_int_equal(stat(folder, &facts), 0);
    assert_true(S_ISDIR(facts.st_mode));
    environment("/dev/null/folder", NULL, NULL);
    assert_false(ivq_cache_path("entry", true, path));
    assert_int_equal(rmdir(folder), 0);
    *strrchr(folder, '/') = 0;
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(rmdir(base), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_chooses),
        cmocka_unit_test(an_empty_name_means_no_cache),
        cmocka_unit_test(a_path_that_is_too_long_is_none),
        cmocka_unit_test(folders_are_made_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
