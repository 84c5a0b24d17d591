/* The words in GLSL 4.5, for Vulkan. Every float operation is decorated NoContraction afterwards (tools/spirv_exact.py). */
#define i32 int
#define u32 uint
#define i64 int64_t
#define u64 uint64_t
#define u16 uint16_t
#define i16 int16_t
#define u8 uint8_t
#define f32 float
#define ix int
#define wide u64
#define swide i64
#define f64 double
#define FN
#define FN_RARE
#define I32(x) int(x)
#define U32(x) uint(x)
#define I64(x) int64_t(x)
#define U64(x) uint64_t(x)
#define U16(x) uint16_t(x)
#define I16(x) int16_t(x)
#define U8(x) uint8_t(x)
#define F32(x) float(x)
#define F64(x) double(x)
#define U64C(x) PASTE(x, ul)
#define MIN(a, b) min(a, b)
#define MAX(a, b) max(a, b)
#define RECIPROCAL_ESTIMATE(x) (1.0f / (x))
#define MULHI(a, b) mulhi(a, b)
#define FLOOR_LOG2(x) findMSB(x)
#define F32_BITS(x) floatBitsToUint(x)
#define BITS_F32(x) uintBitsToFloat(x)
#define F64_BITS(x) doubleBitsToUint64(x)
#define BITS_F64(x) uint64BitsToDouble(x)
#define INVERSE_ROOT_ESTIMATE(x) inversesqrt(x)
#define STRUCT(name) struct name
#define TABLE(type, name, n, ...) const type name[n] = type[n](__VA_ARGS__);
#define UNROLL [[unroll]]
#define LANE int(gl_LocalInvocationIndex)
#define GROUP_X int(gl_WorkGroupID.x)
#define GROUP_Y int(gl_WorkGroupID.y)
#define GROUPS_X int(gl_NumWorkGroups.x)
#define SYNC barrier()
#define ADD_SHARED(total, v) atomicAdd(total, v)
#include "kernel/target_gpu.h"
uint mulhi(uint a, uint b) { uint high, low; umulExtended(a, b, high, low); return high; }
