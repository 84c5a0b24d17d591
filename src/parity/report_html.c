#include <math.h>
#include <string.h>

#include "isovq/version.h"
#include "parity/report.h"
#include "report/formats.h"

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:0 "
    "auto;max-width:1100px;padding:12px;color:#1a1d21;background:#fff}"
    "h1{font-size:1.35em}h2{font-size:1.1em;margin-top:1.6em}"
    ".verdict{padding:10px 14px;border-radius:6px;color:#fff;font-weight:600}"
    ".PASS{background:#1b7f3b}.FAIL{background:#b3261e}.CANNOT{background:#7a5900}"
    ".wide{overflow-x:auto;-webkit-overflow-scrolling:touch}"
    "table{border-collapse:collapse;font-size:.9em}th,td{border:1px solid #d0d4d9;padding:4px "
    "8px;text-align:left}"
    "th{background:#f2f4f6}td:first-child,th:first-child{position:sticky;left:0;background:#f9fafb;max-width:"
    "46vw;"
    "min-width:6.5em;overflow-wrap:break-word}"
    "td.EXACT{background:#d5f0dc}td.OK{background:#eaf3c8}td.FAIL{background:#f6c9c5;color:#1a1d21}"
    "td.ERROR{background:#e4d3f3}small{color:#555}"
    "figure{margin:8px 0}svg{width:100%;height:auto;max-width:640px;background:#fafbfc;border:1px solid "
    "#d0d4d9}"
    "@media(max-width:600px){body{padding:8px;font-size:14px}th,td{padding:3px 5px}}";

static void print_text(FILE *file, const char *text)
{
    ivq_report_xml_text(file, text);
}

static void print_cell_of_table(FILE *file, const char *tag, const char *text)
{
    fprintf(file, "<%s>", tag);
    print_text(file, text);
    fprintf(file, "</%s>", tag);
}

static void print_devices(FILE *file, const struct ivq_parity_result *r)
{
    fputs("<h2>Devices</h2><div "
          "class=\"wide\"><table><tr><th>device<th>id<th>name<th>driver<th>type<th>launches"
          "<th>seconds</tr>\n",
          file);
    for (int i = 0; i < r->side_count; i++) {
        const struct ivq_parity_side *const s = &r->sides[i];
        fputs("<tr>", file);
        print_cell_of_table(file, "td", s->label);
        print_cell_of_table(file, "td", s->id);
        print_cell_of_table(file, "td", *s->failure ? s->failure : s->name);
        print_cell_of_table(file, "td", s->driver);
        print_cell_of_table(file, "td", s->type);
        fprintf(file, "<td>%lld<td>", (long long)s->dispatches);
        if (s->seconds >= 0)
            fprintf(file, "%.1f", s->seconds);
        fputs("</tr>\n", file);
    }
    fputs("</table></div>\n", file);
}

static void print_status(FILE *file, const struct ivq_cell *c)
{
    if (!c) {
        fputs("<td>-", file);
        return;
    }
    const struct ivq_cell_summary sum = ivq_cell_sum_up(c);
    fprintf(file, "<td class=\"%s\">%s", ivq_cell_status_name(c->status), ivq_cell_status_name(c->status));
    if (sum.max_ulp_diff == UINT64_MAX)
        fputs("<br><small>NaN</small>", file);
    else if (sum.max_ulp_diff)
        fprintf(file, "<br><small>%.2e<br>%.3g ulp</small>", sum.max_abs_diff, (double)sum.max_ulp_diff);
    else
        fprintf(file, "<br><small>%d/%d</small>", sum.bit_equal, sum.values);
}

static void print_matrix(FILE *file, const struct ivq_parity_result *r)
{
    char title[IVQ_LABEL_SIZE];
    fputs("<h2>Matrix</h2><p>Bits compared with ", file);
    print_text(file, r->sides[0].label);
    fputs("; values with equal bits of all values, or the largest difference.</p><div class=\"wide\"><table>"
          "<tr><th>metric",
          file);
    for (int s = 1; s < r->side_count; s++)
        print_cell_of_table(file, "th", r->sides[s].label);
    fputs("</tr>\n", file);
    for (int i = 0; i < r->cell_count; i++) {
        if (!ivq_cell_begins_row(r, i))
            continue;
        ivq_cell_title(&r->cells[i], title);
        fputs("<tr>", file);
        print_cell_of_table(file, "td", title);
        for (int s = 1; s < r->side_count; s++)
            print_status(file, ivq_cell_for(r, &r->cells[i], s));
        fputs("</tr>\n", file);
    }
    fputs("</table></div>\n", file);
}

