#include "device/cuda/loader.h"

#include "device/library.h"

static struct cuda_api api;

#define SYMBOL(member, symbol, arguments) {#symbol, offsetof(struct cuda_api, member)},
static const struct ivq_symbol symbols[] = {IVQ_CUDA_FUNCTIONS(SYMBOL)};
#undef SYMBOL

static void start(struct ivq_error *failure)
{
    const CUresult result = api.init(0);
    const char *name = NULL, *text = NULL;
    if (result == CUDA_SUCCESS)
        return;
    api.error_name(result, &name);
    api.error_string(result, &text);
    ivq_fail(failure, IVQ_DEVICE, "the NVIDIA driver did not start: cuInit: %s: %s", name ? name : "?",
             text ? text : "unknown error");
}

const struct cuda_api *ivq_cuda_load(struct ivq_error *error)
{
    static struct ivq_library library = {.file = "libcuda.so.1",
                                         .title = "NVIDIA driver",
                                         .needed = "CUDA 11.4",
                                         .symbols = symbols,
                                         .symbol_count = sizeof symbols / sizeof symbols[0],
                                         .table = &api,
                                         .start = start};
    return ivq_library_open(&library, error) ? &api : NULL;
}
