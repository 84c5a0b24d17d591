#!/bin/sh
# Each public header compiles alone, as C11 and as C++: headers_test.sh INCLUDE CC CXX
set -eu
include=$1 cc=$2 cxx=$3
for header in "$include"/isovq/*.h; do
    name=isovq/$(basename "$header")
    printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' "$name" "$name" |
        $cc -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$include" -fsyntax-only -x c -
    printf '#include <%s>\nint main() { return 0; }\n' "$name" |
        $cxx -std=c++11 -Wall -Wextra -Wpedantic -Werror -I"$include" -fsyntax-only -x c++ -
done
# The defaults too
printf '#include <isovq/isovq.h>\nint main() { ivq_meter_params p = IVQ_METER_DEFAULTS; return p.threads; }\n' |
    $cxx -std=c++11 -Wall -Wextra -Werror -I"$include" -fsyntax-only -x c++ -
