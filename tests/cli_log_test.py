#!/usr/bin/env python3
"""Logs, live scores and side records: they agree, they have the layout of the spec, and what is written stays valid.

    cli_log_test.py ISOVQ
"""
import csv
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

from cli_support import (Skip, FRAMES, HEIGHT, WIDTH, INPUT, PARTIAL, OUTPUT, PSNR, RAW, check, clip, isovq, log_of,
                         main, raw, run)


def test_formats_agree():
    options = ["--precision", "max", "--feature", "psnr=enable_apsnr=true:enable_mse=true"]
    document = json.loads(log_of(RAW + options)[0])
    tree = ElementTree.fromstring(log_of(RAW + options + ["--xml"])[0])
    rows = list(csv.reader(log_of(RAW + options + ["--csv"])[0].splitlines()))
    names = list(document["frames"][0]["metrics"])
    check(names == ["psnr_y", "mse_y", "psnr_cb", "mse_cb", "psnr_cr", "mse_cr"], f"columns {names}")
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


def limited(kib):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * kib, 1024 * kib))


def test_full_disk():
    """A file that cannot grow stands for a full disk: what is there is valid, and as much as fits."""
    for name in "ref", "dis":
        pathlib.Path(f"full_{name}.yuv").write_bytes(pathlib.Path(f"{name}.yuv").read_bytes() * 60)
    arguments = raw("full_ref.yuv", "full_dis.yuv") + PSNR
    for kind in "json", "xml", "csv", "sub":
        whole = log_of(arguments + ["--" + kind])[0]
        text, done = log_of(arguments + ["--" + kind], preexec_fn=limited(8))
        check(done.returncode == OUTPUT and re.search(r"File too large; it holds \d+ of 300 frames", done.stderr),
              f"{kind} on a full disk: {done.stderr}")
        check(7000 < len(text) <= 8192, f"{kind} on a full disk: {len(text)} bytes")
        if kind == "json":
            check(json.loads(text)["frames"] == json.loads(whole)["frames"][:len(json.loads(text)["frames"])], kind)
        elif kind == "xml":
            check(len(ElementTree.fromstring(text).findall("frames/frame")) > 9, kind)
        else:
            check(whole.startswith(text) and text.endswith("\n"), kind)
    done = run(arguments + ["--jsonl", "live"], preexec_fn=limited(16))
    lines = pathlib.Path("live").read_text()
    check(done.returncode == OUTPUT and "live could not be written: File too large" in done.stderr, "live lines")
    check(lines.endswith("\n") and len(lines) > 15000 and all(json.loads(line) for line in lines.splitlines()), "lines")
    done = run(RAW + ["-o", "nothing"], preexec_fn=limited(0))
    check(done.returncode == OUTPUT and not pathlib.Path("nothing").exists(), "a log of which nothing fits")


def test_killed_reader():
    """kill -9 of who reads the live scores: exit code 5, and the log on disk is whole."""
    for name in "ref", "dis":
        pathlib.Path(f"full_{name}.yuv").write_bytes(pathlib.Path(f"{name}.yuv").read_bytes() * 600)
    reader = subprocess.Popen(["sh", "-c", "read line; exec sleep 60"], stdin=subprocess.PIPE)
    writer = subprocess.Popen([isovq] + raw("full_ref.yuv", "full_dis.yuv") + PSNR + ["-o", "whole", "--jsonl", "-"],
                              stdout=reader.stdin, stderr=subprocess.PIPE, text=True)
    reader.stdin.close()
    time.sleep(0.2)
    check(writer.poll() is None, "the pipe holds the writer up")
    reader.kill()
    err = writer.communicate(timeout=60)[1]
    check(writer.returncode == OUTPUT and "standard output could not be written: Broken pipe" in err, f"{err}")
    check(len(json.loads(pathlib.Path("whole").read_text())["frames"]) == 600 * FRAMES, "the log beside it")
    done = subprocess.run(f"{isovq} {' '.join(raw('full_ref.yuv', 'full_dis.yuv') + PSNR)} --jsonl - --progress json "
                          "| head -n 1 >line", shell=True, stderr=subprocess.PIPE, text=True, timeout=60)
    check(json.loads(pathlib.Path("line").read_text())["frameNum"] == 0, "the first line")
    frames = [json.loads(line)["frames"] for line in done.stderr.splitlines() if line.startswith("{")]
    check(frames and frames[-1] < 600 * FRAMES, f"nobody listens any more, but it goes on: {frames}")


