/* The contract of a device. A backend (cpu, vulkan, cuda, opencl) fills one table of functions; parameters
   are checked once, in front of it (device.c). All calls on one device come from one thread at a time, except
   where noted. */
#ifndef IVQ_DEVICE_DEVICE_H
#define IVQ_DEVICE_DEVICE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/kernel.h"

enum {
    IVQ_DEVICE_MAX = 16,    /* devices a backend lists */
    IVQ_BUFFER_ALIGN = 512, /* every binding starts at a multiple of this: enough for all known devices */
};

enum ivq_device_type {
    IVQ_TYPE_CPU,
    IVQ_TYPE_SOFTWARE, /* a driver that runs on the CPU: never chosen by `auto` */
    IVQ_TYPE_INTEGRATED,
    IVQ_TYPE_DISCRETE,
};

/* Who a device is (spec parity_gate, DECISIONS 13). All texts are copies that live in this struct. */
struct ivq_device_info {
    char id[64];     /* cpu:v4, vulkan:0x10de:0x2335, cuda:9.0, opencl:0x10de:... */
    char name[128];  /* as the driver says it */
    char driver[96]; /* name and version */
    char uuid[40];   /* 32 hexadecimal digits; empty if the driver has none */
    char pci[16]; /* address on the bus, 0000:03:00.0; empty where it has none or the driver does not say */
    enum ivq_device_type type;
    bool unified;  /* kernels may use UPLOAD and READBACK buffers directly: no copies needed */
    bool in_order; /* a plan begins when the one submitted before it is over: they may share memory */
    enum ivq_shape_class shape;
    int workers; /* threads that take rows of tiles from the plans in flight; 0: it is no CPU */
    int index;   /* in its backend's list: the N of vulkan:N */
};

struct ivq_device_params {
    int index;             /* which of the backend's list */
    int threads;           /* CPU: workers, 0 = as many as the process may run on */
    unsigned cpumask;      /* CPU: instruction sets not to use (--cpumask of spec cli_and_logs) */
    int cpu_level;         /* CPU: enum ivq_cpu_level, or -1 for the best one */
    bool without_binary64; /* GPUs: kernels whose binary64 is in integers, on any device; tests compare */
    bool validate;         /* ask the driver's own checks where there are some (Vulkan validation layer) */
};

enum ivq_buffer_kind {
    IVQ_BUFFER_DEVICE,   /* in the device's memory */
    IVQ_BUFFER_UPLOAD,   /* host memory the device can read, mapped for writing */
    IVQ_BUFFER_READBACK, /* host memory the device can write, mapped for reading */
};

struct ivq_device;
struct ivq_plan;

/* A backend's own buffer begins with this. */
struct ivq_buffer {
    size_t size;
    enum ivq_buffer_kind kind;
    void *host; /* the mapping of UPLOAD and READBACK (and of every kind on a unified device), else NULL */
};

struct ivq_binding {
    struct ivq_buffer *buffer;
    size_t offset, size; /* offset: a multiple of IVQ_BUFFER_ALIGN */
};

enum ivq_step_kind { IVQ_STEP_COPY, IVQ_STEP_LAUNCH };

/* One entry of a launch list. Steps of equal stage are independent of each other; a step sees all that steps
   of earlier stages have written. Stages never decrease along a list. */
struct ivq_step {
    enum ivq_step_kind kind;
    int stage;
    /* LAUNCH: also sees what the plans that were submitted before this one write in stages up to this; 0:
       need not. Devices that run one plan after the other (info.in_order) have nothing to do for it. */
    int follows;
    bool urgent; /* of a list's first step: the list goes before others that wait, where the device can choose
                  */
    const struct ivq_kernel *kernel;                     /* LAUNCH */
    uint8_t params[IVQ_KERNEL_MAX_PARAMS];               /* LAUNCH: kernel->params_size bytes */
    int groups_x, groups_y;                              /* LAUNCH: tiles */
    struct ivq_binding bindings[IVQ_KERNEL_MAX_BUFFERS]; /* LAUNCH: kernel->buffers of them; COPY: from, to */
};

/* Every entry is required unless it says optional. A call that fails leaves the device usable, unless it is
   lost: then every later call fails with IVQ_DEVICE as well, and close() is all that remains. */
