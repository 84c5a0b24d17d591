/* Every word of arithmetic on every device, against the host's own: tests/kernels/test_words.k on random and
   extreme operands. binary64 is held in four builds: the device's own, in integers, and as Vulkan divides and
   takes roots, with its estimates as they are and disturbed.

   Usage: words_test [SEED [ROWS [DEVICE ...]]] */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_bench.h"
#include "test_kernel_params.h"

enum { OPERANDS = 4096, WORDS = 26, SHOWN = 1 };

static uint64_t state = 20240229;

static uint64_t next(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

struct operands {
    uint64_t a[OPERANDS], b[OPERANDS], c[OPERANDS];
    uint32_t u[OPERANDS], v[OPERANDS];
    float f[OPERANDS], g[OPERANDS];
    uint32_t n;
};

static double of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t bits_of_f32(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float f32_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Mantissas that end in many zeros or ones make ties and carries; equal exponents, and those 50 to 130 apart,
 * make sums hard. */
static uint64_t mantissa(int bits)
{
    const uint64_t all = (UINT64_C(1) << bits) - 1, any = next() & all,
                   cut = all << (next() % (unsigned)(bits + 1)) & all;
    switch (next() % 5) {
    case 0:
        return any & cut;
    case 1:
        return any | (all & ~cut);
    case 2:
        return cut;
    case 3:
        return (cut + next() % 3 - 1) & all;
    default:
        return any;
    }
}

static uint64_t some_double(int low, int high)
{
    if (next() % 24 == 0)
        return next() << 63; /* a zero of either sign */
    const uint64_t exponent = (uint64_t)(1023 + low + (int)(next() % (uint64_t)(high - low + 1)));
    return next() << 63 | exponent << 52 | mantissa(52);
}

static float some_float(void)
{
    return f32_of_bits((uint32_t)(next() << 31) | (uint32_t)(127 - 30 + next() % 60) << 23 |
                       (uint32_t)mantissa(23));
}

static void draw(struct operands *o)
{
    o->n = 1 + (uint32_t)(next() % 30);
    for (int i = 0; i < OPERANDS; i++) {
        o->a[i] = some_double(-100, 100);
        o->b[i] = some_double(-100, 100);
        if (next() % 3 == 0) { /* near a, or so far below that it only decides a rounding */
            const int64_t apart = next() % 2 ? (int64_t)(next() % 3) : 50 + (int64_t)(next() % 12);
            o->b[i] = o->a[i] ^ next() << 63;
            o->b[i] = (o->b[i] & ~(UINT64_C(0x7ff) << 52)) | ((o->b[i] >> 52 & 0x7ff) - (uint64_t)apart)
                                                                 << 52;
            o->b[i] =
                next() % 2 ? o->b[i] ^ (next() & 7) : (o->b[i] & ~((UINT64_C(1) << 52) - 1)) | mantissa(52);
            if ((o->b[i] >> 52 & 0x7ff) < 700 || (o->b[i] >> 52 & 0x7ff) > 1300) /* a was 0 */
                o->b[i] = 0;
        }
        o->c[i] = some_double(-40, 29);
        o->u[i] = (uint32_t)mantissa(32);
        o->v[i] = (uint32_t)mantissa(32) | 1;
        o->f[i] = next() % 20 ? some_float() : 0;
        o->g[i] = some_float();
    }
}

/* --- what must come out --- */

static double fixed(double v, int n)
{
    return rint(ldexp(v, n));
}

static uint64_t wanted_binary64(const struct operands *o, int word, int i)
{
    const double p = of_bits(o->a[i]), q = of_bits(o->b[i]), r = of_bits(o->c[i]);
    switch (word) {
    case 0:
        return bits_of(p + q);
    case 1:
        return bits_of(p - q);
    case 2:
        return bits_of(p * q);
    case 3:
        return bits_of(p / (q == 0 ? 1.0 : q));
    case 4:
        return bits_of(sqrt(p < 0 ? -p : p));
    case 5:
        return p < q;
    case 6:
        return bits_of((double)o->f[i]);
    case 7:
        return bits_of_f32((float)p);
    case 8:
        return bits_of((double)(int32_t)o->u[i]);
    case 9:
        return (uint32_t)(int32_t)r;
    case 10:
        return (uint64_t)(int64_t)fixed(r, 20);
    case 11: {
        const volatile double product = p * q;
        return bits_of(product + r);
    }
    case 12: {
        const volatile double square = r * r;
        return bits_of(square + -0.1);
    }
    default:
        return bits_of((double)((int64_t)o->a[i] >> 11));
    }
}

static uint64_t wanted(const struct operands *o, int word, int i)
{
    const uint64_t product = (uint64_t)o->u[i] * o->v[i];
    const int32_t u = (int32_t)o->u[i], v = (int32_t)o->v[i];
    const uint32_t tiny = o->u[i] & 0x807fffff;
    const int n = (int)o->n;
    switch (word) {
    case 14:
        return bits_of_f32(o->f[i] / o->g[i]);
    case 15:
        return bits_of_f32(sqrtf(fabsf(o->f[i])));
    case 16:
        return bits_of_f32(tiny & 0x7f800000 ? f32_of_bits(tiny) : 0);
    case 17:
        return product >> 32;
    case 18:
        return (uint32_t)((product >> 32) + ((uint32_t)product >> 31));
    case 19:
        return 31 - (uint64_t)__builtin_clz(o->v[i] | 2);
    case 20:
        return (uint32_t)(((u >> 1) + (1 << n >> 1)) >> n);
    case 21: {
        const int shift = n / 2 + 16;
        return (uint32_t)((((int64_t)u * (v & 0x3fff)) + (INT64_C(1) << (shift - 1))) >> shift);
    }
    case 22:
        return (uint32_t)(u < v ? u : v);
    case 23: {
        const volatile float rounded = o->f[i] * o->g[i];
        return bits_of_f32(rounded + o->f[i]);
    }
    case 24:
        return bits_of((double)(o->v[i] >> 1));
    case 25:
        return o->a[i] ^ o->b[i];
    default:
        return wanted_binary64(o, word, i);
    }
}

static int compare(const char *device, const char *kernel, const struct operands *o, const uint64_t *got)
{
    int wrong = 0;
    for (int word = 0; word < WORDS; word++)
        for (int i = 0, shown = 0; i < OPERANDS; i++) {
            const uint64_t want = wanted(o, word, i), have = got[word * OPERANDS + i];
            wrong += want != have;
            if (want != have && shown++ < SHOWN)
                printf("%s: %s: word %d of a %a, b %a, c %a, u %#x, v %#x, f %a, g %a: %016" PRIx64
                       ", not %016" PRIx64 "\n",
                       device, kernel, word, of_bits(o->a[i]), of_bits(o->b[i]), of_bits(o->c[i]), o->u[i],
                       o->v[i], (double)o->f[i], (double)o->g[i], have, want);
        }
    return wrong;
}

static int run(struct ivq_device *device, const char *kernel, const struct operands *o)
{
    static uint64_t got[WORDS * OPERANDS];
    const struct test_words_params params = {.width = OPERANDS, .height = 1, .n = o->n};
    const struct kernel_data data[] = {{(void *)o->a, sizeof o->a}, {(void *)o->b, sizeof o->b},
                                       {(void *)o->c, sizeof o->c}, {(void *)o->u, sizeof o->u},
                                       {(void *)o->v, sizeof o->v}, {(void *)o->f, sizeof o->f},
                                       {(void *)o->g, sizeof o->g}, {got, sizeof got}};
    kernel_run(device, kernel, &params, OPERANDS, 1, data);
    return compare(device->info.id, kernel, o, got);
}

static int run_all(struct ivq_device *device, int rows)
{
    static const char *const kernels[] = {"test_words_native", "test_words_integers", "test_words_exact",
                                          "test_words_disturbed"};
    static struct operands operands;
    int wrong = 0;
    for (int row = 0; row < rows; row++) {
        draw(&operands);
        for (size_t k = 0; k < sizeof kernels / sizeof kernels[0]; k++)
            wrong += kernel_can_run(device, kernels[k]) ? run(device, kernels[k], &operands) : 0;
    }
    return wrong;
}

int main(int argc, char **argv)
{
    const int rows = argc > 2 ? atoi(argv[2]) : 4;
    if (argc > 1)
        state = strtoull(argv[1], NULL, 10);
    printf("seed %" PRIu64 "\n", state);
    return kernel_on_devices(argc - 3, argv + 3, rows, run_all);
}
