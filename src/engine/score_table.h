/* Scores by column and frame. The newest are in memory, older ones in one temporary file without a name, so
   that memory does not grow with the clip. The file lies in the folder that TMPDIR names, or in /tmp. Where
   no file can be had, or it cannot grow, scores stay in memory: nothing is lost. One thread uses a table. */
#ifndef IVQ_ENGINE_SCORE_TABLE_H
#define IVQ_ENGINE_SCORE_TABLE_H
#include <stdbool.h>

#include "base/error.h"

struct ivq_score_table;

/* NULL where memory ran out. */
struct ivq_score_table *ivq_score_table_create(int columns);
void ivq_score_table_destroy(struct ivq_score_table *table); /* NULL is fine */

/* frame: from 0, in any order; putting again overwrites. A failure shows in ivq_score_table_status. */
void ivq_score_table_put(struct ivq_score_table *table, int column, int frame, double value);

/* False where nothing was put. May read the file, and so change what is in memory. */
bool ivq_score_table_get(struct ivq_score_table *table, int column, int frame, double *value);

/* The first failure: IVQ_MEMORY, or IVQ_OUTPUT where the file could not be read back. */
enum ivq_status ivq_score_table_status(const struct ivq_score_table *table, struct ivq_error *error);

#endif
