/* The CUDA backend on a driver without a GPU: how launch lists become graphs, how arguments are packed, and
   that each call of the driver may fail without a leak. That kernels compute the same on a real GPU is for
   the device tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "device/cuda/cuda.h"
#include "fake/libcuda_stub.h"

enum { WORDS = 128, LANES = 64, PIECES = 5, FACTOR = 3, OUT_OF_MEMORY = 2, ILLEGAL_ADDRESS = 700 };

/* scale: out[i] = in[i] * factor, by `groups` blocks of LANES. */
struct scale_params {
    int32_t factor, words;
};

static const char scale_ptx[] =
    ".version 6.3\n.target sm_75\n.address_size 64\n"
    ".visible .entry scale(\n\t.param .align 4 .b8 scale_param_0[8],\n"
    "\t.param .u64 scale_param_1,\n\t.param .u64 scale_param_2\n)\n{\n\tret;\n}\n";
static const char bare_ptx[] = ".visible .entry bare(\n\t.param .u64 bare_param_0\n)\n{\n\tret;\n}\n";

static const struct ivq_kernel scale = {
    .name = "scale",
    .buffers = 2,
    .written = 2,
    .params_size = sizeof(struct scale_params),
    .shape = {[IVQ_SHAPE_CUDA] = {LANES, 1, LANES}},
    .ptx = {(const unsigned char *)scale_ptx, sizeof scale_ptx - 1},
};

static const struct ivq_kernel bare = {
    .name = "bare",
    .buffers = 1,
    .written = 1,
    .shape = {[IVQ_SHAPE_CUDA] = {LANES, 1, LANES}},
    .ptx = {(const unsigned char *)bare_ptx, sizeof bare_ptx - 1},
};

static uint32_t *buffer_argument(const struct stub_launch *launch, int n)
{
    uint64_t address;
    memcpy(&address, launch->args[n], sizeof address);
    return (uint32_t *)(uintptr_t)address;
}

static void run_kernel(const struct stub_launch *launch)
{
    assert_int_equal(launch->block[0], LANES);
    assert_int_equal(launch->block[1] * launch->block[2] * launch->grid[2], 1);
    if (!strcmp(launch->signature->name, "bare")) {
        buffer_argument(launch, 0)[0]++;
        return;
    }
    struct scale_params params;
    memcpy(&params, launch->args[0], sizeof params);
    assert_int_equal(launch->grid[0] * launch->grid[1] * LANES, params.words);
    for (int i = 0; i < params.words; i++)
        buffer_argument(launch, 2)[i] = buffer_argument(launch, 1)[i] * (uint32_t)params.factor;
}

/* Up, PIECES launches side by side, as many again on their results, down. */
struct user {
    struct ivq_device *device;
    struct ivq_buffer *up, *a, *b, *down;
    struct ivq_plan *plan;
    struct ivq_error error;
};

enum { PIECE = WORDS * 4, SIZE = PIECES * PIECE };

static struct ivq_step launch_step(int stage, struct ivq_buffer *from, struct ivq_buffer *to, int piece)
{
    const struct scale_params params = {FACTOR, WORDS};
    struct ivq_step step = {
        .kind = IVQ_STEP_LAUNCH,
        .stage = stage,
        .kernel = &scale,
        .groups_x = 1,
        .groups_y = WORDS / LANES,
        .bindings = {{from, (size_t)piece * PIECE, PIECE}, {to, (size_t)piece * PIECE, PIECE}},
    };
    memcpy(step.params, &params, sizeof params);
    return step;
}

static struct ivq_step copy_step(int stage, struct ivq_buffer *from, struct ivq_buffer *to)
{
    return (struct ivq_step){
        .kind = IVQ_STEP_COPY, .stage = stage, .bindings = {{from, 0, SIZE}, {to, 0, SIZE}}};
}

static enum ivq_status make_plan(struct user *u)
{
    struct ivq_step steps[2 * PIECES + 2];
    int count = 0;
    steps[count++] = copy_step(0, u->up, u->a);
    for (int i = 0; i < PIECES; i++)
        steps[count++] = launch_step(1, u->a, u->b, i);
    for (int i = 0; i < PIECES; i++) /* reads where another of the earlier stage has written */
        steps[count++] = launch_step(4, u->b, u->a, i);
    steps[count++] = copy_step(7, u->a, u->down);
    return ivq_plan_create(u->device, steps, count, &u->plan, &u->error);
}

static enum ivq_status make_buffers(struct user *u)
{
    struct {
        struct ivq_buffer **buffer;
        enum ivq_buffer_kind kind;
    } all[] = {{&u->up, IVQ_BUFFER_UPLOAD},
               {&u->a, IVQ_BUFFER_DEVICE},
               {&u->b, IVQ_BUFFER_DEVICE},
               {&u->down, IVQ_BUFFER_READBACK}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        enum ivq_status status = ivq_buffer_create(u->device, SIZE, all[i].kind, all[i].buffer, &u->error);
        if (status == IVQ_OK)
            status = ivq_buffer_fill(u->device, *all[i].buffer, 0xdeadbeef, &u->error);
        if (status != IVQ_OK)
            return status;
    }
    return IVQ_OK;
}

