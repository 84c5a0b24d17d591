/* OpenCL devices: which there are, who they are, opening and closing them. */
#include "device/opencl/opencl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/opencl/context.h"

enum {
    PLATFORM_MAX = 16,
    PLATFORM_NOT_FOUND = -1001, /* of the ICD loader: cl_khr_icd, not one platform is installed */
    DEVICE_UUID = 0x106A,       /* CL_DEVICE_UUID_KHR of cl_khr_device_uuid */
    UUID_SIZE = 16,
    DEVICE_PCI_BUS_INFO = 0x410F, /* CL_DEVICE_PCI_BUS_INFO_KHR of cl_khr_pci_bus_info */
    BITS_PER_BYTE = 8,
};

struct found {
    cl_platform_id platform;
    cl_device_id device;
};

/* All devices of all platforms in the loader's order, at most max. None: the reason is in *error. */
static int find_devices(const struct opencl_api *api, struct found *found, int max, struct ivq_error *error)
{
    cl_platform_id platforms[PLATFORM_MAX];
    cl_uint platform_count = 0;
    const cl_int result = api->platforms(PLATFORM_MAX, platforms, &platform_count);
    if (result != CL_SUCCESS || !platform_count) {
        if (result == CL_SUCCESS || result == PLATFORM_NOT_FOUND)
            ivq_fail(error, IVQ_DEVICE, "no OpenCL driver is installed (/etc/OpenCL/vendors)");
        else
            ivq_fail(error, IVQ_DEVICE, "the OpenCL loader does not list platforms (%d)", result);
        return 0;
    }
    int count = 0;
    bool explained = false;
    for (cl_uint p = 0; p < platform_count && p < PLATFORM_MAX && count < max; p++) {
        cl_device_id devices[IVQ_DEVICE_MAX];
        cl_uint device_count = 0;
        if (api->devices(platforms[p], CL_DEVICE_TYPE_ALL, IVQ_DEVICE_MAX, devices, &device_count) !=
            CL_SUCCESS) {
            explained = explained || ivq_opencl_explain_pocl(api, platforms[p], error);
            continue;
        }
        for (cl_uint d = 0; d < device_count && d < IVQ_DEVICE_MAX && count < max; d++)
            found[count++] = (struct found){platforms[p], devices[d]};
    }
    if (!count && !explained)
        ivq_fail(error, IVQ_DEVICE, "the OpenCL drivers see no device");
    return count;
}

/* Empty where the driver does not say; cut where there is no room. */
static void device_text(const struct opencl_api *api, cl_device_id device, cl_device_info what, char *text,
                        size_t size)
{
    char all[1024] = "";
    if (api->device_info(device, what, sizeof all - 1, all, NULL) != CL_SUCCESS)
        all[0] = 0;
    snprintf(text, size, "%.*s", (int)size - 1, all + strspn(all, " "));
    for (size_t n = strlen(text); n && text[n - 1] == ' ';)
        text[--n] = 0;
}

static bool has_extension(const struct opencl_api *api, cl_device_id device, const char *name)
{
    size_t size = 0;
    if (api->device_info(device, CL_DEVICE_EXTENSIONS, 0, NULL, &size) != CL_SUCCESS || !size)
        return false;
    char *const all = calloc(1, size + 1);
    if (!all)
        return false;
    bool has = api->device_info(device, CL_DEVICE_EXTENSIONS, size, all, NULL) == CL_SUCCESS;
    if (has) {
        const char *const at = strstr(all, name); /* no name that is asked for is the start of another */
        has = at && (at == all || at[-1] == ' ');
    }
    free(all);
    return has;
}

/* Spec parity_gate A.2: spaces and colons of a driver's version would break ids apart. */
static void make_id(cl_uint vendor, const char *version, struct ivq_device_info *info)
{
    const int start = snprintf(info->id, sizeof info->id, "opencl:0x%04x:", vendor);
    snprintf(info->id + start, sizeof info->id - (size_t)start, "%s", version);
    for (char *c = info->id + start; *c; c++)
        if (*c == ' ' || *c == ':')
            *c = '_';
}

