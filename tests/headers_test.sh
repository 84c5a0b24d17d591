#!/bin/sh
# Public headers: each compiles alone, as C11 and as C++11, and the map of the library names what they declare.
#     headers_test.sh SOURCE_ROOT CC CXX
set -eu
include=$1/include map=$1/src/api/libisovq.map cc=$2 cxx=$3
flags="-Wall -Wextra -Wpedantic -Werror -fsyntax-only -I$include"

for header in "$include"/isovq/*.h; do
    name=isovq/$(basename "$header")
    printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' "$name" "$name" | $cc -std=c11 $flags -x c -
    printf '#include <%s>\nint main() { return 0; }\n' "$name" | $cxx -std=c++11 $flags -x c++ -
done
printf '#include <isovq/isovq.h>\nint main() { ivq_meter_params p = IVQ_METER_DEFAULTS; return p.threads; }\n' |
    $cxx -std=c++11 $flags -x c++ -

declared=$(cat "$include"/isovq/*.h | tr '\n' ' ' | grep -o 'IVQ_API [^(]*(' | grep -o 'ivq_[a-z_]*($' | tr -d '(' | sort)
mapped=$(grep -o '^ *ivq_[a-z_]*;' "$map" | tr -d ' ;' | sort)
if [ "$declared" != "$mapped" ]; then
    echo "headers declare:" $declared
    echo "libisovq.map has:" $mapped
    exit 1
fi