static enum ivq_status run_once(struct user *u, uint32_t seed)
{
    uint32_t *const up = u->up->host;
    const uint32_t *const down = u->down->host;
    for (uint32_t i = 0; i < PIECES * WORDS; i++)
        up[i] = seed + i;
    enum ivq_status status = ivq_plan_submit(u->device, u->plan, &u->error);
    if (status == IVQ_OK)
        status = ivq_plan_wait(u->device, u->plan, &u->error);
    for (uint32_t i = 0; i < PIECES * WORDS && status == IVQ_OK; i++)
        assert_int_equal(down[i], (seed + i) * FACTOR * FACTOR);
    return status;
}

static enum ivq_status use(struct user *u)
{
    enum ivq_status status = ivq_device_open_on(&ivq_backend_cuda, NULL, &u->device, &u->error);
    if (status == IVQ_OK)
        status = ivq_device_prepare(u->device, &scale, &u->error);
    if (status == IVQ_OK)
        status = make_buffers(u);
    if (status == IVQ_OK)
        status = make_plan(u);
    for (uint32_t run = 0; run < 2 && status == IVQ_OK; run++)
        status = run_once(u, 1000 * run);
    return status;
}

static void tear_down(struct user *u)
{
    if (u->device) {
        ivq_plan_destroy(u->device, u->plan);
        ivq_buffer_destroy(u->device, u->up);
        ivq_buffer_destroy(u->device, u->a);
        ivq_buffer_destroy(u->device, u->b);
        ivq_buffer_destroy(u->device, u->down);
        ivq_device_close(u->device);
    }
    *u = (struct user){0};
    const struct stub_state *const s = cuda_stub();
    assert_int_equal(s->contexts, 0);
    assert_int_equal(s->pushed, 0);
    assert_int_equal(s->modules + s->memory + s->host_memory, 0);
    assert_int_equal(s->streams + s->events, 0);
    assert_int_equal(s->graphs + s->execs, 0);
}

static void test_graph(void **state)
{
    (void)state;
    struct user u = {0};
    cuda_stub_reset();
    assert_int_equal(use(&u), IVQ_OK);
    const struct stub_state *const s = cuda_stub();
    /* 5 launches wait for the copy, one join for them, 5 launches for the join, the last copy for these 5. */
    assert_int_equal(s->nodes, 2 * PIECES + 2 + 1);
    assert_int_equal(s->edges, PIECES + PIECES + PIECES + PIECES);
    assert_int_equal(s->launches, 2);
    assert_true(ivq_plan_seconds(u.device, u.plan) == 0.0015);
    tear_down(&u);
}

static void test_list(void **state)
{
    (void)state;
    struct ivq_device_info infos[IVQ_DEVICE_MAX];
    int count;
    cuda_stub_reset();
    assert_int_equal(ivq_backend_cuda.list(infos, IVQ_DEVICE_MAX, &count, NULL), IVQ_OK);
    assert_int_equal(count, STUB_DEVICES);
    assert_string_equal(infos[1].id, "cuda:9.1");
    assert_string_equal(infos[1].name, "Stub 1");
    assert_string_equal(infos[1].uuid, "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1");
    assert_non_null(strstr(infos[1].driver, "CUDA 13.0"));
    assert_int_equal(ivq_backend_cuda.list(infos, 1, &count, NULL), IVQ_OK);
    assert_int_equal(count, 1);
}

static void test_refusals(void **state)
{
    (void)state;
    struct ivq_device *device;
    struct ivq_error error;
    struct ivq_kernel none = scale, broken = scale;
    none.ptx = (struct ivq_code){0};
    broken.ptx.data = (const unsigned char *)"not PTX";
    cuda_stub_reset();
    assert_int_equal(ivq_device_open("cuda:2", NULL, &device, &error), IVQ_DEVICE);
    assert_int_equal(ivq_device_open("cuda:1", NULL, &device, &error), IVQ_OK);
    assert_int_equal(ivq_device_prepare(device, &none, &error), IVQ_DEVICE);
    assert_int_equal(ivq_device_prepare(device, &broken, &error), IVQ_DEVICE);
    assert_non_null(strstr(error.text, "stub: no entry"));
    assert_null(strchr(error.text, '\n'));
    struct ivq_buffer *up, *on_device;
    struct ivq_plan *plan;
    assert_int_equal(ivq_buffer_create(device, SIZE, IVQ_BUFFER_UPLOAD, &up, &error), IVQ_OK);
    assert_int_equal(ivq_buffer_create(device, SIZE, IVQ_BUFFER_DEVICE, &on_device, &error), IVQ_OK);
    const struct ivq_step step = launch_step(0, up, on_device, 0);
    assert_int_equal(ivq_plan_create(device, &step, 1, &plan, &error), IVQ_USAGE); /* not prepared */
    assert_int_equal(ivq_device_prepare(device, &scale, &error), IVQ_OK);
    assert_int_equal(ivq_plan_create(device, &step, 1, &plan, &error), IVQ_USAGE); /* host memory */
    struct user u = {.device = device, .up = up, .a = on_device};
    tear_down(&u);
}

