/* What a SPIR-V module asks of a device, read from the module itself. */
#ifndef IVQ_DEVICE_VULKAN_SPIRV_H
#define IVQ_DEVICE_VULKAN_SPIRV_H
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The abilities a kernel may need beyond those of every Vulkan device; a set is a sum of these. */
enum vulkan_ability {
    VULKAN_INT64 = 1,
    VULKAN_INT16 = 2,
    VULKAN_INT8 = 4,
    VULKAN_STORAGE8 = 8,
    VULKAN_STORAGE16 = 16,
    VULKAN_FLOAT64 = 64,       /* rounded to nearest even */
    VULKAN_ROUND_TO_EVEN = 32, /* of binary32: asked for by every module that computes with floats */
};

struct spirv_needs {
    unsigned abilities;  /* set of enum vulkan_ability */
    size_t shared_bytes; /* of all Workgroup variables */
};

/* IVQ_DEVICE for what is no module, or one with a capability that this backend does not know. */
enum ivq_status ivq_spirv_needs(const char *kernel, const void *code, size_t size, struct spirv_needs *needs,
                                struct ivq_error *error);

/* The first ability of a set, in words for messages. */
const char *ivq_vulkan_ability_name(unsigned abilities);

#endif
