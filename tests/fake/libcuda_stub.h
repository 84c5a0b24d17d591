/* A libcuda.so.1 without a GPU: memory is the host's, a graph is run when it is launched, in the order that
   its edges leave most open, and kernels are the test's own functions. A test links it; the backend's dlopen
   of libcuda.so.1 then finds it loaded. One thread. */
#ifndef IVQ_TESTS_LIBCUDA_STUB_H
#define IVQ_TESTS_LIBCUDA_STUB_H
#include <stdbool.h>
#include <stddef.h>

enum { STUB_MAX_ARGS = 16, STUB_DEVICES = 2 };

/* What the .entry of a PTX text declares. */
struct stub_signature {
    char name[128];
    int count;
    size_t sizes[STUB_MAX_ARGS]; /* bytes of each parameter */
};

struct stub_launch {
    const struct stub_signature *signature;
    const void *args[STUB_MAX_ARGS]; /* copies made when the node was added */
    unsigned grid[3], block[3];
};

struct stub_state {
    void (*kernel)(const struct stub_launch *launch); /* runs a launch */
    /* Of the calls that may fail (all but those that free and those that explain), the one of this number,
       from 0, fails with this result; negative: none. Results from 700 on stick. */
    int fail_at, fail_result;
    int calls; /* such calls so far */
    bool stuck;
    /* Alive now. */
    int contexts, pushed, modules, memory, host_memory, streams, events, graphs, execs;
    /* Since the last reset. */
    int nodes, edges, launches;
};

struct stub_state *cuda_stub(void);

/* Counts from 0 again, nothing fails; what is alive stays counted. */
void cuda_stub_reset(void);

/* As the stub's module loader reads PTX; false: no entry. */
bool cuda_stub_signature(const char *ptx, struct stub_signature *signature);

#endif
