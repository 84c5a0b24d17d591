#!/usr/bin/env python3
"""The command isovq as its users meet it: options, errors, exit codes, logs.

    cli_test.py ISOVQ

Makes its own small clips. Every option must occur in a case below; every case gives the exit code and what
standard error and output have to say.
"""
import csv
import hashlib
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

WIDTH, HEIGHT, FRAMES = 48, 34, 5
USAGE, INPUT, DEVICE, PARTIAL, OUTPUT = 1, 2, 3, 4, 5  # DECISIONS 19

isovq = ""
used_arguments = set()
failures = []


# --- clips ---

def frame_bytes(frame, coarse, depth, planes):
    """A moving pattern; `coarse` takes its lowest bits away."""
    out = bytearray()
    for p, (w, h) in enumerate(planes):
        for y in range(h):
            for x in range(w):
                value = (x * x + 7 * y + 11 * frame + 50 * p) % 256 >> coarse << coarse << (depth - 8)
                out += value.to_bytes(1 if depth == 8 else 2, "little")
    return bytes(out)


def planes_of(chroma, w=WIDTH, h=HEIGHT):
    return {"400": [(w, h)], "444": [(w, h)] * 3, "422": [(w, h)] + [((w + 1) // 2, h)] * 2,
            "420": [(w, h)] + [((w + 1) // 2, (h + 1) // 2)] * 2}[chroma]


def clip(name, coarse, depth=8, chroma="420", frames=FRAMES, y4m=False, cut=0):
    header, before = b"", b""
    if y4m:
        kind = {"400": "mono", "420": "420jpeg" if depth == 8 else "420"}.get(chroma, chroma)
        kind += "" if depth == 8 else f"p{depth}"
        header, before = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F25:1 Ip C{kind}\n".encode(), b"FRAME\n"
    data = header + b"".join(before + frame_bytes(i, coarse, depth, planes_of(chroma)) for i in range(frames))
    pathlib.Path(name).write_bytes(data[:len(data) - cut])


def make_clips():
    clip("ref.yuv", 0)
    clip("dis.yuv", 3)
    clip("short.yuv", 3, frames=3)
    clip("cut.yuv", 3, cut=10)
    clip("empty.yuv", 3, frames=0)
    clip("ref.y4m", 0, y4m=True)
    clip("dis.y4m", 3, y4m=True)
    clip("cut.y4m", 3, y4m=True, cut=10)
    clip("dis10.y4m", 3, depth=10, y4m=True)
    clip("dis444.y4m", 3, chroma="444", y4m=True)
    for chroma in "400", "422", "444":
        clip(f"ref{chroma}.yuv", 0, chroma=chroma)
        clip(f"dis{chroma}.yuv", 3, chroma=chroma)
    for depth in 9, 10, 12, 16:
        clip(f"ref{depth}.yuv", 0, depth=depth)
        clip(f"dis{depth}.yuv", 3, depth=depth)
    over = bytearray(pathlib.Path("dis10.yuv").read_bytes())
    over[2 * len(over) // FRAMES + 1] = 0x80  # in the third frame
    pathlib.Path("over10.yuv").write_bytes(over)
    large = pathlib.Path("ref.y4m").read_bytes()
    pathlib.Path("other.y4m").write_bytes(large.replace(b"W48", b"W46", 1))
    pathlib.Path("full.y4m").write_bytes(large.replace(b" C420jpeg", b" C420jpeg XCOLORRANGE=FULL", 1))
    pathlib.Path("limited.y4m").write_bytes(large.replace(b" C420jpeg", b" C420jpeg XCOLORRANGE=LIMITED", 1))
    pathlib.Path("bad.json").write_text("{}")


# --- running ---

def run(arguments, command=None, **more):
    used_arguments.update(a.split("=")[0] for a in arguments)
    return subprocess.run([command or isovq] + arguments, capture_output=True, text=True, timeout=60, **more)


def check(condition, text):
    if not condition:
        failures.append(text)
        print("FAIL:", text)


def raw(ref="ref.yuv", dis="dis.yuv", chroma="420", depth="8"):
    return ["-r", ref, "-d", dis, "-w", str(WIDTH), "-h", str(HEIGHT), "-p", chroma, "-b", depth]


PSNR = ["--device", "cpu", "-n", "--feature", "psnr"]
RAW = raw() + PSNR
Y4M = ["-r", "ref.y4m", "-d", "dis.y4m"] + PSNR

# arguments, exit code, what standard error says, what standard output says (regular expressions; "" is silence)
CASES = [
    (RAW, 0, "", r"^psnr_y: \d\d\.\d{6}\npsnr_cb: .*\npsnr_cr: .*\n$"),
    (Y4M, 0, "", "psnr_y"),
    (["--reference", "ref.y4m", "--distorted=dis.y4m", "--device=cpu", "--no_prediction", "--feature=psnr"], 0, "",
     "psnr_y"),
    (["--ref", "ref.y4m", "--dist=dis.y4m"] + PSNR, 0, "", "psnr_y"),  # prefixes of names
    (["-r", "ref.yuv", "-d", "dis.yuv", "--width", "0x30", "--height", "042", "--pixel_format", "420",
      "--bitdepth", "8"] + PSNR, 0, "", "psnr_y"),
    (raw("ref400.yuv", "dis400.yuv", "400") + PSNR, 0, "", r"^psnr_y: .*\n$"),
    (raw("ref422.yuv", "dis422.yuv", "422") + PSNR, 0, "", "psnr_cr"),
    (raw("ref444.yuv", "dis444.yuv", "444") + PSNR, 0, "", "psnr_cr"),
    (raw("ref9.yuv", "dis9.yuv", depth="9") + PSNR, 0, "", "psnr_cr"),
    (raw("ref10.yuv", "dis10.yuv", depth="10") + PSNR, 0, "", "psnr_cr"),
    (raw("ref12.yuv", "dis12.yuv", depth="12") + PSNR, 0, "", "psnr_cr"),
    (raw("ref16.yuv", "dis16.yuv", depth="16") + PSNR, 0, "", "psnr_cr"),
    # clips
    ([], USAGE, "--reference FILE is missing", ""),
    (["-r", "ref.y4m"], USAGE, "--distorted FILE is missing", ""),
    (["-r", "", "-d", "x"], USAGE, "--reference: the FILE is empty", ""),
    (["-r", "-", "-d", "-"], USAGE, "only one clip can come from standard input", ""),
    (["-r", "none.y4m", "-d", "dis.y4m"] + PSNR, INPUT, "none.y4m", ""),
    (["-r", "ref.yuv", "-d", "dis.yuv"] + PSNR, INPUT, "ref.yuv is not a y4m file", ""),
    (["-r", "ref.yuv", "-d", "dis.yuv", "-w", "48", "-h", "34", "-p", "420"] + PSNR, USAGE, "--bitdepth is missing", ""),
    (["-r", "ref.yuv", "-d", "dis.yuv", "-w", "48", "-h", "34", "-b", "8"] + PSNR, USAGE,
     "--pixel_format is missing", ""),
    (raw("ref.y4m") + PSNR, INPUT, "ref.y4m is a y4m file", ""),
    (RAW + ["-w", "0"], USAGE, "--width: '0' is not a number from 1 to 16384", ""),
    (RAW + ["-w", "4x"], USAGE, "--width: '4x'", ""),
    (RAW + ["-h", "16385"], USAGE, "--height: '16385'", ""),
    (RAW + ["-b", "7"], USAGE, "--bitdepth: '7' is not a number from 8 to 16", ""),
    (RAW + ["-b", "17"], USAGE, "--bitdepth: '17'", ""),
    (RAW + ["-p", "411"], USAGE, "--pixel_format: '411' is not one of 400, 420, 422, 444", ""),
    (["-r", "ref.y4m", "-d", "other.y4m"] + PSNR, INPUT, "48x34 and other.y4m is 46x34", ""),
    (["-r", "ref.y4m", "-d", "dis444.y4m"] + PSNR, INPUT, "4:2:0 and dis444.y4m is 4:4:4", ""),
    (["-r", "ref.y4m", "-d", "dis10.y4m"] + PSNR, INPUT, "8 bits and dis10.y4m has 10.*--match_depth", ""),
    (["-r", "ref.y4m", "-d", "dis10.y4m", "--match_depth"] + PSNR, 0, "", "psnr_y"),
    (["-r", "dis10.y4m", "-d", "ref.y4m", "--match_depth"] + PSNR, 0, "", "psnr_y"),
    (["-r", "full.y4m", "-d", "limited.y4m"] + PSNR, 0, "warning: .*full range", "psnr_y"),
    (RAW + ["--match_depth"], USAGE, "--match_depth is for y4m", ""),
    (raw("ref10.yuv", "over10.yuv", depth="10") + PSNR, INPUT, "distorted, frame 2, plane Y", "psnr_y"),
    # lengths
    (raw(dis="short.yuv") + PSNR, 0, "short.yuv ended after 3 frames, before the other clip", "psnr_y"),
    (raw(dis="short.yuv") + PSNR + ["--strict-length"], PARTIAL, "short.yuv ended after 3 frames", "psnr_y"),
    (raw(dis="cut.yuv") + PSNR, INPUT, r"12230 bytes = 4 frames of 2448 bytes \(48x34, 420, 8 bits\) and 2438 bytes left "
     r"over: check the geometry, or take the whole frames with --frame_cnt 4", ""),
    (raw(dis="cut.yuv") + PSNR + ["--frame_cnt", "5"], PARTIAL, "cut.yuv ends inside frame 4", "psnr_y"),
    (["-r", "ref.y4m", "-d", "cut.y4m"] + PSNR, PARTIAL, "cut.y4m ends inside frame 4", "psnr_y"),
    (raw(dis="cut.yuv") + PSNR + ["--frame_cnt", "4"], 0, "", "psnr_y"),
    (raw(dis="empty.yuv") + PSNR, INPUT, "no pair of frames", ""),
    (RAW + ["--frame_skip_ref", "99"], INPUT, "no pair of frames", ""),
    (RAW + ["--frame_skip_ref", "1", "--frame_skip_dist", "1"], 0, "", "psnr_y"),
    (RAW + ["--frame_cnt", "2", "--subsample", "3"], 0, "", "psnr_y"),
    (RAW + ["--frame_cnt", "many"], USAGE, "--frame_cnt: 'many'", ""),
    (RAW + ["--subsample", "abc"], USAGE, "--subsample: 'abc'", ""),
    (RAW + ["--frame_skip_dist", "-1"], USAGE, "--frame_skip_dist: '-1'", ""),
    # metrics and models
    (RAW + ["--feature", "psnr=enable_mse=true"], 0, "", "mse_cr"),  # one run serves both
    (RAW + ["--feature", "psnr=min_sse=1"], USAGE, "psnr is asked for twice with different values of min_sse", ""),
    (raw() + ["-n", "--device", "cpu", "--feature", "psnr=enable_chroma=false"], 0, "", r"^psnr_y: .*\n$"),
    (RAW + ["--feature", "nothing"], USAGE, "no metric 'nothing'", ""),
    (RAW + ["--feature", "psnr=nothing=1"], USAGE, "psnr: no option 'nothing'; its options are: enable_chroma", ""),
    (RAW + ["--feature", "psnr=enable_mse"], USAGE, "option 'enable_mse' has no value", ""),
    (RAW + ["--feature", "psnr=enable_mse=yes"], USAGE, "takes true or false", ""),
    (RAW + ["--feature", "psnr=min_sse=-1"], USAGE, "takes a number from 0", ""),
    (raw() + ["-n"], USAGE, "nothing is left to measure", ""),
    (RAW + ["-m", "version=nothing"], USAGE, "there is no model nothing", ""),
    (RAW + ["--model", "nothing"], USAGE, "'nothing' is none of version=, path=", ""),
    (RAW + ["--model", "version="], USAGE, "version needs a value", ""),
    (RAW + ["--model", "path=none.json"], INPUT, "none.json", ""),
    (RAW + ["--model", "path=bad.json"], INPUT, "bad.json", ""),
    (RAW + ["--aom_ctc", "proposed"], USAGE, "'proposed' is unknown; there is v1.0 to v7.0", ""),
    (RAW + ["--nflx_ctc", "v2.0"], USAGE, "'v2.0' is unknown; there is v1.0", ""),
    # devices
    (RAW + ["--device", "cpu:scalar"], 0, "", "psnr_y"),
    (RAW + ["--backend", "cpu", "--threads", "1", "--cpumask", "-1", "--gpumask", "0xff"], 0, "", "psnr_y"),
    (RAW + ["--device", "auto", "--gpumask", "-1"], 0, "", "psnr_y"),
    (RAW + ["--device", "abacus"], USAGE, "abacus", ""),
    (RAW + ["--device", "cpu:v99"], USAGE, "cpu:v99", ""),
    (RAW + ["--device", "vulkan:x"], USAGE, "vulkan:x", ""),
    (RAW + ["--device", "vulkan:15"], DEVICE, "[Vv]ulkan", ""),
    (RAW + ["--device", "cuda:15"], DEVICE, "cuda", ""),
    (RAW + ["--device", "opencl:15"], DEVICE, "opencl", ""),
    (RAW + ["--threads", "abc"], USAGE, "--threads: 'abc' is not a number from 0 to 1024", ""),
    (RAW + ["--cpumask", "abc"], USAGE, "--cpumask: 'abc' is not a bit mask", ""),
    (RAW + ["--gpumask", "abc"], USAGE, "--gpumask: 'abc' is not a bit mask", ""),
    # output
    (RAW + ["-o", "-"], 0, "psnr_y: ", r'^\{\n  "version"'),
    (RAW + ["-o", "/dev/stdout", "--xml"], 0, "psnr_y: ", "^<VMAF "),
    (RAW + ["--output", "-", "--csv"], 0, "psnr_y: ", r"^Frame,psnr_y,psnr_cb,psnr_cr\n0,"),
    (RAW + ["--output", "-", "--csv", "--sub"], 0, "psnr_y: ", r"^\{0\}\{1\}frame: 0\|psnr_y: "),
    (RAW + ["--jsonl", "-"], 0, "psnr_y: ", r'^\{"frameNum": 0, "metrics": \{"psnr_y": '),
    (RAW + ["--jsonl", "-", "-o", "-"], USAGE, "cannot both go to", ""),
    (RAW + ["--record", "-", "-o", "-"], USAGE, "--output and --record cannot both go to -", ""),
    (RAW + ["--record", "-"], 0, "psnr_y: ", r'^\{\n  "schema": 1,'),
    (RAW + ["--record", "no/such/folder"], OUTPUT, "no/such/folder cannot be opened", ""),
    (RAW + ["--record", "/dev/full"], OUTPUT, "/dev/full could not be written: No space", "psnr_y"),
    (RAW + ["--feature", "motion_v2=motion_five_frame_window=true"], USAGE, "motion_v2 has no motion_five_frame", ""),
    (RAW + ["-o", "no/such/folder"], OUTPUT, "no/such/folder cannot be opened", ""),
    (RAW + ["--jsonl", "no/such/folder"], OUTPUT, "no/such/folder cannot be opened", ""),
    (RAW + ["-o", "/dev/full"], OUTPUT, "/dev/full could not be written: No space", "psnr_y"),
    (RAW + ["--jsonl", "/dev/full"], OUTPUT, "/dev/full could not be written: No space", "psnr_y"),
    (RAW + ["--precision", "2"], 0, "", r"^psnr_y: \d\d\.\d\d\n"),
    (RAW + ["--precision", "max"], 0, "", r"^psnr_y: \d\d\.\d{9,}\n"),
    (RAW + ["--precision", "31"], USAGE, "--precision: '31' is neither", ""),
    (RAW + ["--precision", "most"], USAGE, "--precision: 'most' is neither", ""),
    (RAW + ["--pool", "p1,p99,median,harmonic_mean"], 0, "", r"psnr_y p1: .*\npsnr_y p99: .*\npsnr_y median: "),
    (RAW + ["--pool", "mean,p0"], USAGE, "--pool: 'p0' is none of", ""),
    (RAW + ["--pool", ""], USAGE, "--pool: '' is none of", ""),
    (RAW + ["--progress", "none", "-q"], 0, "", "psnr_y"),
    (RAW + ["--progress", "line"], 0, r"5/5 frames 100 % .* FPS ETA 0:00", "psnr_y"),
    (RAW + ["--progress", "line", "--quiet"], 0, "", "psnr_y"),
    (RAW + ["--progress", "json"], 0, r'\{"frames": 5, "expected": 5, "fps": [0-9.]+, "eta": 0.00\}', "psnr_y"),
    (RAW + ["--progress", "often"], USAGE, "--progress: 'often' is not one of", ""),
    (RAW + ["-c", "anything"], 0, "", "psnr_y"),
    # the command line itself
    (["--help"], 0, "", "--frame_skip_dist N"),
    (["--version"], 0, "", r"^\d+\.\d+\.\d+\n$"),
    (["-v"], 0, "", r"^\d+\.\d+\.\d+\n$"),
    (RAW + ["--nothing"], USAGE, "there is no option --nothing", ""),
    (RAW + ["-z"], USAGE, "there is no option -z", ""),
    (RAW + ["--frame", "3"], USAGE, "--frame, or more than one", ""),
    (RAW + ["--json=3"], USAGE, "--json takes no value", ""),
    (RAW + ["--model"], USAGE, "--model needs a value", ""),
    (RAW + ["-o"], USAGE, "--output needs a value", ""),
    (RAW + ["stray"], USAGE, "'stray' belongs to no option", ""),
    # subcommands
    (["devices"], 0, "", r"cpu:scalar.*cuda:.*vulkan:.*opencl:"),
    (["metrics"], 0, "", r"psnr: .*enable_mse=false.*psnr_y"),
    (["models"], 0, "", "vmaf_v0.6.1 "),
    (["help"], 0, "", "isovq COMMAND"),
    (["help", "psnr"], 0, "", "min_sse=0"),
    (["help", "nothing"], USAGE, "no metric 'nothing'", ""),
    (["help", "a", "b"], USAGE, "help takes one argument", ""),
    (["devices", "x"], USAGE, "takes no arguments", ""),
    (["nothing"], USAGE, "there is no command 'nothing'", ""),
]


def test_cases():
    for arguments, code, err, out in CASES:
        done = run(arguments)
        where = " ".join(arguments)
        check(done.returncode == code, f"{where}: exit code {done.returncode}, expected {code}: {done.stderr}")
        check(not done.stderr if err == "" else re.search(err, done.stderr, re.S), f"{where}: stderr {done.stderr!r}")
        check(not done.stdout if out == "" else re.search(out, done.stdout, re.S),
              f"{where}: stdout {done.stdout[:200]!r}")
        if code:
            lines = [line for line in done.stderr.splitlines() if line.startswith("isovq: ")]
            check(len(lines) == 1, f"{where}: one line says what is wrong: {done.stderr!r}")


# --- logs ---

def log_of(arguments, **more):
    path = pathlib.Path("log")
    path.unlink(missing_ok=True)
    done = run(arguments + ["-o", "log"], **more)
    return path.read_text(), done


def test_formats_agree():
    options = ["--precision", "max", "--feature", "psnr=enable_apsnr=true:enable_mse=true"]
    document = json.loads(log_of(RAW + options)[0])
    tree = ElementTree.fromstring(log_of(RAW + options + ["--xml"])[0])
    rows = list(csv.reader(log_of(RAW + options + ["--csv"])[0].splitlines()))
    names = list(document["frames"][0]["metrics"])
    check(names == ["psnr_y", "psnr_cb", "psnr_cr", "mse_y", "mse_cb", "mse_cr"], f"columns {names}")
    check(rows[0] == ["Frame"] + names, "CSV columns")
    for i, frame in enumerate(document["frames"]):
        values = [frame["metrics"][n] for n in names]
        attributes = tree.findall("frames/frame")[i].attrib
        check([float(attributes[n]) for n in names] == values, f"XML frame {i}")
        check([float(v) for v in rows[1 + i]] == [i] + values, f"CSV frame {i}")
    check([m.get("name") for m in tree.findall("pooled_metrics/metric")] == list(document["pooled_metrics"]), "pooled")
    check(set(document["aggregate_metrics"]) == {"apsnr_y", "apsnr_cb", "apsnr_cr"}, "aggregates")
    mean = sum(f["metrics"]["psnr_y"] for f in document["frames"]) / FRAMES
    check(document["pooled_metrics"]["psnr_y"]["mean"] == mean, "pooled mean")
    check(list(document)[:3] == ["version", "isovq", "fps"], "order of members")
    member = document["isovq"]
    check(member["schema"] == 1 and member["arithmetic"] == "exact", "isovq member")
    check(re.fullmatch("[0-9a-f]{16}", member["devices"][0]["kernel_fingerprint"]), "fingerprint")
    check(member["devices"][0]["id"].startswith("cpu:"), "device id")


def test_scores_outgrow_memory():
    """Older scores lie in a temporary file, or in memory where there can be none."""
    for name in "ref", "dis":
        pathlib.Path(f"long_{name}.yuv").write_bytes(pathlib.Path(f"{name}.yuv").read_bytes() * 300)
    arguments = raw("long_ref.yuv", "long_dis.yuv") + PSNR + ["--pool", "p5,median"]
    with_file, done = log_of(arguments)
    frames = json.loads(with_file)["frames"]
    check(len(frames) == 300 * FRAMES and frames[7]["metrics"] == frames[7 + 250 * FRAMES]["metrics"], "a long clip")
    without, more = log_of(arguments, env=dict(os.environ, TMPDIR="/nonexistent"))
    check(json.loads(without)["frames"] == frames and more.stdout == done.stdout, "a long clip without a file")


def test_live_scores_equal_the_log():
    document = json.loads(log_of(RAW + ["--precision", "max", "--jsonl", "live"])[0])
    lines = [json.loads(line) for line in pathlib.Path("live").read_text().splitlines()]
    check(lines == document["frames"], "live scores")


def test_subsampling():
    whole = json.loads(log_of(RAW)[0])["frames"]
    part = json.loads(log_of(RAW + ["--subsample", "2"])[0])["frames"]
    check(part == whole[::2], "subsampled frames")


def test_failures_keep_scores():
    whole = json.loads(log_of(RAW)[0])["frames"]
    text, done = log_of(["-r", "ref.y4m", "-d", "cut.y4m"] + PSNR)
    check(done.returncode == PARTIAL and json.loads(text)["frames"] == whole[:4], "truncated clip")
    done = subprocess.run(f"cat cut.yuv | {isovq} {' '.join(raw(dis='-') + PSNR)} -o log", shell=True, text=True,
                          capture_output=True, timeout=60)
    check(done.returncode == PARTIAL and json.loads(pathlib.Path("log").read_text())["frames"] == whole[:4],
          f"truncated pipe: {done}")
    text, done = log_of(raw("ref10.yuv", "over10.yuv", depth="10") + PSNR)
    check(done.returncode == INPUT and len(json.loads(text)["frames"]) == 2, "sample out of range")
    text, done = log_of(raw(dis="empty.yuv") + PSNR)
    check(done.returncode == INPUT and json.loads(text)["frames"] == [], "no frame")
    pathlib.Path("kept").write_text("old")
    done = run(RAW + ["-o", "kept", "--feature", "nothing"])
    check(pathlib.Path("kept").read_text() == "old", "a usage error leaves an old log alone")


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


def check_record_of_feature(feature, document, device):
    check(feature["arch_id"] == device["id"] and feature["device_type"] == "cpu" and not feature["fallbacks"], "device")
    check(feature["dispatches"] == FRAMES * (len(feature["stages"]) - 1) > 0, f"dispatches {feature['dispatches']}")
    check(feature["stages"][-1] == {"name": "score", "place": "host"}, "the last stage")
    check(feature["bytes_to_device"] > 0 and feature["bytes_from_device"] > 0 and feature["device_time_ns"] > 0, "work")
    for name in feature["metrics"]:
        values = [frame["metrics"][name] for frame in document["frames"]] if name in document["pooled_metrics"] \
            else [document["aggregate_metrics"][name]]
        check(feature["scores"][name] == values, f"recorded scores of {name}")


def test_record():
    """parity_gate C.1: every field, hashes as Python finds them, scores as in the log."""
    arguments = RAW + ["--feature", "psnr=enable_apsnr=true", "--feature", "motion", "--precision", "max",
                       "--record", "record", "--pool", "p5,mean"]
    document = json.loads(log_of(arguments)[0])
    record = json.loads(pathlib.Path("record").read_text())
    check(record["command_line"] == [isovq] + arguments + ["-o", "log"], f"command line {record['command_line']}")
    check(record["exit_status"] == 0 and record["error"] is None and record["frames"] == FRAMES, "how it ended")
    check(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", record["run_id"]), "run id")
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["start_time"]), "start time")
    for path, text in ((isovq, record["binary_sha256"]), ("ref.yuv", record["inputs"][0]["sha256"]),
                       ("dis.yuv", record["inputs"][1]["sha256"])):
        check(hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest() == text, f"hash of {path}")
    check([i["frame_count"] for i in record["inputs"]] == [FRAMES] * 2, "frame counts")
    check({f["feature"] for f in record["features"]} == {"psnr", "motion"}, "features")
    for feature in record["features"]:
        check_record_of_feature(feature, document, document["isovq"]["devices"][0])
    check(record["features"][0]["options"]["enable_apsnr"] == "true", "effective options")
    run(["-r", "ref.y4m", "-d", "cut.y4m"] + PSNR + ["--record", "record"])
    record = json.loads(pathlib.Path("record").read_text())
    check(record["exit_status"] == PARTIAL and "ends inside frame 4" in record["error"], "a run that failed")
    done = subprocess.run([isovq, "-r", "ref.y4m", "-d", "-"] + PSNR + ["--record", "-"], capture_output=True,
                          input=pathlib.Path("dis.y4m").read_bytes(), timeout=60)
    check([i["sha256"] is None for i in json.loads(done.stdout)["inputs"]] == [False, True], "a pipe has no hash")


def test_matched_depths():
    """Samples shifted left: as if the file had been converted."""
    shifted = json.loads(log_of(["-r", "ref.y4m", "-d", "dis10.y4m", "--match_depth", "--precision", "max"] + PSNR)[0])
    native = json.loads(log_of(raw("ref10.yuv", "dis10.yuv", depth="10") + ["--precision", "max"] + PSNR)[0])
    check(shifted["frames"] == native["frames"], "8 bits against 10 bits")


def test_streams():
    clip_bytes = pathlib.Path("dis.y4m").read_bytes()
    command = [isovq, "-r", "ref.y4m", "-d", "-"] + PSNR
    done = subprocess.run(command, input=clip_bytes, capture_output=True, timeout=60)
    check(done.returncode == 0 and b"psnr_y" in done.stdout, f"standard input: {done.stderr}")
    done = subprocess.run(f"{isovq} {' '.join(RAW)} >&-", shell=True, capture_output=True, text=True, timeout=60)
    check(done.returncode == OUTPUT and "standard output" in done.stderr, f"closed output: {done}")
    done = subprocess.run(f"{isovq} {' '.join(RAW)} -o closed >&-", shell=True, capture_output=True, timeout=60)
    check(done.returncode == OUTPUT and json.loads(pathlib.Path("closed").read_text())["frames"], "log without output")
    done = subprocess.run(f"{isovq} {' '.join(RAW)} > /dev/full", shell=True, capture_output=True, text=True, timeout=60)
    check(done.returncode == OUTPUT and "No space" in done.stderr, f"full output: {done}")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([isovq] + RAW + ["-o", "-"], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writer)
    check(done.returncode == OUTPUT and "pipe" in done.stderr, f"closed pipe: {done}")


def test_progress_on_a_terminal():
    for more, wanted in ([], True), (["-q"], False), (["--progress", "none"], False):
        terminal, side = pty.openpty()
        done = subprocess.run([isovq] + RAW + more, stdout=subprocess.PIPE, stderr=side, timeout=60)
        os.close(side)
        try:
            shown = os.read(terminal, 4096)
        except OSError:  # nothing was written
            shown = b""
        os.close(terminal)
        check(done.returncode == 0 and (b"5/5 frames" in shown) == wanted, f"progress with {more}: {shown}")


def test_called_as_vmaf():
    """The name changes the defaults (DECISIONS 17)."""
    link = pathlib.Path("vmaf").absolute()
    link.symlink_to(isovq)
    text, done = log_of(RAW, command=str(link))
    check(done.returncode == 0 and text.startswith("<VMAF version="), "XML is the default")
    text, done = log_of(RAW + ["--csv"], command=str(link))
    check(all(line.endswith(",") for line in text.splitlines()), "trailing comma")
    done = run(RAW + ["stray"], command=str(link))
    check(done.returncode == 0 and "ignored" in done.stderr, "stray arguments")
    done = run(["--version"], command=str(link))
    check(done.returncode == 0 and re.match(r"\d+\.\d+", done.stderr) and not done.stdout, "version")


# --- what is made from tables ---

def option_names():
    return set(re.findall(r"(?<=[ '])--[a-z_-]+", run(["help", "--completion"]).stdout))


def test_every_option_is_documented_and_tried():
    usage, man = run(["--help"]).stdout, run(["help", "--man"]).stdout.replace("\\-", "-")
    names = option_names()
    check(len(names) > 30, f"options {names}")
    for name in names - {"--backend"}:  # another spelling of --device
        check(f"{name} " in usage or f"{name}\n" in usage, f"--help lacks {name}")
        check(re.search(rf"{name}\b", man), f"the manual page lacks {name}")
    check(not names - used_arguments, f"no case uses {names - used_arguments}")
    for width in (len(line) for line in usage.splitlines()):
        check(width <= 110, "a line of --help is too long")
    check(not re.search(r" $", usage, re.M), "blanks at the end of a line of --help")


def test_completion():
    pathlib.Path("complete.sh").write_text(run(["help", "--completion"]).stdout)
    for words, expected in (("isovq --frame_s", "--frame_skip_ref --frame_skip_dist"), ("isovq dev", "devices"),
                            ("isovq --pixel_format 42", "420 422"), ("isovq --feature ps", "psnr"),
                            ("isovq -r ref.y", "ref.yuv ref.y4m")):
        script = f"source ./complete.sh; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _isovq; " \
                 'echo "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
        check(sorted(done.stdout.split()) == sorted(expected.split()), f"completion of {words}: {done}")


def test_default_model():
    """Where this build has it: the default is vmaf_v0.6.1, printed under its version."""
    if not re.search(r"^vmaf_v0.6.1 +built in$", run(["models"]).stdout, re.M):
        done = run(raw() + ["--device", "cpu"])
        check(done.returncode == USAGE and "vmaf_v0.6.1" in done.stderr, f"a model that cannot be measured: {done}")
        print("SKIP: vmaf_v0.6.1 cannot be measured by this build")
        return
    text, done = log_of(raw() + ["--device", "cpu"])
    check(done.returncode == 0 and re.search(r"^vmaf_v0\.6\.1: \d", done.stdout), f"default model: {done}")
    check(list(json.loads(text)["frames"][0]["metrics"])[-1] == "vmaf", "column of the model")
    done = run(raw() + ["--device", "cpu", "-m", "version=vmaf_v0.6.1", "-m", "version=vmaf_v0.6.1neg"])
    check(done.returncode == USAGE and "name=" in done.stderr, "two models of one name")
    done = run(raw() + ["--device", "cpu", "-n", "-m", "version=vmaf_v0.6.1"])
    check("integer_adm2" in done.stdout and "vmaf" not in done.stdout, "features without prediction")
    done = run(raw() + ["--device", "cpu", "-m", "version=vmaf_b_v0.6.3"])
    if not re.search(r"^vmaf_b_v0.6.3 +built in$", run(["models"]).stdout, re.M):
        check(done.returncode == USAGE and "vmaf_b_v0.6.3.json" in done.stderr and "path=" in done.stderr,
              f"a model whose file was not there: {done}")
        print("SKIP: vmaf_b_v0.6.3 is not in this build: its file was not there")
        return
    check(re.search(r"^vmaf_b_v0\.6\.3: [\d.]+, ci\.p95: \[[\d.]+, [\d.]+\], stddev: [\d.]+$", done.stdout, re.M),
          f"a collection: {done}")


def main():
    global isovq
    isovq = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_clips()
        for name, test in list(globals().items()):
            if name.startswith("test_") and name != "test_every_option_is_documented_and_tried":
                test()
        test_every_option_is_documented_and_tried()  # after all others
        os.chdir("/")
    print(f"{len(CASES)} cases, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
