/* The CUDA driver API as far as this backend uses it, from libcuda.so.1 at run time: the build needs no CUDA
   header. Names, values and layouts are those of the driver API's reference. */
#ifndef IVQ_DEVICE_CUDA_LOADER_H
#define IVQ_DEVICE_CUDA_LOADER_H
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphNode_st *CUgraphNode;
typedef struct CUgraphExec_st *CUgraphExec;
typedef struct CUarray_st *CUarray;

typedef struct {
    unsigned char bytes[16];
} CUuuid;

/* Results that this backend tells apart; others go by the driver's own name and text. */
typedef enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_DEINITIALIZED = 4,
    CUDA_ERROR_DEVICE_UNAVAILABLE = 46,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_ECC_UNCORRECTABLE = 214,
    CUDA_ERROR_INVALID_PTX = 218,
    CUDA_ERROR_NVLINK_UNCORRECTABLE = 220,
    CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_TIMEOUT = 702,
    CUDA_ERROR_CONTEXT_IS_DESTROYED = 709,
    CUDA_ERROR_ASSERT = 710,
    CUDA_ERROR_HARDWARE_STACK_ERROR = 714,
    CUDA_ERROR_ILLEGAL_INSTRUCTION = 715,
    CUDA_ERROR_MISALIGNED_ADDRESS = 716,
    CUDA_ERROR_INVALID_ADDRESS_SPACE = 717,
    CUDA_ERROR_INVALID_PC = 718,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_UNKNOWN = 999,
} CUresult;

enum {
    CU_DEVICE_ATTRIBUTE_INTEGRATED = 18,
    CU_DEVICE_ATTRIBUTE_PCI_BUS_ID = 33,
    CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID = 34,
    CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID = 50,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
    CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0,
    CU_JIT_ERROR_LOG_BUFFER = 5,
    CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6,
    CU_STREAM_NON_BLOCKING = 1,
    CU_EVENT_BLOCKING_SYNC = 1,
    CU_MEMORYTYPE_HOST = 1,
    CU_MEMORYTYPE_DEVICE = 2,
};

typedef struct {
    CUfunction func;
    unsigned gridDimX, gridDimY, gridDimZ;
    unsigned blockDimX, blockDimY, blockDimZ;
    unsigned sharedMemBytes;
    void **kernelParams;
    void **extra;
} CUDA_KERNEL_NODE_PARAMS; /* of cuGraphAddKernelNode without _v2: every driver since CUDA 10 has it */

typedef struct {
    size_t srcXInBytes, srcY, srcZ, srcLOD;
    int srcMemoryType;
    const void *srcHost;
    CUdeviceptr srcDevice;
    CUarray srcArray;
    void *reserved0;
    size_t srcPitch, srcHeight;
    size_t dstXInBytes, dstY, dstZ, dstLOD;
    int dstMemoryType;
    void *dstHost;
    CUdeviceptr dstDevice;
    CUarray dstArray;
    void *reserved1;
    size_t dstPitch, dstHeight;
    size_t WidthInBytes, Height, Depth;
} CUDA_MEMCPY3D;

