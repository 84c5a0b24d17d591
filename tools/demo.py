#!/usr/bin/env python3
"""demo.py [BUILD]: VMAF of a generated clip on every device here, and whether the scores have the same bits.

Exit status 1 if they differ, or a device fails."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, FRAMES = 352, 288, 48
FIRST = "cpu:scalar"  # what all others are held against
COLUMNS = ["device", "id", "name", "VMAF", "frames/s", "same bits"]


def run(*command):
    return subprocess.run([str(c) for c in command], text=True, check=True, stdout=subprocess.PIPE).stdout


def find_devices(isovq):
    """[selector, name] in the order of `isovq devices`, the first one FIRST; and why a kind has none."""
    devices, missing = [], []
    for line in run(isovq, "devices").splitlines():
        device = re.match(r"  ((?:cpu|cuda|vulkan|opencl):\S+) +(\S.*)", line)
        if device:
            devices.append([device[1], device[2]])
        elif re.match(r"\w+: none", line):
            missing.append(line)
    devices.sort(key=lambda d: d[0] != FIRST)
    return devices, missing


def measure(isovq, clip, device, folder):
    """The log (JSON, numbers as text, so that every digit counts), and the seconds it took."""
    log = folder / "log.json"
    started = time.monotonic()
    run(isovq, "-r", clip[0], "-d", clip[1], "-w", WIDTH, "-h", HEIGHT, "-p", "420", "-b", 8, "--model",
        "version=vmaf_v0.6.1", "--device", device, "--json", "--precision", "max", "-q", "-o", log)
    seconds = time.monotonic() - started
    with open(log, encoding="utf-8") as f:
        return json.load(f, parse_float=str), seconds


def frames_per_second(log, seconds):
    """The log's own figure, which leaves out the start of the program and of the driver."""
    return float(log["fps"]) if float(log.get("fps") or 0) > 0 else FRAMES / seconds


def values(log):
    return [sorted(frame["metrics"].items()) for frame in log["frames"]]


def show(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build").resolve()
    isovq = build / "isovq"
    devices, missing = find_devices(isovq)
    rows, first, same_everywhere = [COLUMNS], None, True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clip = folder / "ref.yuv", folder / "dis.yuv"
        run(build / "tests/clipgen", "--out-ref", clip[0], "--out-dis", clip[1], "--size", f"{WIDTH}x{HEIGHT}",
            "--frames", FRAMES)
        for device, label in devices:
            try:
                log, seconds = measure(isovq, clip, device, folder)
            except subprocess.CalledProcessError as failure:
                rows.append([device, "", label, f"failed with status {failure.returncode}", "", "no"])
                same_everywhere = False
                continue
            first = first or values(log)
            same = values(log) == first
            same_everywhere = same_everywhere and same
            used = log.get("isovq", {}).get("devices", [{}])[0]
            rows.append([device, used.get("id", ""), label, log["pooled_metrics"]["vmaf"]["mean"],
                         f"{frames_per_second(log, seconds):.0f}", "yes" if same else "NO"])
    show(rows)
    print(*missing, sep="\n", end="\n" if missing else "")
    print(f"{FRAMES} frames of {WIDTH}x{HEIGHT}: " +
          (f"every value has the same bits on all {len(devices)} devices" if same_everywhere else "the scores differ"))
    sys.exit(0 if same_everywhere and first else 1)


if __name__ == "__main__":
    main()
