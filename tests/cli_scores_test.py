#!/usr/bin/env python3
"""The same scores from files, pipes, standard input, the library, and the reference.

    cli_scores_test.py ISOVQ [EXAMPLE_VMAF]
"""
import csv
import json
import math
import os
import pathlib
import subprocess
import sys

from cli_support import (Skip, HEIGHT, WIDTH, PSNR, RAW, Y4M, check, clip, has_model, isovq, log_of, main, raw, run)

EXAMPLE_VMAF = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else ""


def test_scores_do_not_depend_on_how():
    reference = json.loads(log_of(RAW + ["--precision", "max"])[0])["frames"]
    for more in ["--threads", "1"], ["--threads", "7"], ["--device", "cpu:scalar"], ["--cpumask", "-1"]:
        check(json.loads(log_of(RAW + ["--precision", "max"] + more)[0])["frames"] == reference, f"{more}")
    y4m = json.loads(log_of(Y4M + ["--precision", "max"])[0])["frames"]
    check(y4m == reference, "y4m against raw")


def test_motion_v2():
    """DECISIONS 20: another name for the same scores."""
    options = ":motion_blend_factor=0.5:motion_moving_average=true"
    both = ["--feature", "motion=motion_max_val=100" + options, "--feature", "motion_v2=motion_max_val=100" + options]
    frames = json.loads(log_of(raw() + ["--device", "cpu", "-n"] + both)[0])["frames"]
    for frame in frames:
        values = list(frame["metrics"].values())
        check(len(values) == 6 and values[0] == values[1] and values[2:4] == values[4:], f"motion_v2: {frame}")
    check("VMAF_integer_feature_motion2_v2_score_mbf_0.5_mmxv_100_mma" in frames[0]["metrics"], f"{frames[0]}")


def test_files_pipes_and_standard_input_agree():
    reference = json.loads(log_of(RAW + ["--precision", "max"])[0])["frames"]
    for ref, dis, geometry in (("ref.yuv", "dis.yuv", RAW[4:]), ("ref.y4m", "dis.y4m", PSNR)):
        for fed, other, option in ((ref, dis, ["-r", "-", "-d", dis]), (dis, ref, ["-r", ref, "-d", "-"])):
            done = subprocess.run([isovq] + option + geometry + ["--precision", "max", "-o", "-"], capture_output=True,
                                  input=pathlib.Path(fed).read_bytes(), timeout=60)
            check(json.loads(done.stdout)["frames"] == reference, f"{fed} on standard input beside {other}")
        os.mkfifo("fifo." + ref[-3:])
        with subprocess.Popen(["cp", dis, "fifo." + ref[-3:]]):
            text, _ = log_of(["-r", ref, "-d", "fifo." + ref[-3:]] + geometry + ["--precision", "max"])
        check(json.loads(text)["frames"] == reference, f"{dis} through a pipe")


def test_library_and_command_agree():
    if not EXAMPLE_VMAF or not has_model("vmaf_v0.6.1"):
        raise Skip("no example program, or no model for it")
    arguments = ["ref.yuv", "dis.yuv", str(WIDTH), str(HEIGHT)]
    done = subprocess.run([EXAMPLE_VMAF] + arguments, capture_output=True, text=True, timeout=60)
    command = run(raw() + ["--device", "cpu"])
    check(command.stdout == f"vmaf_v0.6.1: {done.stdout}" != "", f"library {done}, command {command.stdout}")


def test_golden_scores():
    """The reference's scores of a real clip, through the command and its log (DECISIONS 6)."""
    shared = pathlib.Path(os.environ.get("ISOVQ_SHARED", "/nonexistent"))
    if not (shared / "golden/src01_8.csv").exists() or not has_model("vmaf_v0.6.1"):
        raise Skip("no golden scores here, or no model for them")
    clips = [str(shared / f"clips/src01_hrc0{i}_576x324_420p8.yuv") for i in (0, 1)]
    text, _ = log_of(["-r", clips[0], "-d", clips[1], "-w", "576", "-h", "324", "-p", "420", "-b", "8", "-m",
                      "version=vmaf_v0.6.1", "--feature", "psnr", "--precision", "max"])
    compared = 0
    with open(shared / "golden/src01_8.csv", encoding="ascii") as rows:
        golden = {(int(r["frame"]), r["metric"]): float(r["value"]) for r in csv.DictReader(rows)
                  if r["run"] in ("model=vmaf_v0.6.1", "feature=psnr")}
    for frame in json.loads(text)["frames"]:
        for name, value in frame["metrics"].items():
            expected = golden.get((frame["frameNum"], name))
            if expected is None:
                continue
            allowed = 1e-11 if name == "vmaf" else math.ulp(expected) if name.startswith("psnr") else 0
            check(abs(value - expected) <= allowed, f"frame {frame['frameNum']}: {name} {value!r}, golden {expected!r}")
            compared += 1
    check(compared == 54, f"only {compared} scores compared")


def test_matched_depths():
    """Samples shifted left: as if the file had been converted."""
    shifted = json.loads(log_of(["-r", "ref.y4m", "-d", "dis10.y4m", "--match_depth", "--precision", "max"] + PSNR)[0])
    native = json.loads(log_of(raw("ref10.yuv", "dis10.yuv", depth="10") + ["--precision", "max"] + PSNR)[0])
    check(shifted["frames"] == native["frames"], "8 bits against 10 bits")


if __name__ == "__main__":
    sys.exit(main(globals()))
