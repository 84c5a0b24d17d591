/* Whole measurements through the public interface, for threads: what is wrong is noted, as cmocka's checks
   end the thread that runs the tests and no other. Uses what include/isovq shows and nothing else. */
#ifndef API_RUN_H
#define API_RUN_H
#include <pthread.h>

#include "api_support.h"

enum {
    RUN_FRAMES = 5,
    RUN_JOBS = 6,
    MAX_SERIES = 48,
    POOLINGS = 6,
    NAME_SIZE = 128,
};

/* --- a thread --- */

struct worker {
    int index;
    pthread_t thread;
    struct ivq_error error; /* of the last call */
    char wrong[700];        /* the first thing; empty: nothing */
};

/* Returns false, so that it can end a function; so do those below after a failure. */
bool wrong(struct worker *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a call has returned; its error is in w->error. */
bool must(struct worker *w, const char *call, enum ivq_status status);
bool refused(struct worker *w, enum ivq_status expected, const char *says, enum ivq_status status);

/* --- a measurement --- */

struct job {
    int width, height, depth;
    enum ivq_sampling sampling;
    const char *metrics[3];
    const char *version;        /* of a model, which a build may lack */
    bool json;                  /* a model from memory */
    int subsample, frames_kept; /* 0: as they are by themselves */
};

extern const struct job run_jobs[RUN_JOBS]; /* the first needs no model */

struct scores {
    int count;
    char names[MAX_SERIES][NAME_SIZE];
    bool present[MAX_SERIES][RUN_FRAMES];
    double values[MAX_SERIES][RUN_FRAMES]; /* of an aggregate: the first */
    double pooled[MAX_SERIES][POOLINGS];
};

/* Begins with the first two set and the rest 0. Not to be moved once it is open: its meter knows where it is.
 */
struct run {
    const struct job *job;
    const struct scores *expected; /* every score is compared with these; NULL: with none */
    struct worker *by;             /* who has the meter */
    struct ivq_meter *meter;
    struct ivq_video video;
    int told; /* frames of which on_frame has been told, from 0 */
};

/* The steps, in this order; between start and finish, for each frame: borrow, submit, import, look. Borrow
   also writes the pictures, import also tries twice, look compares the scores that are there already. */
bool run_open(struct worker *w, struct run *run, const char *device);
bool run_ask(struct worker *w, const struct run *run);
bool run_start(struct worker *w, struct run *run);
bool run_borrow(struct worker *w, const struct run *run, int frame);
bool run_submit(struct worker *w, const struct run *run);
bool run_import(struct worker *w, const struct run *run, int frame);
bool run_look(struct worker *w, const struct run *run);
bool run_finish(struct worker *w, const struct run *run, struct scores *scores);

/* All of it, twice with a reset between; frames go in by push, push_counted and borrow in turn, and the first
   way depends on the worker. */
bool run_whole(struct worker *w, const char *device, const struct job *job, const struct scores *expected,
               struct scores *scores);

#endif
