#!/usr/bin/env python3
"""check_vectorised.py BUILD_DIR [METRIC | VARIANT ...]: compiles the kernels of all metrics, or of some, once more, with the
build's own commands for the levels v3 and v4, and fails where gcc did not make full vectors of a loop that a STEP, OUTPUTS or
STAGE, PIXEL or AROUND line opens, and of a filter's line. A single && or an i32 index does that, without any warning, and costs a kernel half its speed
and more. A loop that may stay scalar says so in its line: `// scalar: why`.

With clang as the build's compiler, or on another architecture, there is nothing to check: it says so and succeeds."""
import json
import os
import re
import subprocess
import sys
import tempfile

import kgen

LEVELS = {"v3": 32, "v4": 64}  # bytes of a vector
LOOP = re.compile(r"\b(STEP|OUTPUTS|STAGE)\s*\(|^    (PIXEL|AROUND) \{")
REMARK = re.compile(r"^(\S+?):(\d+):\d+: (optimized|missed): (.*)$", re.M)


def targets(build):
    """Variant and level -> its command line, from meson's own description of the build."""
    listing = subprocess.run(["meson", "introspect", "--targets", build], stdout=subprocess.PIPE, check=True, text=True)
    result = {}
    for target in json.loads(listing.stdout):
        name, _, level = target["name"].rpartition("_")
        if target["type"] != "custom" or level not in LEVELS:
            continue
        source = target["target_sources"][0]
        if "/src/metrics/" in source["sources"][0]:
            result[name, level] = (source["compiler"], source["sources"][0])
    return result


def is_gcc(command):
    words = command[command.index("--") + 1:]
    compiler = words[:next(n for n, word in enumerate(words) if word.startswith("-"))]  # more than one word: ccache gcc
    version = subprocess.run([*compiler, "--version"], stdout=subprocess.PIPE, text=True).stdout
    return "Free Software Foundation" in version


def compile_once_more(command, path, folder):
    """The compiler's remarks: line of the .k file -> bytes of its widest vectors; and line -> why there are none."""
    values = {"@INPUT@": path, "@OUTPUT@": os.path.join(folder, "kernel.o"), "@DEPFILE@": os.path.join(folder, "kernel.d")}
    command = [values.get(word, word) for word in command] + ["-fopt-info-vec-optimized-missed"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    vectors, missed = {}, {}
    for name, line, kind, text in REMARK.findall(done.stderr):
        if os.path.basename(name) != os.path.basename(path):
            continue
        width = re.search(r"loop vectorized using (\d+) byte", text)
        if kind == "optimized" and width:
            vectors[int(line)] = max(int(width.group(1)), vectors.get(int(line), 0))
        elif kind == "missed" and "couldn't vectorize loop" not in text:
            missed.setdefault(int(line), []).append(text)
    return vectors, missed


def loops(path):
    """Lines of the kernel that open a loop of items, counted from 1."""
    kernel = kgen.Kernel(path)
    for number, line in enumerate(kernel.lines, 1):
        filters = any(f.line == number for f in kernel.filters)
        if filters or number > kernel.brace + 1 and LOOP.search(line) and not line.lstrip().startswith("#"):
            yield number, line.strip()


def check(name, level, command, path):
    """How many loops have vectors; and a list of those that should but have not."""
    with tempfile.TemporaryDirectory() as folder:
        vectors, missed = compile_once_more(command, path, folder)
    scalar, count = [], 0
    for number, line in loops(path):
        if vectors.get(number, 0) >= LEVELS[level]:
            count += 1
        elif "// scalar:" not in line:
            why = "; ".join(dict.fromkeys(missed.get(number, ["the compiler says nothing"])))
            if number in vectors:
                why = f"only vectors of {vectors[number]} bytes"
            scalar.append(f"{path}:{number}: {name}, {level}: not vectorised: {line}\n    {why[:300]}")
    return count, scalar


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    found = targets(sys.argv[1])
    wanted = sys.argv[2:]
    if not found or not is_gcc(next(iter(found.values()))[0]):
        print("skipped: this build makes no x86-64 levels with gcc")
        return 0
    total, failures = 0, []
    for (name, level), (command, path) in sorted(found.items()):
        if wanted and not {name, os.path.basename(os.path.dirname(path))} & set(wanted):
            continue
        count, scalar = check(name, level, command, path)
        total += count
        failures += scalar
    print("\n".join(failures + [f"{total} loops have full vectors, {len(failures)} have not and should"]))
    return 1 if failures or not total else 0


if __name__ == "__main__":
    sys.exit(main())
