/* One run of the gate, from devices to a verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isovq/version.h"
#include "parity/gate_impl.h"
#include "parity/process.h"
#include "parity/rules.h"

enum { SIDE_DESCRIPTOR = 3, MAX_ARGUMENTS = 256, MAX_DEATHS = 3 };

static const char reference[] = "cpu:scalar"; /* DECISIONS 13 */

static void tell(const struct ivq_gate *gate, const char *text)
{
    if (gate->params->progress)
        gate->params->progress(gate->params->user, text);
}

/* --- processes --- */

struct command {
    char *argv[MAX_ARGUMENTS];
    char descriptor[16], first[16];
    int argc;
};

static void add_argument(struct command *c, const char *text)
{
    if (c->argc < MAX_ARGUMENTS - 1)
        c->argv[c->argc++] = (char *)text;
}

/* This program with the gate's own arguments, and what makes it a side. */
static void make_command(const struct ivq_gate *gate, const char *selector, const char *key, int first,
                         struct command *c)
{
    c->argc = 0;
    snprintf(c->descriptor, sizeof c->descriptor, "%d", SIDE_DESCRIPTOR);
    snprintf(c->first, sizeof c->first, "%d", first);
    add_argument(c, "isovq");
    add_argument(c, "parity");
    for (int i = 0; i < gate->params->argc; i++)
        add_argument(c, gate->params->argv[i]);
    const char *const rest[] = {"--side", selector,     "--side-run",  gate->result->run_id, "--side-key",
                                key,      "--side-out", c->descriptor, "--side-first",       c->first};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        add_argument(c, rest[i]);
    c->argv[c->argc] = NULL;
}

/* --- devices --- */

struct listing {
    struct ivq_gate *gate;
    const char *backend;
    struct ivq_parity_side found[IVQ_CATALOG_MAX_DEVICES];
    int count;
};

static void copy(char *to, size_t size, const json_t *object, const char *member)
{
    snprintf(to, size, "%s", ivq_record_text(object, member));
}

static void describe(const json_t *entry, struct ivq_parity_side *side)
{
    const json_t *const device = json_object_get(entry, "device");
    *side = (struct ivq_parity_side){.device_seconds = -1, .seconds = -1};
    copy(side->label, sizeof side->label, entry, "selector");
    copy(side->backend, sizeof side->backend, device, "backend");
    copy(side->id, sizeof side->id, device, "arch_id");
    copy(side->uuid, sizeof side->uuid, device, "device_uuid");
    copy(side->pci, sizeof side->pci, device, "pci_address");
    copy(side->name, sizeof side->name, device, "device_name");
    copy(side->type, sizeof side->type, device, "device_type");
    copy(side->driver, sizeof side->driver, device, "driver");
}

static bool take_devices(void *user, char *text)
{
    struct listing *const l = user;
    json_t *const record = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *entry;
    size_t i;
    json_array_foreach(json_object_get(record, "devices"), i, entry) if (l->count < IVQ_CATALOG_MAX_DEVICES)
        describe(entry, &l->found[l->count++]);
    json_decref(record);
    return true;
}

static bool is_asked(const struct ivq_parity_side *side, const char *name)
{
    const bool is_backend = !strcmp(name, side->backend);
    return is_backend || !strcmp(name, side->label) || !strcmp(name, side->id) ||
           (*side->uuid && !strcmp(name, side->uuid));
}

/* The scalar build is the reference, the first of all. */
static void add_side(struct ivq_gate *gate, const struct ivq_parity_side *found)
{
    struct ivq_parity_result *const r = gate->result;
    const int at = strcmp(found->id, reference) ? r->side_count : 0;
    if (r->side_count == IVQ_MAX_SIDES)
        return;
    if (at < r->side_count) {
        memmove(&gate->sides[1], &gate->sides[0], (size_t)r->side_count * sizeof gate->sides[0]);
        memmove(&r->sides[1], &r->sides[0], (size_t)r->side_count * sizeof r->sides[0]);
    }
    gate->sides[at] = (struct ivq_side_records){.broken_rule = *found->failure ? 37 : 0};
    snprintf(gate->sides[at].selector, sizeof gate->sides->selector, "%.31s", found->label);
    r->sides[at] = *found;
    r->side_count++;
}

