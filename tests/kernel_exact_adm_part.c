/* -DPART=kernel_exact_adm_... names the table; -DFINEST=0 or 1 chooses the scale, -DGPU_SIDE the text that
 * GPUs get. */
#include <math.h>

#include "kernel_exact.h"

#define TARGET_C 1
#define COLS 1
#define TILE_H 1
#include "kernel/dialect.h"
#ifdef GPU_SIDE /* its words in C; FLOOR_LOG2 as GPUs have it, also for 1 */
#undef TARGET_C
#undef FLOOR_LOG2
#define FLOOR_LOG2(x) (31 - __builtin_clz(x))
#endif
#include "metrics/adm/adm_decouple.kh"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

static double to_24_bits(int64_t v)
{
#if defined(GPU_SIDE)
    const binary64 rounded = round_24((u64)v);
    return ldexp((double)rounded.mantissa, rounded.exponent);
#elif FINEST /* there the sum is an i32, and the compiler's conversion rounds it */
    return (double)(float)v;
#else
    return round_24(v);
#endif
}

const struct kernel_exact_adm_part PART = {
    .name = TEXT(PART),
    .same_direction = same_direction,
    .reciprocal_q30 = reciprocal_q30,
    .enhanced = enhanced,
    .restored = restored,
    .to_24_bits = to_24_bits,
};
