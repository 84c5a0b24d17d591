/* The parity gate over devices: every metric on every device and clip, each device in a process of its own,
   all scores compared as bits. docs/parity.md */
#ifndef IVQ_PARITY_GATE_H
#define IVQ_PARITY_GATE_H
#include "parity/clip.h"
#include "parity/result.h"

struct ivq_gate_params {
    bool quick;                  /* the short set of clips */
    const char *const *devices;  /* selectors, ids or UUIDs, ended by NULL; NULL: all there are */
    const char *const *features; /* metrics as in --feature, ended by NULL; NULL: all, and all models */
    struct ivq_clip_files files;
    const char *required; /* a file with required cells; NULL: all found */
    const char *commit;   /* the program must be this one; NULL: any */
    int patience;         /* seconds without a result after which a device has hung */
    /* To run this program again as a side: what follows the subcommand's name. */
    int argc;
    char **argv;
    int stop; /* a descriptor that becomes readable when the run is to end; 0: none */
    /* Told what is going on, one short line each time. NULL: nobody. */
    void (*progress)(void *user, const char *text);
    void *user;
};

/* Fills *result, whatever happens to a device. IVQ_USAGE and IVQ_INPUT where nothing could be compared at
 * all. */
enum ivq_status ivq_gate_run(const struct ivq_gate_params *params, struct ivq_parity_result *result,
                             struct ivq_error *error);

/* --- the process of one device --- */

struct ivq_gate_side {
    const char *selector;     /* "cpu:v3"; or "list:BACKEND", which lists devices */
    const char *run_id, *key; /* handed down by the gate, and repeated in every record */
    int descriptor;           /* where records go, one line of JSON each */
    int first;                /* number of the job to begin with */
};

/* Measures all clips and writes a record for each job. Fails only where not even a record could be written.
 */
enum ivq_status ivq_gate_run_side(const struct ivq_gate_params *params, const struct ivq_gate_side *side,
                                  struct ivq_error *error);

#endif
