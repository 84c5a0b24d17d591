/* Inside of a meter: what was asked for, and the session that runs it. */
#ifndef IVQ_API_METER_IMPL_H
#define IVQ_API_METER_IMPL_H
#include "engine/score_table.h"
#include "engine/session.h"
#include "isovq/meter.h"

struct ivq_import {
    char *name;
    struct ivq_score_table *scores; /* one column */
};

struct ivq_meter {
    struct ivq_meter_params params;
    struct ivq_device *device;
    struct ivq_selection selection; /* kept, so that a meter can be started again */
    struct ivq_format format;
    struct ivq_session *session; /* NULL before start and after reset */
    bool finished;
    int submitted;
    int delivered; /* frames from 0 that on_frame has been told of, or that have no scores */
    /* Of the session's per-frame series, for on_frame. */
    int *columns;
    const char **names;
    double *values;
    bool *present;
    int column_count;
    struct ivq_import *imports;
    int import_count;
};

/* A meter on an open device, which becomes its own, also on failure. The parameters have been checked. */
enum ivq_status ivq_meter_create(const struct ivq_meter_params *params, struct ivq_device *device,
                                 struct ivq_meter **meter, struct ivq_error *error);

/* IVQ_USAGE for an argument that must not be NULL. */
enum ivq_status ivq_fail_null(const char *function, const char *argument, struct ivq_error *error);

/* IVQ_INPUT for a value that is none of the enum. */
enum ivq_status ivq_check_sampling(enum ivq_sampling sampling, struct ivq_error *error);

/* For functions that return no status: there is a meter, and this process has opened it. An inherited one
   shares the file of its older scores with the parent. */
bool ivq_meter_is_usable(const struct ivq_meter *meter);

/* Fails otherwise. */
enum ivq_status ivq_meter_check(const struct ivq_meter *meter, const char *function, struct ivq_error *error);

/* Also fails unless the meter is started (and not finished). */
enum ivq_status ivq_meter_check_running(const struct ivq_meter *meter, const char *function,
                                        struct ivq_error *error);

/* Tells on_frame of every frame that has become complete; with `all` also of those that never will. */
void ivq_meter_deliver(struct ivq_meter *meter, bool all);

#endif
