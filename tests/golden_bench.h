/* What the parts of golden_test share: devices with all that they measured, and the comparison of scores with
   expected ones. How far a score may be from its golden stands in the table of its metric's plain reference
   (DECISIONS 6, 24, 27). */
#ifndef GOLDEN_BENCH_H
#define GOLDEN_BENCH_H
#include "plain/clips.h"
#include "product.h"
#include "targets.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { TEXT_SIZE = 512, TALLY_ROWS = 64 };

/* The scores of one metric, or of all models. */
struct tally_row {
    const char *name;
    int compared, equal, wrong;
    int64_t worst_ulps;
    double worst; /* absolute */
};

struct tally {
    struct tally_row rows[TALLY_ROWS];
    int count, not_of_this_version, without_clip;
    bool exact; /* our own tables: no score may differ */
};

/* One device and all that it measured, in the order of measuring. */
struct bench {
    const struct target *target;
    struct ivq_device *device;
    struct product_scores *runs;
    char (*names)[TEXT_SIZE];
    int count;
};

/* Measures, and keeps the scores for the comparison between devices. Fails the test if that cannot be done.
 */
const struct product_scores *bench_run(struct bench *bench, const char *name, const struct clip *clip,
                                       int frames, const char *const *what, int count);

/* Counts a score as equal, within what it is allowed, or wrong; the first wrong ones are printed. */
void tally_compare(struct tally *tally, const char *where, const struct product_score *score, double wanted);

/* Prints the counts; fails the test if a score was wrong, skips it if there was none. */
void tally_report(const struct tally *tally, const char *where);

/* golden_own.c: the project's own tables, tests/golden/METRIC.csv; and a clip as they name it: of clips.h, or
   a pattern of clipgen with sizes behind it. */
void own_load(struct clip *clip, const char *name);
void own_tables(void **state);
int own_write(const char *metric, char **options, int count);

#endif
