/* Built programs on disk, so that a second run does not compile. An entry counts only if its whole key and
   the checksum of its data are right: whatever else lies there is as good as none. */
#ifndef IVQ_DEVICE_OPENCL_CACHE_H
#define IVQ_DEVICE_OPENCL_CACHE_H
#include <stddef.h>

#include "device/opencl/context.h"

enum { IVQ_OPENCL_KEY_SIZE = 512 };

/* All that the program depends on: device, driver, options and the kernel's text. */
void ivq_opencl_cache_key(const struct opencl_device *opencl, const struct ivq_kernel *kernel,
                          const char *options, char key[IVQ_OPENCL_KEY_SIZE]);

/* The data stored under key, to be freed; NULL if there is none. */
unsigned char *ivq_opencl_cache_load(const char *key, size_t *size);

/* Replaces the entry in one step: another process sees the old one or the new one. Failures are no error. */
void ivq_opencl_cache_store(const char *key, const unsigned char *data, size_t size);

#endif
