/* What a gate run found: sides, cells, canaries, requirements, a verdict. The reports print it. */
#ifndef IVQ_PARITY_RESULT_H
#define IVQ_PARITY_RESULT_H
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/error.h"
#include "parity/compare.h"
#include "parity/tolerance.h"

enum { IVQ_NOTE_SIZE = 320, IVQ_LABEL_SIZE = 256, IVQ_MAX_SIDES = 66, IVQ_MAX_CLIPS = 64 };

/* Ordered from good to bad. */
enum ivq_cell_status { IVQ_CELL_EXACT, IVQ_CELL_OK, IVQ_CELL_FAIL, IVQ_CELL_ERROR };
const char *ivq_cell_status_name(enum ivq_cell_status status); /* EXACT, OK, FAIL, ERROR */

/* A device, or a log. Empty texts: unknown. */
struct ivq_parity_side {
    char label[IVQ_LABEL_SIZE]; /* how reports name it: a selector, or a log's path */
    char backend[16], id[64], uuid[40], pci[16], name[128], driver[96], type[16];
    char compiler[128], fingerprint[32], instruction_set[16], version[64];
    int64_t dispatches, bytes_to_device, bytes_from_device;
    double device_seconds, seconds; /* negative: unknown */
    char failure[IVQ_NOTE_SIZE];    /* why it has no result, or not all; empty: it has */
};

/* What happened in a frame, for a plot. */
struct ivq_plot {
    double *differences; /* |a - b| of all frames of all clips, in order */
    int count;
};

struct ivq_cell_metric {
    char name[IVQ_LABEL_SIZE];
    struct ivq_difference difference;
    int clip_of_max; /* -1: a log */
    struct ivq_plot plot;
};

struct ivq_cell {
    char feature[IVQ_FEATURE_SIZE], options[IVQ_LABEL_SIZE]; /* options: what is not at its default */
    int side_a, side_b;
    double tolerance;
    char source[IVQ_SOURCE_SIZE];
    int frames;
    uint64_t clips; /* bit i: clip i */
    enum ivq_cell_status status;
    char note[IVQ_NOTE_SIZE]; /* the first reason for FAIL or ERROR */
    uint64_t rules;           /* bit n: rule Bn was broken */
    bool repeated;            /* both sides ran twice, with the same bits */
    bool canary_seen;         /* side b's damaged run was noticed */
    bool waived;              /* does not decide */
    struct ivq_cell_metric *metrics;
    int count, capacity;
};

struct ivq_clip_info {
    char name[64], sha256[65];
    int width, height, depth, frames;
    const char *sampling;
};

struct ivq_requirement {
    char feature[IVQ_FEATURE_SIZE], device[96];
    char waiver[IVQ_NOTE_SIZE]; /* its reason and end; empty: none */
    bool hardware, met;
};

enum ivq_verdict { IVQ_VERDICT_PASS, IVQ_VERDICT_FAIL, IVQ_VERDICT_UNKNOWN };
const char *ivq_verdict_name(enum ivq_verdict verdict); /* PASS, FAIL, CANNOT JUDGE */

/* Begin zeroed. */
struct ivq_parity_result {
    char run_id[40];
    time_t start;
    double seconds;
    bool logs;    /* two logs were compared */
    bool quick;   /* the short set of clips */
    bool partial; /* interrupted */
    struct ivq_parity_side sides[IVQ_MAX_SIDES];
    int side_count;
    struct ivq_clip_info clips[IVQ_MAX_CLIPS];
    int clip_count;
    struct ivq_cell *cells;
    int cell_count, cell_capacity;
    struct ivq_requirement *requirements;
    int requirement_count;
    char (*findings)[IVQ_NOTE_SIZE]; /* what concerns no single cell */
    int finding_count;
    bool cannot_judge, has_failed;        /* by a finding */
    int canaries_expected, canaries_seen; /* damaged runs that had to be noticed, per feature and side */
};

void ivq_result_free(struct ivq_parity_result *result);

/* NULL where memory ran out. Moves the others. */
struct ivq_cell *ivq_result_add_cell(struct ivq_parity_result *result);
struct ivq_cell_metric *ivq_cell_metric(struct ivq_cell *cell, const char *name); /* found, or added */

/* Breaks rule Bn (0: none) in a cell: its status becomes at least as bad, the first text its note. Nothing
   happens while that rule is switched off. */
void ivq_cell_break(struct ivq_cell *cell, int rule, enum ivq_cell_status status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same for what concerns no single cell; FAIL makes the verdict FAIL, ERROR makes it CANNOT JUDGE. */
void ivq_result_break(struct ivq_parity_result *result, int rule, enum ivq_cell_status status,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds a series to a cell: what breaks B14, B18, B24. clip: -1 for a log. */
void ivq_cell_compare(struct ivq_cell *cell, const struct ivq_series *a, const struct ivq_series *b,
                      int clip);

/* EXACT or OK for a cell that nothing broke, ERROR for one that compared nothing. */
void ivq_cell_close(struct ivq_cell *cell);

enum ivq_verdict ivq_result_verdict(const struct ivq_parity_result *result);
int ivq_result_count(const struct ivq_parity_result *result, enum ivq_cell_status status);

#endif
