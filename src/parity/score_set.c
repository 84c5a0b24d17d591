#include "parity/score_set.h"

#include <stdlib.h>
#include <string.h>

/* Room for one more element of `size` bytes; false where memory ran out. */
static bool grow(void **elements, int count, int *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    const int more = *capacity ? 2 * *capacity : 16;
    void *const moved = realloc(*elements, (size_t)more * size);
    if (!moved)
        return false;
    *elements = moved;
    *capacity = more;
    return true;
}

struct ivq_series *ivq_score_set_add(struct ivq_score_set *set, const char *name)
{
    if (!grow((void **)&set->series, set->count, &set->capacity, sizeof *set->series))
        return NULL;
    char *const copy = strdup(name);
    if (!copy)
        return NULL;
    set->series[set->count] = (struct ivq_series){.name = copy};
    return &set->series[set->count++];
}

bool ivq_series_add(struct ivq_series *series, int frame, double value)
{
    if (series->count && frame <= series->points[series->count - 1].frame)
        return false;
    if (!grow((void **)&series->points, series->count, &series->capacity, sizeof *series->points))
        return false;
    series->points[series->count++] = (struct ivq_point){frame, value};
    return true;
}

const struct ivq_series *ivq_score_set_find(const struct ivq_score_set *set, const char *name)
{
    for (int i = 0; i < set->count; i++)
        if (!strcmp(set->series[i].name, name))
            return &set->series[i];
    return NULL;
}

void ivq_score_set_free(struct ivq_score_set *set)
{
    for (int i = 0; i < set->count; i++) {
        free(set->series[i].name);
        free(set->series[i].points);
    }
    free(set->series);
    *set = (struct ivq_score_set){0};
}
