/* y4m clips: a byte for fuzz_plan_of, then the file. */
#include "clip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    const struct fuzz_plan plan = fuzz_plan_of(fuzz_byte(&bytes));
    fuzz_read_clip(bytes.at, bytes.left, (struct ivq_reader_params){0}, &plan);
    return 0;
}
