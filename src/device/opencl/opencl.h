#ifndef IVQ_DEVICE_OPENCL_H
#define IVQ_DEVICE_OPENCL_H
#include "device/device.h"

extern const struct ivq_backend ivq_backend_opencl;

#endif
