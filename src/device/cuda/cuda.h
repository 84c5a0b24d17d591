#ifndef IVQ_DEVICE_CUDA_H
#define IVQ_DEVICE_CUDA_H
#include "device/device.h"

extern const struct ivq_backend ivq_backend_cuda;

#endif
