/* Times the VIF kernels of a folder of PTX files on the first CUDA device:
     vif_cuda FOLDER product|prototype WIDTH HEIGHT [TILE_OF_STATISTICS TILE_OF_STEP_DOWN]
   Prints a line for each kernel: name, microseconds (median of 15 runs of 20 launches each). Both texts run
   on the same pictures. The driver is opened at run time; build: cc -O2 bench/vif_cuda.c -ldl -o vif_cuda */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAUNCHES = 20, RUNS = 15, SCALES = 4 };

typedef uint64_t device_memory;
static struct {
    int (*cuInit)(unsigned);
    int (*cuDeviceGet)(int *, int);
    int (*cuDevicePrimaryCtxRetain)(void **, int);
    int (*cuCtxSetCurrent)(void *);
    int (*cuModuleLoadData)(void **, const void *);
    int (*cuModuleGetFunction)(void **, void *, const char *);
    int (*cuMemAlloc_v2)(device_memory *, size_t);
    int (*cuMemcpyHtoD_v2)(device_memory, const void *, size_t);
    int (*cuEventCreate)(void **, unsigned);
    int (*cuEventRecord)(void *, void *);
    int (*cuEventSynchronize)(void *);
    int (*cuEventElapsedTime)(float *, void *, void *);
    int (*cuLaunchKernel)(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                          void *, void **, void **);
} cu;

static void check(int result, const char *what)
{
    if (!result)
        return;
    fprintf(stderr, "vif_cuda: %s failed with %d\n", what, result);
    exit(3);
}

#define LOAD(name) (*(void **)&cu.name = dlsym(driver, #name))
static void open_driver(void)
{
    void *driver = dlopen("libcuda.so.1", RTLD_NOW), *context;
    int device;
    if (!driver) {
        fprintf(stderr, "vif_cuda: no libcuda.so.1\n");
        exit(77);
    }
    LOAD(cuInit), LOAD(cuDeviceGet), LOAD(cuDevicePrimaryCtxRetain), LOAD(cuCtxSetCurrent),
        LOAD(cuModuleLoadData);
    LOAD(cuModuleGetFunction), LOAD(cuMemAlloc_v2), LOAD(cuMemcpyHtoD_v2), LOAD(cuEventCreate),
        LOAD(cuEventRecord);
    LOAD(cuEventSynchronize), LOAD(cuEventElapsedTime), LOAD(cuLaunchKernel);
    check(cu.cuInit(0), "cuInit");
    check(cu.cuDeviceGet(&device, 0), "cuDeviceGet");
    check(cu.cuDevicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
    check(cu.cuCtxSetCurrent(context), "cuCtxSetCurrent");
}

static void *load_kernel(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.ptx", folder, name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(2);
    }
    static char text[1 << 22];
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    void *module, *function;
    check(cu.cuModuleLoadData(&module, text), path);
    check(cu.cuModuleGetFunction(&function, module, name), name);
    return function;
}

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float median_us(void *kernel, int groups_x, int groups_y, int group_size, void **arguments)
{
    void *begin, *end;
    float us[RUNS];
    check(cu.cuEventCreate(&begin, 0), "cuEventCreate");
    check(cu.cuEventCreate(&end, 0), "cuEventCreate");
    for (int run = -1; run < RUNS; run++) { /* the first run warms up */
        check(cu.cuEventRecord(begin, NULL), "cuEventRecord");
        for (int i = 0; i < LAUNCHES; i++)
            check(cu.cuLaunchKernel(kernel, (unsigned)groups_x, (unsigned)groups_y, 1, (unsigned)group_size,
                                    1, 1, 0, NULL, arguments, NULL),
                  "cuLaunchKernel");
        check(cu.cuEventRecord(end, NULL), "cuEventRecord");
        check(cu.cuEventSynchronize(end), "the kernel");
        float ms;
        check(cu.cuEventElapsedTime(&ms, begin, end), "cuEventElapsedTime");
        if (run >= 0)
            us[run] = ms * 1e3f / LAUNCHES;
    }
    qsort(us, RUNS, sizeof us[0], by_value);
    return us[RUNS / 2];
}

static device_memory buffer(size_t size)
{
    device_memory memory;
    check(cu.cuMemAlloc_v2(&memory, size), "cuMemAlloc");
    return memory;
}