/* X(member, symbol, arguments) */
#define IVQ_CUDA_FUNCTIONS(X)                                                                                \
    X(init, cuInit, (unsigned flags))                                                                        \
    X(error_name, cuGetErrorName, (CUresult result, const char **name))                                      \
    X(error_string, cuGetErrorString, (CUresult result, const char **text))                                  \
    X(driver_version, cuDriverGetVersion, (int *version))                                                    \
    X(device_count, cuDeviceGetCount, (int *count))                                                          \
    X(device_get, cuDeviceGet, (CUdevice * device, int ordinal))                                             \
    X(device_name, cuDeviceGetName, (char *name, int size, CUdevice device))                                 \
    X(device_uuid, cuDeviceGetUuid, (CUuuid * uuid, CUdevice device))                                        \
    X(device_attribute, cuDeviceGetAttribute, (int *value, int attribute, CUdevice device))                  \
    X(context_retain, cuDevicePrimaryCtxRetain, (CUcontext * context, CUdevice device))                      \
    X(context_release, cuDevicePrimaryCtxRelease_v2, (CUdevice device))                                      \
    X(context_push, cuCtxPushCurrent_v2, (CUcontext context))                                                \
    X(context_pop, cuCtxPopCurrent_v2, (CUcontext * context))                                                \
    X(module_load, cuModuleLoadDataEx,                                                                       \
      (CUmodule * module, const void *image, unsigned count, int *options, void **values))                   \
    X(module_unload, cuModuleUnload, (CUmodule module))                                                      \
    X(module_function, cuModuleGetFunction, (CUfunction * function, CUmodule module, const char *name))      \
    X(function_attribute, cuFuncGetAttribute, (int *value, int attribute, CUfunction function))              \
    X(memory_alloc, cuMemAlloc_v2, (CUdeviceptr * address, size_t size))                                     \
    X(memory_free, cuMemFree_v2, (CUdeviceptr address))                                                      \
    X(host_alloc, cuMemHostAlloc, (void **host, size_t size, unsigned flags))                                \
    X(host_free, cuMemFreeHost, (void *host))                                                                \
    X(set_words, cuMemsetD32Async, (CUdeviceptr to, unsigned word, size_t count, CUstream stream))           \
    X(stream_create, cuStreamCreate, (CUstream * stream, unsigned flags))                                    \
    X(stream_destroy, cuStreamDestroy_v2, (CUstream stream))                                                 \
    X(stream_synchronize, cuStreamSynchronize, (CUstream stream))                                            \
    X(event_create, cuEventCreate, (CUevent * event, unsigned flags))                                        \
    X(event_destroy, cuEventDestroy_v2, (CUevent event))                                                     \
    X(event_record, cuEventRecord, (CUevent event, CUstream stream))                                         \
    X(event_synchronize, cuEventSynchronize, (CUevent event))                                                \
    X(event_elapsed, cuEventElapsedTime, (float *milliseconds, CUevent start, CUevent end))                  \
    X(graph_create, cuGraphCreate, (CUgraph * graph, unsigned flags))                                        \
    X(graph_destroy, cuGraphDestroy, (CUgraph graph))                                                        \
    X(graph_add_kernel, cuGraphAddKernelNode,                                                                \
      (CUgraphNode * node, CUgraph graph, const CUgraphNode *after, size_t after_count,                      \
       const CUDA_KERNEL_NODE_PARAMS *params))                                                               \
    X(graph_add_copy, cuGraphAddMemcpyNode,                                                                  \
      (CUgraphNode * node, CUgraph graph, const CUgraphNode *after, size_t after_count,                      \
       const CUDA_MEMCPY3D *params, CUcontext context))                                                      \
    X(graph_add_empty, cuGraphAddEmptyNode,                                                                  \
      (CUgraphNode * node, CUgraph graph, const CUgraphNode *after, size_t after_count))                     \
    X(graph_instantiate, cuGraphInstantiateWithFlags,                                                        \
      (CUgraphExec * exec, CUgraph graph, unsigned long long flags))                                         \
    X(graph_launch, cuGraphLaunch, (CUgraphExec exec, CUstream stream))                                      \
    X(graph_exec_destroy, cuGraphExecDestroy, (CUgraphExec exec))

struct cuda_api {
#define MEMBER(member, symbol, arguments) CUresult(*member) arguments;
    IVQ_CUDA_FUNCTIONS(MEMBER)
#undef MEMBER
};

/* The loaded and initialised driver, which stays loaded until the process ends; NULL with status IVQ_DEVICE
   and the reason in *error (may be NULL). Any thread. */
const struct cuda_api *ivq_cuda_load(struct ivq_error *error);

#endif