static bool is_wanted(const struct ivq_gate *gate, const struct ivq_parity_side *side)
{
    const char *const *names = gate->params->devices;
    for (int i = 0; names && names[i]; i++)
        if (is_asked(side, names[i]))
            return true;
    return !names;
}

/* A driver that dies while it lists its devices is a device that fails. */
static void add_failed_backend(struct ivq_gate *gate, const char *backend, const char *failure)
{
    struct ivq_parity_side side = {.device_seconds = -1, .seconds = -1};
    snprintf(side.label, sizeof side.label, "%s", backend);
    snprintf(side.backend, sizeof side.backend, "%s", backend);
    snprintf(side.failure, sizeof side.failure, "listing its devices: %.200s", failure);
    if (is_wanted(gate, &side))
        add_side(gate, &side);
}

/* False: stopped. */
static bool list_backend(struct ivq_gate *gate, const char *backend)
{
    struct listing listing = {.gate = gate, .backend = backend};
    struct command command;
    char selector[32], failure[IVQ_NOTE_SIZE] = "";
    snprintf(selector, sizeof selector, "list:%s", backend);
    make_command(gate, selector, "", 0, &command);
    const struct ivq_process_params params = {.argv = command.argv,
                                              .descriptor = SIDE_DESCRIPTOR,
                                              .patience = gate->params->patience,
                                              .stop = gate->params->stop,
                                              .line = take_devices,
                                              .user = &listing};
    const enum ivq_process_end end = ivq_process_run(&params, failure, sizeof failure);
    if (end == IVQ_PROCESS_FAILED)
        add_failed_backend(gate, backend, failure);
    for (int i = 0; i < listing.count; i++)
        if (is_wanted(gate, &listing.found[i]) || !strcmp(listing.found[i].id, reference))
            add_side(gate, &listing.found[i]);
    return end != IVQ_PROCESS_STOPPED;
}

/* Every name fits a device, and no two fit one. */
static enum ivq_status check_names(const struct ivq_gate *gate, struct ivq_error *error)
{
    const char *const *names = gate->params->devices;
    for (int i = 0; names && names[i]; i++) {
        int fits = 0;
        for (int k = 0; k < i; k++)
            if (!strcmp(names[i], names[k]) && ivq_rule_is_on(10))
                return ivq_fail(error, IVQ_USAGE, "--devices: %s is named twice [B10]", names[i]);
        for (int s = 0; s < gate->result->side_count; s++)
            fits += is_asked(&gate->result->sides[s], names[i]);
        if (!fits && ivq_rule_is_on(5))
            return ivq_fail(error, IVQ_USAGE,
                            "--devices: there is no device '%s'; `isovq devices` lists what there is [B5]",
                            names[i]);
    }
    return IVQ_OK;
}

/* A name may be of this backend: "vulkan", "vulkan:0", "vulkan:0x10de:0x2335", or a UUID, which may be
 * anyone's. */
static bool may_be_of(const char *name, const char *backend)
{
    const size_t length = strlen(backend);
    const char *other;
    if (!strncmp(name, backend, length) && (!name[length] || name[length] == ':'))
        return true;
    for (int i = 0; (other = ivq_catalog_backend(i)); i++)
        if (!strncmp(name, other, strlen(other)))
            return false;
    return true;
}

/* Drivers that nobody asks for are left alone; the reference is always there. */
static bool is_backend_wanted(const struct ivq_gate *gate, const char *backend)
{
    const char *const *names = gate->params->devices;
    bool wanted = !names || !strncmp(reference, backend, strlen(backend));
    for (int i = 0; names && names[i]; i++)
        wanted |= may_be_of(names[i], backend);
    return wanted;
}

