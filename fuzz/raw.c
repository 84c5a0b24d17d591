/* Raw clips: a byte for fuzz_plan_of, a byte with chroma and allow_partial, width and height in 16 bits, the
   depth in 8, then the file. */
#include "clip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    const struct fuzz_plan plan = fuzz_plan_of(fuzz_byte(&bytes));
    const uint8_t kind = fuzz_byte(&bytes);
    struct ivq_reader_params params = {.chroma = (enum ivq_chroma)(kind & 3), .allow_partial = kind & 4};
    params.width = (int)fuzz_word(&bytes); /* one by one: an initialiser may take them in any order */
    params.height = (int)fuzz_word(&bytes);
    params.depth = (int8_t)fuzz_byte(&bytes);
    fuzz_read_clip(bytes.at, bytes.left, params, &plan);
    return 0;
}
