#include <math.h>
#include <string.h>

#include "base/text.h"
#include "isovq/version.h"
#include "parity/report.h"

enum { COLUMN = 12, LOG_TITLE = 18 };

static void print_safely(FILE *file, const char *text)
{
    char piece[IVQ_TEXT_PIECE];
    while (*text) {
        text = ivq_text_take(text, piece);
        fputs(piece, file);
    }
}

static void print_sides(FILE *file, const struct ivq_parity_result *r)
{
    for (int i = 0; i < r->side_count; i++) {
        const struct ivq_parity_side *const s = &r->sides[i];
        fprintf(file, "  %-12s ", s->label);
        print_safely(file, *s->name ? s->name : *s->version ? s->version : "");
        if (*s->id)
            fprintf(file, " (%s, %s)", s->id, *s->driver ? s->driver : "driver unknown");
        if (s->seconds >= 0)
            fprintf(file, " %.1f s", s->seconds);
        if (*s->failure)
            fputs(" - FAILED: ", file);
        print_safely(file, s->failure);
        fputc('\n', file);
    }
}

static int title_width(const struct ivq_parity_result *r)
{
    int width = 8;
    char title[IVQ_LABEL_SIZE];
    for (int i = 0; i < r->cell_count; i++) {
        ivq_cell_title(&r->cells[i], title);
        if ((int)strlen(title) > width)
            width = (int)strlen(title);
    }
    return width < 60 ? width : 60;
}

/* The worst difference of a cell in steps of binary64 and in value. */
static void print_worst(FILE *file, const struct ivq_cell_summary *sum)
{
    if (sum->max_ulp_diff == UINT64_MAX)
        fputs("NaN", file);
    else
        fprintf(file, "%llu ulp, %.3e", (unsigned long long)sum->max_ulp_diff, sum->max_abs_diff);
}

static void print_row(FILE *file, const struct ivq_parity_result *r, const struct ivq_cell *row, int width)
{
    char title[IVQ_LABEL_SIZE];
    struct ivq_cell_summary worst = {0, 0, 0, 0, NULL};
    ivq_cell_title(row, title);
    fprintf(file, "  %-*.*s", width, width, title);
    for (int s = 1; s < r->side_count; s++) {
        const struct ivq_cell *const cell = ivq_cell_for(r, row, s);
        fprintf(file, " %-*s", COLUMN,
                !cell                            ? "-"
                : cell->status == IVQ_CELL_EXACT ? "PASS"
                                                 : ivq_cell_status_name(cell->status));
        const struct ivq_cell_summary sum = ivq_cell_sum_up(cell ? cell : row);
        if (sum.max_ulp_diff >= worst.max_ulp_diff)
            worst = sum;
    }
    fputc(' ', file);
    print_worst(file, &worst);
    fputc('\n', file);
}

static void print_matrix(FILE *file, const struct ivq_parity_result *r)
{
    const int width = title_width(r);
    fprintf(file, "  %-*s", width, "metric");
    for (int s = 1; s < r->side_count; s++)
        fprintf(file, " %-*s", COLUMN, r->sides[s].label);
    fprintf(file, " worst difference from %s\n", r->sides[0].label);
    for (int i = 0; i < r->cell_count; i++)
        if (ivq_cell_begins_row(r, i))
            print_row(file, r, &r->cells[i], width);
}

static void print_log_cells(FILE *file, const struct ivq_parity_result *r)
{
    fprintf(file, "  %-*s %9s %-9s %6s %10s %12s %13s %s\n", LOG_TITLE, "feature", "tolerance", "source",
            "frames", "max diff", "max ulp", "bit-equal", "status");
    for (int i = 0; i < r->cell_count; i++) {
        const struct ivq_cell *const c = &r->cells[i];
        const struct ivq_cell_summary sum = ivq_cell_sum_up(c);
        fprintf(file, "  %-*s %9.1e %-9s %6d %10.3e %12.4g %6d/%-6d %s\n", LOG_TITLE, c->feature,
                c->tolerance, c->source, c->frames, sum.max_abs_diff, (double)sum.max_ulp_diff, sum.bit_equal,
                sum.values, ivq_cell_status_name(c->status));
    }
}

static void print_pairs(FILE *file, const struct ivq_parity_result *r)
{
    int pairs = 0, exact = 0;
    for (int i = 0; i < r->cell_count; i++)
        if (!ivq_cell_in_matrix(&r->cells[i])) {
            pairs++;
            exact += r->cells[i].status == IVQ_CELL_EXACT;
        }
    if (pairs)
        fprintf(file, "  between the other devices: %d of %d cells have equal bits\n", exact, pairs);
}

/* A pair differs where one of the two differs from the reference; a device that failed is listed above. */
static bool is_said_elsewhere(const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    return (!ivq_cell_in_matrix(c) && c->rules == UINT64_C(1) << 24) || *r->sides[c->side_a].failure ||
           *r->sides[c->side_b].failure;
}

static void print_faults(FILE *file, const struct ivq_parity_result *r)
{
    char title[IVQ_LABEL_SIZE];
    for (int i = 0; i < r->cell_count; i++) {
        const struct ivq_cell *const c = &r->cells[i];
        if (!*c->note || is_said_elsewhere(r, c))
            continue;
        ivq_cell_title(c, title);
        fprintf(file, "%s: %s, %s and %s: ", ivq_cell_status_name(c->status), title,
                r->sides[c->side_a].label, r->sides[c->side_b].label);
        print_safely(file, c->note);
        fputc('\n', file);
    }
    for (int i = 0; i < r->finding_count; i++) {
        fputs("finding: ", file);
        print_safely(file, r->findings[i]);
        fputc('\n', file);
    }
}

/* Tolerances wider than the usual ones are never silent (rule B26). */
static void print_widened(FILE *file, const struct ivq_parity_result *r)
{
    for (int i = 0; i < r->cell_count; i++) {
        const struct ivq_cell *const c = &r->cells[i];
        if (c->tolerance > ivq_tolerance_default(c->feature))
            fprintf(file, "widened: %s: tolerance %.1e (%s), usually %.1e\n", c->feature, c->tolerance,
                    c->source, ivq_tolerance_default(c->feature));
    }
}

static void print_waivers(FILE *file, const struct ivq_parity_result *r)
{
    for (int i = 0; i < r->requirement_count; i++)
        if (*r->requirements[i].waiver) {
            fprintf(file, "waived: %s on %s: ", r->requirements[i].feature, r->requirements[i].device);
            print_safely(file, r->requirements[i].waiver);
            fputc('\n', file);
        }
}

void ivq_parity_print_text(FILE *file, const struct ivq_parity_result *r)
{
    char sentence[IVQ_NOTE_SIZE], when[32];
    ivq_print_time(r->start, when);
    fprintf(file, "isovq %s parity, commit %.12s, %s, run %s\n", ivq_version(), ivq_build_commit(), when,
            r->run_id);
    print_sides(file, r);
    (r->logs ? print_log_cells : print_matrix)(file, r);
    print_pairs(file, r);
    print_faults(file, r);
    print_widened(file, r);
    print_waivers(file, r);
    ivq_result_sentence(r, sentence);
    fprintf(file, "%s: %s\n", ivq_verdict_name(ivq_result_verdict(r)), sentence);
}
