/* A device that fails when it is told to, for tests of all that stands on devices: the CPU behind a table of
   its own, with counts of what is alive. */
#ifndef IVQ_TESTS_FAKE_H
#define IVQ_TESTS_FAKE_H
#include "device/device.h"

enum fake_op {
    FAKE_OPEN,
    FAKE_PREPARE,
    FAKE_BUFFER_CREATE,
    FAKE_BUFFER_FILL,
    FAKE_PLAN_CREATE,
    FAKE_SUBMIT,
    FAKE_WAIT,
    FAKE_OPS
};

struct fake_failure {
    enum fake_op op;
    int after; /* so many calls of it succeed, then one fails */
    bool lost; /* and from then on its device fails in every call */
};

struct fake_live {
    int devices, buffers, plans;
};

extern const struct ivq_backend ivq_backend_fake;

/* Sets what fails from now on, on whichever device that call comes, and begins to count calls anew; NULL:
   nothing fails. Not while another thread uses a fake device. */
void ivq_fake_set(const struct fake_failure *failure);

/* How often op was called since ivq_fake_set. */
int ivq_fake_calls(enum fake_op op);

/* What was created and not destroyed: all 0 once a test has cleaned up. */
struct fake_live ivq_fake_live(void);

/* The text of an error begins with this. */
const char *ivq_fake_text(enum fake_op op, bool lost);

#endif
