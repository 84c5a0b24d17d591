#!/bin/bash
# Everything about one metric, on every device of this machine: the rules of its texts, the vectors of its loops, its plain
# reference, goldens and known figures, equality, speed. `make check METRIC=NAME`
#   check_metric.sh BUILD METRIC
set -uo pipefail
cd "$(dirname "$0")/.."

build=$1 metric=$2 failed=0
if [ ! -d "src/metrics/$metric" ] || [ -z "$metric" ]; then
    echo "check_metric.sh: METRIC is one of: $(ls -d src/metrics/*/ | xargs -n 1 basename | xargs)" >&2
    exit 1
fi
export ISOVQ_TEST_METRICS=$metric ISOVQ_SHARED=${ISOVQ_SHARED:-../shared} ISOVQ_TEST_GOLDEN=tests/golden ISOVQ_CACHE=$PWD/$build/cache

step()
{
    echo "=== $1"
    shift
    "$@" || { echo "FAILED: $*"; failed=1; }
}

ninja -C "$build" --quiet || exit 1
kernels=$(find "src/metrics/$metric" -name '*.k' -o -name '*.kh')
if [ -n "$kernels" ]; then
    # shellcheck disable=SC2086
    step "rules of the kernels" python3 tools/lint.py $kernels
    step "vectors" python3 tools/check_vectorised.py "$build" "$metric"
fi
step "plain reference" "$build/tests/plain_test" "$metric"
step "goldens, known figures, all devices alike" "$build/tests/golden_test"
step "random pictures against the plain reference, on all devices" "$build/tests/equality_test" 1 200
step "speed" python3 bench/bench.py "$build" --metrics "$metric" --sizes 1080p
exit $failed