/* The struct of cl_khr_pci_bus_info. */
static void describe_place(const struct opencl_api *api, cl_device_id device, cl_device_type type,
                           struct ivq_device_info *info)
{
    cl_uint place[4]; /* domain, bus, device, function */
    cl_bool shared = CL_FALSE;
    api->device_info(device, CL_DEVICE_HOST_UNIFIED_MEMORY, sizeof shared, &shared, NULL);
    info->type = type & CL_DEVICE_TYPE_CPU ? IVQ_TYPE_SOFTWARE
                 : shared                  ? IVQ_TYPE_INTEGRATED
                                           : IVQ_TYPE_DISCRETE;
    if (has_extension(api, device, "cl_khr_pci_bus_info") &&
        api->device_info(device, DEVICE_PCI_BUS_INFO, sizeof place, place, NULL) == CL_SUCCESS)
        ivq_device_set_pci(info, place[0], place[1], place[2], place[3]);
}

static void describe(const struct opencl_api *api, const struct found *found, int index,
                     struct ivq_device_info *info)
{
    *info = (struct ivq_device_info){.in_order = true, .shape = IVQ_SHAPE_GPU, .index = index};
    cl_uint vendor = 0;
    cl_device_type type = 0;
    char version[48] = "", platform[256] = "";
    api->device_info(found->device, CL_DEVICE_VENDOR_ID, sizeof vendor, &vendor, NULL);
    api->device_info(found->device, CL_DEVICE_TYPE, sizeof type, &type, NULL);
    device_text(api, found->device, CL_DEVICE_NAME, info->name, sizeof info->name);
    device_text(api, found->device, CL_DRIVER_VERSION, version, sizeof version);
    if (api->platform_info(found->platform, CL_PLATFORM_NAME, sizeof platform - 1, platform, NULL) !=
        CL_SUCCESS)
        platform[0] = 0;
    snprintf(info->driver, sizeof info->driver, "%.*s %s", (int)(sizeof info->driver - sizeof version - 1),
             platform, version);
    make_id(vendor, version, info);
    describe_place(api, found->device, type, info);
    unsigned char uuid[UUID_SIZE];
    if (has_extension(api, found->device, "cl_khr_device_uuid") &&
        api->device_info(found->device, DEVICE_UUID, sizeof uuid, uuid, NULL) == CL_SUCCESS)
        for (size_t i = 0; i < sizeof uuid; i++)
            snprintf(info->uuid + 2 * i, 3, "%02x", uuid[i]);
}

static enum ivq_status opencl_list(struct ivq_device_info *infos, int max, int *count,
                                   struct ivq_error *error)
{
    struct found found[IVQ_DEVICE_MAX];
    const struct opencl_api *const api = ivq_opencl_load(error);
    *count = api ? find_devices(api, found, max < IVQ_DEVICE_MAX ? max : IVQ_DEVICE_MAX, error) : 0;
    for (int i = 0; i < *count; i++)
        describe(api, &found[i], i, &infos[i]);
    if (error)
        error->status = IVQ_OK;
    return IVQ_OK;
}

static void opencl_close(struct ivq_device *device)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    if (opencl->queue) {
        opencl->api->finish(opencl->queue);
        opencl->api->queue_release(opencl->queue);
    }
    ivq_opencl_release_programs(opencl);
    if (opencl->context)
        opencl->api->context_release(opencl->context);
    free(opencl->programs);
    free(opencl);
}

static cl_uint device_number(const struct opencl_device *opencl, cl_device_info what)
{
    cl_uint value = 0; /* as wide as cl_bool */
    opencl->api->device_info(opencl->handle, what, sizeof value, &value, NULL);
    return value;
}

