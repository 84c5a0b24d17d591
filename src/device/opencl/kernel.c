/* OpenCL kernels: source that the driver builds when a kernel is prepared, or its binary from the cache. */
#include "device/opencl/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "device/cache.h"

/* No option that allows other arithmetic than the text's: -cl-fast-relaxed-math and its parts stay away. */
#define BUILD_OPTIONS "-cl-std=CL1.2"

enum { KEY_SIZE = 640 };

/* All that the program depends on: device, driver, options and the kernel's text. */
static struct ivq_cache_key key_of(const struct opencl_device *opencl, const struct ivq_kernel *kernel,
                                   char text[KEY_SIZE])
{
    const struct ivq_code *const code = ivq_opencl_code(opencl, kernel);
    const struct ivq_piece source = {code->data, code->size};
    uint8_t digest[IVQ_SHA256_SIZE];
    char digits[IVQ_SHA256_TEXT];
    ivq_sha256(&source, 1, digest);
    ivq_sha256_text(digest, digits);
    snprintf(text, KEY_SIZE, "%s|%s|%s|%s|%s|%s", opencl->base.info.name, opencl->base.info.driver,
             opencl->base.info.id, BUILD_OPTIONS, kernel->name, digits);
    return (struct ivq_cache_key){"opencl", text};
}

cl_program ivq_opencl_program(const struct opencl_device *opencl, const struct ivq_kernel *kernel)
{
    for (int i = 0; i < opencl->program_count; i++)
        if (opencl->programs[i].kernel == kernel)
            return opencl->programs[i].program;
    return NULL;
}

void ivq_opencl_release_programs(struct opencl_device *opencl)
{
    for (int i = 0; i < opencl->program_count; i++)
        opencl->api->program_release(opencl->programs[i].program);
    opencl->program_count = 0;
}

static cl_int build(struct opencl_device *opencl, cl_program program)
{
    return opencl->api->program_build(program, 1, &opencl->handle, BUILD_OPTIONS, NULL, NULL);
}

/* NULL where there is no entry, or the driver does not take it (any more). */
static cl_program build_from_cache(struct opencl_device *opencl, const struct ivq_cache_key *key)
{
    size_t size;
    unsigned char *const data = ivq_cache_load(key, &size, &opencl->base.remark);
    if (!data)
        return NULL;
    cl_int accepted, result;
    const unsigned char *binary = data;
    cl_program program = opencl->api->program_from_binary(opencl->context, 1, &opencl->handle, &size, &binary,
                                                          &accepted, &result);
    if (program && (accepted != CL_SUCCESS || build(opencl, program) != CL_SUCCESS)) {
        opencl->api->program_release(program);
        program = NULL;
    }
    free(data);
    return program;
}

static void store_in_cache(struct opencl_device *opencl, cl_program program, const struct ivq_cache_key *key)
{
    size_t size = 0;
    if (opencl->api->program_info(program, CL_PROGRAM_BINARY_SIZES, sizeof size, &size, NULL) != CL_SUCCESS ||
        !size)
        return;
    unsigned char *data = malloc(size);
    if (data &&
        opencl->api->program_info(program, CL_PROGRAM_BINARIES, sizeof data, &data, NULL) == CL_SUCCESS)
        ivq_cache_store(key, data, size, &opencl->base.remark);
    free(data);
}

/* The line of the log that says what is wrong: the first one, as compilers put errors before their counts. */
static void first_log_line(struct opencl_device *opencl, cl_program program, char *line, size_t line_size)
{
    line[0] = 0;
    size_t size = 0;
    if (opencl->api->program_build_info(program, opencl->handle, CL_PROGRAM_BUILD_LOG, 0, NULL, &size) !=
            CL_SUCCESS ||
        !size)
        return;
    char *const log = calloc(1, size + 1);
    if (!log)
        return;
    if (opencl->api->program_build_info(program, opencl->handle, CL_PROGRAM_BUILD_LOG, size, log, NULL) ==
        CL_SUCCESS) {
        const char *const start = log + strspn(log, " \r\n\t");
        snprintf(line, line_size, "%.*s", (int)strcspn(start, "\r\n"), start);
    }
    free(log);
}

