#!/usr/bin/env python3
"""Every metric has all that a metric consists of, and nothing lies about of one that is not registered (docs/metrics/README.md).

house_test.py ROOT ISOVQ"""
import pathlib
import re
import subprocess
import sys

root, isovq = pathlib.Path(sys.argv[1]), sys.argv[2]


def folder(name):
    """Of a metric: of its own name, or, under a fork's name (DECISIONS 20), of the one that it is the second name of."""
    texts = {p: p.read_text() for p in (root / "src/metrics").glob("*/*.c")}
    return next((p.parent.name for p, text in texts.items() if f"struct ivq_metric ivq_metric_{name} =" in text), name)


def parts():
    """What there is of metrics, by kind."""
    plain = (root / "tests/plain").glob("*.c")
    return {
        "a folder in src/metrics": {p.name for p in (root / "src/metrics").iterdir() if p.is_dir()},
        "a plain reference in tests/plain": {p.stem for p in plain
                                             if re.search(rf"struct plain_metric plain_{p.stem}\b", p.read_text())},
        "a table in tests/golden": {p.stem for p in (root / "tests/golden").glob("*.csv")},
        "a page in docs/metrics": {p.stem for p in (root / "docs/metrics").glob("*.md")} - {"README"},
    }


def main():
    listing = subprocess.run([isovq, "metrics"], check=True, text=True, stdout=subprocess.PIPE).stdout
    registered = {folder(name) for name in re.findall(r"^(\w+): ", listing, re.M)}
    faults = [] if registered else ["isovq metrics lists nothing"]
    for kind, names in parts().items():
        faults += [f"{name} has not {kind}" for name in sorted(registered - names)]
        if "folder" not in kind and "plain" not in kind:  # these two are written before the rest
            faults += [f"{name} has {kind}, but is not registered" for name in sorted(names - registered)]
    print(*faults or [f"{len(registered)} metrics, each with {len(parts())} parts"], sep="\n")
    return bool(faults)


sys.exit(main())
