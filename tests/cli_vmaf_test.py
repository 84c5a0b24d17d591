#!/usr/bin/env python3
"""The command called as `vmaf`, held against the reference's options, logs and screen (docs/vmaf_compat.md).

    cli_vmaf_test.py ISOVQ

Every test below stands in the tables of docs/vmaf_compat.md or docs/reliability.md under its name.
"""
import csv
import errno
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree

from cli_support import (Skip, USAGE, INPUT, DEVICE, PARTIAL, OUTPUT, FRAMES, RAW, Y4M, check, has_model, isovq, main, raw,
                         run)

# The options of the reference (spec cli_and_logs, 1), with what their arguments may be here.
REFERENCE_OPTIONS = {
    "reference": "ref.y4m", "distorted": "dis.y4m", "width": "48", "height": "34", "pixel_format": "420", "bitdepth": "8",
    "model": "version=vmaf_v0.6.1", "feature": "psnr", "no_prediction": None, "output": "log", "xml": None, "json": None,
    "csv": None, "sub": None, "threads": "2", "subsample": "2", "cpumask": "1", "gpumask": "1", "frame_cnt": "2",
    "frame_skip_ref": "1", "frame_skip_dist": "1", "aom_ctc": "v1.0", "nflx_ctc": "v1.0", "quiet": None, "version": None,
}
CLIPS = ["-r", "ref.y4m", "-d", "dis.y4m", "--device", "cpu"]
PSNR = CLIPS + ["-n", "--feature", "psnr"]
SHARED = pathlib.Path(os.environ.get("ISOVQ_SHARED", "/nonexistent"))
DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"


def link(name):
    path = pathlib.Path("names").absolute() / name
    path.parent.mkdir(exist_ok=True)
    if not path.is_symlink():
        path.symlink_to(isovq)
    return str(path)


def vmaf(arguments, name="vmaf", **more):
    return run(arguments, command=link(name), **more)


def logged(arguments, code=0):
    """The text of the log and what was said on standard error; standard output stays empty."""
    pathlib.Path("log").unlink(missing_ok=True)
    done = vmaf(arguments + ["-o", "log"])
    check(done.returncode == code and not done.stdout, f"{arguments}: {done}")
    return pathlib.Path("log").read_text() if pathlib.Path("log").exists() else "", done.stderr


def metrics(arguments):
    return [frame["metrics"] for frame in json.loads(logged(arguments + ["--json"])[0])["frames"]]


def columns(arguments):
    text, said = logged(arguments + ["--csv"])
    return text.splitlines()[0].split(",")[1:-1], said


def need(version):
    if not has_model(version):
        raise Skip(f"{version} is not in this build: its file was not there")


def on_terminal(arguments):
    """What a terminal shows, and the exit code."""
    terminal, side = pty.openpty()
    done = subprocess.run([link("vmaf")] + arguments, stdout=subprocess.PIPE, stderr=side, timeout=60)
    os.close(side)
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:  # the end: the other side is closed
        pass
    os.close(terminal)
    check(not done.stdout, f"standard output of {arguments}: {done.stdout}")
    return shown.decode(), done.returncode


# --- what scripts of today depend on ---

def test_overloads_without_effect_are_accepted():
    """Scripts give one list of overloads to every model; what a model has not is said and left out."""
    need("vmaf_v0.6.1")
    plain = metrics(CLIPS)
    item = "version=vmaf_v0.6.1"
    for overload, says in (("cambi.enc_width=576", "no feature of cambi"), ("float_adm.adm_p_norm=2", "of float_adm"),
                           ("nothing.nix=1", "of nothing"), ("adm.adm_p_norm=2", "adm has no option adm_p_norm")):
        text, said = logged(CLIPS + ["--json", "-m", f"{item}:{overload}"])
        check(re.search(f"{overload.split('=')[0]} has no effect: .*{says}", said), f"{overload}: {said}")
        check([f["metrics"] for f in json.loads(text)["frames"]] == plain, f"scores with {overload}")
        done = run(CLIPS + ["-m", f"{item}:{overload}"])
        check(done.returncode == USAGE and not done.stdout, f"isovq with {overload}: {done}")
    pair = metrics(CLIPS + ["-m", item + ":adm.adm_enhn_gain_limit=1:float_adm.adm_enhn_gain_limit=1"])
    check(pair == metrics(CLIPS + ["-m", item + ":adm.adm_enhn_gain_limit=1"]) and "integer_adm2_egl_1" in pair[0],
          f"a pair of overloads: {pair[0]}")
    done = vmaf(CLIPS + ["-m", item + ":adm.adm_enhn_gain_limit=0.5:cambi.enc_width=9"])
    check(done.returncode == USAGE and "takes a number from 1 to 100" in done.stderr, f"out of range: {done}")


