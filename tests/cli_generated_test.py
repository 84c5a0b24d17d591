#!/usr/bin/env python3
"""Generated command lines: none crashes, hangs, ends with an undocumented exit code, or with 0 and an empty log.

    cli_generated_test.py ISOVQ [COUNT [SEED]]

Under both names. What is wrong is printed with the seed, which gives the same command lines again.
"""
import csv
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from cli_support import OUTPUT, USAGE, check, failures, isovq, main

COUNT = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else 2000
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 32)

CLIPS = ["ref.y4m", "dis.y4m", "ref.yuv", "dis.yuv", "ref10.yuv", "over10.yuv", "dis10.y4m", "cut.y4m", "cut.yuv", "empty.yuv",
         "short.yuv", "ref444.yuv", "dis444.y4m", "other.y4m", "full.y4m", "none.y4m", "/dev/null", ".", "bad.json",
         "", "-", "n\n\x1bame"]
NUMBERS = ["0", "1", "2", "3", "4", "0", "1", "2", "3", "5", "7", "8", "10", "16", "034", "0x30", "99", "-1", "1e3", "abc", "",
           " 1", "4294967295", "4294967296", "18446744073709551616", "2147483647", "1.5"]
METRICS = {
    "psnr": ["enable_mse=true", "enable_chroma=false", "enable_apsnr=true", "min_sse=0.5", "reduced_hbd_peak=true"],
    "vif": ["debug=true", "vif_enhn_gain_limit=1.0", "vif_skip_scale0=true"],
    "adm": ["debug=true", "adm_enhn_gain_limit=1.2", "adm_csf_mode=1", "adm_skip_aim=false", "adm_min_val=0.5"],
    "motion": ["debug=true", "motion_five_frame_window=true", "motion_max_val=3", "motion_force_zero=true"],
    "motion_v2": ["motion_max_val=3"],
}
ODD_METRICS = ["cambi", "float_ssim", "nothing", "", "PSNR", "psnr:"]
ODD_OPTIONS = ["nothing=1", "debug=", "debug", "=", "min_sse=1e999", "min_sse=nan", "debug=1", "vif_enhn_gain_limit=101"]
ITEMS = ["name=a", "name=b", "name=a\"<&,b", "disable_clip", "disable_clip=false", "enable_transform=true",
         "adm.adm_enhn_gain_limit=1", "vif.debug=true"]
VERSIONS = ["version=vmaf_v0.6.1", "version=vmaf_v0.6.1neg", "version=vmaf_4k_v0.6.1", "version=vmaf_b_v0.6.3"]
ODD_ITEMS = ["version=none", "path=bad.json", "path=none.json", "path=/dev/null", "name=psnr_y", "cambi.enc_width=576",
             "adm.nothing=1", "float_adm.adm_p_norm=2", "vmaf_v0.6.1", "", "=", ".", "disable_clip=1", "path=/dev/zero"]
OUTPUTS = ["log", "log", "log", "log", "/dev/null", "/dev/full", "-", "/dev/stdout", "/dev/stderr", "no/such", ".", "", "link",
           "ref.yuv"]
VALUES = {
    "width": NUMBERS + ["48"], "pixel_format": ["420", "422", "444", "400", "411", ""], "bitdepth": NUMBERS,
    "subsample": NUMBERS, "frame_cnt": NUMBERS, "frame_skip_ref": NUMBERS, "frame_skip_dist": NUMBERS, "threads": NUMBERS[:12],
    "cpumask": NUMBERS, "gpumask": NUMBERS, "aom_ctc": ["v1.0", "v6.0", "v7.0", "proposed", ""], "nflx_ctc": ["v1.0", "v9"],
    "device": ["cpu", "auto", "cpu:scalar", "cpu:nothing", "abacus", "", "cpu:"], "precision": ["max", "legacy", "0", "17", "x"],
    "pool": ["min,max", "p5", "p100", "median,median", ","], "progress": ["auto", "line", "json", "none", "x"],
    "jsonl": OUTPUTS, "record": OUTPUTS, "output": OUTPUTS,
}
FLAGS = ["no_prediction", "xml", "json", "csv", "sub", "quiet", "match_depth", "strict-length", "n", "q"]
ODD_FLAGS = ["help", "version", "z", "nothing"]
codes = {}
GEOMETRY = ["--width", "48", "--height", "34", "--pixel_format", "420", "--bitdepth", "8"]


def spelled(rng, name, value=None):
    """An option as somebody may write it."""
    if len(name) == 1:
        return ["-" + name]
    if rng.random() < 0.05:
        name = name[:rng.randint(1, len(name))]
    if value is None:
        return ["--" + name] if rng.random() < 0.98 else [f"--{name}=1"]
    return [f"--{name}={value}"] if rng.random() < 0.4 else ["--" + name, value]


def one_of(rng, usual, odd):
    return rng.choice(usual if rng.random() < 0.95 else odd)


def clips(rng):
    """Mostly two that fit together."""
    if rng.random() < 0.85:
        return rng.choice([["-r", "ref.y4m", "-d", "dis.y4m"], ["-r", "ref.yuv", "-d", "dis.yuv"] + GEOMETRY,
                           ["--reference=ref.y4m", "--distorted=cut.y4m"], ["-r", "ref.yuv", "-d", "short.yuv"] + GEOMETRY])
    arguments = spelled(rng, "reference", rng.choice(CLIPS)) + spelled(rng, "distorted", rng.choice(CLIPS))
    return arguments + (GEOMETRY if rng.random() < 0.5 else [])


