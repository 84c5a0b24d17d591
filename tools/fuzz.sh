#!/bin/bash
# libFuzzer on the harnesses of fuzz/, one after the other (`make fuzz`):
#     fuzz.sh SECONDS [NAME...]
# What it finds stays in build-fuzz: corpus/NAME, from which a later run goes on, and NAME-crash-... . The last
# lines are tables for docs/reliability.md; coverage is that of the inputs kept so far.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
names=("$@")
[ $# -gt 0 ] || names=(raw y4m model options log api)
build=$PWD/build-fuzz
max_length=6000 # the longest line of y4m and a little more

# What the harnesses are there for.
covered='src/(api|input|model|report)/|src/(cli/options|cli/presets|metrics/options)[.]c'

tools/fetch_models.sh build/models >/dev/null
if [ ! -f "$build/build.ninja" ]; then
    CC=clang meson setup "$build" --buildtype debugoptimized -Db_sanitize=address,undefined -Db_lundef=false \
        -Dfuzz=true -Dgpu=false -Dcpu_levels=scalar >build-fuzz.log 2>&1 || { tail -n 30 build-fuzz.log; exit 1; }
    mv build-fuzz.log "$build/"
fi
ninja -C "$build" "${names[@]/#/fuzz/fuzz_}" >"$build/ninja.out" 2>&1 || { tail -n 30 "$build/ninja.out"; exit 1; }

# Lines of each file that the kept inputs of all these harnesses reach, in percent.
coverage()
{
    local name objects=() profiles=()
    command -v llvm-cov >/dev/null && command -v llvm-profdata >/dev/null || { echo "no llvm-cov"; return; }
    for name in "${names[@]}"; do
        LLVM_PROFILE_FILE=$build/$name.profraw "$build/fuzz/fuzz_$name" -runs=0 "$build/corpus/$name" \
            "fuzz/corpus/$name" </dev/null >/dev/null 2>&1 || true
        profiles+=("$build/$name.profraw")
        objects+=(-object "$build/fuzz/fuzz_$name")
    done
    llvm-profdata merge -sparse "${profiles[@]}" -o "$build/all.profdata"
    llvm-cov report "${objects[@]:1}" -instr-profile="$build/all.profdata" 2>/dev/null >"$build/coverage"
    printf '%s\n' "| file | lines | covered |" "|---|---|---|"
    awk -v covered="$covered" '
        match($1, covered) && $1 ~ /[.]c$/ {
            printf "| %s | %d | %.1f %% |\n", substr($1, RSTART), $8, 100 - 100 * $9 / $8
            lines += $8
            missed += $9
        }
        END { printf "| all | %d | %.1f %% |\n", lines, 100 - 100 * missed / lines }' "$build/coverage"
}

table=() found=0
for name in "${names[@]}"; do
    mkdir -p "$build/corpus/$name"
    echo "=== $name, $seconds s"
    status=0
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 LLVM_PROFILE_FILE=/dev/null \
        "$build/fuzz/fuzz_$name" -max_total_time="$seconds" -max_len=$max_length -timeout=20 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$build/$name-" "$build/corpus/$name" "fuzz/corpus/$name" \
        </dev/null >"$build/$name.log" 2>&1 || status=$?
    if [ $status != 0 ]; then
        grep -v -E '^#[0-9]' "$build/$name.log" | tail -n 30
        found=$((found + 1))
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")
    table+=("| $name | ${runs:-?} | $seconds | $([ $status = 0 ] && echo none || echo FOUND) |")
done
printf '%s\n' "| harness | executions | seconds | faults |" "|---|---|---|---|" "${table[@]}" ""
coverage
[ $found = 0 ]
