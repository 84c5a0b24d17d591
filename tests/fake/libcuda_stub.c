#include "fake/libcuda_stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/cuda/loader.h"

enum { FIRST_STICKY = 700, MAX_NODES = 4096, MAJOR = 9, THREADS = 1024, DRIVER = 13000 };

/* Every function is declared as the backend expects it. */
#define DECLARE(member, symbol, arguments) CUresult symbol arguments;
IVQ_CUDA_FUNCTIONS(DECLARE)
#undef DECLARE

struct CUfunc_st {
    struct stub_signature signature;
};

struct CUmod_st {
    struct CUfunc_st function;
};

struct CUevent_st {
    bool recorded;
};

struct CUstream_st {
    int device;
};

struct CUctx_st {
    int device;
};

enum node_kind { NODE_EMPTY, NODE_KERNEL, NODE_COPY };

struct CUgraphNode_st {
    enum node_kind kind;
    struct stub_launch launch;
    CUDA_MEMCPY3D copy;
    CUgraphNode *after;
    size_t after_count;
    bool done;
};

struct CUgraph_st {
    CUgraphNode nodes[MAX_NODES];
    int count;
};

/* The driver copies a graph when it is instantiated; here its nodes move. */
struct CUgraphExec_st {
    struct CUgraph_st graph;
};

static struct stub_state state = {.fail_at = -1};
static struct CUctx_st contexts[STUB_DEVICES] = {{0}, {1}};

struct stub_state *cuda_stub(void)
{
    return &state;
}

void cuda_stub_reset(void)
{
    state.fail_at = -1;
    state.calls = state.nodes = state.edges = state.launches = 0;
    state.stuck = false;
}

/* Begins every call that may fail. */
static CUresult begin(void)
{
    if (state.stuck)
        return (CUresult)state.fail_result;
    if (state.calls++ != state.fail_at)
        return CUDA_SUCCESS;
    state.stuck = state.fail_result >= FIRST_STICKY;
    return (CUresult)state.fail_result;
}

/* Begins those that need a current context as well. */
static CUresult begin_inside(void)
{
    return state.pushed > 0 ? begin() : CUDA_ERROR_INVALID_CONTEXT;
}

#define TRY(result)                                                                                          \
    do {                                                                                                     \
        const CUresult tried = (result);                                                                     \
        if (tried != CUDA_SUCCESS)                                                                           \
            return tried;                                                                                    \
    } while (0)

CUresult cuInit(unsigned flags)
{
    return flags ? CUDA_ERROR_UNKNOWN : CUDA_SUCCESS;
}

CUresult cuGetErrorName(CUresult result, const char **name)
{
    *name = (int)result >= FIRST_STICKY ? "CUDA_ERROR_STUB_STICKY" : "CUDA_ERROR_STUB";
    return CUDA_SUCCESS;
}

CUresult cuGetErrorString(CUresult result, const char **text)
{
    (void)result;
    *text = "as the test asked";
    return CUDA_SUCCESS;
}

CUresult cuDriverGetVersion(int *version)
{
    *version = DRIVER;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count)
{
    TRY(begin());
    *count = STUB_DEVICES;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
    TRY(begin());
    *device = ordinal;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int size, CUdevice device)
{
    TRY(begin());
    snprintf(name, (size_t)size, "Stub %d", device);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice device)
{
    memset(uuid->bytes, 0xa0 + device, sizeof uuid->bytes);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice device)
{
    TRY(begin());
    *value = attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR ? MAJOR : device;
    return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
    TRY(begin());
    *context = &contexts[device];
    state.contexts++;
    return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device)
{
    (void)device;
    state.contexts--;
    return CUDA_SUCCESS;
}

CUresult cuCtxPushCurrent_v2(CUcontext context)
{
    (void)context;
    state.pushed++;
    return CUDA_SUCCESS;
}

CUresult cuCtxPopCurrent_v2(CUcontext *context)
{
    *context = NULL;
    state.pushed--;
    return CUDA_SUCCESS;
}

/* ".param .align 4 .b8 name[12]" or ".param .u64 name". */
static size_t parameter_size(const char *text, size_t length)
{
    char one[256];
    snprintf(one, sizeof one, "%.*s", (int)length, text);
    const char *const bracket = strchr(one, '[');
    if (bracket)
        return strtoul(bracket + 1, NULL, 10);
    return strstr(one, "64 ") ? sizeof(uint64_t) : sizeof(uint32_t);
}

