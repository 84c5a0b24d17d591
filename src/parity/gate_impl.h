/* Inside of the gate: what has come from the sides, and the steps from there to a verdict. */
#ifndef IVQ_PARITY_GATE_IMPL_H
#define IVQ_PARITY_GATE_IMPL_H
#include <jansson.h>

#include "parity/gate.h"
#include "parity/jobs.h"
#include "parity/record.h"

/* What one device has sent. */
struct ivq_side_records {
    char selector[32], key[IVQ_RUN_ID_SIZE];
    json_t *jobs[IVQ_MAX_JOBS]; /* NULL: no record */
    int broken_rule;            /* that `failure` of the side in the result is for; 0: none in particular */
};

/* A line of the matrix: a metric with its options, or a model. */
struct ivq_row {
    char feature[IVQ_FEATURE_SIZE], options[IVQ_LABEL_SIZE];
    bool model;
};

enum { IVQ_MAX_ROWS = 256 };

struct ivq_gate {
    const struct ivq_gate_params *params;
    struct ivq_parity_result *result; /* its sides and `sides` go together */
    struct ivq_job_list list;
    struct ivq_side_records sides[IVQ_MAX_SIDES];
    struct ivq_row rows[IVQ_MAX_ROWS];
    int row_count;
    char binary[IVQ_SHA256_TEXT];
};

/* Finds the devices and chooses those that are asked for; the reference is the first. IVQ_USAGE where a name
   fits none, or two fit one. */
enum ivq_status ivq_gate_find_devices(struct ivq_gate *gate, struct ivq_error *error);

/* Runs the process of one side to its end, again behind a job that it did not survive. False: stopped. */
bool ivq_gate_measure(struct ivq_gate *gate, int side);

/* Why the records of a side cannot be believed: as its failure. Fills what is known of it. */
void ivq_gate_check_side(struct ivq_gate *gate, int side);

/* All cells, from all records. */
enum ivq_status ivq_gate_judge(struct ivq_gate *gate, struct ivq_error *error);

/* Requirements and waivers; IVQ_INPUT where the file is malformed. */
enum ivq_status ivq_gate_read_requirements(struct ivq_gate *gate, struct ivq_error *error);
void ivq_gate_check_requirements(struct ivq_gate *gate);

/* --- records --- */

const char *ivq_record_text(const json_t *object, const char *member); /* "" where there is none */

/* The entry of a row in a record, or NULL. */
const json_t *ivq_record_entry(const json_t *record, const struct ivq_row *row);

/* Adds the rows of a record that are not there yet. */
void ivq_gate_add_rows(struct ivq_gate *gate, const json_t *record);

/* A series of an entry; what it breaks (B12, B13, B23) goes into the cell. False: it cannot be used. */
bool ivq_record_series(const json_t *entry, const struct ivq_row *row, const char *name, int frames,
                       struct ivq_series *series, struct ivq_cell *cell);

/* What one side does wrong in one row, whatever the others do: into a cell of its own. */
void ivq_gate_check_row(struct ivq_gate *gate, int side, const struct ivq_row *row, struct ivq_cell *cell);

#endif
