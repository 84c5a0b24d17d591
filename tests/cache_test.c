/* Where compiled kernels are kept, and what is not taken for one. */
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "device/cache.h"

static const struct ivq_cache_key key = {"test", "a device, a driver, a kernel"};
static const char data[] = "compiled";

static char base[64];   /* a folder of this test's own */
static char folder[80]; /* the cache in it */

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

static int begin(void **state)
{
    (void)state;
    snprintf(base, sizeof base, "/tmp/isovq_cache_XXXXXX");
    if (!mkdtemp(base))
        return -1;
    snprintf(folder, sizeof folder, "%s/one/two", base);
    environment(folder, NULL, NULL);
    alarm(30); /* what waits is a fault */
    return 0;
}

static int end(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", base);
    return system(command);
}

static void store(struct ivq_error *remark)
{
    ivq_cache_store(&key, data, sizeof data, remark);
}

/* Does the cache give back what was stored? */
static bool loads(struct ivq_error *remark)
{
    size_t size = 0;
    unsigned char *const found = ivq_cache_load(&key, &size, remark);
    if (found) {
        assert_int_equal(size, sizeof data);
        assert_memory_equal(found, data, sizeof data);
    }
    free(found);
    return found != NULL;
}

static void must_be_kept(void)
{
    struct ivq_error remark = {IVQ_OK, ""};
    store(&remark);
    assert_true(loads(&remark));
    assert_string_equal(remark.text, "");
}

static void must_not_be_kept(void)
{
    store(NULL);
    assert_false(loads(NULL));
}

/* The one entry that is there. */
static void entry_path(char path[128])
{
    char pattern[128];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/*", folder);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1); /* and nothing temporary beside it */
    snprintf(path, 128, "%s", found.gl_pathv[0]);
    globfree(&found);
}

/* Nothing is loaded, nothing is replaced, and one line says why. */
static void must_be_left_alone(const char *path, const char *why)
{
    struct ivq_error remark = {IVQ_OK, ""};
    struct stat before, after;
    assert_int_equal(lstat(path, &before), 0);
    assert_false(loads(&remark));
    if (!strstr(remark.text, path) || !strstr(remark.text, why) || strchr(remark.text, '\n'))
        fail_msg("'%s' does not say '%s' of %s", remark.text, why, path);
    assert_int_equal(remark.status, IVQ_OK);
    const struct ivq_error first = remark;
    store(&remark);
    assert_false(loads(&remark));
    assert_memory_equal(&first, &remark, sizeof first);
    assert_int_equal(lstat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino && before.st_mode == after.st_mode);
}

/* --- where --- */

static void the_environment_chooses(void **state)
{
    (void)state;
    char own[128], xdg[128], home[128], path[200];
    snprintf(own, sizeof own, "%s/own", base);
    snprintf(xdg, sizeof xdg, "%s/xdg", base);
    snprintf(home, sizeof home, "%s/home", base);
    const struct {
        const char *own, *xdg, *home, *there;
    } cases[] = {
        {own, xdg, home, "own"},
        {NULL, xdg, home, "xdg/isovq"},
        {NULL, "relative", home, "home/.cache/isovq"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stat facts;
        environment(cases[i].own, cases[i].xdg, cases[i].home);
        snprintf(path, sizeof path, "%s/%s", base, cases[i].there);
        assert_false(loads(NULL));
        assert_int_not_equal(stat(path, &facts), 0); /* reading makes no folder */
        must_be_kept();
        assert_int_equal(stat(path, &facts), 0);
        assert_int_equal(facts.st_mode & 07777, 0700);
    }
}

static void without_a_folder_nothing_is_kept(void **state)
{
    (void)state;
    char path[5000];
    environment("", "/xdg", "/home/me");
    must_not_be_kept();
    environment(NULL, "", "");
    must_not_be_kept();
    environment(NULL, NULL, NULL);
    must_not_be_kept();
    memset(path, 'a', sizeof path);
    path[0] = '/';
    path[sizeof path - 1] = 0;
    environment(path, NULL, NULL);
    must_not_be_kept();
    environment("/dev/null/folder", NULL, NULL);
    must_not_be_kept();
}

/* --- what is an entry --- */

static void keys_are_told_apart(void **state)
{
    (void)state;
    const struct ivq_cache_key others[] = {{"test", "another device"}, {"best", key.text}, {"test", ""}};
    size_t size;
    must_be_kept();
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_null(ivq_cache_load(&others[i], &size, NULL));
}

/* An entry under the name of another key: a digest of the data alone would take it. */
static void an_entry_of_another_key_is_none(void **state)
{
    (void)state;
    const struct ivq_cache_key other = {"test", "another device"};
    char mine[128], theirs[128];
    size_t size;
    must_be_kept();
    entry_path(mine);
    assert_int_equal(rename(mine, "/tmp/isovq_cache_entry"), 0);
    ivq_cache_store(&other, data, sizeof data, NULL);
    entry_path(theirs);
    assert_int_equal(rename("/tmp/isovq_cache_entry", theirs), 0);
    assert_null(ivq_cache_load(&other, &size, NULL));
}

static void change_byte(const char *path, long at, long size)
{
    FILE *const file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at < 0 ? size + at : at, SEEK_SET), 0);
    const int c = fgetc(file);
    assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
    fputc(c ^ 1, file);
    assert_int_equal(fclose(file), 0);
}