def test_mse_stands_beside_psnr():
    names, _ = columns(CLIPS + ["-n", "--feature", "psnr=enable_mse=true"])
    check(names == ["psnr_y", "mse_y", "psnr_cb", "mse_cb", "psnr_cr", "mse_cr"], f"{names}")
    names, _ = columns(CLIPS + ["-n", "--feature", "psnr=enable_mse=true:enable_chroma=false"])
    check(names == ["psnr_y", "mse_y"], f"without chroma: {names}")


def test_psnr_comes_first_with_threads():
    """In CSV, where columns are known by their place."""
    features = CLIPS + ["-n", "--feature", "vif", "--feature", "psnr", "--feature", "motion"]
    vif = [f"integer_vif_scale{i}" for i in range(4)]
    sad, late = ["VMAF_integer_feature_motion_sad_score"], ["integer_motion2", "integer_motion3"]
    psnr = ["psnr_y", "psnr_cb", "psnr_cr"]
    check(columns(features)[0] == vif + psnr + sad + late, "one thread")
    check(columns(features + ["--threads", "0"])[0] == vif + psnr + sad + late, "--threads 0")
    for threads in "1", "2", "5":
        check(columns(features + ["--threads", threads])[0] == psnr + vif + sad + late, f"--threads {threads}")
    rows = [list(csv.reader(logged(features + ["--csv"] + more)[0].splitlines())) for more in ([], ["--threads", "2"])]
    values = [[dict(zip(table[0], row)) for row in table] for table in rows]
    check(values[0] == values[1], "the values of each column")
    names = list(metrics(features + ["--threads", "2"])[0])
    check(names == vif + psnr + sad + late, f"JSON: {names}")


def test_standard_output_stays_empty():
    """Scores are printed on standard error: on a terminal, or where they would be nowhere else."""
    done = vmaf(PSNR)
    check(done.returncode == 0 and not done.stdout and re.match(r"psnr_y: \d\d\.\d{6}\n", done.stderr), f"{done}")
    for more in (["-o", "log"], ["-o", "/dev/stdout"], ["--jsonl", "live"], ["--record", "record"], ["-o", "log", "-q"]):
        done = vmaf(PSNR + more)
        check(done.returncode == 0 and not done.stderr, f"beside a log: {done}")
    done = vmaf(PSNR + ["-o", "/dev/stdout"], stdin=subprocess.DEVNULL)
    check(ElementTree.fromstring(done.stdout).tag == "VMAF", "a log on standard output")


def test_terminal():
    """As the reference shows it; the rate is that of the clock, and what is left is said too."""
    need("vmaf_v0.6.1")
    line, score = r"\r5 frames [\u2800-\u283f]{2} [\d.]+ FPS ETA 0:00\x1b\[K\r\n", r"vmaf_v0\.6\.1: \d+\.\d{6}\r\n$"
    for more, expected in (([], f"^VMAF version .*{line}{score}"), (["-o", "log"], f"^VMAF version .*{line}{score}"),
                           (["-q"], f"^{score}"), (["-q", "-o", "log"], "^$")):
        shown, code = on_terminal(CLIPS + more)
        check(code == 0 and re.search(expected, shown, re.S), f"{more}: {shown!r}")


def test_printed_scores_have_six_digits():
    pathlib.Path("tiny.json").write_text(json.dumps({"model_dict": {
        "feature_names": ["VMAF_integer_feature_vif_scale0_score"], "norm_type": "none", "model_type": "LIBSVMNUSVR",
        "model": "svm_type nu_svr\nkernel_type rbf\ngamma 0.1\nnr_class 2\ntotal_sv 1\nrho -0.0000005\nSV\n0 1:1 \n"}}))
    done = vmaf(CLIPS + ["-m", "path=tiny.json"])
    check(done.stderr in ("tiny.json: 0.000000\n", "tiny.json: 0.000001\n"), f"{done}")
    check(metrics(CLIPS + ["-m", "path=tiny.json"])[0]["vmaf"] == 0.0000005, "the log has more")
    check(vmaf(CLIPS + ["-m", "path=tiny.json", "--precision", "8"]).stderr == "tiny.json: 0.00000050\n", "--precision")


