/* What the three GPU languages share: a group of GROUP_SIZE lanes strides over the items of a tile in shared memory. */
#define EACH(y, ny, x, nx) for (i32 item = LANE; item < (ny) * (nx); item += GROUP_SIZE) \
                           for (i32 y = item / (nx), x = item % (nx), once = 1; once != 0; once = 0)
#define STEP(x)
#define OUTPUTS(c, y) UNROLL for (i32 c = 0; c < COLS; c++)
#define KEEP_SIZE(n) (n)
#define KEPT(c, y) (c)
#define AT(y, x) ((y) * PITCH + (x)) /* PITCH is odd: lanes of one column fall on different banks */
#define FIRST_LANE if (LANE == 0)
/* A sum is a register until the end of the tile: then one shared atomic a lane, or a tree where it has 64 bits. */
#define ADD(s, lane, v) s += (v)
#define SHARED_SUM_i32(s) i32 s##_total
#define SHARED_SUM_u32(s) u32 s##_total
#define SHARED_SUM_u64(s) u64 s##_lanes[GROUP_SIZE]
#define RESET_i32(s) s##_total = 0
#define RESET_u32(s) s##_total = U32(0)
#define RESET_u64(s)
#define REDUCE_i32(s) ADD_SHARED(s##_total, s)
#define REDUCE_u32(s) ADD_SHARED(s##_total, s)
#define FINISH_i32(s) s = s##_total
#define FINISH_u32(s) s = s##_total
#define REDUCE_u64(s) \
    s##_lanes[LANE] = s; SYNC; \
    for (i32 half_size = GROUP_SIZE / 2; half_size > 0; half_size /= 2) { \
        if (LANE < half_size) s##_lanes[LANE] += s##_lanes[LANE + half_size]; \
        SYNC; \
    }
#define FINISH_u64(s) s = s##_lanes[0]
#define TOTAL(s) s
/* wide: 64-bit integers. */
#define WIDE(x) U64(x)
#define PACK(x) (x)
#define UNPACK(x) U64(x)
#define ROUND16_PACK(s) U32((s) >> 16)
#define ROUND_SHIFT_PACK(s, n) U32(((s) + (U64(1) << U32((n) - 1)) - U64(32768)) >> U32(n))
#define ROUND16(s) U32((s) >> 16)
#define FIRST_wide(tap, v) (U64(32768) + U64(tap) * U64(v))
#define ADD_wide(s, tap, a, b) ((s) + U64(tap) * U64(a) + U64(tap) * U64(b))
#define FIRST_u32(tap, v) ((tap) * (v))
#define ADD_u32(s, tap, a, b) ((s) + (tap) * ((a) + (b)))
