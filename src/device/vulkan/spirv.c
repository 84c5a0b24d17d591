#include "device/vulkan/spirv.h"

#include <stdlib.h>
#include <string.h>

/* Numbers of the SPIR-V specification, version 1.3: header, instructions, storage classes. */
enum {
    SPIRV_MAGIC = 0x07230203,
    SPIRV_BOUND_WORD = 3,
    SPIRV_HEADER_WORDS = 5,
    SPIRV_MAX_BOUND = 0x400000, /* 2.17 Universal Limits */
    OP_CAPABILITY = 17,
    OP_TYPE_BOOL = 20,
    OP_TYPE_INT = 21,
    OP_TYPE_FLOAT = 22,
    OP_TYPE_VECTOR = 23,
    OP_TYPE_ARRAY = 28,
    OP_TYPE_STRUCT = 30,
    OP_TYPE_POINTER = 32,
    OP_CONSTANT = 43,
    OP_VARIABLE = 59,
    STORAGE_WORKGROUP = 4,
    BOOL_BYTES = 4,
};

static const struct {
    uint32_t number;
    unsigned ability; /* 0: every device has it */
} capabilities[] = {
    {1 /* Shader */, 0},
    {10 /* Float64 */, VULKAN_FLOAT64},
    {11 /* Int64 */, VULKAN_INT64},
    {22 /* Int16 */, VULKAN_INT16},
    {39 /* Int8 */, VULKAN_INT8},
    {4433 /* StorageBuffer16BitAccess */, VULKAN_STORAGE16},
    {4448 /* StorageBuffer8BitAccess */, VULKAN_STORAGE8},
    {4467 /* RoundingModeRTE */, VULKAN_ROUND_TO_EVEN},
};

static const struct {
    unsigned ability;
    const char *name;
} ability_names[] = {
    {VULKAN_FLOAT64, "64-bit floats (shaderFloat64, shaderRoundingModeRTEFloat64)"},
    {VULKAN_INT64, "64-bit integers (shaderInt64)"},
    {VULKAN_INT16, "16-bit integers (shaderInt16)"},
    {VULKAN_INT8, "8-bit integers (shaderInt8)"},
    {VULKAN_STORAGE8, "8-bit storage buffers (storageBuffer8BitAccess)"},
    {VULKAN_STORAGE16, "16-bit storage buffers (storageBuffer16BitAccess)"},
    {VULKAN_ROUND_TO_EVEN, "floats that are rounded to nearest even (shaderRoundingModeRTEFloat32)"},
};

const char *ivq_vulkan_ability_name(unsigned abilities)
{
    for (size_t i = 0; i < sizeof ability_names / sizeof ability_names[0]; i++)
        if (abilities & ability_names[i].ability)
            return ability_names[i].name;
    return "nothing";
}

static enum ivq_status add_capability(const char *kernel, uint32_t number, struct spirv_needs *needs,
                                      struct ivq_error *error)
{
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++) {
        if (capabilities[i].number == number) {
            needs->abilities |= capabilities[i].ability;
            return IVQ_OK;
        }
    }
    return ivq_fail(error, IVQ_DEVICE, "%s: its SPIR-V asks for capability %u, which isovq never enables",
                    kernel, (unsigned)number);
}

/* What is known of an id: the bytes of a type, of what a pointer type points to, or the value of a constant.
 */
struct spirv_ids {
    size_t *value;
    uint32_t bound;
};

static size_t value_of(const struct spirv_ids *ids, uint32_t id)
{
    return id < ids->bound ? ids->value[id] : 0;
}

static size_t struct_bytes(const struct spirv_ids *ids, const uint32_t *word, uint32_t words)
{
    size_t bytes = 0;
    for (uint32_t i = 2; i < words; i++)
        bytes += value_of(ids, word[i]);
    return bytes;
}

/* word: an instruction of at least 2 words. Declarations come before their uses, so one pass is enough. */
static void note_declaration(const struct spirv_ids *ids, const uint32_t *word, uint32_t words,
                             struct spirv_needs *needs)
{
    const uint32_t op = word[0] & 0xffff;
    const uint32_t id = word[op == OP_CONSTANT || op == OP_VARIABLE ? (words > 2 ? 2 : 1) : 1];
    if (id >= ids->bound)
        return;
    if (op == OP_TYPE_BOOL)
        ids->value[id] = BOOL_BYTES;
    else if ((op == OP_TYPE_INT || op == OP_TYPE_FLOAT) && words > 2)
        ids->value[id] = word[2] / 8;
    else if (op == OP_TYPE_VECTOR && words > 3)
        ids->value[id] = value_of(ids, word[2]) * word[3];
    else if (op == OP_TYPE_ARRAY && words > 3)
        ids->value[id] = value_of(ids, word[2]) * value_of(ids, word[3]);
    else if (op == OP_TYPE_STRUCT)
        ids->value[id] = struct_bytes(ids, word, words);
    else if ((op == OP_TYPE_POINTER || op == OP_CONSTANT) && words > 3)
        ids->value[id] = op == OP_CONSTANT ? word[3] : value_of(ids, word[3]);
    else if (op == OP_VARIABLE && words > 3 && word[3] == STORAGE_WORKGROUP)
        needs->shared_bytes += value_of(ids, word[1]);
}

static enum ivq_status read_module(const char *kernel, const uint32_t *code, size_t count,
                                   const struct spirv_ids *ids, struct spirv_needs *needs,
                                   struct ivq_error *error)
{
    for (size_t at = SPIRV_HEADER_WORDS; at < count;) {
        const uint32_t words = code[at] >> 16;
        if (!words || words > count - at)
            return ivq_fail(error, IVQ_DEVICE, "%s: its SPIR-V module is cut off", kernel);
        if ((code[at] & 0xffff) == OP_CAPABILITY && words == 2) {
            const enum ivq_status status = add_capability(kernel, code[at + 1], needs, error);
            if (status != IVQ_OK)
                return status;
        } else if (words > 1) {
            note_declaration(ids, code + at, words, needs);
        }
        at += words;
    }
    return IVQ_OK;
}

enum ivq_status ivq_spirv_needs(const char *kernel, const void *code, size_t size, struct spirv_needs *needs,
                                struct ivq_error *error)
{
    *needs = (struct spirv_needs){0};
    const uint32_t *words = code;
    const size_t count = size / sizeof *words;
    if (size % sizeof *words || count < SPIRV_HEADER_WORDS || words[0] != SPIRV_MAGIC ||
        words[SPIRV_BOUND_WORD] > SPIRV_MAX_BOUND)
        return ivq_fail(error, IVQ_DEVICE, "%s: its code is no SPIR-V module", kernel);
    struct spirv_ids ids = {.bound = words[SPIRV_BOUND_WORD]};
    ids.value = calloc(ids.bound ? ids.bound : 1, sizeof *ids.value);
    if (!ids.value)
        return ivq_fail_memory(error, "the ids of a SPIR-V module");
    const enum ivq_status status = read_module(kernel, words, count, &ids, needs, error);
    free(ids.value);
    return status;
}
