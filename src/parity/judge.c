/* From the records of all sides to cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/metric.h"
#include "parity/gate_impl.h"
#include "parity/rules.h"

/* --- what should have been measured --- */

/* Whether the metric's table lets this clip be measured; what its own check() refuses is not known here. */
static bool is_applicable(const struct ivq_metric *m, const struct ivq_clip *clip)
{
    const struct ivq_clip_info *const info = &clip->info;
    const int smaller = info->width < info->height ? info->width : info->height;
    const int larger = info->width < info->height ? info->height : info->width;
    return smaller >= m->min_size && (!m->max_size || larger <= m->max_size) &&
           (!m->max_depth || info->depth <= m->max_depth) &&
           (!m->needs_chroma || clip->sampling != IVQ_SAMPLING_400);
}

/* Why a side did not measure this row on a clip. */
static const char *refusal(const json_t *record, const struct ivq_row *row, const char **status)
{
    json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(record, "refused"), i, entry)
    {
        const char *const request = ivq_record_text(entry, "request");
        const char *const at = row->model ? strstr(request, row->feature) : request;
        if (at && !strncmp(at, row->feature, strlen(row->feature)) &&
            strchr("=:", at[strlen(row->feature)] ? at[strlen(row->feature)] : ':')) {
            *status = ivq_record_text(entry, "status");
            return ivq_record_text(entry, "reason");
        }
    }
    *status = "";
    return "the side left it out";
}

/* The reference refuses what the metric's table allows: then nobody compares it. */
static void check_coverage(const struct ivq_gate *gate, int clip, const struct ivq_row *row,
                           const json_t *record, struct ivq_cell *cell)
{
    const struct ivq_metric *const metric = row->model ? NULL : ivq_metric_find(row->feature);
    const char *status;
    const char *const reason = refusal(record, row, &status);
    if (!metric || *row->options || !is_applicable(metric, &gate->list.clips[clip]) ||
        (metric->check && !strcmp(status, ivq_status_info(IVQ_USAGE)->name)))
        return;
    ivq_cell_break(cell, 21, IVQ_CELL_ERROR, "%s was left out by the reference: %s",
                   gate->result->clips[clip].name, reason);
}

/* --- a pair --- */

struct pair {
    struct ivq_gate *gate;
    const struct ivq_row *row;
    int sides[2], clip;
    const json_t *entries[2];
    struct ivq_cell *cell;
};

static void compare_series(const struct pair *p, const char *name)
{
    const int frames = p->gate->result->clips[p->clip].frames;
    struct ivq_series a, b;
    const bool left = ivq_record_series(p->entries[0], p->row, name, frames, &a, p->cell);
    const bool right = ivq_record_series(p->entries[1], p->row, name, frames, &b, p->cell);
    if (left && right)
        ivq_cell_compare(p->cell, &a, &b, p->clip);
    free(a.points);
    free(b.points);
}

static void compare_entries(const struct pair *p)
{
    json_t *const a = json_object_get(p->entries[0], "scores"), *const b =
                                                                    json_object_get(p->entries[1], "scores");
    const struct ivq_parity_side *const sides = p->gate->result->sides;
    const char *name;
    json_t *value;
    if (!p->row->model &&
        !json_equal(json_object_get(p->entries[0], "options"), json_object_get(p->entries[1], "options")))
        ivq_cell_break(p->cell, 22, IVQ_CELL_ERROR, "the sides ran with different options");
    json_object_foreach(a, name, value)
    {
        if (json_object_get(b, name))
            compare_series(p, name);
        else
            ivq_cell_break(p->cell, 17, IVQ_CELL_ERROR, "%s is missing on %s", name,
                           sides[p->sides[1]].label);
    }
    json_object_foreach(b, name, value)
    {
        if (!json_object_get(a, name))
            ivq_cell_break(p->cell, 17, IVQ_CELL_ERROR, "%s is missing on %s", name,
                           sides[p->sides[0]].label);
    }
    p->cell->clips |= UINT64_C(1) << p->clip;
    p->cell->frames += p->gate->result->clips[p->clip].frames;
}

/* One side has measured what the other has not: never a skip. */
static void compare_presence(const struct pair *p, const json_t *const records[2])
{
    const int missing = p->entries[0] ? 1 : 0;
    const char *status;
    if (p->entries[0] || p->entries[1])
        ivq_cell_break(p->cell, 6, IVQ_CELL_FAIL, "%s on %s: %s", p->gate->result->clips[p->clip].name,
                       p->gate->result->sides[p->sides[missing]].label,
                       records[missing] ? refusal(records[missing], p->row, &status) : "no record");
}

static void compare_clip(struct pair *p)
{
    const int job = ivq_jobs_find(&p->gate->list, IVQ_JOB_MAIN, p->clip);
    const json_t *const records[2] = {p->gate->sides[p->sides[0]].jobs[job],
                                      p->gate->sides[p->sides[1]].jobs[job]};
    for (int i = 0; i < 2; i++)
        p->entries[i] = ivq_record_entry(records[i], p->row);
    if (p->entries[0] && p->entries[1])
        compare_entries(p);
    else
        compare_presence(p, records);
    if (!p->entries[0] && p->sides[0] == 0)
        check_coverage(p->gate, p->clip, p->row, records[0], p->cell);
}

/* --- scores that never change prove nothing --- */

static bool changes(const struct ivq_cell_metric *m)
{
    return m->difference.max_a > m->difference.min_a;
}

static void check_liveness(const struct ivq_gate *gate, struct ivq_cell *cell)
{
    for (int i = 0; i < cell->count && !gate->params->files.reference; i++)
        if (!changes(&cell->metrics[i]))
            ivq_cell_break(cell, 19, IVQ_CELL_ERROR, "vacuous: %s is %.17g in every frame of every clip",
                           cell->metrics[i].name, cell->metrics[i].difference.min_a);
}

