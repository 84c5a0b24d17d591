#include <string.h>

#include "isovq/version.h"
#include "parity/report.h"
#include "parity/rules.h"
#include "report/json_writer.h"

enum { SCHEMA = 2 };

static const struct ivq_precision exact = {.rule = IVQ_PRECISION_EXACT};

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void put_seconds(struct ivq_json *w, const char *key, double seconds)
{
    static const struct ivq_precision milliseconds = {IVQ_PRECISION_FIXED, 3};
    if (seconds < 0)
        ivq_json_put_null(w, key);
    else
        ivq_json_put_number(w, key, seconds, milliseconds);
}

static void print_side(struct ivq_json *w, const struct ivq_parity_side *s)
{
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "label", s->label);
    ivq_json_put_string(w, "backend", or_null(s->backend));
    ivq_json_put_string(w, "arch_id", or_null(s->id));
    ivq_json_put_string(w, "device_uuid", or_null(s->uuid));
    ivq_json_put_string(w, "pci_address", or_null(s->pci));
    ivq_json_put_string(w, "device_name", or_null(s->name));
    ivq_json_put_string(w, "device_type", or_null(s->type));
    ivq_json_put_string(w, "driver", or_null(s->driver));
    ivq_json_put_string(w, "version", or_null(s->version));
    ivq_json_put_string(w, "kernel_compiler", or_null(s->compiler));
    ivq_json_put_string(w, "kernel_fingerprint", or_null(s->fingerprint));
    ivq_json_put_string(w, "cpu_instruction_set", or_null(s->instruction_set));
    ivq_json_put_int(w, "dispatches", s->dispatches);
    ivq_json_put_int(w, "bytes_to_device", s->bytes_to_device);
    ivq_json_put_int(w, "bytes_from_device", s->bytes_from_device);
    put_seconds(w, "device_seconds", s->device_seconds);
    put_seconds(w, "seconds", s->seconds);
    ivq_json_put_string(w, "failure", or_null(s->failure));
    ivq_json_close(w, '}');
}

static void print_clips(struct ivq_json *w, const struct ivq_parity_result *r)
{
    ivq_json_open(w, "fixtures", '[');
    for (int i = 0; i < r->clip_count; i++) {
        const struct ivq_clip_info *const c = &r->clips[i];
        ivq_json_open(w, NULL, '{');
        ivq_json_put_string(w, "name", c->name);
        ivq_json_put_string(w, "sha256", or_null(c->sha256));
        ivq_json_put_int(w, "width", c->width);
        ivq_json_put_int(w, "height", c->height);
        ivq_json_put_string(w, "pixel_format", c->sampling);
        ivq_json_put_int(w, "bit_depth", c->depth);
        ivq_json_put_int(w, "frame_count", c->frames);
        ivq_json_close(w, '}');
    }
    ivq_json_close(w, ']');
}

static void print_identity(struct ivq_json *w, const char *key, const struct ivq_parity_side *s)
{
    ivq_json_open(w, key, '{');
    ivq_json_put_string(w, "label", s->label);
    ivq_json_put_string(w, "backend", or_null(s->backend));
    ivq_json_put_string(w, "arch_id", or_null(s->id));
    ivq_json_put_string(w, "device_uuid", or_null(s->uuid));
    ivq_json_close(w, '}');
}

static int64_t steps_of(uint64_t ulp)
{
    return ulp > INT64_MAX ? INT64_MAX : (int64_t)ulp;
}

static void print_metric(struct ivq_json *w, const struct ivq_parity_result *r,
                         const struct ivq_cell_metric *m)
{
    const struct ivq_difference *const d = &m->difference;
    ivq_json_open(w, m->name, '{');
    ivq_json_put_int(w, "n_values", d->values);
    ivq_json_put_int(w, "n_bit_equal", d->bit_equal);
    ivq_json_put_number(w, "max_abs_diff", d->max_abs_diff, exact);
    ivq_json_put_int(w, "max_ulp_diff", steps_of(d->max_ulp_diff));
    ivq_json_put_int(w, "frame_of_max", d->frame_of_max);
    ivq_json_put_string(w, "fixture_of_max", m->clip_of_max < 0 ? NULL : r->clips[m->clip_of_max].name);
    ivq_json_put_number(w, "a", d->a, exact);
    ivq_json_put_number(w, "b", d->b, exact);
    ivq_json_put_number(w, "min_a", d->min_a, exact);
    ivq_json_put_number(w, "max_a", d->max_a, exact);
    ivq_json_put_int(w, "nan_a", d->nan_a);
    ivq_json_put_int(w, "nan_b", d->nan_b);
    ivq_json_put_int(w, "infinite", d->infinite);
    ivq_json_close(w, '}');
}

static void print_metrics(struct ivq_json *w, const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    ivq_json_open(w, "per_metric_max_abs_diff", '{');
    for (int i = 0; i < c->count; i++)
        ivq_json_put_number(w, c->metrics[i].name, c->metrics[i].difference.max_abs_diff, exact);
    ivq_json_close(w, '}');
    ivq_json_open(w, "per_metric_mismatches", '{');
    for (int i = 0; i < c->count; i++)
        ivq_json_put_int(w, c->metrics[i].name, c->metrics[i].difference.mismatches);
    ivq_json_close(w, '}');
    ivq_json_open(w, "per_metric", '{');
    for (int i = 0; i < c->count; i++)
        print_metric(w, r, &c->metrics[i]);
    ivq_json_close(w, '}');
}

static void print_rules(struct ivq_json *w, uint64_t rules)
{
    char name[8];
    ivq_json_open(w, "rules_broken", '[');
    for (int rule = 1; rule <= IVQ_RULES; rule++)
        if (rules >> rule & 1) {
            snprintf(name, sizeof name, "B%d", rule);
            ivq_json_put_string(w, NULL, name);
        }
    ivq_json_close(w, ']');
}