# --- the layouts of cli_and_logs.md 6 to 8, written from the spec ---

def logged(value):
    """Section 5: six digits, sixteen where the fraction is tiny."""
    fraction, count = abs(value) - int(abs(value)), 0
    while 0 < fraction < 1:
        fraction, count = fraction * 10, count + 1
    return f"{value:.16f}" if count > 6 else f"{value:.6f}"


def attributes(values):
    return "".join(f'{name}="{logged(value)}" ' for name, value in values.items())


def expected_xml(document, version, fps):
    frames = [f'    <frame frameNum="{f["frameNum"]}" {attributes(f["metrics"])}/>' for f in document["frames"]]
    pooled = [f'    <metric name="{name}" {attributes(values)}/>'
              for name, values in document["pooled_metrics"].items()]
    return "\n".join([f'<VMAF version="{version}">', f'  <params qualityWidth="{WIDTH}" qualityHeight="{HEIGHT}" />',
                      f'  <fyi fps="{fps}" />', "  <frames>"] + frames + ["  </frames>", "  <pooled_metrics>"] + pooled +
                     ["  </pooled_metrics>", f"  <aggregate_metrics {attributes(document['aggregate_metrics'])}/>",
                      "</VMAF>", ""])


def expected_json(document, version, fps):
    def members(values, depth):
        lines = [f'{" " * depth}"{name}": {logged(value)}' for name, value in values.items()]
        return ",\n".join(lines) + "\n" if lines else ""
    frames = ",\n".join(f'    {{\n      "frameNum": {f["frameNum"]},\n      "metrics": {{\n{members(f["metrics"], 8)}'
                        "      }\n    }" for f in document["frames"])
    pooled = ",\n".join(f'    "{name}": {{\n{members(values, 6)}    }}'
                        for name, values in document["pooled_metrics"].items())
    return (f'{{\n  "version": "{version}",\n  "fps": {fps},\n  "frames": [\n{frames}\n  ],\n'
            f'  "pooled_metrics": {{\n{pooled}\n  }},\n  "aggregate_metrics": {{\n{members(document["aggregate_metrics"], 4)}  }}\n}}\n')


def expected_csv(document, *_):
    lines = ["Frame," + "".join(f"{name}," for name in document["frames"][0]["metrics"])]
    lines += [f'{f["frameNum"]},' + "".join(logged(v) + "," for v in f["metrics"].values()) for f in document["frames"]]
    return "\n".join(lines) + "\n"


def expected_sub(document, *_):
    return "".join(f'{{{f["frameNum"]}}}{{{f["frameNum"] + 1}}}frame: {f["frameNum"]}|'
                   + "".join(f"{name}: {logged(value)}|" for name, value in f["metrics"].items()) + "\n"
                   for f in document["frames"])


def test_layouts_as_vmaf():
    """Byte for byte, but for version and fps."""
    link = pathlib.Path("layout/vmaf").absolute()
    link.parent.mkdir()
    link.symlink_to(isovq)
    for more in (["--feature", "psnr=enable_apsnr=true"], ["--feature", "psnr=enable_chroma=false", "--feature", "motion"],
                 ["--feature", "psnr", "--subsample", "2"], ["--feature", "adm", "--feature", "vif", "--feature", "motion"]):
        arguments = raw() + ["--device", "cpu", "-n"] + more
        document = json.loads(log_of(arguments + ["--precision", "max"])[0])
        for kind, expect in (("xml", expected_xml), ("json", expected_json), ("csv", expected_csv), ("sub", expected_sub)):
            text, _ = log_of(arguments + ["--" + kind], command=str(link))
            version = re.search(r'version"?[=:] ?"([^"]*)"', text)
            fps = re.search(r'fps"?[=:] ?"?([0-9.]+)', text)
            wanted = expect(document, version and version[1], fps and fps[1])
            check(text == wanted, f"{kind} with {more}:\n{text}\n---\n{wanted}")


def test_xmllint():
    if not shutil.which("xmllint"):
        raise Skip("no xmllint here")
    for more in [], ["--feature", "psnr=enable_apsnr=true", "--subsample", "3"]:
        log_of(RAW + more + ["--xml"])
        done = subprocess.run(["xmllint", "--noout", "log"], capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, f"xmllint: {done.stderr}")


if __name__ == "__main__":
    sys.exit(main(globals()))
