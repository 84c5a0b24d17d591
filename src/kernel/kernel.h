/* What the build makes of the .k files: one entry for each kernel variant, with its code for every target.
   The table itself is generated (tools/kgen.py); targets that the build left out have empty entries. */
#ifndef IVQ_KERNEL_KERNEL_H
#define IVQ_KERNEL_KERNEL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs one tile. params: the kernel's generated parameter struct; buffers: in the order of the declaration.
 */
typedef void ivq_tile_function(const void *params, void *const *buffers, int32_t group_x, int32_t group_y,
                               int32_t groups_x);

/* Classes of device that cut a picture into tiles of different shapes. */
enum ivq_shape_class {
    IVQ_SHAPE_CPU,
    IVQ_SHAPE_GPU,     /* Vulkan and OpenCL: at most 32 KB of shared memory */
    IVQ_SHAPE_CUDA,    /* at most 48 KB */
    IVQ_SHAPE_AWKWARD, /* tests only: another shape, so that no result depends on the shape */
    IVQ_SHAPE_COUNT
};

/* Instruction-set levels that CPU code is built for; which exist depends on the architecture built for. */
enum ivq_cpu_level {
    IVQ_CPU_SCALAR,  /* another compiler, no vectorisation: the side all others are held against */
    IVQ_CPU_V2,      /* x86-64-v2: SSE4.2 */
    IVQ_CPU_V3,      /* x86-64-v3: AVX2, FMA */
    IVQ_CPU_V4,      /* x86-64-v4: AVX-512 */
    IVQ_CPU_ARM64,   /* AArch64 with Advanced SIMD */
    IVQ_CPU_AWKWARD, /* tests only: tiles of IVQ_SHAPE_AWKWARD */
    IVQ_CPU_LEVELS
};

struct ivq_tile_shape {
    int w, h;       /* elements of the output a tile covers */
    int group_size; /* lanes of a work-group; 0 on a CPU */
};

struct ivq_code {
    const unsigned char *data; /* NULL where the build left the target out */
    size_t size;               /* in bytes; text is also followed by a 0 byte that does not count */
};

#define IVQ_KERNEL_MAX_BUFFERS 12
#define IVQ_KERNEL_MAX_PARAMS 128 /* bytes: what every Vulkan device takes as push constants */

/* How a kernel leaves the sums of its tiles in its last buffer, for another launch to complete. */
enum ivq_sums {
    IVQ_SUMS_NONE,
    IVQ_SUMS_TILES, /* u64 [tile][value], in any order */
    IVQ_SUMS_ROWS, /* u64 [value][tile][row], in any order; f32 [value][column][row], to be added from left to
                      right, where a CPU's tiles have added the row already: one column */
};

struct ivq_kernel {
    const char *name; /* file and variant: "vif_stat_s0_u8"; also the entry point in PTX and OpenCL C ("main"
                         in SPIR-V) */
    int buffers;      /* how many it binds */
    unsigned written; /* bit n set: buffer n is written */
    uint8_t element[IVQ_KERNEL_MAX_BUFFERS]; /* bytes of an element of each buffer */
    enum ivq_sums sums;
    int values;         /* how many it sums */
    size_t params_size; /* of its parameter struct, at most IVQ_KERNEL_MAX_PARAMS */
    struct ivq_tile_shape shape[IVQ_SHAPE_COUNT];
    ivq_tile_function *cpu[IVQ_CPU_LEVELS];
    struct ivq_code spirv;  /* Vulkan 1.1 */
    struct ivq_code ptx;    /* CUDA */
    struct ivq_code opencl; /* OpenCL C 1.2 source */
    /* The same with binary64 in integers, for a device without it; empty where the kernel uses none. */
    struct ivq_code spirv_integers, opencl_integers;
};

extern const struct ivq_kernel ivq_kernels[];
extern const int ivq_kernel_count;

/* NULL where there is none of that name. */
const struct ivq_kernel *ivq_kernel_find(const char *name);

/* Which of two builds a device takes. */
const struct ivq_code *ivq_code_choose(const struct ivq_code *native, const struct ivq_code *integers,
                                       bool has_binary64);

/* A digest of all kernel texts, as 16 hexadecimal digits: equal fingerprints mean equal arithmetic. */
extern const char ivq_kernel_fingerprint[];

#endif
