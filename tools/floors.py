#!/usr/bin/env python3
"""floors.py SRC: nothing includes upward (docs/architecture.md). Prints each include that does."""
import pathlib
import re
import sys

FLOORS = ["base", "kernel", "device", "frame", "graph", "metrics", "model", "engine", "input", "report", "api", "parity",
          "cli"]
# Written by the build, from the kernels.
GENERATED = {"kernel_params.h": "kernel"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def floor_of(header):
    folder = GENERATED.get(header, header.split("/")[0])
    return FLOORS.index(folder) if folder in FLOORS else None


def upward(source):
    """The includes of every file below source that stand on a higher floor."""
    for path in sorted(source.rglob("*")):
        if path.suffix not in (".c", ".h", ".k", ".kh"):
            continue
        here = path.relative_to(source)
        if here.parts[0] not in FLOORS:
            yield f"{path}: {here.parts[0]} is no floor"
            continue
        for header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            floor = floor_of(header)
            if floor is not None and floor > FLOORS.index(here.parts[0]):
                yield f"{path}: includes {header}, which is above"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    faults = list(upward(pathlib.Path(sys.argv[1])))
    print(*faults, sep="\n", end="\n" if faults else "")
    sys.exit(bool(faults))
