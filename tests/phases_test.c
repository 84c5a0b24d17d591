/* The phases that the generator writes, on every device, against plain loops: borders, decimation, the orders
   of a filter, taps of a table, exact sums, f32 sums of rows, walks. Kernels: tests/kernels. Pictures from
   the smallest that the filter takes to several tiles.

   Usage: phases_test [SEED [ROUNDS [DEVICE ...]]] */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_bench.h"
#include "test_kernel_params.h"

enum { MOST_WIDTH = 150, MOST_HEIGHT = 70, STRIDE = 160, SAMPLES = STRIDE * MOST_HEIGHT, SHOWN = 3 };

static uint64_t state = 20240229;

static uint32_t below(uint32_t n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % n;
}

static int complain(struct ivq_device *device, const char *kernel, int width, int height, int x, int y,
                    double got, double want)
{
    static int shown;
    if (shown++ < SHOWN)
        printf("%s: %s, %d x %d: at %d, %d: %a, not %a\n", device->info.id, kernel, width, height, x, y, got,
               want);
    return 1;
}

/* --- borders --- */

enum border { MIRROR, REFLECT, CLAMP, ZERO };

/* The position that stands for p; -1: none, it counts as 0. */
static int mapped(enum border border, int p, int n)
{
    if (p >= 0 && p < n)
        return p;
    switch (border) {
    case MIRROR:
        return p < 0 ? -p : 2 * n - 2 - p;
    case REFLECT:
        return p < 0 ? -1 - p : 2 * n - 1 - p;
    case CLAMP:
        return p < 0 ? 0 : n - 1;
    default:
        return -1;
    }
}

struct picture {
    int width, height;
    uint8_t samples[SAMPLES];
};

static void draw(struct picture *p, int least)
{
    p->width = least + (int)below(MOST_WIDTH - (uint32_t)least);
    p->height = least + (int)below(MOST_HEIGHT - (uint32_t)least);
    for (int i = 0; i < SAMPLES; i++)
        p->samples[i] = (uint8_t)below(256);
}

static float sample(const struct picture *p, enum border border, int y, int x, float offset)
{
    const int row = mapped(border, y, p->height), column = mapped(border, x, p->width);
    return row < 0 || column < 0 ? 0 : (float)p->samples[row * STRIDE + column] - offset;
}

/* --- columns, then rows --- */

struct filter_case {
    const char *kernel;
    enum border border;
    int every;
    bool valid;
};

static const struct filter_case filter_cases[] = {
    {"test_filter_mirror", MIRROR, 1, false}, {"test_filter_reflect", REFLECT, 1, false},
    {"test_filter_clamp", CLAMP, 1, false},   {"test_filter_zero", ZERO, 1, false},
    {"test_filter_valid", CLAMP, 1, true},    {"test_filter_half", MIRROR, 2, false},
    {"test_filter_third", ZERO, 3, false},
};

static float filtered(const struct picture *p, const struct filter_case *f, int y, int x, float offset)
{
    static const float tap[5] = {0.1f, 0.25f, 0.5f, 0.3f, -0.2f};
    float across = 0;
    for (int k = 0; k < 5; k++) {
        float down = 0;
        for (int i = 0; i < 5; i++) {
            const volatile float product = tap[i] * sample(p, f->border, y + i - 2, x + k - 2, offset);
            down = down + product;
        }
        const volatile float product = tap[k] * down;
        across = across + product;
    }
    return across;
}