enum ivq_status ivq_gate_find_devices(struct ivq_gate *gate, struct ivq_error *error)
{
    const char *backend;
    tell(gate, "looking for devices");
    for (int i = 0; (backend = ivq_catalog_backend(i)) && !gate->result->partial; i++)
        if (is_backend_wanted(gate, backend))
            gate->result->partial = !list_backend(gate, backend);
    const enum ivq_status status = gate->result->partial ? IVQ_OK : check_names(gate, error);
    if (status != IVQ_OK || gate->result->partial)
        return status;
    if (gate->result->side_count < 2)
        return ivq_fail(error, IVQ_USAGE, "there is no second device to compare with %s",
                        gate->result->side_count ? gate->result->sides[0].label : "the reference");
    return IVQ_OK;
}

/* --- one side --- */

struct measuring {
    struct ivq_gate *gate;
    int side, next; /* the job that is awaited */
};

static void tell_job(const struct measuring *m)
{
    const struct ivq_gate *const gate = m->gate;
    char text[IVQ_NOTE_SIZE];
    if (m->next >= gate->list.count)
        return;
    const struct ivq_job *const job = &gate->list.jobs[m->next];
    snprintf(text, sizeof text, "%d/%d %s: %s, %s", m->side + 1, gate->result->side_count,
             gate->result->sides[m->side].label, gate->list.clips[job->clip].info.name,
             ivq_job_name(job->kind));
    tell(gate, text);
}

static bool take_record(void *user, char *text)
{
    struct measuring *const m = user;
    struct ivq_parity_side *const side = &m->gate->result->sides[m->side];
    json_t *const record = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const json_t *const number = json_object_get(record, "number");
    const json_int_t job = json_is_integer(number) ? json_integer_value(number) : -1;
    if (job < 0 || job >= m->gate->list.count || m->gate->sides[m->side].jobs[job]) {
        const char *const reason = ivq_record_text(record, "error");
        if (!*side->failure)
            snprintf(side->failure, sizeof side->failure, "%s",
                     *reason ? reason : "a record is malformed, or there twice");
        json_decref(record);
        return true;
    }
    m->gate->sides[m->side].jobs[job] = record;
    m->next = (int)job + 1;
    tell_job(m);
    return true;
}

bool ivq_gate_measure(struct ivq_gate *gate, int side)
{
    struct measuring m = {gate, side, 0};
    struct ivq_parity_side *const s = &gate->result->sides[side];
    struct command command;
    char failure[IVQ_NOTE_SIZE] = "";
    enum ivq_process_end end = IVQ_PROCESS_FAILED;
    const struct ivq_process_params params = {.argv = command.argv,
                                              .descriptor = SIDE_DESCRIPTOR,
                                              .patience = gate->params->patience,
                                              .stop = gate->params->stop,
                                              .line = take_record,
                                              .user = &m};
    ivq_run_id(gate->sides[side].key);
    tell_job(&m);
    for (int deaths = 0; end == IVQ_PROCESS_FAILED && deaths < MAX_DEATHS && m.next < gate->list.count;
         deaths++) {
        make_command(gate, gate->sides[side].selector, gate->sides[side].key, m.next, &command);
        end = ivq_process_run(&params, failure, sizeof failure);
        if (end == IVQ_PROCESS_FAILED && !*s->failure && ivq_rule_is_on(37)) {
            snprintf(s->failure, sizeof s->failure, "%.300s", failure);
            gate->sides[side].broken_rule = 37;
        }
        m.next += end == IVQ_PROCESS_FAILED;
    }
    if (end == IVQ_PROCESS_DONE && m.next < gate->list.count && !*s->failure)
        snprintf(s->failure, sizeof s->failure, "it ended after %d of %d jobs", m.next, gate->list.count);
    return end != IVQ_PROCESS_STOPPED;
}