struct ivq_backend {
    const char *name;
    bool without_driver; /* works with memory and threads of the process alone */
    /* Called by one thread at a time, through ivq_device_list. Fills at most max entries and sets *count. No
       driver or no device is IVQ_OK with *count = 0 and the reason as text in *error (status IVQ_OK). */
    enum ivq_status (*list)(struct ivq_device_info *infos, int max, int *count, struct ivq_error *error);
    /* Likewise, through ivq_device_open_on. */
    enum ivq_status (*open)(const struct ivq_device_params *params, struct ivq_device **device,
                            struct ivq_error *error);
    /* Plans and buffers are destroyed before. A backend without a driver is also asked to free an inherited
       device, its buffers and its plans, of which threads and locks are not to be touched. */
    void (*close)(struct ivq_device *device);
    /* Can this device run this kernel? A refusal says why. Builds the kernel, so that a first frame does not
     * wait. */
    enum ivq_status (*prepare)(struct ivq_device *device, const struct ivq_kernel *kernel,
                               struct ivq_error *error);
    enum ivq_status (*buffer_create)(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                     struct ivq_buffer **buffer, struct ivq_error *error);
    void (*buffer_destroy)(struct ivq_device *device, struct ivq_buffer *buffer);
    /* Sets every 32-bit word of the buffer, before any plan that uses it is submitted: poison for tests. */
    enum ivq_status (*buffer_fill)(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                   struct ivq_error *error);
    /* Records a launch list once; steps are copied. Kernels have been prepared. */
    enum ivq_status (*plan_create)(struct ivq_device *device, const struct ivq_step *steps, int count,
                                   struct ivq_plan **plan, struct ivq_error *error);
    void (*plan_destroy)(struct ivq_device *device, struct ivq_plan *plan); /* not while it runs */
    /* Starts a recorded list and returns. Plans of one device may overlap only as far as the device itself
       orders their effects; a plan is not submitted again before it was waited for. */
    enum ivq_status (*submit)(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
    /* Until the last submission of the plan is over and its READBACK buffers can be read. */
    enum ivq_status (*wait)(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
    /* Device seconds of the plan's last finished submission; negative if unknown. Optional: unknown. */
    double (*plan_seconds)(struct ivq_device *device, struct ivq_plan *plan);
};

/* A backend's own device begins with this. */
struct ivq_device {
    const struct ivq_backend *backend;
    struct ivq_device_info info;
    struct ivq_error remark; /* what a user should know although nothing failed: IVQ_OK and a text, or none */
    int owner;               /* ivq_device_process() where it was opened; set by ivq_device_open_on */
};

/* All backends in the order of `isovq devices`, ended by NULL. To add a device: one folder, one line in
 * device.c. */
extern const struct ivq_backend *const ivq_backends[];
const struct ivq_backend *ivq_backend_find(const char *name);

/* "cpu", "software", "integrated", "discrete". */
const char *ivq_device_type_name(enum ivq_device_type type);

/* Fills info->pci. */
void ivq_device_set_pci(struct ivq_device_info *info, unsigned domain, unsigned bus, unsigned device,
                        unsigned function);

/* The devices of a backend, as its list() says. Any thread: drivers are asked one at a time. */
enum ivq_status ivq_device_list(const struct ivq_backend *backend, struct ivq_device_info *infos, int max,
                                int *count, struct ivq_error *error);

/* The error for a device that is not there, with those that are. For the backends' open(). */
enum ivq_status ivq_device_fail_absent(const struct ivq_backend *backend, const char *choice,
                                       enum ivq_status status, struct ivq_error *error);
enum ivq_status ivq_device_fail_index(const struct ivq_backend *backend, int index, struct ivq_error *error);

/* "auto", "cpu[:LEVEL]", "vulkan[:N]", "cuda[:N]", "opencl[:N]". auto: the first real GPU (cuda, vulkan,
   opencl), else the CPU; never a software rasteriser. params carries threads and cpumask in, and may be NULL.
 */
enum ivq_status ivq_device_open(const char *selector, const struct ivq_device_params *params,
                                struct ivq_device **device, struct ivq_error *error);
enum ivq_status ivq_device_open_on(const struct ivq_backend *backend, const struct ivq_device_params *params,
                                   struct ivq_device **device, struct ivq_error *error);
void ivq_device_close(struct ivq_device *device); /* NULL is fine, here and in all destroy calls */

/* Differs between a process that has listed or opened a device and its children by fork. */
int ivq_device_process(void);

/* Was it opened by a process that this one was forked from? All that can be done with such a device is to
   close it and to destroy what belongs to it; other calls are IVQ_USAGE. */
bool ivq_device_is_inherited(const struct ivq_device *device);

/* How a device cuts pictures for this kernel. */
const struct ivq_tile_shape *ivq_device_tile(const struct ivq_device *device,
                                             const struct ivq_kernel *kernel);

enum ivq_status ivq_device_prepare(struct ivq_device *device, const struct ivq_kernel *kernel,
                                   struct ivq_error *error);
enum ivq_status ivq_buffer_create(struct ivq_device *device, size_t size, enum ivq_buffer_kind kind,
                                  struct ivq_buffer **buffer, struct ivq_error *error);
void ivq_buffer_destroy(struct ivq_device *device, struct ivq_buffer *buffer);
enum ivq_status ivq_buffer_fill(struct ivq_device *device, struct ivq_buffer *buffer, uint32_t word,
                                struct ivq_error *error);
enum ivq_status ivq_plan_create(struct ivq_device *device, const struct ivq_step *steps, int count,
                                struct ivq_plan **plan, struct ivq_error *error);
void ivq_plan_destroy(struct ivq_device *device, struct ivq_plan *plan);
enum ivq_status ivq_plan_submit(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
enum ivq_status ivq_plan_wait(struct ivq_device *device, struct ivq_plan *plan, struct ivq_error *error);
double ivq_plan_seconds(struct ivq_device *device, struct ivq_plan *plan);

#endif