static int test_filter(struct ivq_device *device, const struct filter_case *f)
{
    static struct picture p;
    static float got[SAMPLES], middle[SAMPLES];
    draw(&p, f->valid ? 5 : 3);
    const int inside = f->valid ? 2 : 0;
    const int width = (p.width - 2 * inside + f->every - 1) / f->every,
              height = (p.height - 2 * inside + f->every - 1) / f->every;
    const struct test_filter_params params = {.width = p.width,
                                              .height = p.height,
                                              .stride = STRIDE,
                                              .out_width = width,
                                              .out_height = height,
                                              .out_stride = width + 3,
                                              .offset = 127.5f};
    const struct kernel_data data[] = {
        {p.samples, sizeof p.samples}, {got, sizeof got}, {middle, sizeof middle}};
    int wrong = 0;
    kernel_run(device, f->kernel, &params, width, height, data);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const int row = f->every * y + inside, column = f->every * x + inside;
            const float want = filtered(&p, f, row, column, params.offset),
                        have = got[y * params.out_stride + x];
            const float at_middle = middle[y * params.out_stride + x];
            if (memcmp(&want, &have, sizeof want) != 0 ||
                at_middle != sample(&p, f->border, row, column, params.offset))
                wrong += complain(device, f->kernel, p.width, p.height, x, y, (double)have, (double)want);
        }
    return wrong;
}

/* --- rows, then columns, in binary64 --- */

static float rows_then_columns(const struct picture *p, const float *tap, int half, int y, int x, bool square)
{
    double down = 0;
    for (int k = 0; k <= 2 * half; k++) {
        double across = 0;
        for (int i = 0; i <= 2 * half; i++) {
            const float s = (float)p->samples[(y + k) * STRIDE + x + i];
            const volatile float value = square ? s * s : s, product = tap[i] * value;
            across += (double)product;
        }
        const volatile float product = tap[k] * (float)across;
        down += (double)product;
    }
    return (float)down;
}

static int test_rows_first(struct ivq_device *device)
{
    static struct picture p;
    static uint64_t part[2 * SAMPLES];
    float taps[13];
    const int half = 1 + (int)below(6);
    draw(&p, 2 * half + 1);
    for (int i = 0; i < 13; i++)
        taps[i] = ((float)below(1000) - 300) * 0x1.8p-11f;
    const int width = p.width - 2 * half, height = p.height - 2 * half;
    const struct test_rows_first_params params = {
        .width = p.width, .height = p.height, .stride = STRIDE, .half_width = half};
    const struct kernel_data data[] = {
        {p.samples, sizeof p.samples}, {taps, sizeof taps}, {part, sizeof part}};
    kernel_run(device, "test_rows_first", &params, width, height, data);
    int64_t want[2] = {0};
    uint64_t have[2] = {0};
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int v = 0; v < 2; v++)
                want[v] += (int64_t)rint(ldexp((double)rows_then_columns(&p, taps, half, y, x, v), 20));
    const struct ivq_tile_shape *tile = ivq_device_tile(device, kernel_named("test_rows_first"));
    const int tiles = ((width + tile->w - 1) / tile->w) * ((height + tile->h - 1) / tile->h);
    for (int t = 0; t < tiles; t++)
        for (int v = 0; v < 2; v++)
            have[v] += part[2 * t + v];
    int wrong = 0;
    for (int v = 0; v < 2; v++)
        if ((int64_t)have[v] != want[v])
            wrong += complain(device, "test_rows_first", p.width, p.height, v, half, (double)(int64_t)have[v],
                              (double)want[v]);
    return wrong;
}

/* --- exact sums, f32 sums of rows --- */

static uint64_t weight_sum(const uint16_t *s, int width, int height, int y, int x, bool square)
{
    static const uint64_t tap[3] = {9, 28, 9};
    uint64_t sum = 0;
    for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++)
            if (y + j >= 0 && y + j < height && x + i >= 0 && x + i < width) {
                const uint64_t v = s[(y + j) * STRIDE + x + i];
                sum += tap[j + 1] * tap[i + 1] * (square ? v * v : 1);
            }
    return sum;
}

static float row_term(const uint16_t *s, int width, int height, int y, int x)
{
    const float left = x ? (float)s[y * STRIDE + x - 1] : 0,
                under = y + 1 < height ? (float)s[(y + 1) * STRIDE + x] : 0;
    const volatile float product = left * 0.3f;
    (void)width;
    return product + under;
}

