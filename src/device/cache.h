/* What drivers' compilers made, kept from one run to the next: in $ISOVQ_CACHE, else $XDG_CACHE_HOME/isovq,
   else
   ~/.cache/isovq. An empty ISOVQ_CACHE: nowhere.

   An entry counts if SHA-256 says that it is what was stored under its key, and if it and its folder belong
   to the user and nobody else can write to them. Where the folder or an entry is something else, it is left
   alone and *remark says so, once; its status stays IVQ_OK. Nothing here waits, whatever lies there, and no
   failure is an error: a kernel is compiled again. Any thread, while none changes the environment. */
#ifndef IVQ_DEVICE_CACHE_H
#define IVQ_DEVICE_CACHE_H
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ivq_cache_key {
    const char *kind; /* a word that names of files begin with */
    const char *text; /* all that the data depends on */
};

/* The data stored under the key, to be freed; NULL if there is none. */
unsigned char *ivq_cache_load(const struct ivq_cache_key *key, size_t *size, struct ivq_error *remark);

/* Replaces the entry in one step: another process sees the old one or the new one. */
void ivq_cache_store(const struct ivq_cache_key *key, const void *data, size_t size,
                     struct ivq_error *remark);

/* Creates what is missing of the path, for this user alone. False unless it is a folder then. */
bool ivq_cache_make_folder(char *path);

#endif
