#include "device/opencl/loader.h"

#include "device/library.h"

#define SYMBOL(member, symbol) {#symbol, offsetof(struct opencl_api, member)},
static const struct ivq_symbol symbols[] = {IVQ_OPENCL_FUNCTIONS(SYMBOL)};
#undef SYMBOL

const struct opencl_api *ivq_opencl_load(struct ivq_error *error)
{
    static struct opencl_api api;
    static struct ivq_library library = {.file = "libOpenCL.so.1",
                                         .title = "OpenCL loader",
                                         .needed = "OpenCL 1.2",
                                         .symbols = symbols,
                                         .symbol_count = sizeof symbols / sizeof symbols[0],
                                         .table = &api};
    return ivq_library_open(&library, error) ? &api : NULL;
}
