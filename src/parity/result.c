#include "parity/result.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/rules.h"

const char *ivq_cell_status_name(enum ivq_cell_status status)
{
    static const char *const names[] = {"EXACT", "OK", "FAIL", "ERROR"};
    return names[status];
}

const char *ivq_verdict_name(enum ivq_verdict verdict)
{
    static const char *const names[] = {"PASS", "FAIL", "CANNOT JUDGE"};
    return names[verdict];
}

static void free_cell(struct ivq_cell *cell)
{
    for (int i = 0; i < cell->count; i++)
        free(cell->metrics[i].plot.differences);
    free(cell->metrics);
}

void ivq_result_free(struct ivq_parity_result *r)
{
    for (int i = 0; i < r->cell_count; i++)
        free_cell(&r->cells[i]);
    free(r->cells);
    free(r->requirements);
    free(r->findings);
    *r = (struct ivq_parity_result){0};
}

struct ivq_cell *ivq_result_add_cell(struct ivq_parity_result *r)
{
    if (r->cell_count == r->cell_capacity) {
        const int capacity = 2 * r->cell_capacity + 64;
        struct ivq_cell *const moved = realloc(r->cells, (size_t)capacity * sizeof *moved);
        if (!moved)
            return NULL;
        r->cells = moved;
        r->cell_capacity = capacity;
    }
    r->cells[r->cell_count] = (struct ivq_cell){0};
    return &r->cells[r->cell_count++];
}

struct ivq_cell_metric *ivq_cell_metric(struct ivq_cell *cell, const char *name)
{
    for (int i = 0; i < cell->count; i++)
        if (!strcmp(cell->metrics[i].name, name))
            return &cell->metrics[i];
    if (cell->count == cell->capacity) {
        const int capacity = 2 * cell->capacity + 16;
        struct ivq_cell_metric *const moved = realloc(cell->metrics, (size_t)capacity * sizeof *moved);
        if (!moved)
            return NULL;
        cell->metrics = moved;
        cell->capacity = capacity;
    }
    struct ivq_cell_metric *const metric = &cell->metrics[cell->count++];
    *metric = (struct ivq_cell_metric){.clip_of_max = -1};
    snprintf(metric->name, sizeof metric->name, "%s", name);
    return metric;
}

/* "text [B14]", cut to its room. */
static void print_note(char note[IVQ_NOTE_SIZE], int rule, const char *format, va_list args)
{
    enum { MARK = 8 };
    char text[IVQ_NOTE_SIZE - MARK], mark[MARK] = "";
    vsnprintf(text, sizeof text, format, args);
    if (rule)
        snprintf(mark, sizeof mark, " [B%d]", rule);
    snprintf(note, IVQ_NOTE_SIZE, "%s%s", text, mark);
}

void ivq_cell_break(struct ivq_cell *cell, int rule, enum ivq_cell_status status, const char *format, ...)
{
    va_list args;
    if (rule && !ivq_rule_is_on(rule))
        return;
    if (!*cell->note) {
        va_start(args, format);
        print_note(cell->note, rule, format, args);
        va_end(args);
    }
    if (status > cell->status)
        cell->status = status;
    if (rule)
        cell->rules |= UINT64_C(1) << rule;
}

void ivq_result_break(struct ivq_parity_result *r, int rule, enum ivq_cell_status status, const char *format,
                      ...)
{
    va_list args;
    if (rule && !ivq_rule_is_on(rule))
        return;
    void *const moved = realloc(r->findings, (size_t)(r->finding_count + 1) * sizeof *r->findings);
    r->cannot_judge |= status == IVQ_CELL_ERROR || !moved;
    r->has_failed |= status == IVQ_CELL_FAIL;
    if (!moved)
        return;
    r->findings = moved;
    va_start(args, format);
    print_note(r->findings[r->finding_count++], rule, format, args);
    va_end(args);
}

/* Keeps |a - b| of every frame that both have. */
static void add_plot(struct ivq_plot *plot, const struct ivq_series *a, const struct ivq_series *b)
{
    const int most = a->count < b->count ? a->count : b->count;
    double *const moved =
        realloc(plot->differences, ((size_t)plot->count + (size_t)most + 1) * sizeof *moved);
    if (!moved)
        return; /* a picture less */
    plot->differences = moved;
    for (int i = 0; i < most; i++) {
        const double d = fabs(a->points[i].value - b->points[i].value);
        plot->differences[plot->count++] = isfinite(d) ? d : 0;
    }
}

void ivq_cell_compare(struct ivq_cell *cell, const struct ivq_series *a, const struct ivq_series *b, int clip)
{
    struct ivq_cell_metric *const metric = ivq_cell_metric(cell, a->name);
    if (!metric) {
        ivq_cell_break(cell, 0, IVQ_CELL_ERROR, "out of memory");
        return;
    }
    struct ivq_difference *const d = &metric->difference;
    const struct ivq_difference before = *d;
    if (ivq_compare_series(a, b, cell->tolerance, d))
        metric->clip_of_max = clip;
    add_plot(&metric->plot, a, b);
    if (d->nan_a + d->nan_b > before.nan_a + before.nan_b)
        ivq_cell_break(cell, 14, IVQ_CELL_FAIL, "%s: a score is NaN", a->name);
    if (d->unpaired > before.unpaired)
        ivq_cell_break(cell, 18, IVQ_CELL_ERROR, "%s: %d scores are of frames that only one side has",
                       a->name, d->unpaired - before.unpaired);
    const int nans = d->nan_a + d->nan_b;
    if (d->mismatches > before.mismatches && !nans)
        ivq_cell_break(cell, 24, IVQ_CELL_FAIL,
                       "%s: %d of %d values differ, at most by %.3e (frame %d: %.17g and %.17g)", a->name,
                       d->mismatches, d->values, d->max_abs_diff, d->frame_of_max, d->a, d->b);
}

void ivq_cell_close(struct ivq_cell *cell)
{
    int values = 0, equal = 0;
    for (int i = 0; i < cell->count; i++) {
        values += cell->metrics[i].difference.values;
        equal += cell->metrics[i].difference.bit_equal;
    }
    if (!values)
        ivq_cell_break(cell, 13, IVQ_CELL_ERROR, "nothing was compared");
    else if (equal < values && cell->status < IVQ_CELL_OK)
        cell->status = IVQ_CELL_OK;
}

enum ivq_verdict ivq_result_verdict(const struct ivq_parity_result *r)
{
    if (r->cannot_judge)
        return IVQ_VERDICT_UNKNOWN;
    if (r->has_failed || r->partial || !r->cell_count)
        return IVQ_VERDICT_FAIL;
    for (int i = 0; i < r->cell_count; i++)
        if (r->cells[i].status > IVQ_CELL_OK && !r->cells[i].waived)
            return IVQ_VERDICT_FAIL;
    return IVQ_VERDICT_PASS;
}

int ivq_result_count(const struct ivq_parity_result *r, enum ivq_cell_status status)
{
    int count = 0;
    for (int i = 0; i < r->cell_count; i++)
        count += r->cells[i].status == status;
    return count;
}