def test_booleans_of_models():
    need("vmaf_v0.6.1")
    def last(item):
        return [frame["vmaf"] for frame in metrics(["-r", "ref.y4m", "-d", "ref.y4m", "--device", "cpu", "-m", item])]
    model = "version=vmaf_v0.6.1"
    plain, free, risen = last(model), last(model + ":disable_clip"), last(model + ":enable_transform:disable_clip")
    check(max(plain) == 100 < max(free) and free != risen, f"{plain} {free} {risen}")
    check(last(model + ":disable_clip=true") == free, "disable_clip=true")
    check(last(model + ":disable_clip=false") == plain, "disable_clip=false")
    check(last(model + ":disable_clip=true:enable_transform=false") == free, "enable_transform=false")
    check(last(model + ":disable_clip=true:enable_transform=true") == risen, "enable_transform=true")
    check(metrics(PSNR[:-1] + ["psnr=enable_mse=false"]) == metrics(PSNR), "a feature's boolean")
    for value in "1", "0", "yes", "":
        done = vmaf(CLIPS + ["-m", f"{model}:disable_clip={value}"])
        check(done.returncode == USAGE and "disable_clip is true or false" in done.stderr, f"{value}: {done}")


def test_precision_legacy():
    text = logged(PSNR + ["--json"])[0]
    same = logged(PSNR + ["--json", "--precision", "legacy"])[0]
    check(re.sub('"fps".*', "", text) == re.sub('"fps".*', "", same), "--precision legacy")


def shortest_names():
    """The shortest abbreviation of each option that no other option of the reference has."""
    for name in REFERENCE_OPTIONS:
        others = [other for other in REFERENCE_OPTIONS if other != name]
        for length in range(1, len(name) + 1):
            if not any(other.startswith(name[:length]) for other in others) or length == len(name):
                yield name, name[:length]
                break


def test_abbreviated_options():
    """Unambiguous among the reference's own options is enough."""
    for name, short in shortest_names():
        if name in ("model", "feature"):  # take any text
            continue
        done = vmaf([f"--{short}=" + ("" if REFERENCE_OPTIONS[name] else "1")])  # a refusal has the whole name
        check(done.returncode == USAGE and re.match(f"isovq: --{name}(:| takes no value)", done.stderr), f"--{short}: {done}")
    whole = metrics(PSNR)
    short = ["--r", "ref.y4m", "--d=dis.y4m", "--no", "--fe", "psnr", "--js", "--th=2", "--g", "1"]
    check([f["metrics"] for f in json.loads(logged(short)[0])["frames"]] == whole, "values beside and behind the name")
    text, said = logged(["--r", "ref.y4m", "--d=dis.y4m", "--n", "--fe", "psnr", "--js"], code=USAGE)
    check("--n, or more than one" in said, f"ambiguous: {said}")
    text, said = logged(["--r", "ref.y4m", "--d=dis.y4m", "--no", "--fe", "psnr", "--js", "--s", "2"], code=USAGE)
    check("--s, or more than one" in said, f"ambiguous: {said}")
    text, said = logged(["--r", "ref.y4m", "--d=dis.y4m", "--no", "--fe", "psnr", "--js", "--subs", "2"])
    check([f["frameNum"] for f in json.loads(text)["frames"]] == [0, 2, 4] and not said, f"{said}")
    for arguments, says in ((["--d"], "--distorted needs a value"), (["--js=1"], "--json takes no value"),
                            (["--q=1"], "--quiet takes no value")):
        done = vmaf(arguments)
        check(done.returncode == USAGE and says in done.stderr, f"{arguments}: {done}")
    check(run(["--d", "x"]).returncode == USAGE, "isovq has two options of that beginning")


def write_clip(path, clip, ends):
    """What a decoder does; ends[path] is how it ended."""
    try:
        with open(path, "wb") as fifo:
            fifo.write(pathlib.Path(clip).read_bytes() * 100)  # more than a pipe holds
        ends[path] = "wrote it all"
    except OSError as error:
        ends[path] = errno.errorcode[error.errno]


