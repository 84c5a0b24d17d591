/* The words in CUDA C; compile with -fmad=false -prec-div=true -prec-sqrt=true -ftz=false. */
#include <stdint.h>
typedef int i32;
typedef unsigned u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
typedef short i16;
typedef int ix;
typedef u64 wide;
typedef i64 swide;
#define FN static __device__ __forceinline__
#define FN_RARE static __device__ __noinline__
#include "kernel/target_c_family.h"
#define U64C(x) x##ull
#define MIN(a, b) min(a, b)
#define MAX(a, b) max(a, b)
#define RECIPROCAL_ESTIMATE(x) __fdividef(1.0f, x)
#define MULHI(a, b) __umulhi(a, b)
#define FLOOR_LOG2(x) (31 - __clz((int)(x)))
#define F32_BITS(x) __float_as_uint(x)
#define BITS_F32(x) __uint_as_float(x)
#define F64_BITS(x) ((u64)__double_as_longlong(x))
#define BITS_F64(x) __longlong_as_double((i64)(x))
#define TABLE(type, name, n, ...) static constexpr __device__ type name[n] = {__VA_ARGS__};
#define UNROLL _Pragma("unroll")
#define LANE ((int)threadIdx.x)
#define GROUP_X ((int)blockIdx.x)
#define GROUP_Y ((int)blockIdx.y)
#define GROUPS_X ((int)gridDim.x)
#define SYNC __syncthreads()
#define ADD_SHARED(total, v) add_warp(&total, v)
/* One shared atomic a warp. */
template <typename T> static __device__ __forceinline__ void add_warp(T *total, T v)
{
#if __CUDA_ARCH__ >= 800
    v = __reduce_add_sync(0xffffffffu, v);
    if ((threadIdx.x & 31) == 0)
#endif
        atomicAdd(total, v);
}
#include "kernel/target_gpu.h"
