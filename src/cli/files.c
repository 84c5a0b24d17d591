#include "cli/files.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/vmaf.h"
#include "model/spec.h"

/* --- none is written over --- */

enum use { READ, WRITTEN, STREAM };

struct file {
    const char *label, *text; /* how the command line names it: "--output", "log.json" */
    enum use use;
    struct ivq_place place;
};

enum { MAX_FILES = CLI_MAX_ITEMS + 7 }; /* models, two clips, three logs, two streams */

struct table {
    struct file files[MAX_FILES];
    int count;
};

/* What cannot be found is left to those who open it. `standard`: the descriptor that "-" means. */
static void add(struct table *t, const char *label, const char *text, const char *path, enum use use,
                int standard)
{
    struct file *const f = &t->files[t->count];
    if (!path || ivq_place_find(&f->place, path, standard))
        return;
    ivq_place_close(&f->place);
    f->label = label;
    f->text = text;
    f->use = use;
    t->count++;
}

static void add_model(struct table *t, const char *text)
{
    struct ivq_model_spec spec;
    if (ivq_model_spec_parse(text, &spec, NULL) != IVQ_OK)
        return;
    add(t, "--model ", text, spec.path, READ, STDIN_FILENO);
    ivq_model_spec_free(&spec);
}

static void fill(struct table *t, const struct cli_settings *s)
{
    t->count = 0;
    add(t, "--reference ", s->reference, s->reference, READ, STDIN_FILENO);
    add(t, "--distorted ", s->distorted, s->distorted, READ, STDIN_FILENO);
    for (int i = 0; i < s->models.count; i++)
        add_model(t, s->models.items[i]);
    add(t, "--output ", s->output, s->output, WRITTEN, STDOUT_FILENO);
    add(t, "--jsonl ", s->live, s->live, WRITTEN, STDOUT_FILENO);
    add(t, "--record ", s->record, s->record, WRITTEN, STDOUT_FILENO);
    add(t, "standard output", "", "-", STREAM, STDOUT_FILENO);
    add(t, "standard error", "", "-", STREAM, STDERR_FILENO);
}

/* Whether b, which is written, would spoil a. */
static bool clash(const struct file *a, const struct file *b)
{
    if (b->use == READ || (a->use == STREAM && b->use == STREAM) || !ivq_place_same(&a->place, &b->place))
        return false;
    if (a->use == READ)
        return !S_ISSOCK(a->place.info.st_mode);         /* a socket has two directions */
    return b->use == WRITTEN || a->place.descriptor < 0; /* a log may be sent to a stream by its descriptor */
}

enum ivq_status cli_files_check(const struct cli_settings *settings, struct ivq_error *error)
{
    struct table t;
    fill(&t, settings);
    for (int i = 0; i < t.count; i++)
        for (int k = 0; k < i; k++) {
            const struct file *const a = &t.files[k], *const b = &t.files[i];
            if (clash(a, b))
                return ivq_fail(error, IVQ_USAGE,
                                a->use == READ
                                    ? "%s%.160s and %s%.160s are one file, which would be written over"
                                    : "%s%.160s and %s%.160s cannot both go to one file",
                                a->label, a->text, b->label, b->text);
        }
    return IVQ_OK;
}

/* --- those that are written --- */

/* Whether a log goes to the file behind a descriptor. */
static bool carries_log(const struct cli_files *files, int descriptor)
{
    const struct ivq_file *const outputs[] = {&files->log, &files->live, &files->record};
    struct ivq_place stream;
    if (ivq_place_find(&stream, "-", descriptor))
        return false;
    for (int i = 0; i < 3; i++)
        if (outputs[i]->name && ivq_place_same(&outputs[i]->place, &stream))
            return true;
    return false;
}

static FILE *scores_go_to(const struct cli_files *files, const struct cli_settings *s)
{
    if (!s->as_vmaf && !carries_log(files, STDOUT_FILENO))
        return stdout;
    if (carries_log(files, STDERR_FILENO) || (s->as_vmaf && !cli_vmaf_prints_scores(s)))
        return NULL;
    return stderr;
}

enum ivq_status cli_files_open(struct cli_files *files, const struct cli_settings *s, struct ivq_error *error)
{
    enum ivq_status status = ivq_file_open(&files->log, s->output, IVQ_FILE_WHOLE, error);
    if (status == IVQ_OK)
        status = ivq_file_open(&files->live, s->live, IVQ_FILE_LIVE, error);
    if (status == IVQ_OK)
        status = ivq_file_open(&files->record, s->record, IVQ_FILE_WHOLE, error);
    if (status != IVQ_OK)
        cli_files_drop(files);
    files->scores = scores_go_to(files, s);
    return status;
}

void cli_files_drop(struct cli_files *files)
{
    ivq_file_close(&files->log, NULL);
    ivq_file_close(&files->live, NULL);
    ivq_file_close(&files->record, NULL);
}

void cli_files_remove_temporaries(const struct cli_files *files)
{
    ivq_file_remove_temporary(&files->log);
    ivq_file_remove_temporary(&files->live);
    ivq_file_remove_temporary(&files->record);
}