def test_writers_into_fifos_end():
    """Whatever is refused, programs that wait to write a clip into a FIFO do not wait for ever."""
    for name in "left", "right":
        os.mkfifo(name)
    both = ["-r", "left", "-d", "right"]
    for arguments, code in ((both + ["--threads", "abc"], USAGE), (["--nothing"] + both, USAGE),
                            (both + ["-n", "--feature", "nothing"], USAGE), (both + ["-m", "path=none.json"], INPUT),
                            (both + ["-w", "48"], USAGE), (both + ["--device", "abacus"], USAGE),
                            (["-r", "none", "-d", "right"], INPUT), (["-r", "dis.yuv", "-d", "right"], INPUT),
                            (both + ["-n", "--feature", "psnr", "-o", "no/such"], OUTPUT),
                            (both + ["-n", "--feature", "psnr", "--frame_cnt", "1"], 0)):
        ends = {}
        names = [a for a in arguments if a in ("left", "right")]
        threads = [threading.Thread(target=write_clip, args=(name, "ref.y4m", ends), daemon=True) for name in names]
        for thread in threads:
            thread.start()
        done = vmaf(arguments)
        for thread in threads:
            thread.join(timeout=20)
        check(done.returncode == code, f"{arguments}: {done}")
        check(sorted(ends) == sorted(names), f"{arguments}: only {ends} of {names} ended")
    done = vmaf(["-r", "left", "-d", "dis.y4m", "--nothing"])  # nobody writes
    check(done.returncode == USAGE, f"without a writer: {done}")


def test_version_names_libvmaf():
    for option in "--version", "-v":
        done = vmaf([option])
        check(done.returncode == 0 and not done.stdout, f"{option}: {done}")
        check(re.fullmatch(r"3\.2\.0 \(isovq \d+\.\d+\.\d+\)\n", done.stderr), f"{option}: {done.stderr!r}")
        check(re.fullmatch(r"\d+\.\d+\.\d+\n", run([option]).stdout), "isovq names itself alone")
    version = vmaf(["--version"]).stderr.strip()
    check(ElementTree.fromstring(logged(PSNR)[0]).get("version") == version, "in XML")
    check(json.loads(logged(PSNR + ["--json"])[0])["version"] == version, "in JSON")


def test_names_that_begin_with_vmaf():
    for name in "vmaf", "vmaf.exe", "vmaf-3.2", "vmaf_x86_64":
        done = vmaf(["--version"], name=name)
        check(done.stderr.startswith("3.2.0 ") and not done.stdout, f"{name}: {done}")
    for name in "isovq-vmaf", "my_vmaf", "vma":
        check(vmaf(["--version"], name=name).stdout, f"{name} is not that command")
    done = subprocess.run(["vmaf", "--version"], executable=isovq, capture_output=True, text=True, timeout=60)
    check(done.stderr.startswith("3.2.0 "), f"a bare name: {done}")


def test_the_first_request_of_a_metric_stays():
    """What the reference drops is dropped, and said."""
    need("vmaf_v0.6.1")
    names, said = columns(CLIPS + ["--feature", "vif=debug=true"])
    check(names == columns(CLIPS)[0] and "vif is asked for again with another debug" in said, f"{names} {said}")
    names, said = columns(CLIPS + ["-n", "--feature", "vif=debug=true", "--feature", "vif"])
    check("integer_vif_num" in names and "vif is asked for again" in said, f"{names} {said}")
    names, said = columns(PSNR + ["--feature", "psnr=enable_mse=true"])
    check(names == ["psnr_y", "psnr_cb", "psnr_cr"] and "another enable_mse" in said, f"{names} {said}")
    check(metrics(PSNR + ["--feature", "psnr=min_sse=1"]) == metrics(PSNR), "the scores of the first")
    check(not columns(PSNR + ["--feature", "psnr"])[1], "nothing is said of an equal one")
    names, said = columns(CLIPS + ["-n", "--feature", "adm", "--feature", "adm=adm_enhn_gain_limit=1"])
    check(len(names) == 14 and not said, f"other names, other scores: {names} {said}")
    done = run(PSNR + ["--feature", "psnr=min_sse=1"])
    check(done.returncode == USAGE, f"isovq refuses what clashes: {done}")


# --- the table of options, one by one ---

