#ifndef IVQ_DEVICE_VULKAN_H
#define IVQ_DEVICE_VULKAN_H
#include "device/device.h"

extern const struct ivq_backend ivq_backend_vulkan;

#endif
