"""The words of the dialect, once: the lint knows no other, and docs/dialect.md explains each (tests/lint_test.py)."""

HEAD = set("""kernel variant default shape param input output table plane tile keep sum border reach stage around beside every region
taps filter carry totals rows walk""".split())

# What the text of a metric is made of.
WORDS = set("""
PIXEL AROUND START WALK FINISH
READ READ_PLANE DOWN LOOK NEAR BOX PUT PUT_PLANE ADD IN_PICTURE PIXEL_X PIXEL_Y
PLACE LINE PLANE_NUMBER IS_INSIDE ALONG PUT_ALONG
I32 U32 U16 I16 U8 F32 I64 U64 U64C F32_BITS BITS_F32
SELECT MIN MAX ROUND MULHI MULHI_ROUND FLOOR_LOG2 WIDE SWIDE ROUND_SWIDE
DIVIDE_F32 SQRT_F32 LOG2_F32 FLUSH
R64 R64_I32 R64_I64 R64_WIDE R64_BITS R64_TO_BITS R64C R64_ADD R64_SUBTRACT R64_MULTIPLY R64_DIVIDE R64_SQRT R64_SQUARE R64_NEGATE
R64_BELOW R64_SELECT R64_F32 R64_TRUNC R64_FIXED
UNROLL FN FN_RARE TABLE STRUCT
""".split())
TYPES = set("u8 u16 u32 u64 i16 i32 i64 f32 ix bool wide swide real64".split())

# For a text that writes its own phases, because none of the head's lines fits.
PHASES = set("""
EACH STEP SYNC REDUCE_SUMS TOTAL FIRST_LANE GROUP_X GROUP_Y GROUPS_X TILE_INDEX LANE GROUP_SIZE TILE_W TILE_H ROWS COLS
OUTPUTS KEPT AT PASTE RECIPROCAL_ESTIMATE KERNEL TARGET_C TARGET_GLSL TARGET_CUDA TARGET_OPENCL
""".split())