def test_reference_and_distorted():
    whole = metrics(PSNR)
    check(metrics(["--reference", "ref.y4m", "--distorted=dis.y4m", "-n", "--feature", "psnr"]) == whole, "long names")
    for arguments in ([], ["-r", "ref.y4m"], ["-d", "dis.y4m"]):
        done = vmaf(arguments)
        check(done.returncode == USAGE and "is missing" in done.stderr, f"{arguments}: {done}")
    done = vmaf(["-r", "none.y4m", "-d", "dis.y4m"])
    check(done.returncode == INPUT and "none.y4m cannot be opened" in done.stderr, f"{done}")


def test_raw_geometry():
    """All four or none; numbers in three bases; a y4m file is not taken for raw samples."""
    geometry = ["-w", "48", "-h", "34", "-p", "420", "-b", "8"]
    whole = metrics(PSNR)
    check(metrics(raw() + ["-n", "--feature", "psnr"]) == whole, "raw as y4m")
    long = ["-r", "ref.yuv", "-d", "dis.yuv", "--width=0x30", "--height", "042", "--pixel_format=420", "--bitdepth", "010"]
    check(metrics(long + ["-n", "--feature", "psnr"]) == whole, "hexadecimal and octal")
    for i in range(0, 8, 2):
        part = geometry[:i] + geometry[i + 2:]
        done = vmaf(["-r", "ref.yuv", "-d", "dis.yuv", "-n", "--feature", "psnr"] + part)
        check(done.returncode == USAGE and "is missing" in done.stderr, f"{part}: {done}")
        zero = geometry[:i] + [geometry[i], "0"] + geometry[i + 2:]
        check(vmaf(["-r", "ref.yuv", "-d", "dis.yuv", "-n", "--feature", "psnr"] + zero).returncode == USAGE, f"{zero}")
    done = vmaf(["-r", "ref.y4m", "-d", "dis.y4m", "-n", "--feature", "psnr"] + geometry)
    check(done.returncode == INPUT and "is a y4m file" in done.stderr, f"{done}")


def test_model_items():
    need("vmaf_v0.6.1neg")
    def names(*items):
        return list(metrics(CLIPS + [word for item in items for word in ("-m", item)])[0])
    check(names("version=vmaf_v0.6.1")[-1] == "vmaf" and list(metrics(CLIPS)[0]) == names("version=vmaf_v0.6.1"), "default")
    check(names("name=x")[-1] == "x", "a name without a version is the default model")
    check(names("version=vmaf_v0.6.1:path=none.json:name=x")[-1] == "x", "a version wins over a path")
    check(names("version=vmaf_v0.6.1", "version=vmaf_v0.6.1neg:name=neg")[-2:] == ["vmaf", "neg"], "two models")
    neg = metrics(CLIPS + ["-m", "version=vmaf_v0.6.1neg"])
    both = metrics(CLIPS + ["-m", "version=vmaf_v0.6.1:adm.adm_enhn_gain_limit=1.0:vif.vif_enhn_gain_limit=1.0"])
    check([f["vmaf"] for f in neg] == [f["vmaf"] for f in both], "overloads that make the neg model")
    for item, says in (("version=vmaf_v0.6.2", "no model"), ("vmaf_v061", "is none of"), ("adm.x", "must be"),
                       ("version=vmaf_v0.6.1:path", "path needs a value")):
        done = vmaf(CLIPS + ["-m", item])
        check(done.returncode == USAGE and says in done.stderr, f"{item}: {done}")
    done = vmaf(CLIPS + ["-m", "version=vmaf_v0.6.1", "-m", "version=vmaf_v0.6.1neg"])
    check(done.returncode == USAGE and "named 'vmaf'" in done.stderr, f"two of one name: {done}")
    odd = logged(CLIPS + ["-m", 'version=vmaf_v0.6.1:name=a"<&,b', "--json"])[0]
    check('a"<&,b' in json.loads(odd)["frames"][0]["metrics"], "a name that needs escapes")


def test_feature_requests():
    """An unknown option is an error: the reference measures with defaults and says nothing."""
    check(metrics(PSNR[:-1] + ["psnr=enable_chroma=true:enable_chroma=false"])[0].keys() == {"psnr_y"}, "the last wins")
    many = CLIPS + ["-n"] + ["--feature", "psnr"] * 33
    check(len(metrics(many)[0]) == 3, "more than 32")
    for feature, says in (("nothing", "no metric 'nothing'"), ("psnr=nix=1", "no option 'nix'; its options are"),
                          ("psnr=enable_mse", "has no value"), ("psnr=min_sse=-1", "takes a number from 0"),
                          ("psnr=enable_mse=true=false", "takes true or false")):
        done = vmaf(CLIPS + ["-n", "--feature", feature])
        check(done.returncode == USAGE and says in done.stderr, f"{feature}: {done}")