bool cuda_stub_signature(const char *ptx, struct stub_signature *signature)
{
    *signature = (struct stub_signature){0};
    const char *at = strstr(ptx, ".entry ");
    if (!at || sscanf(at, ".entry %127[A-Za-z0-9_]", signature->name) != 1)
        return false;
    const char *const end = strchr(at, ')');
    while (end && signature->count < STUB_MAX_ARGS && (at = strstr(at, ".param")) && at < end) {
        const size_t length = strcspn(at, ",)");
        signature->sizes[signature->count++] = parameter_size(at, length);
        at += length;
    }
    return end != NULL;
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned count, int *options, void **values)
{
    TRY(begin_inside());
    struct stub_signature signature;
    if (!cuda_stub_signature(image, &signature)) {
        if (count == 2 && options[0] == CU_JIT_ERROR_LOG_BUFFER)
            snprintf(values[0], (size_t)(uintptr_t)values[1], "stub: no entry\nsecond line");
        return CUDA_ERROR_INVALID_PTX;
    }
    *module = calloc(1, sizeof **module);
    (*module)->function.signature = signature;
    state.modules++;
    return CUDA_SUCCESS;
}

CUresult cuModuleUnload(CUmodule module)
{
    free(module);
    state.modules--;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name)
{
    TRY(begin_inside());
    *function = &module->function;
    return strcmp(name, module->function.signature.name) ? CUDA_ERROR_UNKNOWN : CUDA_SUCCESS;
}

CUresult cuFuncGetAttribute(int *value, int attribute, CUfunction function)
{
    (void)attribute, (void)function;
    TRY(begin_inside());
    *value = THREADS;
    return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t size)
{
    TRY(begin_inside());
    *address = (CUdeviceptr)(uintptr_t)malloc(size);
    state.memory++;
    return CUDA_SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
    free((void *)(uintptr_t)address);
    state.memory--;
    return CUDA_SUCCESS;
}

CUresult cuMemHostAlloc(void **host, size_t size, unsigned flags)
{
    (void)flags;
    TRY(begin_inside());
    *host = malloc(size);
    state.host_memory++;
    return CUDA_SUCCESS;
}

CUresult cuMemFreeHost(void *host)
{
    free(host);
    state.host_memory--;
    return CUDA_SUCCESS;
}

CUresult cuMemsetD32Async(CUdeviceptr to, unsigned word, size_t count, CUstream stream)
{
    (void)stream;
    TRY(begin_inside());
    for (size_t i = 0; i < count; i++)
        ((unsigned *)(uintptr_t)to)[i] = word;
    return CUDA_SUCCESS;
}

CUresult cuStreamCreate(CUstream *stream, unsigned flags)
{
    (void)flags;
    TRY(begin_inside());
    *stream = calloc(1, sizeof **stream);
    state.streams++;
    return CUDA_SUCCESS;
}

CUresult cuStreamDestroy_v2(CUstream stream)
{
    free(stream);
    state.streams--;
    return CUDA_SUCCESS;
}

CUresult cuStreamSynchronize(CUstream stream)
{
    (void)stream;
    return begin_inside();
}

CUresult cuEventCreate(CUevent *event, unsigned flags)
{
    (void)flags;
    TRY(begin_inside());
    *event = calloc(1, sizeof **event);
    state.events++;
    return CUDA_SUCCESS;
}

CUresult cuEventDestroy_v2(CUevent event)
{
    free(event);
    state.events--;
    return CUDA_SUCCESS;
}

CUresult cuEventRecord(CUevent event, CUstream stream)
{
    (void)stream;
    TRY(begin_inside());
    event->recorded = true;
    return CUDA_SUCCESS;
}

CUresult cuEventSynchronize(CUevent event)
{
    (void)event;
    return begin_inside();
}

CUresult cuEventElapsedTime(float *milliseconds, CUevent start, CUevent end)
{
    TRY(begin_inside());
    *milliseconds = 1.5f;
    return start->recorded && end->recorded ? CUDA_SUCCESS : CUDA_ERROR_UNKNOWN;
}

CUresult cuGraphCreate(CUgraph *graph, unsigned flags)
{
    (void)flags;
    TRY(begin_inside());
    *graph = calloc(1, sizeof **graph);
    state.graphs++;
    return CUDA_SUCCESS;
}

