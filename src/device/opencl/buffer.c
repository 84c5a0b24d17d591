/* OpenCL memory. A mapped buffer must not be used by commands, so UPLOAD and READBACK are mapped once and
   serve as plain host memory, which drivers have page-locked, for clEnqueueWriteBuffer and ReadBuffer. */
#include "device/opencl/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Drivers allocate when a command first needs the memory: writing one byte makes a lack of it known here. */
static cl_int allocate_device(struct opencl_device *opencl, struct opencl_buffer *b)
{
    cl_int result;
    b->memory = opencl->api->buffer_create(opencl->context, CL_MEM_READ_WRITE, b->base.size, NULL, &result);
    if (!b->memory)
        return result;
    const unsigned char byte = 0;
    result = opencl->api->fill(opencl->queue, b->memory, &byte, 1, 0, 1, 0, NULL, NULL);
    if (result == CL_SUCCESS)
        result = opencl->api->finish(opencl->queue);
    if (result != CL_SUCCESS)
        opencl->api->buffer_release(b->memory);
    return result;
}

static cl_int allocate_host(struct opencl_device *opencl, struct opencl_buffer *b)
{
    cl_int result;
    b->memory =
        opencl->api->buffer_create(opencl->context, CL_MEM_ALLOC_HOST_PTR, b->base.size, NULL, &result);
    if (!b->memory)
        return result;
    b->base.host = opencl->api->map(opencl->queue, b->memory, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
                                    b->base.size, 0, NULL, NULL, &result);
    if (!b->base.host)
        opencl->api->buffer_release(b->memory);
    return result;
}

/* Some drivers accept any size. */
static cl_int allocate(struct opencl_device *opencl, struct opencl_buffer *b)
{
    cl_ulong memory = 0;
    opencl->api->device_info(opencl->handle, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof memory, &memory, NULL);
    if (b->base.kind != IVQ_BUFFER_DEVICE)
        return allocate_host(opencl, b);
    return b->base.size > memory ? CL_INVALID_BUFFER_SIZE : allocate_device(opencl, b);
}

enum ivq_status ivq_opencl_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                         struct ivq_buffer **buffer, struct ivq_error *error)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    const enum ivq_status status = ivq_opencl_check(opencl, error);
    if (status != IVQ_OK)
        return status;
    struct opencl_buffer *const b = calloc(1, sizeof *b);
    if (!b)
        return ivq_fail_memory(error, "an OpenCL buffer");
    b->base.size = size;
    b->base.kind = kind;
    const cl_int result = allocate(opencl, b);
    if (result != CL_SUCCESS) {
        free(b);
        char doing[80];
        snprintf(doing, sizeof doing, "allocating %zu bytes of %s memory", size,
                 kind == IVQ_BUFFER_DEVICE ? "device" : "host");
        return ivq_opencl_fail(opencl, result, OPENCL_SETUP, doing, error);
    }
    *buffer = &b->base;
    return IVQ_OK;
}

void ivq_opencl_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    struct opencl_buffer *const b = (struct opencl_buffer *)buffer;
    if (buffer->host) {
        opencl->api->unmap(opencl->queue, b->memory, buffer->host, 0, NULL, NULL);
        opencl->api->finish(opencl->queue);
    }
    opencl->api->buffer_release(b->memory);
    free(b);
}

static enum ivq_status fill_device(struct opencl_device *opencl, const struct opencl_buffer *b, uint32_t word,
                                   struct ivq_error *error)
{
    const enum ivq_status status = ivq_opencl_check(opencl, error);
    if (status != IVQ_OK)
        return status;
    const size_t size = b->base.size / sizeof word * sizeof word;
    cl_int result = opencl->api->fill(opencl->queue, b->memory, &word, sizeof word, 0, size, 0, NULL, NULL);
    if (result == CL_SUCCESS)
        result = opencl->api->finish(opencl->queue);
    return result == CL_SUCCESS ? IVQ_OK
                                : ivq_opencl_fail(opencl, result, OPENCL_EXECUTE, "filling a buffer", error);
}

enum ivq_status ivq_opencl_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                       struct ivq_error *error)
{
    if (buffer->size < sizeof word)
        return IVQ_OK;
    if (!buffer->host)
        return fill_device(ivq_opencl_of(device), (const struct opencl_buffer *)buffer, word, error);
    for (size_t at = 0; at + sizeof word <= buffer->size; at += sizeof word)
        memcpy((char *)buffer->host + at, &word, sizeof word);
    return IVQ_OK;
}