def test_no_prediction():
    need("vmaf_v0.6.1")
    names = list(metrics(CLIPS + ["-n", "-m", "version=vmaf_v0.6.1"])[0])
    check("integer_adm2" in names and "vmaf" not in names, f"{names}")
    done = vmaf(CLIPS + ["-n"])
    check(done.returncode == USAGE and "nothing is left to measure" in done.stderr, f"an empty log: {done}")


def test_output_and_formats():
    """XML unless told otherwise, the last format wins, CSV ends its lines with a comma."""
    check(logged(PSNR)[0].startswith("<VMAF version="), "XML")
    check(logged(PSNR + ["--json", "--csv", "--sub"])[0].startswith("{0}{1}frame: 0|"), "the last one")
    check(all(line.endswith(",") for line in logged(PSNR + ["--csv"])[0].splitlines()), "trailing commas")
    check("isovq" not in json.loads(logged(PSNR + ["--json"])[0]), "no member of our own")
    done = vmaf(PSNR + ["-o", "no/such/folder"])
    check(done.returncode == OUTPUT and "cannot be" in done.stderr, f"{done}")


def test_threads():
    whole = metrics(PSNR)
    for threads in "0", "1", "3", "0x2":
        check(metrics(PSNR + ["--threads", threads]) == whole, f"--threads {threads}")
    done = vmaf(PSNR + ["--threads", "abc"])
    check(done.returncode == USAGE and "'abc' is not a number" in done.stderr, f"{done}")
    done = vmaf(PSNR + ["--threads", "2", "-r", "ref10.yuv", "-d", "over10.yuv"] + raw(depth="10")[4:])
    check(done.returncode == INPUT, f"a failure on a frame is one with threads too: {done}")


def test_subsample():
    whole = metrics(CLIPS + ["-n", "--feature", "motion", "--feature", "psnr"])
    for step in 0, 1, 2, 3:
        text = logged(CLIPS + ["-n", "--feature", "motion", "--feature", "psnr", "--json", "--subsample", str(step)])[0]
        frames = json.loads(text)["frames"]
        check([f["frameNum"] for f in frames] == list(range(0, FRAMES, step or 1)), f"--subsample {step}")
        check([f["metrics"] for f in frames] == whole[::step or 1], f"motion keeps its values at {step}")
    pooled = json.loads(logged(PSNR + ["--json", "--subsample", "2"])[0])["pooled_metrics"]["psnr_y"]
    values = [f["psnr_y"] for f in whole[::2]]
    check(pooled["min"] == min(values) and pooled["max"] == max(values), "pooled over what was scored")


def test_masks():
    whole = metrics(CLIPS + ["-n", "--feature", "vif"])
    for mask in "0", "-1", "4294967295", "0xffffffff", "63", "8":
        check(metrics(CLIPS + ["-n", "--feature", "vif", "--cpumask", mask]) == whole, f"--cpumask {mask}")
    for mask in "1", "-1", "0xffffffff":
        done = vmaf(["-r", "ref.y4m", "-d", "dis.y4m", "-n", "--feature", "psnr", "--gpumask", mask, "--record", "record"])
        device = json.loads(pathlib.Path("record").read_text())["features"][0]["backend"]
        check(done.returncode == 0 and device == "cpu", f"--gpumask {mask}: {device}")
    for option in "--cpumask", "--gpumask":
        check(vmaf(PSNR + [option, "abc"]).returncode == USAGE, f"{option} abc")


def test_frame_counts_and_skips():
    whole = metrics(PSNR)
    check(metrics(PSNR + ["--frame_cnt", "2"]) == whole[:2], "--frame_cnt 2")
    check(metrics(PSNR + ["--frame_cnt", "0"]) == metrics(PSNR + ["--frame_cnt", "99"]) == whole, "no limit")
    skipped = metrics(PSNR + ["--frame_skip_ref", "2", "--frame_skip_dist", "2"])
    check(skipped == whole[2:], "both clips from frame 2, counted from 0")
    text, said = logged(PSNR + ["--json", "--frame_skip_dist", "2"])
    check(len(json.loads(text)["frames"]) == FRAMES - 2 and "ended after 3 frames" in said, "the shorter one decides")
    done = vmaf(PSNR + ["--frame_skip_ref", "99"])
    check(done.returncode == INPUT and "no pair of frames" in done.stderr, f"{done}")


