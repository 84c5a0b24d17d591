/* A gate run for people, for programs, for a pull request, for a browser. All leave failures in the file's
   error flag. */
#ifndef IVQ_PARITY_REPORT_H
#define IVQ_PARITY_REPORT_H
#include <stdio.h>

#include "parity/result.h"

/* A matrix of metrics and devices, what differs, the verdict. */
void ivq_parity_print_text(FILE *file, const struct ivq_parity_result *result);

/* Spec parity_gate, C.2, schema 2; docs/parity.md. */
void ivq_parity_print_json(FILE *file, const struct ivq_parity_result *result);

/* For a comment on a pull request. */
void ivq_parity_print_markdown(FILE *file, const struct ivq_parity_result *result);

/* One page that needs nothing else. */
void ivq_parity_print_html(FILE *file, const struct ivq_parity_result *result);

/* --- what they share --- */

/* "adm adm_enhn_gain_limit=1" */
void ivq_cell_title(const struct ivq_cell *cell, char title[IVQ_LABEL_SIZE]);

struct ivq_cell_summary {
    int values, bit_equal;
    double max_abs_diff;
    uint64_t max_ulp_diff;
    const struct ivq_cell_metric *worst; /* NULL: nothing was compared */
};
struct ivq_cell_summary ivq_cell_sum_up(const struct ivq_cell *cell);

/* The verdict as one sentence. */
void ivq_result_sentence(const struct ivq_parity_result *result, char text[IVQ_NOTE_SIZE]);

/* Whether the cell is one of the matrix: against the reference, or of two logs. Others are pairs of devices.
 */
bool ivq_cell_in_matrix(const struct ivq_cell *cell);

/* The cell of the same row for another device; NULL: none. */
const struct ivq_cell *ivq_cell_for(const struct ivq_parity_result *result, const struct ivq_cell *row,
                                    int side_b);

/* Whether it is the first of its row. */
bool ivq_cell_begins_row(const struct ivq_parity_result *result, int index);

/* "2026-11-24T18:00:00Z" */
void ivq_print_time(time_t when, char text[32]);

#endif
