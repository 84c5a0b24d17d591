/* The words in OpenCL C 1.2. With NVPTX defined the same text is compiled ahead of time by clang for CUDA. */
#pragma OPENCL FP_CONTRACT OFF
typedef int i32;
typedef uint u32;
typedef long i64;
typedef ulong u64;
typedef float f32;
typedef uchar u8;
typedef ushort u16;
typedef short i16;
typedef int ix;
typedef ulong wide;
typedef i64 swide;
#define FN static inline
#define FN_RARE static
#include "kernel/target_c_family.h"
#define U64C(x) PASTE(x, ul)
#define KERNEL_GLOBAL __global
#define KERNEL_LOCAL __local
#define UNROLL _Pragma("unroll")
#define TABLE(type, name, n, ...) __constant type name[n] = {__VA_ARGS__};
#if defined(NVPTX)
#include "kernel/target_nvptx.h"
#else
#define RECIPROCAL_ESTIMATE(x) (1.0f / (x))
#define MIN(a, b) min(a, b)
#define MAX(a, b) max(a, b)
#define MULHI(a, b) mul_hi((u32)(a), (u32)(b))
#define FLOOR_LOG2(x) (31 - (i32)clz((u32)(x)))
#define F32_BITS(x) as_uint(x)
#define BITS_F32(x) as_float(x)
#define F64_BITS(x) as_ulong(x)
#define BITS_F64(x) as_double(x)
#define ROOT_F64(x) sqrt(x) /* correctly rounded, as OpenCL promises for binary64 */
#define LANE ((int)get_local_id(0))
#define GROUP_X ((int)get_group_id(0))
#define GROUP_Y ((int)get_group_id(1))
#define GROUPS_X ((int)get_num_groups(0))
#define SYNC barrier(CLK_LOCAL_MEM_FENCE)
#define ADD_SHARED(total, v) atomic_add(&total, v)
#endif
#include "kernel/target_gpu.h"