/* No parameters, one plan of one step, an empty plan, a plan that was never submitted. */
static void test_small_plans(void **state)
{
    (void)state;
    struct user u = {0};
    struct ivq_plan *empty;
    cuda_stub_reset();
    assert_int_equal(ivq_device_open_on(&ivq_backend_cuda, NULL, &u.device, &u.error), IVQ_OK);
    assert_int_equal(ivq_device_prepare(u.device, &bare, &u.error), IVQ_OK);
    assert_int_equal(ivq_buffer_create(u.device, SIZE, IVQ_BUFFER_DEVICE, &u.a, &u.error), IVQ_OK);
    const struct ivq_step step = {
        .kind = IVQ_STEP_LAUNCH, .kernel = &bare, .groups_x = 1, .groups_y = 1, .bindings = {{u.a, 0, SIZE}}};
    assert_int_equal(ivq_plan_create(u.device, &step, 1, &u.plan, &u.error), IVQ_OK);
    assert_int_equal(ivq_plan_wait(u.device, u.plan, &u.error), IVQ_OK);
    assert_true(ivq_plan_seconds(u.device, u.plan) < 0);
    assert_int_equal(ivq_plan_submit(u.device, u.plan, &u.error), IVQ_OK);
    assert_int_equal(ivq_plan_wait(u.device, u.plan, &u.error), IVQ_OK);
    assert_int_equal(ivq_plan_create(u.device, NULL, 0, &empty, &u.error), IVQ_OK);
    assert_int_equal(ivq_plan_submit(u.device, empty, &u.error), IVQ_OK);
    assert_int_equal(ivq_plan_wait(u.device, empty, &u.error), IVQ_OK);
    ivq_plan_destroy(u.device, empty);
    tear_down(&u);
}

/* Call number `at` of the driver fails; false once there is no such call. */
static bool fails_at(int at, int result)
{
    struct user u = {0};
    cuda_stub_reset();
    cuda_stub()->fail_at = at;
    cuda_stub()->fail_result = result;
    const enum ivq_status status = use(&u);
    const bool reached = cuda_stub()->calls > at;
    if (!reached)
        assert_int_equal(status, IVQ_OK);
    if (reached && status != IVQ_OK) { /* a failure of what only describes is none */
        assert_int_equal(status, IVQ_DEVICE);
        assert_int_equal(u.error.status, IVQ_DEVICE);
        assert_true(strlen(u.error.text) > 0);
        if (u.device && result == ILLEGAL_ADDRESS) {
            assert_int_equal(ivq_device_prepare(u.device, &bare, &u.error), IVQ_DEVICE);
            assert_non_null(strstr(u.error.text, "was lost"));
        } else if (u.plan) {
            assert_int_equal(run_once(&u, 5), IVQ_OK); /* a failed call leaves the device usable */
        }
    }
    tear_down(&u);
    return reached;
}

static void test_each_call_fails(void **state)
{
    (void)state;
    int calls = 0;
    while (fails_at(calls, OUT_OF_MEMORY))
        calls++;
    assert_true(calls > 40);
}

static void test_each_call_loses_the_device(void **state)
{
    (void)state;
    int calls = 0;
    while (fails_at(calls, ILLEGAL_ADDRESS))
        calls++;
    assert_true(calls > 40);
}

/* What the host passes to every kernel of this build is what its PTX declares. */
static void test_signatures(void **state)
{
    (void)state;
    for (int i = 0; i < ivq_kernel_count; i++) {
        const struct ivq_kernel *const k = &ivq_kernels[i];
        struct stub_signature signature;
        if (!k->ptx.data)
            continue;
        assert_true(cuda_stub_signature((const char *)k->ptx.data, &signature));
        assert_string_equal(signature.name, k->name);
        const int params = k->params_size ? 1 : 0;
        assert_int_equal(signature.count, params + k->buffers);
        if (params)
            assert_int_equal(signature.sizes[0], k->params_size);
        for (int n = params; n < signature.count; n++)
            assert_int_equal(signature.sizes[n], sizeof(uint64_t));
    }
}

int main(void)
{
    cuda_stub()->kernel = run_kernel;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_graph),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_small_plans),
        cmocka_unit_test(test_each_call_fails),
        cmocka_unit_test(test_each_call_loses_the_device),
        cmocka_unit_test(test_signatures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
