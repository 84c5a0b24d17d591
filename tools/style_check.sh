#!/bin/bash
# What a machine can say about style; part of `make test`. Checks by name run only those:
#   tools/style_check.sh [format|tidy|text|headers|floors|shell|commits] ...
# The last line is 'passed failed skipped'.
set -uo pipefail
cd "$(dirname "$0")/.."

all_checks=(format tidy text headers floors shell commits)
passed=0 failed=0 skipped=0
skip=77 # a check that cannot run here

c_files()
{
    find include src tests bench examples fuzz tools -name '*.[ch]' 2>/dev/null | sort
}

# The words of the dialect are macros laid out by hand.
check_format()
{
    c_files | grep -v -E '^src/kernel/(dialect|target_[a-z_]+)\.h$' |
        xargs clang-format --dry-run -Werror 2>&1 |
        sed -n 's/ error: code should be clang-formatted.*/ not as clang-format writes it/p' | sort -u -t: -k1,1
    return "${PIPESTATUS[2]}"
}

check_tidy()
{
    [ -f build/compile_commands.json ] || { echo "no build/compile_commands.json: run make build"; return 1; }
    local files
    files=$(find src -name '*.c' | sort | while read -r file; do
        grep -q "/$file\"" build/compile_commands.json && echo "$file"
    done)
    # Sorted into small groups, so that every processor has work to the end.
    echo "$files" | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build 2>/dev/null | grep -E 'error:|warning:'
    return "${PIPESTATUS[1]}"
}

# Trailing blanks, tabs, and files longer than a reader keeps in mind. Tables and vectors may be long.
check_text()
{
    local file lines bad=0
    while read -r file; do
        case $file in
        *Makefile | docs/*transcript* | docs/h200* | tests/data/* | LICENSE) continue ;;
        esac
        if grep -n -I -P '[ \t]+$|\t' "$file" /dev/null | head -n 3 | grep .; then bad=1; fi
        case $file in
        *_tables.[ch] | *_vectors.h | *_figures.c | *.md | *.csv | *.json) continue ;;
        esac
        lines=$(wc -l <"$file")
        if [ "$lines" -gt 600 ]; then
            echo "$file: $lines lines, more than 600"
            bad=1
        fi
    done < <(git ls-files --cached --others --exclude-standard 2>/dev/null | grep -E '\.([chk]|kh|py|sh|build|md|ini)$|/run$')
    return $bad
}

# Public headers stand alone in C11 and in C++, all others in C.
check_headers()
{
    local header bad=0
    for header in include/isovq/*.h; do
        clang -std=c11 -Wall -Wextra -pedantic -Werror -Wno-empty-translation-unit -fsyntax-only -Iinclude -x c "$header" || bad=1
        clang -std=c++11 -Wall -Wextra -pedantic -Werror -fsyntax-only -Iinclude -x c++ "$header" || bad=1
    done
    while read -r header; do
        clang -std=gnu11 -Wall -Wextra -Wno-unused-function -Werror -fsyntax-only -D_GNU_SOURCE -Iinclude -Isrc \
            -Ibuild/src/kernel -x c "$header" || bad=1
    done < <(find src -name '*.h' ! -path 'src/kernel/target_*' ! -path src/kernel/dialect.h)
    return $bad
}

check_floors()
{
    python3 tools/floors.py src
}

check_shell()
{
    local file bad=0
    while read -r file; do
        bash -n "$file" || bad=1
    done < <(find tools tests .ci -name '*.sh' -o -path .ci/run)
    python3 - $(find tools bench tests -name '*.py') <<'END' || bad=1
import sys
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as f:
        compile(f.read(), path, "exec")
END
    return $bad
}

# `area: what changes`, under 65 characters, no full stop.
check_commits()
{
    git rev-parse HEAD >/dev/null 2>&1 || return $skip
    git log --no-merges --format=%s | python3 -c '
import re, sys
bad = [s for s in sys.stdin.read().splitlines()
       if len(s) >= 65 or not re.match(r"[a-z0-9_./*, -]+: \S", s) or s.endswith(".")]
print(*["not `area: what changes` in under 65 characters: " + s for s in bad], sep="\n")
sys.exit(bool(bad))'
}

checks=("$@")
[ $# -gt 0 ] || checks=("${all_checks[@]}")
for check in "${checks[@]}"; do
    if ! declare -F "check_$check" >/dev/null; then
        echo "style_check.sh: no check $check: one of ${all_checks[*]}" >&2
        exit 1
    fi
    started=$SECONDS
    output=$("check_$check")
    case $? in
    0) verdict=ok passed=$((passed + 1)) ;;
    "$skip") verdict=skipped skipped=$((skipped + 1)) ;;
    *) verdict=FAILED failed=$((failed + 1)) && head -n 60 <<<"$output" ;;
    esac
    printf '%-8s %s (%d s)\n' "$check" $verdict $((SECONDS - started))
done
echo "$passed $failed $skipped"
[ $failed = 0 ]