/* --- the whole run --- */

/* The comparison finds what it must (rule B36). */
static void check_oneself(struct ivq_parity_result *result)
{
    const double one = 1, next = 1.0000000000000002, nan = strtod("nan", NULL);
    const struct {
        const char *what;
        double a, b;
        bool equal;
    } tries[] = {{"equal values", one, one, true},
                 {"one last bit", one, next, false},
                 {"zeros of unlike sign", 0.0, -0.0, false},
                 {"NaN on both sides", nan, nan, false},
                 {"NaN on one side", one, nan, false}};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct ivq_point x = {0, tries[i].a}, y = {0, tries[i].b};
        const struct ivq_series a = {.name = "x", .points = &x, .count = 1},
                                b = {.name = "x", .points = &y, .count = 1};
        struct ivq_cell cell = {0};
        ivq_cell_compare(&cell, &a, &b, -1);
        ivq_cell_close(&cell);
        if ((cell.status <= IVQ_CELL_OK) != tries[i].equal)
            ivq_result_break(result, 36, IVQ_CELL_ERROR, "the comparison is broken: %s", tries[i].what);
        free(cell.metrics[0].plot.differences);
        free(cell.metrics);
    }
}

static enum ivq_status check_commit(const struct ivq_gate_params *params, struct ivq_error *error)
{
    const char *const own = ivq_build_commit();
    if (!params->commit || !strncmp(own, params->commit, strlen(params->commit)) || !ivq_rule_is_on(30))
        return IVQ_OK;
    return ivq_fail(error, IVQ_USAGE, "--commit %s: this program is commit %s [B30]", params->commit, own);
}

static enum ivq_status prepare(struct ivq_gate *gate, struct ivq_error *error)
{
    struct ivq_parity_result *const r = gate->result;
    r->quick = gate->params->quick;
    if (!ivq_run_id(r->run_id))
        return ivq_fail(error, IVQ_INPUT, "the system gives no random numbers");
    enum ivq_status status = check_commit(gate->params, error);
    if (status == IVQ_OK)
        status = ivq_sha256_file("/proc/self/exe", NULL, gate->binary, error);
    if (status == IVQ_OK)
        status = ivq_jobs_list(gate->params, &gate->list, error);
    if (status == IVQ_OK)
        status = ivq_gate_read_requirements(gate, error);
    if (status == IVQ_OK)
        status = ivq_gate_find_devices(gate, error);
    r->clip_count = gate->list.clip_count;
    for (int i = 0; i < r->clip_count; i++)
        r->clips[i] = gate->list.clips[i].info;
    return status;
}

static void free_records(struct ivq_gate *gate)
{
    for (int s = 0; s < IVQ_MAX_SIDES; s++)
        for (int i = 0; i < IVQ_MAX_JOBS; i++)
            json_decref(gate->sides[s].jobs[i]);
}

enum ivq_status ivq_gate_run(const struct ivq_gate_params *params, struct ivq_parity_result *result,
                             struct ivq_error *error)
{
    static struct ivq_gate gate; /* large */
    struct timespec start, end;
    gate = (struct ivq_gate){.params = params, .result = result};
    clock_gettime(CLOCK_MONOTONIC, &start);
    enum ivq_status status = prepare(&gate, error);
    for (int s = 0; s < result->side_count && status == IVQ_OK && !result->partial; s++) {
        struct timespec before, after;
        clock_gettime(CLOCK_MONOTONIC, &before);
        if (!*result->sides[s].failure)
            result->partial = !ivq_gate_measure(&gate, s);
        clock_gettime(CLOCK_MONOTONIC, &after);
        result->sides[s].seconds =
            difftime(after.tv_sec, before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec);
    }
    if (status == IVQ_OK) {
        check_oneself(result);
        status = ivq_gate_judge(&gate, error);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    result->seconds = difftime(end.tv_sec, start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    free_records(&gate);
    return status;
}
