#include "engine/series.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

enum ivq_status ivq_series_init(struct ivq_series *series, const char *name, bool aggregate, int order,
                                struct ivq_error *error)
{
    *series = (struct ivq_series){.name = strdup(name), .aggregate = aggregate, .order = order};
    if (!series->name)
        return ivq_fail_memory(error, "the name of a series");
    return ivq_series_reserve(series, 1, error);
}

void ivq_series_free(struct ivq_series *series)
{
    free(series->name);
    free(series->values);
    free(series->present);
}

enum ivq_status ivq_series_reserve(struct ivq_series *series, int frames, struct ivq_error *error)
{
    if (frames <= series->capacity)
        return IVQ_OK;
    int capacity = series->capacity ? series->capacity : series->aggregate ? 1 : FIRST_CAPACITY;
    while (capacity < frames)
        capacity *= 2;
    double *values = realloc(series->values, (size_t)capacity * sizeof *values);
    if (values)
        series->values = values;
    bool *present = values ? realloc(series->present, (size_t)capacity * sizeof *present) : NULL;
    if (!present)
        return ivq_fail_memory(error, "scores");
    memset(present + series->capacity, 0, (size_t)(capacity - series->capacity) * sizeof *present);
    series->present = present;
    series->capacity = capacity;
    return IVQ_OK;
}

void ivq_series_put(struct ivq_series *series, int frame, double value)
{
    series->values[frame] = value;
    series->present[frame] = true;
}

bool ivq_series_get(const struct ivq_series *series, int frame, double *value)
{
    if (frame < 0 || frame >= series->capacity || !series->present[frame])
        return false;
    *value = series->values[frame];
    return true;
}
