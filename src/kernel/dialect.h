/* The dialect: one kernel text -> C11, GLSL 4.5, CUDA C, OpenCL C 1.2. Each target_*.h gives every word below its
   meaning; docs/dialect.md explains them with an example.

   A kernel works on one tile of a picture, in phases. State crosses a phase only in `tile` arrays and in sums.

     EACH(y, ny, x, nx)   opens a phase over ny * nx items, x innermost
     STEP(x)              a part of an item. A GPU runs on, values in registers; a CPU ends its vector loop here and
                          starts another over the same x, so that no loop has more streams than it has registers
     OUTPUTS(c, y)        as STEP, once for each of the COLS outputs of an item that are kept between steps
     KEPT(c, y)           index of output c in a `keep` array
     AT(y, x)             index in a `tile` array that is filled by columns and read by rows
     SYNC                 ends a phase: everything written to the tile is visible to all items
     ADD(s, lane, v)      adds to a `sum`; REDUCE_SUMS ends them; TOTAL(s) is then the tile's total, in FIRST_LANE { }
     UNROLL               before a loop of constant length over a small local array: its elements become registers
     SELECT(c, a, b)      both sides are evaluated. No && or || inside a step: they branch, and the loop stays scalar
     MIN MAX I32() U32() U16() U8() F32() I64() U64()   casts are functions
     TABLE(type, name, n, ...)   constants;  FN type name(...)   a function, inlined;
     STRUCT(name) { ... };   a type for what a function gives back
     FN_RARE type name(...)   a function for a few elements: not inlined where a call costs less
     RECIPROCAL_ESTIMATE(x)   1 / x as the device has it; only where integers correct it (divide.kh)
     MULHI(a, b)          the high 32 bits of a 32 x 32 bit product;  FLOOR_LOG2(x)  the index of the top bit
     wide                 an integer below 2^53 held exactly: see the targets

   Neither / nor sqrt, log, exp on floats: exact_math.kh has what is the same everywhere. + - * are exact everywhere
   once contraction is off. No binary64 outside what is marked TARGET_C. */
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define SELECT(c, a, b) ((c) ? (a) : (b))
#if defined(TARGET_GLSL)
#include "kernel/target_glsl.h"
#elif defined(TARGET_CUDA)
#include "kernel/target_cuda.h"
#elif defined(TARGET_OPENCL)
#include "kernel/target_opencl.h"
#else
#include "kernel/target_c.h"
#endif
#define TILE_INDEX (GROUP_Y * GROUPS_X + GROUP_X)
/* Half up: (s + 2^(n-1)) >> n; s itself for n = 0. */
#define ROUND(s, n) (((s) + ((1 << (n)) >> 1)) >> (n))
/* (a * b + 2^31) >> 32 for 32-bit unsigned a and b */
#define MULHI_ROUND(a, b) (MULHI(a, b) + ((U32(a) * U32(b)) >> 31))
