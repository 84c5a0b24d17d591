#include "device/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

/* The name of the first symbol that is missing, or NULL. */
static const char *resolve(const struct ivq_library *library, void *handle)
{
    for (int i = 0; i < library->symbol_count; i++) {
        const struct ivq_symbol *const symbol = &library->symbols[i];
        void *const address = dlsym(handle, symbol->name);
        if (!address)
            return symbol->name;
        /* C has no cast from an object to a function pointer */
        memcpy((char *)library->table + symbol->offset, &address, sizeof address);
    }
    return NULL;
}

static void load(struct ivq_library *library)
{
    void *const handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        ivq_fail(&library->failure, IVQ_DEVICE, "no %s here: %s", library->title, dlerror());
        return;
    }
    const char *const missing = resolve(library, handle);
    if (missing) {
        ivq_fail(&library->failure, IVQ_DEVICE, "the %s is too old: %s has no %s (%s or later is needed)",
                 library->title, library->file, missing, library->needed);
        dlclose(handle);
        return;
    }
    if (library->start)
        library->start(&library->failure);
}

bool ivq_library_open(struct ivq_library *library, struct ivq_error *error)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `tried` in all libraries */
    pthread_mutex_lock(&lock);
    if (!library->tried)
        load(library);
    library->tried = true;
    pthread_mutex_unlock(&lock);
    if (library->failure.status != IVQ_OK && error)
        *error = library->failure;
    return library->failure.status == IVQ_OK;
}