def test_presets():
    """Of what is named wrongly; what is named rightly needs metrics (cli_test)."""
    for option, value in (("--aom_ctc", "proposed"), ("--aom_ctc", "v8.0"), ("--nflx_ctc", "v2.0")):
        done = vmaf(CLIPS + [option, value])
        check(done.returncode == USAGE and f"'{value}' is unknown" in done.stderr, f"{option} {value}: {done}")


def test_what_is_ignored():
    whole = metrics(PSNR)
    text, said = logged(PSNR + ["--json", "-c", "anything", "stray", "more"])
    check([f["metrics"] for f in json.loads(text)["frames"]] == whole, "-c and stray arguments")
    check("'stray' belongs to no option and is ignored" in said, f"{said}")


def test_help_and_unknown_options():
    """The reference goes on after an option that it does not know."""
    done = vmaf(["--help"])
    check(done.returncode == USAGE and not done.stdout and "--frame_skip_dist N" in done.stderr, f"{done}")
    for option in "--nothing", "-z":
        done = vmaf(PSNR + [option])
        check(done.returncode == USAGE and f"there is no option {option}" in done.stderr, f"{option}: {done}")


def test_exit_codes():
    cases = ((PSNR, 0), (PSNR + ["--threads", "x"], USAGE), (["-r", "ref.yuv", "-d", "dis.yuv"], INPUT),
             (PSNR + ["--device", "opencl:15"], DEVICE), (["-r", "ref.y4m", "-d", "cut.y4m"] + PSNR[4:], PARTIAL),
             (PSNR + ["-o", "/dev/full"], OUTPUT), (raw(dis="empty.yuv") + PSNR[4:], INPUT))
    for arguments, code in cases:
        done = vmaf(arguments)
        check(done.returncode == code, f"{arguments}: {done}")


def test_y4m_that_the_reference_cannot_read():
    """4:2:2, no chroma, alpha, 9 to 16 bits, odd sizes, long headers (spec cli_and_logs, 2)."""
    samples = {"422": 4 * 4 * 2, "420paldv": 24, "mono": 16, "444alpha": 64, "420p9": 48, "422p14": 64, "444p16": 96}
    for kind, size in samples.items():
        data = f"YUV4MPEG2 W4 H4 F25:1 Ip A1:1 C{kind} X{'x' * 3000}\n".encode() + (b"FRAME\n" + b"\0" * size) * 2
        pathlib.Path("odd.y4m").write_bytes(data)
        text, _ = logged(["-r", "odd.y4m", "-d", "odd.y4m", "-n", "--feature", "psnr", "--json"])
        check(len(json.loads(text)["frames"]) == 2, f"C{kind}")
    pathlib.Path("odd.y4m").write_bytes(b"YUV4MPEG2 W5 H3 F25:1 Ip C420\n" + (b"FRAME\n" + b"\0" * (15 + 12)) * 2)
    check(len(metrics(["-r", "odd.y4m", "-d", "odd.y4m", "-n", "--feature", "psnr"])) == 2, "an odd size")
    big = pathlib.Path("ref.y4m").read_bytes()
    for name, w in ("a.y4m", b"W48"), ("b.y4m", b"W46"):
        pathlib.Path(name).write_bytes(big.replace(b"W48", w, 1))
    done = vmaf(["-r", "a.y4m", "-d", "b.y4m", "-n", "--feature", "psnr"])
    check(done.returncode == INPUT and "48x34 and b.y4m is 46x34" in done.stderr, f"sizes that differ by little: {done}")


def test_y4m_that_the_reference_refuses():
    for tags, says in (("W4 H4 F25:1 It", "tag 'It'"), ("W4 H4 F25:1 C411", "tag 'C411'"), ("W4 F25:1", "lacks tag H"),
                       ("W4 H4", "lacks tag F"), ("W4 H4 F25:1 Axx", "tag 'Axx'")):
        pathlib.Path("odd.y4m").write_bytes(f"YUV4MPEG2 {tags}\nFRAME\n".encode() + b"\0" * 24)
        done = vmaf(["-r", "odd.y4m", "-d", "odd.y4m", "-n", "--feature", "psnr"])
        check(done.returncode == INPUT and says in done.stderr, f"{tags}: {done}")
    for first in b"YUV4MPEG2 W4 H4 F25:1\n", b"YUV4MPEG3 X W4 H4 I? F0:0 A0:0 XCOLORRANGE=FULL\n":
        pathlib.Path("odd.y4m").write_bytes(first + b"FRAME Ixyz\n" + b"\0" * 24)
        check(vmaf(["-r", "odd.y4m", "-d", "odd.y4m", "-n", "--feature", "psnr"]).returncode == 0, f"{first}")


