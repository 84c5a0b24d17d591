/* The words in C: items are loops, the tile lives in L1 and L2, `keep` arrays in L1. */
#ifndef TARGET_C
#define TARGET_C 1
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef int32_t i32;
typedef uint32_t u32;
typedef int64_t i64;
typedef uint64_t u64;
typedef float f32;
typedef double f64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef int16_t i16;
typedef ptrdiff_t ix; /* a loop's index. An i32 made from one costs the loop its vectors */

#define FN static inline __attribute__((always_inline, unused))
#define FN_RARE static __attribute__((noinline, unused))
#include "kernel/target_c_family.h"
#define F64(x) ((f64)(x))
#define U64C(x) x##ull
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define RECIPROCAL_ESTIMATE(x) (1.0f / (x))
#define MULHI(a, b) ((u32)(((u64)(u32)(a) * (u32)(b)) >> 32))
#define TABLE(type, name, n, ...) static const type name[n] = {__VA_ARGS__};

#define EACH(y, ny, x, nx) for (ix y = 0, x##_count = (nx); y < (ny); y++)
#define STEP(x) for (ix x = 0; x < x##_count; x++)
#define OUTPUTS(c, y) for (ix c = 0; c < COLS; c++) for (ix y = 0; y < y##_count; y++)
#define KEEP_SIZE(n) ((n) * TILE_H)
#define KEPT(c, y) ((c) * TILE_H + (y))
#define AT(y, x) ((x) * TILE_H + (y)) /* rows innermost: the row filter's lanes are rows, loads aligned */
#define SYNC
#define FIRST_LANE
/* A sum is an array of lanes until the end of the tile. */
#define ADD(s, lane, v) s[lane] += (v)
#define REDUCE_i32(s)
#define REDUCE_u32(s)
#define REDUCE_u64(s)
#define FINISH_i32(s)
#define FINISH_u32(s)
#define FINISH_u64(s)
#define TOTAL(s) total_of(s, sizeof s / sizeof s[0])
#define total_of(s, n) _Generic((s), i32 *: total_i32, u32 *: total_u32, u64 *: total_u64)((const void *)(s), (ix)(n))
FN i32 total_i32(const void *s, ix n) { i32 t = 0; for (ix i = 0; i < n; i++) t += ((const i32 *)s)[i]; return t; }
FN u32 total_u32(const void *s, ix n) { u32 t = 0; for (ix i = 0; i < n; i++) t += ((const u32 *)s)[i]; return t; }
FN u64 total_u64(const void *s, ix n) { u64 t = 0; for (ix i = 0; i < n; i++) t += ((const u64 *)s)[i]; return t; }

#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

FN u32 F32_BITS(f32 x) { u32 r; memcpy(&r, &x, 4); return r; }
FN f32 BITS_F32(u32 x) { f32 r; memcpy(&r, &x, 4); return r; }
FN u64 F64_BITS(f64 x) { u64 r; memcpy(&r, &x, 8); return r; }
FN f64 BITS_F64(u64 x) { f64 r; memcpy(&r, &x, 8); return r; }
#if defined(__AVX512CD__) || defined(__aarch64__)
#define FLOOR_LOG2(x) (31 - __builtin_clz(x))
#else /* x >= 2; the bit below the top one is cleared, so that rounding cannot carry */
FN i32 FLOOR_LOG2(u32 x)
{
    const u32 h = x >> 1;
    return (i32)(F32_BITS((f32)(i32)(h & ~(h >> 1))) >> 23) - 126;
}
#endif

/* wide is a double: no sum rounds below 2^53, so fused or not, in any order, the bits are the same.
   A 32-bit number kept to become wide again is packed as x - 2^31: it converts in one instruction. A filter of gain
   2^16 keeps that offset, and ROUND16 takes it away. The half in FIRST_wide keeps (s + half) >> n off ties. */
typedef f64 wide;
#ifdef __FMA__
#define MUL_ADD(a, b, c) __builtin_fma((f64)(a), b, c)
#else
#define MUL_ADD(a, b, c) ((f64)(a) * (b) + (c))
#endif
#define WIDE(x) ((f64)(i32)(x)) /* x < 2^31 */
#define PACK(x) ((x) ^ 0x80000000u)
#define UNPACK(x) ((f64)(i32)(x))
#define TO_LOW_WORD 6755399441055744.0 /* 1.5 * 2^52: adding it puts an integer in the low word */
#define POWER_OF_2(n) BITS_F64((u64)(1023 + (n)) << 52)
#define ROUND16_PACK(s) ((u32)F64_BITS((s) * (1.0 / 65536.0) + (TO_LOW_WORD - 2147483648.0)))
#define ROUND_SHIFT_PACK(s, n) ((u32)F64_BITS((s) * POWER_OF_2(-(n)) + (TO_LOW_WORD - 2147483648.0)))
#define ROUND16(s) ((u32)F64_BITS((s) * (1.0 / 65536.0) + (TO_LOW_WORD + 2147483648.0)))
#define FIRST_wide(tap, v) MUL_ADD(tap, v, 0.5)
#define ADD_wide(s, tap, a, b) MUL_ADD(tap, (a) + (b), s)
#define FIRST_u32(tap, v) ((tap) * (v))
#define ADD_u32(s, tap, a, b) ((s) + (tap) * ((a) + (b)))