static void print_fixtures(struct ivq_json *w, const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    ivq_json_open(w, "fixtures", '[');
    for (int i = 0; i < r->clip_count; i++)
        if (c->clips >> i & 1)
            ivq_json_put_string(w, NULL, r->clips[i].name);
    ivq_json_close(w, ']');
}

/* One piece of silicon behind two drivers, by its address on the bus. */
static bool same_silicon(const struct ivq_parity_side *a, const struct ivq_parity_side *b)
{
    const bool both_cpu = !strcmp(a->type, "cpu") && !strcmp(b->type, "cpu");
    return both_cpu || (*a->pci && !strcmp(a->pci, b->pci));
}

static void print_cell(struct ivq_json *w, const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    const struct ivq_parity_side *const a = &r->sides[c->side_a], *const b = &r->sides[c->side_b];
    const struct ivq_cell_summary sum = ivq_cell_sum_up(c);
    ivq_json_open(w, NULL, '{');
    ivq_json_put_string(w, "feature", c->feature);
    ivq_json_put_string(w, "options", c->options);
    ivq_json_put_string(w, "backend_a", or_null(a->backend));
    ivq_json_put_string(w, "backend_b", or_null(b->backend));
    print_identity(w, "side_a", a);
    print_identity(w, "side_b", b);
    ivq_json_put_bool(w, "same_silicon", !r->logs && same_silicon(a, b));
    ivq_json_put_bool(w, "software", !strcmp(a->type, "software") || !strcmp(b->type, "software"));
    ivq_json_put_number(w, "tolerance_abs", c->tolerance, exact);
    ivq_json_put_string(w, "tolerance_source", c->source);
    ivq_json_put_string(w, "status", ivq_cell_status_name(c->status));
    ivq_json_put_string(w, "note", c->note);
    print_rules(w, c->rules);
    ivq_json_put_int(w, "n_frames", c->status == IVQ_CELL_ERROR ? 0 : c->frames);
    ivq_json_put_int(w, "n_values", sum.values);
    ivq_json_put_int(w, "n_bit_equal", sum.bit_equal);
    ivq_json_put_bool(w, "repeat_bit_equal", c->repeated);
    ivq_json_put_bool(w, "canary_seen", c->canary_seen);
    print_fixtures(w, r, c);
    print_metrics(w, r, c);
    ivq_json_close(w, '}');
}

static void print_requirements(struct ivq_json *w, const struct ivq_parity_result *r)
{
    ivq_json_open(w, "required_cells", '[');
    for (int i = 0; i < r->requirement_count; i++) {
        const struct ivq_requirement *const q = &r->requirements[i];
        ivq_json_open(w, NULL, '{');
        ivq_json_put_string(w, "feature", q->feature);
        ivq_json_put_string(w, "device", q->device);
        ivq_json_put_bool(w, "hardware", q->hardware);
        ivq_json_put_bool(w, "met", q->met);
        ivq_json_put_string(w, "waiver", or_null(q->waiver));
        ivq_json_close(w, '}');
    }
    ivq_json_close(w, ']');
}

static void print_waivers(struct ivq_json *w, const struct ivq_parity_result *r)
{
    ivq_json_open(w, "waivers", '[');
    for (int i = 0; i < r->requirement_count; i++)
        if (*r->requirements[i].waiver)
            ivq_json_put_string(w, NULL, r->requirements[i].waiver);
    ivq_json_close(w, ']');
}

static void print_head(struct ivq_json *w, const struct ivq_parity_result *r)
{
    char text[IVQ_NOTE_SIZE];
    ivq_json_put_int(w, "schema_version", SCHEMA);
    ivq_json_put_string(w, "verdict", ivq_verdict_name(ivq_result_verdict(r)));
    ivq_result_sentence(r, text);
    ivq_json_put_string(w, "summary", text);
    ivq_json_put_bool(w, "complete", !r->partial);
    ivq_json_put_string(w, "mode", r->logs ? "logs" : r->quick ? "quick" : "full");
    ivq_json_put_string(w, "run_id", r->run_id);
    ivq_print_time(r->start, text);
    ivq_json_put_string(w, "start_time", text);
    put_seconds(w, "seconds", r->seconds);
    ivq_json_put_string(w, "version", ivq_version());
    ivq_json_put_string(w, "commit", ivq_build_commit());
    ivq_json_put_string(w, "build", ivq_build_configuration());
}

void ivq_parity_print_json(FILE *file, const struct ivq_parity_result *r)
{
    struct ivq_json w = {.file = file, .precision = exact};
    ivq_json_open(&w, NULL, '{');
    print_head(&w, r);
    ivq_json_open(&w, "canaries", '{');
    ivq_json_put_int(&w, "expected", r->canaries_expected);
    ivq_json_put_int(&w, "noticed", r->canaries_seen);
    ivq_json_close(&w, '}');
    ivq_json_open(&w, "findings", '[');
    for (int i = 0; i < r->finding_count; i++)
        ivq_json_put_string(&w, NULL, r->findings[i]);
    ivq_json_close(&w, ']');
    print_requirements(&w, r);
    print_waivers(&w, r);
    ivq_json_open(&w, "sides", '[');
    for (int i = 0; i < r->side_count; i++)
        print_side(&w, &r->sides[i]);
    ivq_json_close(&w, ']');
    print_clips(&w, r);
    ivq_json_open(&w, "cells", '[');
    for (int i = 0; i < r->cell_count; i++)
        print_cell(&w, r, &r->cells[i]);
    ivq_json_close(&w, ']');
    ivq_json_close(&w, '}');
    fputc('\n', file);
}
