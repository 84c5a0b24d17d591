/* The file that a path leads to, found without opening it: what it is, and whether two paths lead to one. */
#ifndef IVQ_REPORT_PLACE_H
#define IVQ_REPORT_PLACE_H
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"

struct ivq_place {
    int descriptor; /* the path names this descriptor of the process, as /dev/stdout and /dev/fd/3 do; -1: a
                       file */
    int folder;     /* an open descriptor of the folder that holds the file, owned; -1 with a descriptor */
    char entry[NAME_MAX + 1]; /* its name there, links followed */
    bool exists;
    struct stat info; /* of the file; where there is none yet, of its folder */
};

/* "-" is the descriptor `standard`. A file that does not exist yet is found too, its folder has to be there.
   Returns 0, or errno and then leaves nothing open. */
int ivq_place_find(struct ivq_place *place, const char *path, int standard);
void ivq_place_close(struct ivq_place *place);

/* Whether both are one file, or will be. Devices such as /dev/null and terminals keep nothing that could be
   lost: they are one only by their descriptor. */
bool ivq_place_same(const struct ivq_place *a, const struct ivq_place *b);

#endif
