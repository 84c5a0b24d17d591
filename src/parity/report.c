#include "parity/report.h"

#include <string.h>

void ivq_cell_title(const struct ivq_cell *cell, char title[IVQ_LABEL_SIZE])
{
    snprintf(title, IVQ_LABEL_SIZE, "%s%s%.190s", cell->feature, *cell->options ? " " : "", cell->options);
}

struct ivq_cell_summary ivq_cell_sum_up(const struct ivq_cell *cell)
{
    struct ivq_cell_summary sum = {0, 0, 0, 0, NULL};
    for (int i = 0; i < cell->count; i++) {
        const struct ivq_difference *const d = &cell->metrics[i].difference;
        sum.values += d->values;
        sum.bit_equal += d->bit_equal;
        if (d->max_ulp_diff > sum.max_ulp_diff)
            sum.max_ulp_diff = d->max_ulp_diff;
        if (!sum.worst || d->max_abs_diff > sum.max_abs_diff) {
            sum.max_abs_diff = d->max_abs_diff;
            sum.worst = &cell->metrics[i];
        }
    }
    return sum;
}

bool ivq_cell_in_matrix(const struct ivq_cell *cell)
{
    return cell->side_a == 0;
}

static bool same_row(const struct ivq_cell *a, const struct ivq_cell *b)
{
    return !strcmp(a->feature, b->feature) && !strcmp(a->options, b->options);
}

const struct ivq_cell *ivq_cell_for(const struct ivq_parity_result *r, const struct ivq_cell *row, int side_b)
{
    for (int i = 0; i < r->cell_count; i++)
        if (ivq_cell_in_matrix(&r->cells[i]) && r->cells[i].side_b == side_b && same_row(&r->cells[i], row))
            return &r->cells[i];
    return NULL;
}

bool ivq_cell_begins_row(const struct ivq_parity_result *r, int index)
{
    for (int i = 0; i < index; i++)
        if (ivq_cell_in_matrix(&r->cells[i]) && same_row(&r->cells[i], &r->cells[index]))
            return false;
    return ivq_cell_in_matrix(&r->cells[index]);
}

static void print_good(const struct ivq_parity_result *r, char text[IVQ_NOTE_SIZE])
{
    int64_t values = 0, equal = 0;
    for (int i = 0; i < r->cell_count; i++) {
        const struct ivq_cell_summary sum = ivq_cell_sum_up(&r->cells[i]);
        values += sum.values;
        equal += sum.bit_equal;
    }
    if (r->logs)
        snprintf(text, IVQ_NOTE_SIZE,
                 "%lld of %lld values have equal bits as printed, the others are within tolerance",
                 (long long)equal, (long long)values);
    else
        snprintf(text, IVQ_NOTE_SIZE,
                 "%d devices, %d clips: all %lld compared values have equal bits, and %d of %d damaged runs "
                 "were noticed",
                 r->side_count, r->clip_count, (long long)equal, r->canaries_seen, r->canaries_expected);
}

void ivq_result_sentence(const struct ivq_parity_result *r, char text[IVQ_NOTE_SIZE])
{
    const enum ivq_verdict verdict = ivq_result_verdict(r);
    if (verdict == IVQ_VERDICT_PASS)
        print_good(r, text);
    else
        snprintf(text, IVQ_NOTE_SIZE, "%s%d of %d cells FAIL, %d ERROR%s",
                 r->partial ? "interrupted, incomplete; " : "", ivq_result_count(r, IVQ_CELL_FAIL),
                 r->cell_count, ivq_result_count(r, IVQ_CELL_ERROR),
                 verdict == IVQ_VERDICT_UNKNOWN ? "; the gate itself could not do its work"
                 : r->has_failed                ? "; see the findings"
                                                : "");
}

void ivq_print_time(time_t when, char text[32])
{
    struct tm utc;
    text[0] = 0;
    if (gmtime_r(&when, &utc))
        strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}
