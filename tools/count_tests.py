#!/usr/bin/env python3
"""count_tests.py TESTLOG.json: 'passed failed skipped' of one run of `meson test`.

A test program that says how many tests it ran (cmocka's report, TAP) counts as that many; any other as one.
"""
import json
import re
import sys

CMOCKA = {"PASSED": 0, "FAILED": 1, "SKIPPED": 2}
GOOD, SKIPPED = ("OK", "EXPECTEDFAIL"), ("SKIP",)


def inner(text):
    """The counts that the program itself printed; zeros if it printed none."""
    counts = [0, 0, 0]
    for word, number in re.findall(r"^\[\s*(PASSED|FAILED|SKIPPED)\s*\] (\d+) test\(s\)", text, re.M):
        counts[CMOCKA[word]] += int(number)
    for verdict, rest in re.findall(r"^(not ok|ok) \d+(.*)$", text, re.M):
        counts[2 if "# SKIP" in rest.upper() else 0 if verdict == "ok" else 1] += 1
    return counts


def count(entry):
    counts = inner(entry.get("stdout", "") + "\n" + entry.get("stderr", ""))
    whole = 0 if entry["result"] in GOOD else 2 if entry["result"] in SKIPPED else 1
    if not sum(counts) or not counts[whole] and whole == 1:
        counts[whole] += 1
    return counts


def main(path):
    with open(path, encoding="utf-8") as log:
        entries = [json.loads(line) for line in log if line.strip()]
    print(*[sum(column) for column in zip([0, 0, 0], *map(count, entries))])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
