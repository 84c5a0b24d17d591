/* What there is to choose from: devices, metrics with their options and outputs, models. For help texts and
   user interfaces. Any thread may call these functions; texts that they return live as long as the program,
   texts inside structs as long as the struct. */
#ifndef ISOVQ_CATALOG_H
#define ISOVQ_CATALOG_H
#include <stdbool.h>

#include "isovq/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- devices --- */

struct ivq_catalog_device {
    char selector[32]; /* for ivq_meter_params.device: cpu:v3, vulkan:0 */
    char id[64];       /* what it is: cpu:v3, vulkan:0x10de:0x2335, cuda:9.0 */
    char name[128];    /* as its driver says it */
    char driver[96];   /* name and version */
    char uuid[40];     /* 32 hexadecimal digits; empty where the driver has none */
    char pci[16];      /* its address, 0000:03:00.0; empty where it has none or the driver does not say */
    const char *type;  /* "cpu", "integrated", "discrete", or "software": a driver that runs on the CPU, which
                          "auto" never takes */
};

enum { IVQ_CATALOG_MAX_DEVICES = 16 }; /* of one backend */

/* cpu, cuda, vulkan, opencl, by index from 0; NULL after the last. */
IVQ_API const char *ivq_catalog_backend(int index);

/* The devices of a backend, the best first. Where there is none *count is 0 and *error says why, although its
   status is IVQ_OK; it may also say why one is missing. Opens the driver, so it may take a while. */
IVQ_API enum ivq_status ivq_catalog_devices(const char *backend,
                                            struct ivq_catalog_device devices[IVQ_CATALOG_MAX_DEVICES],
                                            int *count, struct ivq_error *error);

/* --- metrics --- */

struct ivq_catalog_metric {
    const char *name, *help;
    int min_size, max_size;  /* the smallest and largest width and height it measures */
    int max_depth;           /* bits per sample */
    const char *reads;       /* which planes, in words */
    bool needs_chroma;       /* it refuses 4:0:0 */
    int past;                /* how many frames it looks back, at most */
    bool needs_every_frame;  /* subsampling saves it nothing */
    const char *host_stages; /* what the host does with each frame, "eigen, solve", whatever the device; NULL:
                                only the last arithmetic */
};

struct ivq_catalog_option {
    const char *name;
    const char *alias; /* how a value that is not the default shows in names of scores; NULL: it does not */
    const char *help;
    char initial[64], range[128]; /* the default, and what is accepted, as text */
};

struct ivq_catalog_output {
    const char *name; /* of its scores while all options have their defaults */
    const char
        *needs; /* the option that must be true for it, if two the one that is false at first; NULL: none */
    const char *help;
    bool chroma;    /* needs chroma planes */
    bool aggregate; /* one value for the clip instead of one for each frame */
};

/* A picture beside the scores, a raw file of 16-bit samples for each. */
struct ivq_catalog_plane {
    const char *name;   /* of the file: NAME_WIDTHxHEIGHT_16b.gray */
    const char *folder; /* the option that names its folder, and without which it is not made */
    const char *help;
};

/* By index from 0; false after the last. The functions that take a metric are false for unknown ones too. */
IVQ_API bool ivq_catalog_metric(int index, struct ivq_catalog_metric *metric);
IVQ_API bool ivq_catalog_option(const char *metric, int index, struct ivq_catalog_option *option);
IVQ_API bool ivq_catalog_output(const char *metric, int index, struct ivq_catalog_output *output);
IVQ_API bool ivq_catalog_plane(const char *metric, int index, struct ivq_catalog_plane *plane);

/* --- models and poolings --- */

struct ivq_catalog_model {
    const char *version;
    bool embedded;   /* false: this build was made without its file */
    bool measurable; /* false: it needs a metric that this version lacks, or is not embedded */
};

IVQ_API bool ivq_catalog_model(int index, struct ivq_catalog_model *model);

/* min, max, mean, harmonic_mean, median by index from 0; NULL after the last. Besides these, p1 to p99 are
   percentiles. */
IVQ_API const char *ivq_catalog_pooling(int index);

#ifdef __cplusplus
}
#endif
#endif
