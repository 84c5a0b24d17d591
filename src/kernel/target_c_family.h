/* What C, CUDA C and OpenCL C write alike. */
#define I32(x) ((i32)(x))
#define U32(x) ((u32)(x))
#define I64(x) ((i64)(x))
#define U64(x) ((u64)(x))
#define U16(x) ((u16)(x))
#define I16(x) ((i16)(x))
#define U8(x) ((u8)(x))
#define F32(x) ((f32)(x))
#define F64(x) ((f64)(x))
#define STRUCT(name) typedef struct name name; struct name
