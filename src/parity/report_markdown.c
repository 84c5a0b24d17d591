#include <string.h>

#include "parity/report.h"

/* What would end a cell of a table, or begin markup, is taken away. */
static void print_plain(FILE *file, const char *text)
{
    for (; *text; text++)
        fputc(strchr("|`<>*\n", *text) ? ' ' : *text, file);
}

static void print_row(FILE *file, const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    const struct ivq_parity_side *const a = &r->sides[c->side_a], *const b = &r->sides[c->side_b];
    const struct ivq_cell_summary sum = ivq_cell_sum_up(c);
    char title[IVQ_LABEL_SIZE];
    ivq_cell_title(c, title);
    fprintf(file, "| `%s` | %s ↔ %s | %.1e | `%s` | %d | %.3e | %s | %d/%d | %s, %s |\n", title, a->label,
            b->label, c->tolerance, c->source, c->frames, sum.max_abs_diff, ivq_cell_status_name(c->status),
            sum.bit_equal, sum.values, *a->id ? a->id : "unknown", *b->id ? b->id : "unknown");
}

static void print_detail(FILE *file, const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    char title[IVQ_LABEL_SIZE];
    ivq_cell_title(c, title);
    fprintf(file, "\n### `%s` %s ↔ %s: %s\n\n", title, r->sides[c->side_a].label, r->sides[c->side_b].label,
            ivq_cell_status_name(c->status));
    print_plain(file, c->note);
    fputs("\n\n", file);
    for (int i = 0; i < c->count; i++)
        if (c->metrics[i].difference.mismatches)
            fprintf(file, "- `%s`: max_abs_diff %.3e, mismatches %d\n", c->metrics[i].name,
                    c->metrics[i].difference.max_abs_diff, c->metrics[i].difference.mismatches);
}

static void print_sides(FILE *file, const struct ivq_parity_result *r)
{
    fputs("\n| device | id | name | driver |\n|---|---|---|---|\n", file);
    for (int i = 0; i < r->side_count; i++) {
        const struct ivq_parity_side *const s = &r->sides[i];
        fprintf(file, "| %s | %s | ", s->label, s->id);
        print_plain(file, *s->failure ? s->failure : s->name);
        fputs(" | ", file);
        print_plain(file, s->driver);
        fputs(" |\n", file);
    }
}

static bool has_failed(const struct ivq_cell *c)
{
    return c->status > IVQ_CELL_OK;
}

void ivq_parity_print_markdown(FILE *file, const struct ivq_parity_result *r)
{
    char sentence[IVQ_NOTE_SIZE], when[32];
    bool first = true;
    ivq_result_sentence(r, sentence);
    ivq_print_time(r->start, when);
    fprintf(file, "# isovq parity: %s\n\n%s (%s)\n", ivq_verdict_name(ivq_result_verdict(r)), sentence, when);
    for (int i = 0; i < r->finding_count; i++) {
        fputs(i ? "- " : "\n- ", file);
        print_plain(file, r->findings[i]);
        fputc('\n', file);
    }
    print_sides(file, r);
    fputs("\n| feature | backend pair | tolerance | source | frames | max abs diff | status | bit-equal | "
          "devices |\n"
          "|---|---|---|---|---|---|---|---|---|\n",
          file);
    for (int i = 0; i < r->cell_count; i++)
        if (ivq_cell_in_matrix(&r->cells[i]) || has_failed(&r->cells[i]))
            print_row(file, r, &r->cells[i]);
    for (int i = 0; i < r->cell_count; i++)
        if (has_failed(&r->cells[i])) {
            fputs(first ? "\n## Failures detail\n" : "", file);
            print_detail(file, r, &r->cells[i]);
            first = false;
        }
}
