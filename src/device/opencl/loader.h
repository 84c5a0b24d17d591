/* The OpenCL ICD loader, libOpenCL.so.1 at run time: every function is called through one table. */
#ifndef IVQ_DEVICE_OPENCL_LOADER_H
#define IVQ_DEVICE_OPENCL_LOADER_H
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include "base/error.h"

/* X(member, symbol) */
#define IVQ_OPENCL_FUNCTIONS(X)                                                                              \
    X(platforms, clGetPlatformIDs)                                                                           \
    X(platform_info, clGetPlatformInfo)                                                                      \
    X(devices, clGetDeviceIDs)                                                                               \
    X(device_info, clGetDeviceInfo)                                                                          \
    X(context_create, clCreateContext)                                                                       \
    X(context_release, clReleaseContext)                                                                     \
    X(queue_create, clCreateCommandQueue)                                                                    \
    X(queue_release, clReleaseCommandQueue)                                                                  \
    X(flush, clFlush)                                                                                        \
    X(finish, clFinish)                                                                                      \
    X(buffer_create, clCreateBuffer)                                                                         \
    X(buffer_part, clCreateSubBuffer)                                                                        \
    X(buffer_release, clReleaseMemObject)                                                                    \
    X(map, clEnqueueMapBuffer)                                                                               \
    X(unmap, clEnqueueUnmapMemObject)                                                                        \
    X(fill, clEnqueueFillBuffer)                                                                             \
    X(write, clEnqueueWriteBuffer)                                                                           \
    X(read, clEnqueueReadBuffer)                                                                             \
    X(copy, clEnqueueCopyBuffer)                                                                             \
    X(launch, clEnqueueNDRangeKernel)                                                                        \
    X(program_from_source, clCreateProgramWithSource)                                                        \
    X(program_from_binary, clCreateProgramWithBinary)                                                        \
    X(program_build, clBuildProgram)                                                                         \
    X(program_build_info, clGetProgramBuildInfo)                                                             \
    X(program_info, clGetProgramInfo)                                                                        \
    X(program_release, clReleaseProgram)                                                                     \
    X(kernel_create, clCreateKernel)                                                                         \
    X(kernel_argument, clSetKernelArg)                                                                       \
    X(kernel_group_info, clGetKernelWorkGroupInfo)                                                           \
    X(kernel_release, clReleaseKernel)                                                                       \
    X(events_wait, clWaitForEvents)                                                                          \
    X(event_info, clGetEventInfo)                                                                            \
    X(event_time, clGetEventProfilingInfo)                                                                   \
    X(event_release, clReleaseEvent)

struct opencl_api {
#define MEMBER(member, symbol) __typeof__(symbol) *member;
    IVQ_OPENCL_FUNCTIONS(MEMBER)
#undef MEMBER
};

/* The loaded library, which stays loaded until the process ends; NULL with status IVQ_DEVICE and the reason
 *in error (may be NULL). Any thread. */
const struct opencl_api *ivq_opencl_load(struct ivq_error *error);

#endif