/* Smooth slopes, edges and some noise: all branches of the kernels run. */
static device_memory picture(int width, int height, int sample_size, unsigned noise)
{
    uint8_t *p = malloc((size_t)width * (size_t)height * (size_t)sample_size);
    unsigned state = 12345;
    for (int i = 0; i < width * height; i++) {
        const int x = i % width, y = i / width;
        state = state * 1664525u + 1013904223u;
        const unsigned v =
            ((unsigned)(x * 3 + y * 5) / 16 + ((x / 40 + y / 40) & 1) * 60 + (state >> 24) % noise) & 255;
        if (sample_size == 1)
            p[i] = (uint8_t)v;
        else
            ((uint16_t *)(void *)p)[i] = (uint16_t)(v << 8);
    }
    const device_memory memory = buffer((size_t)width * (size_t)height * (size_t)sample_size);
    check(cu.cuMemcpyHtoD_v2(memory, p, (size_t)width * (size_t)height * (size_t)sample_size),
          "cuMemcpyHtoD");
    free(p);
    return memory;
}

struct product_stat {
    uint64_t limit, limit_squared;
    int32_t width, height, stride;
    uint32_t whole_limit, mean_shift, product_shift;
};
struct prototype_stat {
    double limit;
    int32_t width, height, stride;
};
struct product_down {
    int32_t width, height, stride, out_stride;
    uint32_t shift;
};

int main(int argc, char **argv)
{
    if (argc < 5)
        return fprintf(stderr, "usage: vif_cuda FOLDER product|prototype WIDTH HEIGHT [WxH WxH]\n"), 1;
    const int product = !strcmp(argv[2], "product"), group = 128;
    int stat_w = 32, stat_h = 32, down_w = 32, down_h = 32;
    if (argc > 6)
        sscanf(argv[5], "%dx%d", &stat_w, &stat_h), sscanf(argv[6], "%dx%d", &down_w, &down_h);
    int width = atoi(argv[3]), height = atoi(argv[4]);
    static const char *const stat_names[2][SCALES] = {
        {"vif_stat0", "vif_stat1", "vif_stat2", "vif_stat3"},
        {"vif_stat_s0_u8", "vif_stat_s1", "vif_stat_s2", "vif_stat_s3"}};
    static const char *const down_names[2][SCALES] = {{NULL, "vif_down1", "vif_down2", "vif_down3"},
                                                      {NULL, "vif_down_s1_u8", "vif_down_s2", "vif_down_s3"}};
    open_driver();
    float total = 0;
    for (int s = 0; s < SCALES; s++) {
        device_memory ref = picture(width, height, s ? 2 : 1, 9), dis = picture(width, height, s ? 2 : 1, 23);
        device_memory part = buffer((size_t)(width / 8 + 1) * (size_t)(height / 8 + 1) * 32);
        struct product_stat a = {0x4059000000000000u, 0x40c3880000000000u, width, height, width, 100,
                                 s ? 16 : 8,          s ? 16 : 0};
        struct prototype_stat b = {100.0, width, height, width};
        void *arguments[] = {product ? (void *)&a : (void *)&b, &ref, &dis, &part};
        float us = median_us(load_kernel(argv[1], stat_names[product][s]), (width + stat_w - 1) / stat_w,
                             (height + stat_h - 1) / stat_h, group, arguments);
        printf("%s %dx%d %s %.2f us\n", argv[2], width, height, stat_names[product][s], (double)us);
        total += us;
        if (s == SCALES - 1)
            break;
        struct product_down d = {width, height, width, width / 2, s ? 16 : 8};
        device_memory small[2] = {buffer((size_t)width * (size_t)height),
                                  buffer((size_t)width * (size_t)height)};
        void *down_arguments[] = {&d, &ref, &dis, &small[0], &small[1]};
        us = median_us(load_kernel(argv[1], down_names[product][s + 1]), (width / 2 + down_w - 1) / down_w,
                       (height / 2 + down_h - 1) / down_h, group, down_arguments);
        printf("%s %dx%d %s %.2f us\n", argv[2], width, height, down_names[product][s + 1], (double)us);
        total += us;
        width /= 2, height /= 2;
    }
    printf("%s total %.2f us\n", argv[2], (double)total);
    return 0;
}