/* What all kernels need and not every device has; the reason, or NULL. */
static const char *refusal(const struct opencl_device *opencl)
{
    char profile[64], version[128];
    int major = 0, minor = 0;
    device_text(opencl->api, opencl->handle, CL_DEVICE_PROFILE, profile, sizeof profile);
    device_text(opencl->api, opencl->handle, CL_DEVICE_VERSION, version, sizeof version);
    if (!device_number(opencl, CL_DEVICE_AVAILABLE))
        return "the driver says that it is not available";
    if (!device_number(opencl, CL_DEVICE_COMPILER_AVAILABLE))
        return "its driver has no compiler";
    if (sscanf(version, "OpenCL %d.%d", &major, &minor) != 2 || major * 10 + minor < 12)
        return "OpenCL 1.2 or later is needed";
    if (strcmp(profile, "FULL_PROFILE") != 0 && !has_extension(opencl->api, opencl->handle, "cles_khr_int64"))
        return "it has no 64-bit integers";
    if (!device_number(opencl, CL_DEVICE_ENDIAN_LITTLE))
        return "it is big-endian";
    if (device_number(opencl, CL_DEVICE_MEM_BASE_ADDR_ALIGN) > IVQ_BUFFER_ALIGN * BITS_PER_BYTE)
        return "it needs parts of buffers to start at larger multiples than 512 bytes";
    return NULL;
}

static enum ivq_status start(struct opencl_device *opencl, struct ivq_error *error)
{
    const char *const reason = refusal(opencl);
    if (reason)
        return ivq_fail(error, IVQ_DEVICE, "%s (%s): cannot be used: %s", opencl->base.info.id,
                        opencl->base.info.name, reason);
    cl_int result;
    opencl->context = opencl->api->context_create(NULL, 1, &opencl->handle, NULL, NULL, &result);
    if (!opencl->context)
        return ivq_opencl_fail(opencl, result, OPENCL_SETUP, "creating a context", error);
    opencl->queue =
        opencl->api->queue_create(opencl->context, opencl->handle, CL_QUEUE_PROFILING_ENABLE, &result);
    return opencl->queue ? IVQ_OK : ivq_opencl_fail(opencl, result, OPENCL_SETUP, "creating a queue", error);
}

/* Rounded to nearest even, which every device with binary64 does. */
static bool has_binary64(const struct opencl_api *api, cl_device_id device)
{
    cl_device_fp_config config = 0;
    return api->device_info(device, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof config, &config, NULL) == CL_SUCCESS &&
           (config & CL_FP_ROUND_TO_NEAREST);
}

static enum ivq_status opencl_open(const struct ivq_device_params *params, struct ivq_device **device,
                                   struct ivq_error *error)
{
    struct found found[IVQ_DEVICE_MAX];
    const struct opencl_api *const api = ivq_opencl_load(NULL);
    const int count = api ? find_devices(api, found, IVQ_DEVICE_MAX, NULL) : 0;
    if (params->index < 0 || params->index >= count)
        return ivq_device_fail_index(&ivq_backend_opencl, params->index, error);
    struct opencl_device *const opencl = calloc(1, sizeof *opencl);
    if (!opencl)
        return ivq_fail_memory(error, "an OpenCL device");
    opencl->base.backend = &ivq_backend_opencl;
    opencl->api = api;
    opencl->handle = found[params->index].device;
    describe(api, &found[params->index], params->index, &opencl->base.info);
    opencl->has_binary64 = !params->without_binary64 && has_binary64(api, opencl->handle);
    const enum ivq_status status = start(opencl, error);
    if (status != IVQ_OK) {
        opencl_close(&opencl->base);
        return status;
    }
    *device = &opencl->base;
    return IVQ_OK;
}

const struct ivq_backend ivq_backend_opencl = {
    .name = "opencl",
    .list = opencl_list,
    .open = opencl_open,
    .close = opencl_close,
    .prepare = ivq_opencl_prepare,
    .buffer_create = ivq_opencl_buffer_create,
    .buffer_destroy = ivq_opencl_buffer_destroy,
    .buffer_fill = ivq_opencl_buffer_fill,
    .plan_create = ivq_opencl_plan_create,
    .plan_destroy = ivq_opencl_plan_destroy,
    .submit = ivq_opencl_submit,
    .wait = ivq_opencl_wait,
    .plan_seconds = ivq_opencl_plan_seconds,
};