/* |a - b| from frame to frame, in the order of clips; the scale begins at zero. */
static void print_plot(FILE *file, const struct ivq_cell_metric *m)
{
    enum { WIDTH = 640, HEIGHT = 120, LEFT = 4, TOP = 16 };
    const double most = m->difference.max_abs_diff;
    const int count = m->plot.count;
    if (!count || !(most > 0) || !isfinite(most))
        return;
    fprintf(file, "<figure><figcaption><code>");
    print_text(file, m->name);
    fprintf(file, "</code> |a - b| by frame, at most %.3e (%d of %d values differ)</figcaption>", most,
            m->difference.values - m->difference.bit_equal, m->difference.values);
    fprintf(file,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\"><path fill=\"none\" stroke=\"#b3261e\" "
            "stroke-width=\"1.5\" d=\"",
            WIDTH, HEIGHT + TOP);
    for (int i = 0; i < count; i++) {
        const double x = LEFT + (WIDTH - 2.0 * LEFT) * (count > 1 ? (double)i / (count - 1) : 0.5);
        const double y = TOP + (HEIGHT - 4) * (1 - m->plot.differences[i] / most);
        fprintf(file, "%s%.1f %.1f", i ? "L" : "M", x, y);
    }
    fprintf(file, "\"/><text x=\"%d\" y=\"12\" font-size=\"11\">%.3e</text></svg></figure>\n", LEFT, most);
}

static void print_fault(FILE *file, const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    char title[IVQ_LABEL_SIZE];
    ivq_cell_title(c, title);
    fprintf(file, "<h3>%s: <code>", ivq_cell_status_name(c->status));
    print_text(file, title);
    fputs("</code> ", file);
    print_text(file, r->sides[c->side_a].label);
    fputs(" and ", file);
    print_text(file, r->sides[c->side_b].label);
    fputs("</h3><p>", file);
    print_text(file, c->note);
    fputs("</p>\n", file);
    for (int i = 0; i < c->count; i++)
        print_plot(file, &c->metrics[i]);
}

static void print_faults(FILE *file, const struct ivq_parity_result *r)
{
    if (r->finding_count)
        fputs("<h2>Findings</h2><ul>", file);
    for (int i = 0; i < r->finding_count; i++)
        print_cell_of_table(file, "li", r->findings[i]);
    if (r->finding_count)
        fputs("</ul>\n", file);
    bool first = true;
    for (int i = 0; i < r->cell_count; i++)
        if (r->cells[i].status != IVQ_CELL_EXACT && ivq_cell_in_matrix(&r->cells[i])) {
            fputs(first ? "<h2>Differences</h2>\n" : "", file);
            print_fault(file, r, &r->cells[i]);
            first = false;
        }
    if (first && r->cell_count)
        fputs("<p>No value differs in any frame: there is nothing to plot.</p>\n", file);
}

static void print_clips(FILE *file, const struct ivq_parity_result *r)
{
    if (!r->clip_count)
        return;
    fputs(
        "<h2>Clips</h2><div class=\"wide\"><table><tr><th>clip<th>size<th>format<th>frames<th>SHA-256</tr>\n",
        file);
    for (int i = 0; i < r->clip_count; i++) {
        const struct ivq_clip_info *const c = &r->clips[i];
        fputs("<tr>", file);
        print_cell_of_table(file, "td", c->name);
        fprintf(file, "<td>%dx%d<td>%s, %d bit<td>%d<td><small>%.16s</small></tr>\n", c->width, c->height,
                c->sampling, c->depth, c->frames, c->sha256);
    }
    fputs("</table></div>\n", file);
}

void ivq_parity_print_html(FILE *file, const struct ivq_parity_result *r)
{
    char sentence[IVQ_NOTE_SIZE], when[32];
    const char *const verdict = ivq_verdict_name(ivq_result_verdict(r));
    ivq_result_sentence(r, sentence);
    ivq_print_time(r->start, when);
    fprintf(file,
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>isovq parity: "
            "%s</title>"
            "<style>%s</style></head><body>\n<h1>isovq parity</h1>\n<p class=\"verdict %.*s\">%s: ",
            verdict, style, (int)strcspn(verdict, " "), verdict, verdict);
    print_text(file, sentence);
    fprintf(file, "</p>\n<p><small>isovq %s, commit %.12s, %s, run %s</small></p>\n", ivq_version(),
            ivq_build_commit(), when, r->run_id);
    if (r->side_count)
        print_matrix(file, r);
    print_faults(file, r);
    print_devices(file, r);
    print_clips(file, r);
    fputs("</body></html>\n", file);
}