const struct ivq_code *ivq_opencl_code(const struct opencl_device *opencl, const struct ivq_kernel *kernel)
{
    return ivq_code_choose(&kernel->opencl, &kernel->opencl_integers, opencl->has_binary64);
}

static enum ivq_status build_from_source(struct opencl_device *opencl, const struct ivq_kernel *kernel,
                                         cl_program *program, struct ivq_error *error)
{
    char doing[400], line[320] = "";
    const struct ivq_code *const code = ivq_opencl_code(opencl, kernel);
    const char *text = (const char *)code->data;
    const size_t size = code->size;
    cl_int result;
    *program = opencl->api->program_from_source(opencl->context, 1, &text, &size, &result);
    if (*program) {
        result = build(opencl, *program);
        if (result == CL_SUCCESS)
            return IVQ_OK;
        first_log_line(opencl, *program, line, sizeof line);
        opencl->api->program_release(*program);
        *program = NULL;
    }
    snprintf(doing, sizeof doing, "building kernel %s%s%s", kernel->name, line[0] ? ": " : "", line);
    return ivq_opencl_fail(opencl, result, OPENCL_SETUP, doing, error);
}

static enum ivq_status check_group_size(struct opencl_device *opencl, const struct ivq_kernel *kernel,
                                        cl_program program, struct ivq_error *error)
{
    cl_int result;
    size_t most = 0;
    const cl_kernel built = opencl->api->kernel_create(program, kernel->name, &result);
    if (built) {
        result = opencl->api->kernel_group_info(built, opencl->handle, CL_KERNEL_WORK_GROUP_SIZE, sizeof most,
                                                &most, NULL);
        opencl->api->kernel_release(built);
    }
    if (result != CL_SUCCESS)
        return ivq_opencl_fail(opencl, result, OPENCL_SETUP, kernel->name, error);
    const int group_size = kernel->shape[opencl->base.info.shape].group_size;
    if ((size_t)group_size > most)
        return ivq_fail(error, IVQ_DEVICE, "%s: kernel %s needs groups of %d lanes, the device runs %zu",
                        opencl->base.info.id, kernel->name, group_size, most);
    return IVQ_OK;
}

static enum ivq_status make_program(struct opencl_device *opencl, const struct ivq_kernel *kernel,
                                    cl_program *program, struct ivq_error *error)
{
    char text[KEY_SIZE];
    const struct ivq_cache_key key = key_of(opencl, kernel, text);
    *program = build_from_cache(opencl, &key);
    if (*program && check_group_size(opencl, kernel, *program, NULL) == IVQ_OK)
        return IVQ_OK;
    if (*program)
        opencl->api->program_release(*program);
    enum ivq_status status = build_from_source(opencl, kernel, program, error);
    if (status != IVQ_OK)
        return status;
    status = check_group_size(opencl, kernel, *program, error);
    if (status == IVQ_OK)
        store_in_cache(opencl, *program, &key);
    else
        opencl->api->program_release(*program);
    return status;
}

enum ivq_status ivq_opencl_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                   struct ivq_error *error)
{
    struct opencl_device *const opencl = ivq_opencl_of(device);
    enum ivq_status status = ivq_opencl_check(opencl, error);
    if (status != IVQ_OK || ivq_opencl_program(opencl, kernel))
        return status;
    if (!kernel->opencl.data)
        return ivq_fail(error, IVQ_DEVICE, "%s: kernel %s was left out of this build", device->info.id,
                        kernel->name);
    struct opencl_program *const grown =
        realloc(opencl->programs, ((size_t)opencl->program_count + 1) * sizeof *opencl->programs);
    if (!grown)
        return ivq_fail_memory(error, "an OpenCL kernel");
    opencl->programs = grown;
    cl_program program;
    status = make_program(opencl, kernel, &program, error);
    if (status == IVQ_OK)
        grown[opencl->program_count++] = (struct opencl_program){kernel, program};
    return status;
}
