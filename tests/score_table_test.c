/* Scores that outgrow memory, against a plain array: random frames and columns, with a file and without. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <cmocka.h>

#include "engine/score_table.h"

enum { COLUMNS = 5, FRAMES = 9000, ROUNDS = 60000 };

static double expected[COLUMNS][FRAMES];
static bool there[COLUMNS][FRAMES];

static void compare(struct ivq_score_table *table, int column, int frame)
{
    double value = -1;
    assert_int_equal(ivq_score_table_get(table, column, frame, &value), there[column][frame]);
    if (there[column][frame])
        assert_memory_equal(&value, &expected[column][frame], sizeof value);
}

static void put(struct ivq_score_table *table, int column, int frame)
{
    expected[column][frame] = (double)rand() / 7 - 1e5;
    there[column][frame] = true;
    ivq_score_table_put(table, column, frame, expected[column][frame]);
}

/* Mostly as a clip does it, frame by frame and a few late; now and then anywhere. */
static void exercise(void)
{
    const unsigned seed = (unsigned)time(NULL);
    struct ivq_score_table *table = ivq_score_table_create(COLUMNS);
    print_message("seed %u\n", seed);
    srand(seed);
    memset(there, 0, sizeof there);
    assert_non_null(table);
    for (int i = 0; i < ROUNDS; i++) {
        const int column = rand() % COLUMNS, newest = (int)((int64_t)i * FRAMES / ROUNDS);
        put(table, column, rand() % 50 ? newest : rand() % FRAMES);
        if (!(i % 5))
            compare(table, rand() % COLUMNS, rand() % 3 ? newest : rand() % FRAMES);
    }
    for (int frame = 0; frame < FRAMES; frame++)
        for (int column = 0; column < COLUMNS; column++)
            compare(table, column, frame);
    assert_int_equal(ivq_score_table_status(table, NULL), IVQ_OK);
    ivq_score_table_destroy(table);
}

static void with_a_file(void **state)
{
    (void)state;
    exercise();
}

static void where_no_file_can_be_had(void **state)
{
    (void)state;
    setenv("TMPDIR", "/nonexistent", 1);
    exercise();
    unsetenv("TMPDIR");
}

/* As on a full disk: a part of a block may have been written. */
static void where_the_file_cannot_grow(void **state)
{
    struct rlimit old;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {100000, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    exercise();
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_DFL);
}

/* An import may be of any frame: holes cost nothing. */
static void distant_frames(void **state)
{
    struct ivq_score_table *table = ivq_score_table_create(1);
    double value;
    (void)state;
    for (int shift = 0; shift < 31; shift++)
        ivq_score_table_put(table, 0, (int)((1U << shift) - 1), shift);
    for (int shift = 0; shift < 31; shift++) {
        assert_true(ivq_score_table_get(table, 0, (int)((1U << shift) - 1), &value));
        assert_true(value == shift);
    }
    assert_false(ivq_score_table_get(table, 0, 1 << 29, &value));
    assert_int_equal(ivq_score_table_status(table, NULL), IVQ_OK);
    ivq_score_table_destroy(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_a_file),
        cmocka_unit_test(where_no_file_can_be_had),
        cmocka_unit_test(where_the_file_cannot_grow),
        cmocka_unit_test(distant_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
