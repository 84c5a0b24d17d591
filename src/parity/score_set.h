/* Scores by name and frame: what one side of a comparison has. */
#ifndef IVQ_PARITY_SCORE_SET_H
#define IVQ_PARITY_SCORE_SET_H
#include <stdbool.h>

enum { IVQ_AGGREGATE_FRAME = -1 }; /* the frame of a value for the whole clip */

struct ivq_point {
    int frame;
    double value;
};

struct ivq_series {
    char *name;
    struct ivq_point *points; /* frames ascend */
    int count, capacity;
};

/* Begin zeroed. */
struct ivq_score_set {
    struct ivq_series *series;
    int count, capacity;
};

/* A new series; NULL where memory ran out. Moves the others. */
struct ivq_series *ivq_score_set_add(struct ivq_score_set *set, const char *name);

/* False where memory ran out, or the frame does not follow the last one. */
bool ivq_series_add(struct ivq_series *series, int frame, double value);

const struct ivq_series *ivq_score_set_find(const struct ivq_score_set *set, const char *name);
void ivq_score_set_free(struct ivq_score_set *set);

#endif