static void free_nodes(struct CUgraph_st *graph)
{
    for (int i = 0; i < graph->count; i++) {
        for (int n = 0; n < STUB_MAX_ARGS; n++)
            free((void *)graph->nodes[i]->launch.args[n]);
        free(graph->nodes[i]->after);
        free(graph->nodes[i]);
    }
}

CUresult cuGraphDestroy(CUgraph graph)
{
    free_nodes(graph);
    free(graph);
    state.graphs--;
    return CUDA_SUCCESS;
}

static CUresult add_node(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t after_count,
                         enum node_kind kind)
{
    TRY(begin_inside());
    if (graph->count == MAX_NODES)
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUgraphNode n = calloc(1, sizeof *n);
    n->kind = kind;
    n->after = calloc(after_count + 1, sizeof *after);
    n->after_count = after_count;
    for (size_t i = 0; i < after_count; i++)
        n->after[i] = after[i];
    graph->nodes[graph->count++] = *node = n;
    state.nodes++;
    state.edges += (int)after_count;
    return CUDA_SUCCESS;
}

CUresult cuGraphAddKernelNode(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t after_count,
                              const CUDA_KERNEL_NODE_PARAMS *params)
{
    TRY(add_node(node, graph, after, after_count, NODE_KERNEL));
    const struct stub_signature *const signature = &params->func->signature;
    (*node)->launch = (struct stub_launch){
        .signature = signature,
        .grid = {params->gridDimX, params->gridDimY, params->gridDimZ},
        .block = {params->blockDimX, params->blockDimY, params->blockDimZ},
    };
    for (int i = 0; i < signature->count; i++) {
        void *const copy = malloc(signature->sizes[i]);
        memcpy(copy, params->kernelParams[i], signature->sizes[i]);
        (*node)->launch.args[i] = copy;
    }
    return CUDA_SUCCESS;
}

CUresult cuGraphAddMemcpyNode(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t after_count,
                              const CUDA_MEMCPY3D *params, CUcontext context)
{
    if (!context || params->Height != 1 || params->Depth != 1)
        return CUDA_ERROR_UNKNOWN;
    TRY(add_node(node, graph, after, after_count, NODE_COPY));
    (*node)->copy = *params;
    return CUDA_SUCCESS;
}

CUresult cuGraphAddEmptyNode(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t after_count)
{
    return add_node(node, graph, after, after_count, NODE_EMPTY);
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *exec, CUgraph graph, unsigned long long flags)
{
    (void)flags;
    TRY(begin_inside());
    *exec = calloc(1, sizeof **exec);
    (*exec)->graph = *graph;
    graph->count = 0;
    state.execs++;
    return CUDA_SUCCESS;
}

CUresult cuGraphExecDestroy(CUgraphExec exec)
{
    free_nodes(&exec->graph);
    free(exec);
    state.execs--;
    return CUDA_SUCCESS;
}

static void run_node(CUgraphNode node)
{
    const CUDA_MEMCPY3D *const c = &node->copy;
    if (node->kind == NODE_KERNEL && state.kernel)
        state.kernel(&node->launch);
    if (node->kind == NODE_COPY)
        memcpy(c->dstMemoryType == CU_MEMORYTYPE_DEVICE ? (void *)(uintptr_t)c->dstDevice : c->dstHost,
               c->srcMemoryType == CU_MEMORYTYPE_DEVICE ? (void *)(uintptr_t)c->srcDevice : c->srcHost,
               c->WidthInBytes);
    node->done = true;
}

static bool is_ready(const struct CUgraphNode_st *node)
{
    bool ready = !node->done;
    for (size_t i = 0; i < node->after_count && ready; i++)
        ready = node->after[i]->done;
    return ready;
}

/* The last node that may run goes first: an edge that is missing shows. */
static bool run_one(struct CUgraph_st *graph)
{
    for (int i = graph->count - 1; i >= 0; i--)
        if (is_ready(graph->nodes[i])) {
            run_node(graph->nodes[i]);
            return true;
        }
    return false;
}

CUresult cuGraphLaunch(CUgraphExec exec, CUstream stream)
{
    (void)stream;
    TRY(begin_inside());
    for (int i = 0; i < exec->graph.count; i++)
        exec->graph.nodes[i]->done = false;
    while (run_one(&exec->graph))
        ;
    state.launches++;
    return CUDA_SUCCESS;
}
