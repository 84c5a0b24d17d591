/* Where compiled kernels lie from one run to the next: in $ISOVQ_CACHE, else $XDG_CACHE_HOME/isovq, else
   ~/.cache/isovq. An empty ISOVQ_CACHE: nowhere. */
#ifndef IVQ_DEVICE_CACHE_H
#define IVQ_DEVICE_CACHE_H
#include <limits.h>
#include <stdbool.h>

enum { IVQ_CACHE_PATH = PATH_MAX };

/* The path of the entry of that name; with `create` its folder is made where it is missing. False if there is
   no such folder, or the path is too long. Any thread, while none changes the environment. */
bool ivq_cache_path(const char *name, bool create, char path[IVQ_CACHE_PATH]);

#endif
