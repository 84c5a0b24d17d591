#!/bin/sh
# gpu_report.sh BUILD [SHARED]: what the claims look like on this machine's real GPUs. Runs the golden, equality and
# device suites of the build folder BUILD on every cuda and hardware vulkan device, then times them; prints a report.
# SHARED: the folder with clips/ and golden/ (without it the project's own goldens serve).
# CASES: equality cases (default 1200). PROTOTYPE: a folder with the prototype's PTX, to time its VIF beside ours.
set -u
build=$1
shared=${2:-$build/no-shared}
export ISOVQ_SHARED="$shared" ISOVQ_CACHE="${ISOVQ_CACHE:-$build/cache}"
failures=0
clipgen=$build/tests/clipgen
[ -d "$clipgen" ] && clipgen=$clipgen/clipgen # packed for another machine
say() { printf '\n== %s\n' "$*"; }
step() { # step TITLE COMMAND...: the end of its output, and whether it passed
    say "$1"; shift
    if "$@" > "$build/step.log" 2>&1; then grep -v "OK \]\|RUN  " "$build/step.log" | tail -n 14; echo "-- ok"
    else tail -n 40 "$build/step.log"; echo "-- FAILED ($?): $*"; failures=$((failures + 1)); fi
}
say "GPU report of $(date -u +%Y-%m-%dT%H:%MZ), $(uname -m), kernel $(uname -r)"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null
"$build/isovq" --version
"$build/isovq" devices
for device in ${DEVICES:-cuda:0 vulkan:0}; do
    export ISOVQ_TEST_DEVICES="cpu:scalar $device"
    step "device contract on $device" "$build/tests/device_test"
    step "golden values on $device" "$build/tests/golden_test"
    step "equality of kernels and metrics on $device" "$build/tests/equality_test" "${SEED:-20261121}" "${CASES:-1200}"
    step "determinism on $device" "$build/tests/determinism_test"
    step "8192x4320 at 16 bits on $device" "$build/tests/largest_test"
done
if [ -x "$build/tests/api_threads_test" ]; then
    export ISOVQ_TEST_DEVICES="${DEVICES:-cuda:0 vulkan:0}"
    for round in 1 2 3; do
        step "eight threads on $ISOVQ_TEST_DEVICES, round $round" "$build/tests/api_threads_test"
    done
    unset ISOVQ_TEST_DEVICES
fi
if [ -x "$build/bench/bench" ]; then
    say "frames/s (device,metric,size,threads,frames/s,frames/s of CPU time,peak MiB)"
    for size in 1920x1080 3840x2160; do
        "$clipgen" --out-ref "$build/r.yuv" --out-dis "$build/d.yuv" --size $size --depth 8 --chroma 420 --frames 6 --pattern natural --seed 1
        for device in ${DEVICES:-cuda:0 vulkan:0} cpu; do
            for metric in psnr motion vif adm model:vmaf_v0.6.1; do
                "$build/bench/bench" --ref "$build/r.yuv" --dis "$build/d.yuv" --size $size --frames 6 --device $device --metric $metric --passes 40
            done
        done
    done
fi
if [ -n "${PROTOTYPE:-}" ]; then
    say "VIF kernels, microseconds: the prototype's and ours, in turn"
    for round in 1 2 3; do
        for size in "1920 1080" "3840 2160"; do
            "$build/bench/vif_cuda" "$PROTOTYPE" prototype $size 32x32 32x32 | tail -n 1 | sed "s/^/$size /"
            "$build/bench/vif_cuda" "$build/src/kernel" product $size 64x16 32x16 | tail -n 1 | sed "s/^/$size /"
        done
    done
    "$build/bench/vif_cuda" "$PROTOTYPE" prototype 3840 2160 32x32 32x32
    "$build/bench/vif_cuda" "$build/src/kernel" product 3840 2160 64x16 32x16
fi
say "$failures steps failed"
exit $((failures > 0))
