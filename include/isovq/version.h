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

#ifdef __cplusplus
}
#endif
#endif
