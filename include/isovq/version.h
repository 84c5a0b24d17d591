/* The version that a program was compiled with, and the one that it runs with. */
#ifndef ISOVQ_VERSION_H
#define ISOVQ_VERSION_H
#include "isovq/export.h"

#ifdef __cplusplus
extern "C" {
#endif

#define IVQ_VERSION "0.1.0"

/* Of the library that is loaded. Never NULL. */
IVQ_API const char *ivq_version(void);

/* A digest of the arithmetic of all metrics, 16 hexadecimal digits: where it is equal, scores are. */
IVQ_API const char *ivq_fingerprint(void);

/* How it was built: the commit ("unknown" without git, with "-dirty" where sources were changed), compiler
   and options, and what compiled the kernels of a kind of device ("cpu", "cuda", "vulkan", "opencl"; NULL for
   others; "none" where they were left out). */
IVQ_API const char *ivq_build_commit(void);
IVQ_API const char *ivq_build_configuration(void);
IVQ_API const char *ivq_build_kernel_compiler(const char *backend);

#ifdef __cplusplus
}
#endif
#endif
