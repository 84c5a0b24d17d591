/* What the files of this backend share. */
#ifndef IVQ_DEVICE_OPENCL_CONTEXT_H
#define IVQ_DEVICE_OPENCL_CONTEXT_H
#include "device/device.h"
#include "device/opencl/loader.h"

struct opencl_program {
    const struct ivq_kernel *kernel;
    cl_program program;
};

struct opencl_device {
    struct ivq_device base;
    const struct opencl_api *api;
    cl_device_id handle;
    cl_context context;
    cl_command_queue queue; /* in order: plans, and the steps of a plan, run one after the other */
    bool lost;
    bool has_binary64;
    struct opencl_program *programs; /* one for each prepared kernel */
    int program_count;
};

struct opencl_buffer {
    struct ivq_buffer base;
    cl_mem memory; /* UPLOAD and READBACK: only what holds base.host in place; no command uses it */
};

static inline struct opencl_device *ivq_opencl_of(struct ivq_device *device)
{
    return (struct opencl_device *)device;
}

/* Where a call failed decides whether the device can be used again. */
enum opencl_phase {
    OPENCL_SETUP,   /* nothing was queued for it */
    OPENCL_QUEUE,   /* commands were being queued */
    OPENCL_EXECUTE, /* commands had been running: later ones may have been dropped */
};

/* The error for a call of the driver that failed; doing: "building kernel x". Marks the device lost where it
   is. */
enum ivq_status ivq_opencl_fail(struct opencl_device *opencl, cl_int result, enum opencl_phase phase,
                                const char *doing, struct ivq_error *error);

/* Fails on a lost device: the first thing each entry of the table asks. */
enum ivq_status ivq_opencl_check(const struct opencl_device *opencl, struct ivq_error *error);

/* True, with the reason in *error, where the platform is PoCL and lacks a folder to write to. */
bool ivq_opencl_explain_pocl(const struct opencl_api *api, cl_platform_id platform, struct ivq_error *error);

/* Its text for this device. */
const struct ivq_code *ivq_opencl_code(const struct opencl_device *opencl, const struct ivq_kernel *kernel);

/* The prepared kernel's program, or NULL. */
cl_program ivq_opencl_program(const struct opencl_device *opencl, const struct ivq_kernel *kernel);
void ivq_opencl_release_programs(struct opencl_device *opencl);

/* The entries of the backend's table (device.h). */
enum ivq_status ivq_opencl_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                   struct ivq_error *error);
enum ivq_status ivq_opencl_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                         struct ivq_buffer **buffer, struct ivq_error *error);
void ivq_opencl_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer);
enum ivq_status ivq_opencl_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                       struct ivq_error *error);
enum ivq_status ivq_opencl_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                       struct ivq_plan **plan, struct ivq_error *error);
void ivq_opencl_plan_destroy(struct ivq_device *device, struct ivq_plan *plan);
enum ivq_status ivq_opencl_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
enum ivq_status ivq_opencl_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
double ivq_opencl_plan_seconds(struct ivq_device *device, struct ivq_plan *plan);

#endif
