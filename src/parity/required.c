/* The list of cells that must have passed (rule B25), and the waivers in it:

       # feature  device pattern  [hardware]
       vif        cuda:*          hardware
       *          cpu:*
       waive adm vulkan:0x10de:* until 2026-12-31: driver 999 loses a launch, reported
*/
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/gate_impl.h"
#include "parity/report.h"
#include "parity/rules.h"

/* A '*' at the end of a pattern fits all that begins so. */
static bool fits(const char *pattern, const char *text)
{
    const size_t length = strlen(pattern);
    if (length && pattern[length - 1] == '*')
        return !strncmp(pattern, text, length - 1);
    return !strcmp(pattern, text);
}

static struct ivq_requirement *add(struct ivq_parity_result *r)
{
    struct ivq_requirement *const moved =
        realloc(r->requirements, (size_t)(r->requirement_count + 1) * sizeof *moved);
    if (!moved)
        return NULL;
    r->requirements = moved;
    moved[r->requirement_count] = (struct ivq_requirement){0};
    return &moved[r->requirement_count++];
}

/* "until 2026-12-31: reason". */
static bool is_waiver(const char *text)
{
    int year, month, day, end = 0;
    return sscanf(text, "until %4d-%2d-%2d: %n", &year, &month, &day, &end) == 3 && end && text[end];
}

static bool has_expired(const struct ivq_requirement *q, time_t now)
{
    char today[32];
    ivq_print_time(now, today);
    return strncmp(q->waiver + strlen("until "), today, strlen("2026-12-31")) < 0;
}

static enum ivq_status take_line(struct ivq_parity_result *r, const char *path, int number, char *line,
                                 struct ivq_error *error)
{
    char *rest = line, *word;
    char *words[3] = {"", "", ""};
    int count = 0;
    line[strcspn(line, "#\r\n")] = 0;
    const bool waives = !strncmp(line, "waive ", 6);
    if (waives)
        rest += 6;
    while (count < 2 && (word = strsep(&rest, " \t")))
        if (*word)
            words[count++] = word;
    rest = rest ? rest + strspn(rest, " \t") : (char *)"";
    for (size_t length = strlen(rest); length && isspace((unsigned char)rest[length - 1]); length--)
        rest[length - 1] = 0;
    if (!count)
        return IVQ_OK;
    if (count < 2 || (waives ? !is_waiver(rest) : *rest && strcmp(rest, "hardware") != 0))
        return ivq_fail(error, IVQ_INPUT,
                        "%s, line %d: expected 'FEATURE DEVICE [hardware]' or 'waive FEATURE DEVICE until "
                        "YYYY-MM-DD: REASON'",
                        path, number);
    struct ivq_requirement *const q = add(r);
    if (!q)
        return ivq_fail_memory(error, path);
    snprintf(q->feature, sizeof q->feature, "%s", words[0]);
    snprintf(q->device, sizeof q->device, "%s", words[1]);
    if (waives)
        snprintf(q->waiver, sizeof q->waiver, "%s", rest);
    q->hardware = !waives && *rest;
    return IVQ_OK;
}

enum ivq_status ivq_gate_read_requirements(struct ivq_gate *gate, struct ivq_error *error)
{
    const char *const path = gate->params->required;
    enum ivq_status status = IVQ_OK;
    char *line = NULL;
    size_t size = 0;
    if (!path)
        return IVQ_OK;
    FILE *const file = fopen(path, "re");
    if (!file)
        return ivq_fail(error, IVQ_INPUT, "the list of required cells %s cannot be read: %s", path,
                        strerror(errno));
    for (int number = 1; status == IVQ_OK && getline(&line, &size, file) >= 0; number++)
        status = take_line(gate->result, path, number, line, error);
    if (status == IVQ_OK && !gate->result->requirement_count)
        status = ivq_fail(error, IVQ_INPUT, "%s requires nothing", path);
    free(line);
    fclose(file);
    return status;
}

/* --- the outcome --- */

static bool concerns(const struct ivq_requirement *q, const struct ivq_parity_result *r,
                     const struct ivq_cell *c)
{
    const struct ivq_parity_side *const b = &r->sides[c->side_b];
    return ivq_cell_in_matrix(c) && fits(q->feature, c->feature) &&
           (fits(q->device, b->id) || fits(q->device, b->label));
}

/* Cells of a waiver keep their status, but no longer decide. */
static bool is_waived(const struct ivq_parity_result *r, const struct ivq_cell *c)
{
    for (int i = 0; i < r->requirement_count; i++)
        if (*r->requirements[i].waiver && r->requirements[i].met && concerns(&r->requirements[i], r, c))
            return true;
    return false;
}

static void check_one(struct ivq_parity_result *r, struct ivq_requirement *q)
{
    int found = 0, software = 0, bad = 0;
    for (int i = 0; i < r->cell_count; i++) {
        const struct ivq_cell *const c = &r->cells[i];
        if (!concerns(q, r, c))
            continue;
        found++;
        software += !strcmp(r->sides[c->side_b].type, "software");
        bad += c->status > IVQ_CELL_OK && !is_waived(r, c);
    }
    if (!found)
        ivq_result_break(r, 25, IVQ_CELL_FAIL, "required, but not there: %s on %s", q->feature, q->device);
    if (q->hardware && software)
        ivq_result_break(r, 8, IVQ_CELL_FAIL, "required on hardware, but %s is a software device", q->device);
    q->met = found && !bad && !(q->hardware && software);
}

void ivq_gate_check_requirements(struct ivq_gate *gate)
{
    struct ivq_parity_result *const r = gate->result;
    for (int i = 0; i < r->requirement_count; i++) {
        struct ivq_requirement *const q = &r->requirements[i];
        q->met = *q->waiver && !has_expired(q, r->start);
        if (*q->waiver && !q->met)
            ivq_result_break(r, 25, IVQ_CELL_FAIL, "the waiver of %s on %s has expired (%s)", q->feature,
                             q->device, q->waiver);
    }
    for (int i = 0; i < r->requirement_count; i++)
        if (!*r->requirements[i].waiver)
            check_one(r, &r->requirements[i]);
    for (int i = 0; i < r->cell_count; i++)
        r->cells[i].waived = is_waived(r, &r->cells[i]);
}
