#!/usr/bin/env python3
"""Frames per second and peak memory of each metric, device and size, as a table and as CSV (`make bench`).

Every figure comes from a process of its own (bench.c). Where the prototype lies beside the repository its VIF
runs in turn with ours, on one thread: machines differ, the ratio lasts.
"""
import argparse
import csv
import os
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RATIO_PASSES = 5  # the first one touches memory for the first time: the median is of a clip that goes on
SIZES = {"1080p": (1920, 1080, 8), "4k": (3840, 2160, 4)}  # width, height, frames of the clip
MODELS = ["model:vmaf_v0.6.1"]
FIELDS = ["device", "name", "metric", "size", "threads", "fps", "cpu_fps", "peak_mib"]
PASSES, SOFTWARE_PASSES = 5, 1


def run(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def devices(build):
    """Selector and whether it is software, of every device that `isovq devices` lists; the best CPU level only."""
    found, cpu = [], False
    for line in run(build / "isovq", "devices").splitlines():
        match = re.match(r"  ((?:cpu|cuda|vulkan|opencl)(?::\S+)?) +\S", line)
        if match and not (match[1].startswith("cpu") and cpu):
            cpu = cpu or match[1].startswith("cpu")
            found.append([match[1], False])
        elif found and "runs on the CPU" in line:
            found[-1][1] = True
    return found


def metrics(build):
    """What to time: every metric that has scores of its own, and the models."""
    names = re.findall(r"^(\w+): ", run(build / "isovq", "metrics"), re.M)
    return [name for name in names if (ROOT / "src/metrics" / name).is_dir()] + MODELS  # others are second names


def make_clip(build, size):
    width, height, frames = SIZES[size]
    folder = build / "bench-clips"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{size}_{side}.yuv" for side in ("ref", "dis")]
    if not all(p.exists() and p.stat().st_size == width * height * 3 // 2 * frames for p in paths):
        run(build / "tests/clipgen", "--out-ref", paths[0], "--out-dis", paths[1], "--size", f"{width}x{height}",
            "--frames", frames)
    return paths


def measure(build, size, metric, device, threads, passes):
    """One row, or None after a message."""
    width, height, frames = SIZES[size]
    ref, dis = make_clip(build, size)
    command = [build / "bench/bench", "--ref", ref, "--dis", dis, "--size", f"{width}x{height}", "--frames", frames,
               "--metric", metric, "--device", device, "--threads", threads, "--passes", passes]
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        print(f"{device}, {metric}, {size}: no figure", file=sys.stderr)
        return None
    return dict(zip(FIELDS, next(csv.reader([done.stdout]))))


def show(rows):
    table = [FIELDS] + [[row[f] for f in FIELDS] for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(FIELDS))]
    for line in table:
        print("  ".join(cell.ljust(width) if i < 4 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(line, widths))).rstrip())


def matrix(build, args):
    rows = []
    for size in args.sizes:
        for device, software in devices(build):
            if args.devices and device not in args.devices:
                continue
            for threads in sorted({1, os.cpu_count()}) if device.startswith("cpu") else [0]:
                for metric in args.metrics:
                    row = measure(build, size, metric, device, threads, SOFTWARE_PASSES if software else PASSES)
                    rows += [row] if row else []
    return rows


def prototype_fps(program, size, level):
    """Frames per second of the prototype's VIF, by CPU time."""
    width, height, frames = SIZES[size]
    ref, dis = make_clip(program.parent.parent, size)
    out = run(program, ref, dis, width, height, level, frames, 1)
    return 1000 / float(re.search(r"([\d.]+) ms/frame", out)[1])


def compare(build, args):
    """Ratios to the prototype's VIF, one thread, the best level; rounds alternate, medians count."""
    if not (args.prototype / "build.sh").exists():
        print("\nno prototype beside the repository: no ratios")
        return
    program = build / "prototype/vif_cpu"
    if not program.exists():
        run("bash", args.prototype / "build.sh", program.parent.resolve())
    probe = measure(build, "1080p", "psnr", "cpu", 1, 1)
    level = re.fullmatch(r"cpu:v([234])", probe["device"]) if probe else None
    if not level:
        print("\nthe prototype has no code for this processor: no ratios")
        return
    fps = {"prototype": [], "vif": [], "model:vmaf_v0.6.1": []}
    for _ in range(args.rounds):
        for what, values in fps.items():
            if what == "prototype":
                values.append(prototype_fps(program, "1080p", level[1]))
            else:
                row = measure(build, "1080p", what, probe["device"], 1, RATIO_PASSES)
                values += [float(row["cpu_fps"])] if row else []
    unit = statistics.median(fps.pop("prototype"))
    print(f"\n{probe['device']}, one thread, 1080p, frames/s of CPU time; prototype's VIF {unit:.1f} (the unit)")
    for what, values in fps.items():
        if values:
            value = statistics.median(values)
            print(f"  {what:18} {value:7.1f}  {value / unit:.2f}")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("build", type=pathlib.Path, nargs="?", default=ROOT / "build")
    p.add_argument("--sizes", type=lambda t: t.split(","), default=list(SIZES))
    p.add_argument("--metrics", type=lambda t: t.split(","), help="default: all")
    p.add_argument("--devices", type=lambda t: t.split(","), help="selectors; default: all that are found")
    p.add_argument("--csv", type=pathlib.Path, help="default: BUILD/bench.csv")
    p.add_argument("--prototype", type=pathlib.Path, default=ROOT.parent / "shared/prototype")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--only-ratio", action="store_true")
    args = p.parse_args()
    build = args.build.resolve()
    args.metrics = args.metrics or metrics(build)
    subprocess.run(["ninja", "-C", str(build), "bench/bench", "tests/clipgen"], check=True, stdout=subprocess.DEVNULL)
    if not args.only_ratio:
        rows = matrix(build, args)
        show(rows)
        path = args.csv or build / "bench.csv"
        with open(path, "w", newline="", encoding="utf-8") as f:
            writer = csv.DictWriter(f, FIELDS)
            writer.writeheader()
            writer.writerows(rows)
        print(f"CSV: {path}")
    compare(build, args)


if __name__ == "__main__":
    main()
