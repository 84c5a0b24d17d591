/* CUDA memory: DEVICE is the device's own, UPLOAD and READBACK are page-locked host memory, which copies
   reach without a bounce. */
#include "device/cuda/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CUresult allocate(const struct cuda_api *api, struct cuda_buffer *buffer)
{
    if (buffer->base.kind == IVQ_BUFFER_DEVICE)
        return api->memory_alloc(&buffer->address, buffer->base.size);
    return api->host_alloc(&buffer->base.host, buffer->base.size, 0);
}

enum ivq_status ivq_cuda_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                       struct ivq_buffer **buffer, struct ivq_error *error)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    struct cuda_buffer *const b = calloc(1, sizeof *b);
    if (!b)
        return ivq_fail_memory(error, "a CUDA buffer");
    b->base.size = size;
    b->base.kind = kind;
    enum ivq_status status = ivq_cuda_enter(cuda, error);
    if (status == IVQ_OK) {
        const CUresult result = allocate(cuda->api, b);
        ivq_cuda_leave(cuda);
        if (result != CUDA_SUCCESS) {
            char doing[80];
            snprintf(doing, sizeof doing, "allocating %zu bytes of %s memory", size,
                     kind == IVQ_BUFFER_DEVICE ? "device" : "page-locked host");
            status = ivq_cuda_fail(cuda, result, doing, error);
        }
    }
    if (status != IVQ_OK) {
        free(b);
        return status;
    }
    *buffer = &b->base;
    return IVQ_OK;
}

void ivq_cuda_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    struct cuda_buffer *const b = (struct cuda_buffer *)buffer;
    if (ivq_cuda_enter_to_free(cuda)) {
        if (buffer->kind == IVQ_BUFFER_DEVICE)
            cuda->api->memory_free(b->address);
        else
            cuda->api->host_free(buffer->host);
        ivq_cuda_leave(cuda);
    }
    free(b);
}

static enum ivq_status fill_device(struct cuda_device *cuda, const struct cuda_buffer *buffer, uint32_t word,
                                   struct ivq_error *error)
{
    const enum ivq_status status = ivq_cuda_enter(cuda, error);
    if (status != IVQ_OK)
        return status;
    CUresult result =
        cuda->api->set_words(buffer->address, word, buffer->base.size / sizeof word, cuda->stream);
    if (result == CUDA_SUCCESS)
        result = cuda->api->stream_synchronize(cuda->stream);
    ivq_cuda_leave(cuda);
    return result == CUDA_SUCCESS ? IVQ_OK : ivq_cuda_fail(cuda, result, "filling a buffer", error);
}

enum ivq_status ivq_cuda_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                     struct ivq_error *error)
{
    if (buffer->size < sizeof word)
        return IVQ_OK;
    if (buffer->kind == IVQ_BUFFER_DEVICE)
        return fill_device(ivq_cuda_of(device), (const struct cuda_buffer *)buffer, word, error);
    for (size_t at = 0; at + sizeof word <= buffer->size; at += sizeof word)
        memcpy((char *)buffer->host + at, &word, sizeof word);
    return IVQ_OK;
}
