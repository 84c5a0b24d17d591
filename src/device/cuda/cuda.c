/* CUDA devices: which there are, who they are, opening and closing them. */
#include "device/cuda/cuda.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/cuda/context.h"

/* "570.124.06" from "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.06  Release ...". */
static void read_driver_number(char *number, size_t size)
{
    number[0] = 0;
    FILE *const file = fopen("/proc/driver/nvidia/version", "r");
    if (!file)
        return;
    char line[256] = "";
    if (!fgets(line, sizeof line, file))
        line[0] = 0;
    fclose(file);
    char *rest = NULL;
    for (char *word = strtok_r(line, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
        if (isdigit((unsigned char)word[0]) && strchr(word, '.')) {
            snprintf(number, size, "%s", word);
            return;
        }
}

static void describe_driver(const struct cuda_api *api, char *text, size_t size)
{
    int version = 0; /* 1000 major + 10 minor */
    api->driver_version(&version);
    char number[32];
    read_driver_number(number, sizeof number);
    snprintf(text, size, "NVIDIA %s%s(CUDA %d.%d)", number, number[0] ? " " : "", version / 1000,
             version % 1000 / 10);
}

/* Where it sits: left out where the driver does not say. */
static void describe_place(const struct cuda_api *api, CUdevice device, struct ivq_device_info *info)
{
    int integrated = 0, domain = 0, bus = 0, slot = 0;
    api->device_attribute(&integrated, CU_DEVICE_ATTRIBUTE_INTEGRATED, device);
    info->type = integrated ? IVQ_TYPE_INTEGRATED : IVQ_TYPE_DISCRETE;
    if (api->device_attribute(&domain, CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID, device) == CUDA_SUCCESS &&
        api->device_attribute(&bus, CU_DEVICE_ATTRIBUTE_PCI_BUS_ID, device) == CUDA_SUCCESS &&
        api->device_attribute(&slot, CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID, device) == CUDA_SUCCESS)
        ivq_device_set_pci(info, (unsigned)domain, (unsigned)bus, (unsigned)slot, 0);
}

static CUresult describe(const struct cuda_api *api, int index, struct ivq_device_info *info)
{
    *info = (struct ivq_device_info){.in_order = true, .shape = IVQ_SHAPE_CUDA, .index = index};
    CUdevice device;
    CUresult result = api->device_get(&device, index);
    if (result != CUDA_SUCCESS)
        return result;
    int major = 0, minor = 0;
    result = api->device_attribute(&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
    if (result == CUDA_SUCCESS)
        result = api->device_attribute(&minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
    if (result == CUDA_SUCCESS)
        result = api->device_name(info->name, sizeof info->name, device);
    if (result != CUDA_SUCCESS)
        return result;
    snprintf(info->id, sizeof info->id, "cuda:%d.%d", major, minor);
    describe_driver(api, info->driver, sizeof info->driver);
    describe_place(api, device, info);
    CUuuid uuid;
    if (api->device_uuid(&uuid, device) == CUDA_SUCCESS)
        for (size_t i = 0; i < sizeof uuid.bytes; i++)
            snprintf(info->uuid + 2 * i, 3, "%02x", uuid.bytes[i]);
    return CUDA_SUCCESS;
}

/* No device is no error here: *error then says why. */
static const struct cuda_api *count_devices(int *count, struct ivq_error *error)
{
    *count = 0;
    const struct cuda_api *const api = ivq_cuda_load(error);
    if (api && (api->device_count(count) != CUDA_SUCCESS || *count < 1)) {
        *count = 0;
        ivq_fail(error, IVQ_DEVICE, "the NVIDIA driver sees no device");
    }
    return api;
}

static enum ivq_status cuda_list(struct ivq_device_info *infos, int max, int *count, struct ivq_error *error)
{
    int all;
    const struct cuda_api *const api = count_devices(&all, error);
    *count = 0;
    for (int i = 0; i < all && *count < max; i++) {
        if (describe(api, i, &infos[*count]) == CUDA_SUCCESS)
            ++*count;
        else
            ivq_fail(error, IVQ_DEVICE, "CUDA device %d does not answer", i);
    }
    if (error)
        error->status = IVQ_OK;
    return IVQ_OK;
}

static void cuda_close(struct ivq_device *device)
{
    struct cuda_device *const cuda = ivq_cuda_of(device);
    if (cuda->context && ivq_cuda_enter_to_free(cuda)) {
        if (cuda->stream) {
            cuda->api->stream_synchronize(cuda->stream);
            cuda->api->stream_destroy(cuda->stream);
        }
        ivq_cuda_unload_modules(cuda);
        ivq_cuda_leave(cuda);
    }
    if (cuda->context)
        cuda->api->context_release(cuda->ordinal);
    free(cuda->modules);
    free(cuda);
}

static enum ivq_status start(struct cuda_device *cuda, int index, struct ivq_error *error)
{
    CUresult result = describe(cuda->api, index, &cuda->base.info);
    if (result == CUDA_SUCCESS)
        result = cuda->api->device_get(&cuda->ordinal, index);
    if (result == CUDA_SUCCESS)
        result = cuda->api->context_retain(&cuda->context, cuda->ordinal);
    if (result != CUDA_SUCCESS)
        return ivq_cuda_fail(cuda, result, "opening the device", error);
    const enum ivq_status status = ivq_cuda_enter(cuda, error);
    if (status != IVQ_OK)
        return status;
    result = cuda->api->stream_create(&cuda->stream, CU_STREAM_NON_BLOCKING);
    ivq_cuda_leave(cuda);
    return result == CUDA_SUCCESS ? IVQ_OK : ivq_cuda_fail(cuda, result, "creating a stream", error);
}

static enum ivq_status cuda_open(const struct ivq_device_params *params, struct ivq_device **device,
                                 struct ivq_error *error)
{
    int count;
    const struct cuda_api *const api = count_devices(&count, NULL);
    if (params->index < 0 || params->index >= count)
        return ivq_device_fail_index(&ivq_backend_cuda, params->index, error);
    struct cuda_device *const cuda = calloc(1, sizeof *cuda);
    if (!cuda)
        return ivq_fail_memory(error, "a CUDA device");
    cuda->base.backend = &ivq_backend_cuda;
    cuda->api = api;
    const enum ivq_status status = start(cuda, params->index, error);
    if (status != IVQ_OK) {
        cuda_close(&cuda->base);
        return status;
    }
    *device = &cuda->base;
    return IVQ_OK;
}

const struct ivq_backend ivq_backend_cuda = {
    .name = "cuda",
    .list = cuda_list,
    .open = cuda_open,
    .close = cuda_close,
    .prepare = ivq_cuda_prepare,
    .buffer_create = ivq_cuda_buffer_create,
    .buffer_destroy = ivq_cuda_buffer_destroy,
    .buffer_fill = ivq_cuda_buffer_fill,
    .plan_create = ivq_cuda_plan_create,
    .plan_destroy = ivq_cuda_plan_destroy,
    .submit = ivq_cuda_submit,
    .wait = ivq_cuda_wait,
    .plan_seconds = ivq_cuda_plan_seconds,
};