def clip_of_the_reference(name):
    """Arguments for the clips of shared by the short names of logs: p66x50, src01_10, seek_8."""
    if name.startswith("p"):
        files = [SHARED / f"foreign/{name}_{side}_{name[1:]}_420p8.yuv" for side in ("ref", "dis")]
    else:
        files = sorted(SHARED.glob(f"clips/{name.split('_')[0]}*p{name.split('_')[1]}.yuv"))
        files.sort(key=lambda path: "dis" in path.name)  # src01: hrc00 before hrc01
    width, height, depth = re.search(r"_(\d+)x(\d+)_420p(\d+)", files[0].name).groups()
    return ["-r", str(files[0]), "-d", str(files[1]), "-w", width, "-h", height, "-p", "420", "-b", depth, "--device", "cpu"]


def test_exact_logs_of_the_reference():
    """Columns in their order and every bit of features, beside logs with 17 digits; model scores within 1e-11."""
    logs = sorted(SHARED.glob("foreign/h200/*.cpu.json"))
    if not logs:
        raise Skip("no shared/foreign here")
    need("vmaf_v0.6.1")
    for log in logs:
        name, metric = log.name.split(".")[:2]
        text, _ = logged(clip_of_the_reference(name) + ["--json", "--precision", "max"] +
                         ([] if metric == "vmaf" else ["-n", "--feature", metric]))
        wanted, found = json.loads(log.read_text()), json.loads(text)
        check([list(f["metrics"]) for f in found["frames"]] == [list(f["metrics"]) for f in wanted["frames"]], f"{log}")
        check(list(found["pooled_metrics"]) == list(wanted["pooled_metrics"]), f"{log}: pooled")
        for frame, other in zip(found["frames"], wanted["frames"]):
            far = {k: (v, other["metrics"][k]) for k, v in frame["metrics"].items()
                   if abs(v - other["metrics"][k]) > (1e-11 if k == "vmaf" else 0)}
            check(not far, f"{log}, frame {frame['frameNum']}: {far}")


def test_logs_of_the_reference():
    """To the byte but for version and rate, with logs that libvmaf f85a8536 wrote (its C code)."""
    logs = sorted(SHARED.glob("foreign/vmaf_*_c.json"))
    if not logs:
        raise Skip("no shared/foreign here")
    need("vmaf_v0.6.1")
    for log in logs:
        size = log.stem.split("_")[1]
        clips = [str(SHARED / f"foreign/p{size}_{side}_{size}_420p8.yuv") for side in ("ref", "dis")]
        width, height = size.split("x")
        text, _ = logged(["-r", clips[0], "-d", clips[1], "-w", width, "-h", height, "-p", "420", "-b", "8", "--json",
                          "--feature", "psnr", "--device", "cpu"])
        without = [re.sub(r'"(version|fps)": .*', "", t) for t in (text, log.read_text())]
        check(without[0] == without[1], f"{log}")


# --- the documents ---

def test_documents_name_tests_that_exist():
    """docs/vmaf_compat.md: every option of the reference, and no test that is not there."""
    text = (DOCS / "vmaf_compat.md").read_text(encoding="utf-8")
    here = DOCS.parent / "tests"
    written = "".join(path.read_text(encoding="utf-8") for path in here.glob("*_test.*"))
    for name in set(re.findall(r"`(test_\w+)`", text)):
        check(f"def {name}(" in written, f"{name} is named but not there")
    for name in REFERENCE_OPTIONS:
        check(f"--{name}" in text, f"--{name} is missing")
    named = text + (DOCS / "reliability.md").read_text(encoding="utf-8")
    for name in (n for n in globals() if n.startswith("test_")):
        check(f"`{name}`" in named, f"{name} stands in no table")


if __name__ == "__main__":
    sys.exit(main(globals()))
