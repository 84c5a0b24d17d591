#!/bin/bash
# All tests, step by step (`make test`); the last line sums them up. Steps by name run only those:
#   tools/test.sh [build|style|suite|parity|masked|spirv|clang|abi|asan|tsan|arm64] ...
set -uo pipefail
cd "$(dirname "$0")/.."

all_steps=(build style suite parity masked spirv clang abi asan tsan arm64)
# The tests whose expected scores come from a table, by name.
golden=(golden model_golden model_published exactmath powf)
# The tests in which several threads work.
threaded=(fake device determinism equality api_threads first_use)
passed=0 failed=0 skipped=0
counts=$(mktemp) # the step's "passed failed skipped", a line each
trap 'rm -f "$counts"' EXIT
export ISOVQ_CACHE=$PWD/build/cache # compiled kernels, shared by the steps

# A folder for one way to build: its name, then Meson's options.
configure()
{
    local folder=$1
    shift
    tools/fetch_models.sh build/models >/dev/null || return
    if [ ! -f "$folder/build.ninja" ]; then
        meson setup "$folder" "$@" >"build/$folder.log" 2>&1 || { tail -n 30 "build/$folder.log"; return 1; }
    fi
    ninja -C "$folder" >"$folder/ninja.out" 2>&1 || { tail -n 60 "$folder/ninja.out"; return 1; }
    tail -n 1 "$folder/ninja.out"
}

# Runs a built folder's tests and counts them; further arguments go to `meson test`.
run_suite()
{
    local folder=$1
    shift
    rm -f "$folder"/meson-logs/testlog*.json # its name depends on the options
    meson test -C "$folder" --no-rebuild --print-errorlogs "$@"
    local status=$?
    python3 tools/count_tests.py "$folder"/meson-logs/testlog*.json >>"$counts" || return 1
    return $status
}

step_build() # make build, and the kernels and programs for all tests
{
    MESON_OPTIONS=--werror make --no-print-directory build >build/make.out 2>&1 || { tail -n 60 build/make.out; return 1; }
    echo "1 0 0" >>"$counts"
}

step_suite()
{
    run_suite build
}

# Every device of this machine against the scalar build; the report stays in build/.
step_parity()
{
    build/isovq parity --quiet --json build/parity.json --markdown build/parity.md --html build/parity.html &&
        echo "1 0 0" >>"$counts"
}

# libm results differ between processors with and without FMA: a score must not.
exp_digest()
{
    /usr/bin/python3 -c 'import hashlib, math
print(hashlib.sha256(repr([math.exp(i * 0.00137 - 12) for i in range(20000)]).encode()).hexdigest())'
}

step_masked()
{
    local mask=glibc.cpu.hwcaps=-FMA,-AVX2
    if [ "$(exp_digest)" = "$(GLIBC_TUNABLES=$mask exp_digest)" ]; then
        echo "glibc's exp is the same with and without FMA here: nothing to mask"
        echo "0 0 1" >>"$counts"
        return 0
    fi
    GLIBC_TUNABLES=$mask run_suite build "${golden[@]}"
}

# Every SPIR-V module is valid for the oldest Vulkan that we run on.
step_spirv()
{
    local module bad=0 good=0
    for module in build/src/kernel/*.spv; do
        [ -f "$module" ] || { echo "no SPIR-V in this build"; echo "0 0 1" >>"$counts"; return 0; }
        if spirv-val --target-env vulkan1.1 "$module"; then good=$((good + 1)); else bad=$((bad + 1)); fi
    done
    echo "$good modules valid, $bad not"
    [ $bad = 0 ] && echo "1 0 0" >>"$counts"
}

# The other compiler has nothing to say about the library either.
step_clang()
{
    CC=clang configure build-clang --werror -Dtests=false -Dgpu=false -Dcpu_levels=scalar,v2 && echo "1 0 0" >>"$counts"
}

# The public library's binary interface is the one that was committed.
step_abi()
{
    tools/abi_check.sh && echo "1 0 0" >>"$counts"
}

# Kernels without optimisation and at two levels only: they would take the compilers minutes.
sanitized=(--buildtype debugoptimized -Db_lundef=false -Dkernel_checks=true -Dcpu_levels=scalar,v2,awkward)

step_asan()
{
    configure build-asan "${sanitized[@]}" -Db_sanitize=address,undefined || return
    ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
        LSAN_OPTIONS=suppressions=$PWD/tools/lsan.supp:print_suppressions=0 \
        run_suite build-asan --timeout-multiplier 10 --no-suite lint --no-suite large
}

step_tsan() # the CPU parts: drivers are not built for it
{
    configure build-tsan "${sanitized[@]}" -Db_sanitize=thread -Dgpu=false || return
    local wrap=()
    # Address space randomisation with many bits is more than some versions of the runtime can stand.
    setarch -R true 2>/dev/null && wrap=(--wrapper "setarch -R")
    ISOVQ_TEST_DEVICES="cpu:scalar cpu:v2 cpu:awkward" TSAN_OPTIONS=halt_on_error=1 \
        run_suite build-tsan --timeout-multiplier 10 ${wrap[@]+"${wrap[@]}"} "${threaded[@]}"
}

# The same scores from another architecture: the golden suite in an emulator.
step_arm64()
{
    tools/arm64_packages.sh build-arm64-root || return
    configure build-arm64 --cross-file cross/aarch64.ini --cross-file build-arm64-root/paths.ini \
        -Dgpu=false || return
    run_suite build-arm64 --timeout-multiplier 10 "${golden[@]}" kernel_exact
}

step_style()
{
    tools/style_check.sh | tee build/style.out
    local status=${PIPESTATUS[0]}
    grep -E '^[0-9]+ [0-9]+ [0-9]+$' build/style.out | tail -n 1 >>"$counts"
    return "$status"
}

# One step: its output, its time, its counts. A step that fails without a count is one failure.
run_step()
{
    local name=$1 started=$SECONDS status=0 p f s step_failed=0 any=0
    echo "=== $name"
    : >"$counts"
    "step_$name" || status=$?
    while read -r p f s; do
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
        step_failed=$((step_failed + f)) any=$((any + p + f + s))
    done <"$counts"
    if [ $status != 0 ] && [ $step_failed = 0 ]; then
        failed=$((failed + 1))
    elif [ $any = 0 ]; then
        echo "$name: no test ran"
        failed=$((failed + 1))
        status=1
    fi
    times+=("$(printf '%-8s %5d s  %s' "$name" $((SECONDS - started)) "$([ $status = 0 ] && echo ok || echo FAILED)")")
    echo "--- ${times[-1]}"
}

steps=("$@")
[ $# -gt 0 ] || steps=("${all_steps[@]}")
times=()
mkdir -p build
for step in "${steps[@]}"; do
    if ! declare -F "step_$step" >/dev/null; then
        echo "test.sh: no step $step: one of ${all_steps[*]}" >&2
        exit 1
    fi
done
for step in "${steps[@]}"; do
    run_step "$step"
done
echo "=== times"
printf '%s\n' "${times[@]}"
printf '%-8s %5d s\n' total $SECONDS
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
