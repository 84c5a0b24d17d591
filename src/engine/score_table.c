#include "engine/score_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK_FRAMES = 256,
    FIRST_WAYS = 2, /* frames in flight lie in at most two blocks of a column */
};

/* Scores of one column, as in memory so in the file, where a hole reads as zeros: nothing is present. */
struct cells {
    double values[BLOCK_FRAMES];
    unsigned char present[BLOCK_FRAMES];
};

struct block {
    int index; /* frames from index * BLOCK_FRAMES; -1: empty */
    bool changed;
    struct cells cells;
};

/* Block i of a column is in memory at way i % ways, or nowhere in memory. */
struct ivq_score_table {
    int columns, ways;     /* ways: a power of 2 */
    struct block **blocks; /* [columns][ways]; NULL: not yet needed */
    int file;              /* -1: none */
    bool no_file;          /* none can be had, or it cannot grow */
    struct ivq_error failure;
};

struct ivq_score_table *ivq_score_table_create(int columns)
{
    struct ivq_score_table *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct ivq_score_table){.columns = columns, .ways = FIRST_WAYS, .file = -1};
    t->blocks = calloc((size_t)columns * FIRST_WAYS + 1, sizeof(struct block *));
    if (!t->blocks) {
        free(t);
        return NULL;
    }
    return t;
}

void ivq_score_table_destroy(struct ivq_score_table *t)
{
    if (!t)
        return;
    for (int i = 0; i < t->columns * t->ways; i++)
        free(t->blocks[i]);
    free(t->blocks);
    if (t->file >= 0)
        close(t->file);
    free(t);
}

static struct block *fail_memory(struct ivq_score_table *t)
{
    if (t->failure.status == IVQ_OK)
        ivq_fail_memory(&t->failure, "scores");
    return NULL;
}

static struct block *fail_read(struct ivq_score_table *t)
{
    if (t->failure.status == IVQ_OK)
        ivq_fail(&t->failure, IVQ_OUTPUT, "scores could not be read back from the temporary file: %s",
                 strerror(errno));
    return NULL;
}

/* A file without a name: it ends with the process, however that ends. */
static int open_file(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/isovq-XXXXXX", folder && *folder ? folder : "/tmp");
    if (length < 0 || (size_t)length >= sizeof path)
        return -1;
    const int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}

static off_t offset_of(const struct ivq_score_table *t, int column, int index)
{
    return ((off_t)index * t->columns + column) * (off_t)sizeof(struct cells);
}

static bool write_block(struct ivq_score_table *t, int column, struct block *b)
{
    if (t->file < 0 && !t->no_file)
        t->file = open_file();
    if (t->file < 0)
        t->no_file = true;
    const char *at = (const char *)&b->cells;
    size_t left = sizeof b->cells;
    off_t offset = offset_of(t, column, b->index);
    while (left && !t->no_file) {
        const ssize_t done = pwrite(t->file, at, left, offset);
        if (done <= 0 && errno != EINTR)
            t->no_file = true; /* a part may be there; the block stays in memory and counts */
        if (done > 0) {
            at += done;
            offset += done;
            left -= (size_t)done;
        }
    }
    b->changed = left > 0;
    return !left;
}

/* What the file does not hold has not been put. */
static bool read_block(struct ivq_score_table *t, int column, struct block *b)
{
    char *at = (char *)&b->cells;
    size_t left = sizeof b->cells;
    off_t offset = offset_of(t, column, b->index);
    memset(at, 0, left);
    while (left && t->file >= 0) {
        const ssize_t done = pread(t->file, at, left, offset);
        if (!done)
            return true;
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            at += done;
            offset += done;
            left -= (size_t)done;
        }
    }
    return true;
}

/* Twice the ways, so that blocks which cannot be written to the file stay side by side. */
static bool grow(struct ivq_score_table *t)
{
    const int ways = 2 * t->ways;
    struct block **blocks = calloc((size_t)t->columns * (size_t)ways + 1, sizeof(struct block *));
    if (!blocks)
        return false;
    for (int i = 0; i < t->columns * t->ways; i++)
        if (t->blocks[i])
            blocks[i / t->ways * ways + (t->blocks[i]->index & (ways - 1))] = t->blocks[i];
    free(t->blocks);
    t->blocks = blocks;
    t->ways = ways;
    return true;
}

static struct block *new_block(void)
{
    struct block *b = malloc(sizeof *b);
    if (b)
        b->index = -1;
    return b;
}

/* The block of a frame, brought into memory. NULL after a failure. */
static struct block *find_block(struct ivq_score_table *t, int column, int index)
{
    struct block **slot = &t->blocks[column * t->ways + (index & (t->ways - 1))];
    while (*slot && (*slot)->index != index && (*slot)->changed && !write_block(t, column, *slot)) {
        if (!grow(t))
            return fail_memory(t);
        slot = &t->blocks[column * t->ways + (index & (t->ways - 1))];
    }
    if (!*slot)
        *slot = new_block();
    if (!*slot)
        return fail_memory(t);
    if ((*slot)->index == index)
        return *slot;
    (*slot)->index = index;
    (*slot)->changed = false;
    if (read_block(t, column, *slot))
        return *slot;
    (*slot)->index = -1;
    return fail_read(t);
}

void ivq_score_table_put(struct ivq_score_table *t, int column, int frame, double value)
{
    struct block *b = find_block(t, column, frame / BLOCK_FRAMES);
    if (!b)
        return;
    b->cells.values[frame % BLOCK_FRAMES] = value;
    b->cells.present[frame % BLOCK_FRAMES] = 1;
    b->changed = true;
}

bool ivq_score_table_get(struct ivq_score_table *t, int column, int frame, double *value)
{
    const struct block *b = find_block(t, column, frame / BLOCK_FRAMES);
    if (!b || !b->cells.present[frame % BLOCK_FRAMES])
        return false;
    *value = b->cells.values[frame % BLOCK_FRAMES];
    return true;
}

enum ivq_status ivq_score_table_status(const struct ivq_score_table *t, struct ivq_error *error)
{
    if (t->failure.status != IVQ_OK && error)
        *error = t->failure;
    return t->failure.status;
}
