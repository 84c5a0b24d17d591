#!/usr/bin/env python3
"""Lists of what C files define, so that a new file needs no line elsewhere.

  registry.py list FOLDER                        the names of its C files, for meson
  registry.py table TYPE ARRAY HEADER OUT FILES  writes a C file with pointers to every `const struct TYPE`
                                                 that the files define outside of functions, ended by NULL
"""
import re
import sys
from pathlib import Path


def table(kind, array, header, files):
    """The text of the C file."""
    definition = re.compile(rf"^const struct {kind} (\w+) = ", re.MULTILINE)
    names = sorted(name for file in files for name in definition.findall(Path(file).read_text(encoding="utf-8")))
    declared = "".join(f"extern const struct {kind} {name};\n" for name in names)
    listed = "".join(f"    &{name},\n" for name in names)
    return f'#include "{header}"\n\n{declared}\nconst struct {kind} *const {array}[] = {{\n{listed}    NULL,\n}};\n'


def main():
    if sys.argv[1] == "list":
        print("\n".join(sorted(path.name for path in Path(sys.argv[2]).glob("*.c"))))
    else:
        kind, array, header, out, *files = sys.argv[2:]
        Path(out).write_text(table(kind, array, header, files), encoding="utf-8")


main()