static int test_exact(struct ivq_device *device)
{
    static uint16_t samples[SAMPLES];
    static double squares[SAMPLES];
    static float terms[SAMPLES];
    const int width = 2 + (int)below(MOST_WIDTH - 2), height = 2 + (int)below(MOST_HEIGHT - 2);
    const bool in_lanes = ivq_device_tile(device, kernel_named("test_exact"))->group_size > 0;
    const struct test_exact_params params = {.width = width, .height = height, .stride = STRIDE};
    const struct kernel_data data[] = {
        {samples, sizeof samples}, {squares, sizeof squares}, {terms, sizeof terms}};
    int wrong = 0;
    for (int i = 0; i < SAMPLES; i++)
        samples[i] = (uint16_t)below(65536);
    kernel_run(device, "test_exact", &params, width, height, data);
    for (int y = 0; y < height; y++) {
        float want_row = 0, row = in_lanes ? 0 : terms[y];
        for (int x = 0; x < width; x++) {
            const double want = (double)weight_sum(samples, width, height, y, x, true) /
                                (double)weight_sum(samples, width, height, y, x, false);
            if (want != squares[y * STRIDE + x])
                wrong += complain(device, "test_exact", width, height, x, y, squares[y * STRIDE + x], want);
            want_row = want_row + row_term(samples, width, height, y, x);
            if (in_lanes)
                row = row + terms[x * height + y];
        }
        if (row != want_row)
            wrong += complain(device, "test_exact, rows", width, height, 0, y, (double)row, (double)want_row);
    }
    return wrong;
}

/* --- walks --- */

static int test_walk(struct ivq_device *device)
{
    enum { PLANES = 3 };
    static float samples[PLANES * SAMPLES], filtered_samples[PLANES * SAMPLES];
    static double sums[PLANES * STRIDE];
    const int width = 1 + (int)below(MOST_WIDTH), height = 1 + (int)below(MOST_HEIGHT);
    const struct test_walk_params params = {.width = width, .height = height, .stride = STRIDE};
    const struct kernel_data data[] = {
        {samples, sizeof samples}, {filtered_samples, sizeof filtered_samples}, {sums, sizeof sums}};
    int wrong = 0;
    for (int i = 0; i < PLANES * SAMPLES; i++)
        samples[i] = ((float)below(65536) - 32768) * 0x1p-12f;
    kernel_run(device, "test_walk", &params, PLANES, width, data);
    for (int plane = 0; plane < PLANES; plane++)
        for (int x = 0; x < width; x++) {
            float one = 0, two = 0;
            double sum = 0;
            for (int t = -2; t < height; t++) {
                const float in = t + 2 < height ? samples[(plane * height + t + 2) * STRIDE + x] : 0;
                const volatile float a = 0.9f * one, b = 0.3f * two, c = in + a;
                two = one;
                one = c - b;
                const volatile double square = (double)one * (double)one;
                sum += square;
                if (t >= 0 &&
                    memcmp(&one, &filtered_samples[(plane * height + t) * STRIDE + x], sizeof one) != 0)
                    wrong +=
                        complain(device, "test_walk", width, height, x, t,
                                 (double)filtered_samples[(plane * height + t) * STRIDE + x], (double)one);
            }
            if (sum != sums[plane * width + x])
                wrong += complain(device, "test_walk, sums", width, height, x, plane, sums[plane * width + x],
                                  sum);
        }
    return wrong;
}

static int run_all(struct ivq_device *device, int rounds)
{
    int wrong = 0;
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < sizeof filter_cases / sizeof filter_cases[0]; i++)
            wrong += test_filter(device, &filter_cases[i]);
        wrong += test_rows_first(device) + test_exact(device) + test_walk(device);
    }
    return wrong;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        state = strtoull(argv[1], NULL, 10);
    printf("seed %" PRIu64 "\n", state);
    return kernel_on_devices(argc - 3, argv + 3, argc > 2 ? atoi(argv[2]) : 6, run_all);
}