def feature(rng):
    name = one_of(rng, list(METRICS), ODD_METRICS)
    options = [one_of(rng, METRICS.get(name, ODD_OPTIONS), ODD_OPTIONS) for _ in range(rng.choice([0, 0, 1, 2]))]
    return spelled(rng, "feature", name + ("=" + ":".join(options) if options else ""))


def model(rng):
    items = [one_of(rng, VERSIONS, ODD_ITEMS)] + [one_of(rng, ITEMS, ODD_ITEMS) for _ in range(rng.choice([0, 1, 1, 2]))]
    return spelled(rng, "model", ":".join(items))


def command(rng):
    """Arguments of a measurement, of which a few are odd."""
    parts = [clips(rng)]
    parts += [feature(rng) for _ in range(rng.choice([0, 1, 1, 2]))] + [model(rng) for _ in range(rng.choice([0, 0, 0, 1, 2]))]
    parts += [spelled(rng, "output", rng.choice(OUTPUTS))] if rng.random() < 0.7 else []
    parts += [spelled(rng, one_of(rng, FLAGS, ODD_FLAGS)) for _ in range(rng.choice([0, 0, 1, 2]))]
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        name = rng.choice(list(VALUES))
        parts.append(spelled(rng, name, rng.choice(VALUES[name])))
    if rng.random() < 0.02:
        parts.append([rng.choice(["stray", "--", "-", "-o", "-c", "--model", "\udcff"])])
    rng.shuffle(parts)
    arguments = [argument for part in parts for argument in part]
    return arguments if "--device" in arguments else arguments + ["--device", "cpu"]


# --- what must hold ---

def frames_of(text):
    """How many frames a log has; a log that cannot be read raises."""
    if text.startswith("<"):
        return len(ElementTree.fromstring(text).findall("frames/frame"))
    if text.startswith("Frame"):
        rows = list(csv.reader(text.splitlines()))
        assert len({len(row) for row in rows}) == 1, "rows of CSV differ in length"
        return len(rows) - 1
    if text.startswith('{\n  "'):
        return len(json.loads(text)["frames"])
    assert not text or (text.endswith("\n") and all("frame: " in line for line in text.splitlines())), "no log"
    return len(text.splitlines())


def look_at_log(done, where):
    """A file that is there is a whole log; with exit code 0 it has frames."""
    if not pathlib.Path("log").is_file() or pathlib.Path("log").read_text() == "old\n":
        return
    text = pathlib.Path("log").read_text()
    if text.startswith('{"frameNum": ') or text.startswith('{\n  "schema"'):  # --jsonl and --record
        frames = len([json.loads(line) for line in text.splitlines()] if text[1] == '"' else json.loads(text)["features"])
    else:
        try:
            frames = frames_of(text)
        except Exception as error:  # whatever a parser of logs finds
            check(False, f"{where}: the log cannot be read: {error}\n{text[:300]}")
            return
    check(frames or done.returncode, f"{where}: 0 and an empty log\n{text[:300]}")


def inputs_of(arguments):
    for argument, after in zip(arguments, arguments[1:] + [""]):
        name, equals, value = argument.partition("=")
        if re.fullmatch(r"-[rd]|--(r|re|ref\w*|d|di|dis\w*)", name):
            yield value if equals else after


def try_one(name, arguments, where):
    pathlib.Path("log").write_text("old\n")
    before = pathlib.Path("ref.yuv").read_bytes()
    try:
        done = subprocess.run([name] + arguments, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        check(False, f"{where}: hangs")
        return
    said = done.stderr.decode(errors="replace")
    check(0 <= done.returncode <= OUTPUT, f"{where}: exit code {done.returncode}: {said}")
    check("Sanitizer" not in said and "runtime error" not in said, f"{where}: {said}")
    wrong = [line for line in said.splitlines() if line.startswith("isovq: ")]
    check(wrong or done.returncode == 0, f"{where}: exit code {done.returncode} and not a word")
    check(done.returncode != USAGE or not done.stdout, f"{where}: a refusal with output: {done.stdout[:100]}")
    check("ref.yuv" not in inputs_of(arguments) or pathlib.Path("ref.yuv").read_bytes() == before,
          f"{where}: wrote over its input")
    pathlib.Path("ref.yuv").write_bytes(before)
    look_at_log(done, where)
    codes[done.returncode] = codes.get(done.returncode, 0) + 1


def test_generated_commands():
    print(f"# seed {SEED}, {COUNT} command lines")
    pathlib.Path("vmaf").symlink_to(isovq)
    pathlib.Path("link").symlink_to("log")
    for number in range(COUNT):
        rng = random.Random(f"{SEED} {number}")
        name = rng.choice([isovq, os.path.abspath("vmaf")])
        arguments = [a for a in command(rng) if "\0" not in a]
        try_one(name, arguments, f"seed {SEED}, number {number}: {os.path.basename(name)} {arguments}")
        if len(failures) > 20:
            return
    print("# exit codes:", ", ".join(f"{code}: {count}" for code, count in sorted(codes.items())))


if __name__ == "__main__":
    sys.exit(main(globals()))
