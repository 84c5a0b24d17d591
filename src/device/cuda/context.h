/* What the files of this backend share. Every call enters the device's primary context and leaves it again: a
   caller's own current context stays as it was. */
#ifndef IVQ_DEVICE_CUDA_CONTEXT_H
#define IVQ_DEVICE_CUDA_CONTEXT_H
#include "device/cuda/loader.h"
#include "device/device.h"

struct cuda_module {
    const struct ivq_kernel *kernel;
    CUmodule module;
    CUfunction function;
};

struct cuda_device {
    struct ivq_device base;
    const struct cuda_api *api;
    CUdevice ordinal;
    CUcontext context; /* the primary one, shared with all who use this device in the process */
    CUstream stream;   /* the only one: plans run in the order of their submission */
    bool lost;
    struct cuda_module *modules; /* one for each prepared kernel */
    int module_count;
};

struct cuda_buffer {
    struct ivq_buffer base;
    CUdeviceptr address; /* DEVICE only */
};

static inline struct cuda_device *ivq_cuda_of(struct ivq_device *device)
{
    return (struct cuda_device *)device;
}

/* The error for a call of the driver that failed; doing: "loading kernel x". Marks the device lost where the
   driver says that its context is. */
enum ivq_status ivq_cuda_fail(struct cuda_device *cuda, CUresult result, const char *doing,
                              struct ivq_error *error);

/* Makes the context current; fails on a lost device. A successful enter is followed by a leave. */
enum ivq_status ivq_cuda_enter(struct cuda_device *cuda, struct ivq_error *error);
/* For cleaning up, which a lost device needs as well; false: the context is gone, and all it held with it. */
bool ivq_cuda_enter_to_free(struct cuda_device *cuda);
void ivq_cuda_leave(struct cuda_device *cuda);

/* The prepared kernel, or NULL. */
const struct cuda_module *ivq_cuda_module(const struct cuda_device *cuda, const struct ivq_kernel *kernel);
void ivq_cuda_unload_modules(struct cuda_device *cuda); /* inside the context */

/* The entries of the backend's table (device.h). */
enum ivq_status ivq_cuda_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                 struct ivq_error *error);
enum ivq_status ivq_cuda_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                       struct ivq_buffer **buffer, struct ivq_error *error);
void ivq_cuda_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer);
enum ivq_status ivq_cuda_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                     struct ivq_error *error);
enum ivq_status ivq_cuda_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                     struct ivq_plan **plan, struct ivq_error *error);
void ivq_cuda_plan_destroy(struct ivq_device *device, struct ivq_plan *plan);
enum ivq_status ivq_cuda_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
enum ivq_status ivq_cuda_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
double ivq_cuda_plan_seconds(struct ivq_device *device, struct ivq_plan *plan);

#endif