/* --- cells --- */

/* What a side did wrong by itself concerns each of its cells. */
static void take_over(struct ivq_cell *cell, const struct ivq_cell *own)
{
    if (*own->note && !*cell->note)
        snprintf(cell->note, sizeof cell->note, "%s", own->note);
    if (own->status > cell->status)
        cell->status = own->status;
    cell->rules |= own->rules;
}

static void take_failure(const struct ivq_gate *gate, int side, struct ivq_cell *cell)
{
    const struct ivq_parity_side *const s = &gate->result->sides[side];
    if (*s->failure)
        ivq_cell_break(cell, gate->sides[side].broken_rule, IVQ_CELL_ERROR, "%s: %s", s->label, s->failure);
}

static enum ivq_status judge_pair(struct ivq_gate *gate, const struct ivq_row *row,
                                  const struct ivq_cell *own, int a, int b, struct ivq_error *error)
{
    struct ivq_cell *const cell = ivq_result_add_cell(gate->result);
    if (!cell)
        return ivq_fail_memory(error, "the matrix");
    snprintf(cell->feature, sizeof cell->feature, "%s", row->feature);
    snprintf(cell->options, sizeof cell->options, "%s", row->options);
    snprintf(cell->source, sizeof cell->source, "exact");
    cell->side_a = a;
    cell->side_b = b;
    take_failure(gate, a, cell);
    take_failure(gate, b, cell);
    take_over(cell, &own[a]);
    take_over(cell, &own[b]);
    struct pair pair = {.gate = gate, .row = row, .sides = {a, b}, .cell = cell};
    for (pair.clip = 0; pair.clip < gate->list.clip_count; pair.clip++)
        compare_clip(&pair);
    if (a == 0)
        check_liveness(gate, cell);
    cell->repeated = own[a].repeated && own[b].repeated;
    cell->canary_seen = own[b].canary_seen;
    ivq_cell_close(cell);
    return IVQ_OK;
}

static enum ivq_status judge_row(struct ivq_gate *gate, const struct ivq_row *row, struct ivq_error *error)
{
    struct ivq_cell own[IVQ_MAX_SIDES] = {0};
    enum ivq_status status = IVQ_OK;
    for (int s = 0; s < gate->result->side_count; s++)
        ivq_gate_check_row(gate, s, row, &own[s]);
    for (int a = 0; a < gate->result->side_count; a++)
        for (int b = a + 1; b < gate->result->side_count && status == IVQ_OK; b++)
            status = judge_pair(gate, row, own, a, b, error);
    return status;
}

/* Two records of one device are one side twice. */
static void check_identities(struct ivq_gate *gate)
{
    struct ivq_parity_result *const r = gate->result;
    for (int a = 0; a < r->side_count; a++)
        for (int b = a + 1; b < r->side_count; b++) {
            const struct ivq_parity_side *const x = &r->sides[a], *const y = &r->sides[b];
            if (!strcmp(x->backend, y->backend) && !strcmp(x->id, y->id) && !strcmp(x->uuid, y->uuid))
                ivq_result_break(r, 10, IVQ_CELL_FAIL, "%s and %s are one device, %s %s", x->label, y->label,
                                 x->id, x->uuid);
        }
}

/* Known scores come first: parity of wrong scores proves nothing. What the plain references of tests/plain
   give for frame 1 of the first clip, as bits; a metric that is not here has its goldens in tests/golden
   alone. */
static const struct known {
    const char *feature, *score, *bits;
} known[] = {
    {"psnr", "psnr_y", "40417e80f098d12f"},
    {"psnr", "psnr_cb", "4041615005e16059"},
    {"psnr", "psnr_cr", "404143a1db44d19e"},
    {"motion", "integer_motion2", "40234a8bad40a57f"},
    {"vif", "integer_vif_scale0", "3fdf1f8d60000000"},
    {"vif", "integer_vif_scale3", "3fef4bf240000000"},
    {"adm", "integer_adm2", "3fed8c545e9acfba"},
};

static void check_known(struct ivq_gate *gate)
{
    const json_t *const record = gate->sides[0].jobs[ivq_jobs_find(&gate->list, IVQ_JOB_MAIN, 0)];
    for (size_t i = 0; i < sizeof known / sizeof *known && !gate->params->files.reference; i++) {
        struct ivq_row row = {.model = false};
        snprintf(row.feature, sizeof row.feature, "%s", known[i].feature);
        const json_t *const entry = ivq_record_entry(record, &row);
        const json_t *const values = json_object_get(json_object_get(entry, "scores"), known[i].score);
        const char *const bits = json_string_value(json_array_get(values, 1));
        if (entry && (!bits || strcmp(bits, known[i].bits) != 0))
            ivq_result_break(gate->result, 33, IVQ_CELL_FAIL,
                             "the reference is wrong: %s of a known frame is %s, not %s", known[i].score,
                             bits ? bits : "missing", known[i].bits);
    }
}

enum ivq_status ivq_gate_judge(struct ivq_gate *gate, struct ivq_error *error)
{
    enum ivq_status status = IVQ_OK;
    check_identities(gate);
    for (int s = 0; s < gate->result->side_count; s++)
        ivq_gate_check_side(gate, s);
    for (int s = 0; s < gate->result->side_count; s++)
        for (int i = 0; i < gate->list.count; i++)
            ivq_gate_add_rows(gate, gate->sides[s].jobs[i]);
    for (int i = 0; i < gate->row_count && status == IVQ_OK; i++)
        status = judge_row(gate, &gate->rows[i], error);
    check_known(gate);
    ivq_gate_check_requirements(gate);
    return status;
}
