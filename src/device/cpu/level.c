/* Which instruction-set levels this processor runs, and what they are called. */
#include "device/cpu/cpu.h"

#include <string.h>

static const char *const names[IVQ_CPU_LEVELS] = {
    [IVQ_CPU_SCALAR] = "scalar", [IVQ_CPU_V2] = "v2",       [IVQ_CPU_V3] = "v3",
    [IVQ_CPU_V4] = "v4",         [IVQ_CPU_ARM64] = "arm64", [IVQ_CPU_AWKWARD] = "awkward",
};

int ivq_cpu_level_find(const char *name)
{
    for (int level = 0; level < IVQ_CPU_LEVELS; level++)
        if (!strcmp(names[level], name) || (level == IVQ_CPU_ARM64 && !strcmp(name, "aarch64")))
            return level;
    return -1;
}

/* DECISIONS 13 spells the AArch64 level out in ids. */
const char *ivq_cpu_level_name(int level)
{
    return level == IVQ_CPU_ARM64 ? "aarch64" : names[level];
}

#if defined(__x86_64__)
static bool runs_v2(void)
{
    return __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1") &&
           __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}

static bool runs_v3(void)
{
    return runs_v2() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

static bool runs_v4(void)
{
    return runs_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}
#else
static bool runs_v2(void)
{
    return false;
}

static bool runs_v3(void)
{
    return false;
}

static bool runs_v4(void)
{
    return false;
}
#endif

static bool processor_runs(int level)
{
    switch (level) {
    case IVQ_CPU_V2:
        return runs_v2();
    case IVQ_CPU_V3:
        return runs_v3();
    case IVQ_CPU_V4:
        return runs_v4();
    default: /* scalar code is the architecture's baseline, and so is Advanced SIMD; awkward is built for v2
              */
        return true;
    }
}

bool ivq_cpu_level_usable(int level)
{
    return level >= 0 && level < IVQ_CPU_LEVELS && ivq_kernel_count && ivq_kernels[0].cpu[level] &&
           processor_runs(level);
}

/* Bits of --cpumask (spec cli_and_logs, section 1) that a level needs to be clear. */
static unsigned masked_by(int level)
{
    enum { SSE2 = 1, SSSE3 = 2, SSE41 = 4, AVX2 = 8, AVX512 = 16, NEON = 1 };
    switch (level) {
    case IVQ_CPU_V2:
        return SSE2 | SSSE3 | SSE41;
    case IVQ_CPU_V3:
        return SSE2 | SSSE3 | SSE41 | AVX2;
    case IVQ_CPU_V4:
        return SSE2 | SSSE3 | SSE41 | AVX2 | AVX512;
    case IVQ_CPU_ARM64:
        return NEON;
    default:
        return 0;
    }
}

int ivq_cpu_level_best(unsigned cpumask)
{
    static const int best_first[] = {IVQ_CPU_V4, IVQ_CPU_V3, IVQ_CPU_V2, IVQ_CPU_ARM64};
    for (size_t i = 0; i < sizeof best_first / sizeof best_first[0]; i++)
        if (ivq_cpu_level_usable(best_first[i]) && !(cpumask & masked_by(best_first[i])))
            return best_first[i];
    return IVQ_CPU_SCALAR;
}
