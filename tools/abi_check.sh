#!/bin/bash
# The public library's binary interface against the one in src/api/libisovq.abi (abidiff of abigail-tools).
#     abi_check.sh [BUILD]            compares; anything removed or changed fails, additions are only shown
#     abi_check.sh --update [BUILD]   writes the file anew, for a commit that means to change the interface
# The library must hold debug information, so one is built with -g where BUILD is left out.
set -euo pipefail
cd "$(dirname "$0")/.."

abi=src/api/libisovq.abi # of x86-64: sizes differ elsewhere
if [ "$(uname -m)" != x86_64 ]; then
    echo "abi_check.sh: $abi is of x86-64"
    exit 77 # skipped
fi
update=
if [ "${1:-}" = --update ]; then
    update=yes
    shift
fi
build=${1:-build-abi}
if [ $# = 0 ]; then
    # Kernels are no part of the interface: the fewest will do.
    [ -f "$build/build.ninja" ] ||
        meson setup "$build" -Dbuildtype=debugoptimized -Dgpu=false -Dcpu_levels=scalar -Dtests=false >/dev/null
    ninja -C "$build" >/dev/null
fi
library=$(readlink -f "$build/src/libisovq.so.0")
# Not grep -q: it leaves at the first match, and with pipefail readelf's broken pipe is then the answer.
readelf -S "$library" | grep '\.debug_info' >/dev/null || { echo "abi_check.sh: $library has no debug information" >&2; exit 2; }

# Paths, compilers and machines are none of the interface's business.
dump()
{
    abidw --headers-dir include/isovq --drop-private-types --drop-undefined-syms --no-corpus-path \
        --no-comp-dir-path --no-show-locs "$library" | sed "s,path='[^']*/src/,path='src/,"
}

if [ -n "$update" ]; then
    dump >"$abi"
    echo "$abi: $(grep -c '<elf-symbol ' "$abi") symbols"
    exit 0
fi
dump >"$build/libisovq.abi"
if ! abidiff --no-added-syms "$abi" "$build/libisovq.abi"; then
    echo "abi_check.sh: the interface has changed; programs built against the last one may break" >&2
    exit 1
fi
abidiff "$abi" "$build/libisovq.abi" ||
    echo "additions only: tools/abi_check.sh --update takes them into $abi"