/* Any byte of a file counts, and so does its size; a damaged entry is replaced. */
static void a_damaged_entry_is_none(void **state)
{
    (void)state;
    char path[128];
    struct stat facts;
    must_be_kept();
    entry_path(path);
    assert_int_equal(stat(path, &facts), 0);
    for (long at = 0; at < facts.st_size; at++) {
        change_byte(path, at, facts.st_size);
        assert_false(loads(NULL));
        must_be_kept();
    }
    for (long size = 0; size < facts.st_size; size++) {
        assert_int_equal(truncate(path, size), 0);
        assert_false(loads(NULL));
    }
    must_be_kept();
    assert_int_equal(truncate(path, facts.st_size + 1), 0);
    assert_false(loads(NULL));
    must_be_kept();
}

/* What is stored already is not written again. */
static void an_equal_entry_stays(void **state)
{
    (void)state;
    char path[128];
    struct stat before, after;
    must_be_kept();
    entry_path(path);
    assert_int_equal(stat(path, &before), 0);
    must_be_kept();
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino);
    ivq_cache_store(&key, "other", 5, NULL);
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino != after.st_ino);
}

/* --- what is not used (B6) --- */

/* An entry makes way for something else under its name. */
static void make_way(char path[128])
{
    must_be_kept();
    entry_path(path);
    assert_int_equal(unlink(path), 0);
}

static void a_fifo_in_place_of_an_entry(void **state)
{
    (void)state;
    char path[128];
    make_way(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    must_be_left_alone(path, "no file");
}

static void a_socket_in_place_of_an_entry(void **state)
{
    (void)state;
    char path[128];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    make_way(path);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%.107s", path);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    must_be_left_alone(path, "no file");
    close(listener);
}

static void a_folder_in_place_of_an_entry(void **state)
{
    (void)state;
    char path[128];
    make_way(path);
    assert_int_equal(mkdir(path, 0700), 0);
    must_be_left_alone(path, "no file");
}

static void a_link_in_place_of_an_entry(void **state)
{
    (void)state;
    char path[128], target[128];
    must_be_kept();
    entry_path(path);
    snprintf(target, sizeof target, "%s/elsewhere", base);
    assert_int_equal(rename(path, target), 0);
    assert_int_equal(symlink(target, path), 0);
    must_be_left_alone(path, "no file");
}

static void an_entry_that_others_can_write_to(void **state)
{
    (void)state;
    char path[128];
    must_be_kept();
    entry_path(path);
    assert_int_equal(chmod(path, 0620), 0);
    struct ivq_error remark = {IVQ_OK, ""};
    assert_false(loads(&remark));
    assert_non_null(strstr(remark.text, "others can write to it (mode 620)"));
}

static void a_folder_that_others_can_write_to(void **state)
{
    (void)state;
    static const mode_t modes[] = {0777, 0720, 0702, 01777};
    must_be_kept();
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(folder, modes[i]), 0);
        must_be_left_alone(folder, "others can write to it");
    }
    assert_int_equal(chmod(folder, 0755), 0);
    must_be_kept();
}

static void a_folder_of_somebody_else(void **state)
{
    (void)state;
    const uid_t somebody = 65534;
    if (geteuid() != 0 || chown(base, somebody, somebody))
        skip(); /* only root gives folders away */
    must_be_kept();
    assert_int_equal(chown(folder, somebody, somebody), 0);
    must_be_left_alone(folder, "it belongs to another user (65534)");
}

static void a_fifo_in_place_of_the_folder(void **state)
{
    (void)state;
    must_be_kept();
    end(NULL);
    assert_int_equal(mkdir(base, 0700), 0);
    snprintf(folder, sizeof folder, "%s/fifo", base);
    environment(folder, NULL, NULL);
    assert_int_equal(mkfifo(folder, 0600), 0);
    must_be_left_alone(folder, "Not a directory");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_environment_chooses),
        TEST(without_a_folder_nothing_is_kept),
        TEST(keys_are_told_apart),
        TEST(an_entry_of_another_key_is_none),
        TEST(a_damaged_entry_is_none),
        TEST(an_equal_entry_stays),
        TEST(a_fifo_in_place_of_an_entry),
        TEST(a_socket_in_place_of_an_entry),
        TEST(a_folder_in_place_of_an_entry),
        TEST(a_link_in_place_of_an_entry),
        TEST(an_entry_that_others_can_write_to),
        TEST(a_folder_that_others_can_write_to),
        TEST(a_folder_of_somebody_else),
        TEST(a_fifo_in_place_of_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
