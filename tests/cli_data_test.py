#!/usr/bin/env python3
"""No file of a run is lost: inputs, old logs, and what was measured before a fault.

    cli_data_test.py ISOVQ

The functions in the order of the table "Faults that tests hold down" in docs/reliability.md.
"""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

from cli_support import (Skip, FRAMES, INTERRUPTED, OUTPUT, PARTIAL, PSNR, RAW, USAGE, Y4M, check, isovq,
                         log_of, main, raw, run)

KINDS = "json", "xml", "csv", "sub"
OLD = "yesterday's log\n"


def shell(line, **more):
    """`isovq` in the line is the command."""
    return subprocess.run(["sh", "-c", line.replace("isovq", isovq)], capture_output=True, text=True, timeout=60, **more)


def put(name, text=OLD):
    pathlib.Path(name).write_text(text)
    return name


def text_of(name):
    return pathlib.Path(name).read_text()


def check_no_temporaries(where, folder="."):
    left = [name for name in os.listdir(folder) if name.startswith(".isovq")]
    check(not left, f"{where}: temporary files stay: {left}")


def check_refused(done, where, *names, code=USAGE):
    check(done.returncode == code, f"{where}: exit code {done.returncode}: {done.stderr}")
    check(all(name in done.stderr for name in names), f"{where}: both are named: {done.stderr!r}")
    check(len(done.stderr.splitlines()) == 1, f"{where}: one line says it: {done.stderr!r}")


# --- an output named like an input ---

def spellings(name):
    """Ways to name a file: through a link, a second name, a folder and back, a descriptor of somebody else."""
    for made in "link", "chain", "hard":
        pathlib.Path(made).unlink(missing_ok=True)
    os.symlink(name, "link")
    os.symlink("./link", "chain")
    os.link(name, "hard")
    os.makedirs("aside", exist_ok=True)
    return [name, f"./{name}", f"aside/../{name}", os.path.abspath(name), "link", "chain", "hard",
            f"/proc/self/cwd/{name}"]


def test_output_named_like_an_input():
    model = put("model.json", "{}")
    cases = [(Y4M, "ref.y4m", "--reference ref.y4m"), (Y4M, "dis.y4m", "--distorted dis.y4m"),
             (RAW, "ref.yuv", "--reference ref.yuv"), (RAW, "dis.yuv", "--distorted dis.yuv"),
             (Y4M + ["-m", f"name=x:path={model}"], model, f"--model name=x:path={model}")]
    for arguments, name, said in cases:
        before = pathlib.Path(name).read_bytes()
        for spelled in spellings(name):
            for option in "--output", "--jsonl", "--record":
                done = run(arguments + [option, spelled])
                check_refused(done, f"{option} {spelled}", said, f"{option} {spelled}")
                check(pathlib.Path(name).read_bytes() == before, f"{option} {spelled} destroys {name}")
    before = pathlib.Path("dis.y4m").read_bytes()
    for line in ("isovq -r ref.y4m -d - {} -o dis.y4m <dis.y4m", "isovq -r ref.y4m -d dis.y4m {} >>dis.y4m",
                 "isovq -r ref.y4m -d - {} --record /dev/fd/3 <dis.y4m 3>>dis.y4m",
                 "isovq -r ref.y4m -d /dev/fd/4 {} -o /dev/fd/4 4<>dis.y4m"):
        done = shell(line.format(" ".join(PSNR)))
        check_refused(done, line, "--distorted ")
        check(pathlib.Path("dis.y4m").read_bytes() == before, f"{line} destroys the clip")
    check_no_temporaries("outputs named like inputs")
    done = run(["-r", "ref.y4m", "-d", "ref.y4m"] + PSNR)
    check(done.returncode == 0, f"two inputs may be one file: {done.stderr}")


# --- two outputs that are one file ---

def test_two_spellings_of_one_output():
    os.makedirs("aside", exist_ok=True)
    for there in False, True:
        for second in "./s.csv", "aside/../s.csv", "to_s", os.path.abspath("s.csv"):
            pathlib.Path("s.csv").unlink(missing_ok=True)
            pathlib.Path("to_s").unlink(missing_ok=True)
            os.symlink("s.csv", "to_s")
            if there:
                put("s.csv")
            for one, other in ("--output", "--jsonl"), ("--jsonl", "--record"), ("--output", "--record"):
                done = run(RAW + ["--csv", one, "s.csv", other, second])
                check_refused(done, f"{one} s.csv {other} {second}", f"{one} s.csv", f"{other} {second}")
                check(text_of("s.csv") == OLD if there else not os.path.exists("s.csv"), f"{second} is written")
    for second in "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-":
        check_refused(run(RAW + ["-o", "-", "--jsonl", second]), second, "--output -", f"--jsonl {second}")
    done = shell(f"isovq {' '.join(RAW)} -o s.csv >s.csv")
    check_refused(done, "-o s.csv >s.csv", "--output s.csv", "standard output")
    done = run(RAW + ["-o", "/dev/null", "--jsonl", "/dev/null", "--record", "/dev/null"])
    check(done.returncode == 0 and "psnr_y" in done.stdout, f"nothing can be lost in /dev/null: {done}")


def test_scores_stay_out_of_logs():
    """Score lines never enter a stream that carries a log."""
    whole = log_of(RAW + ["--csv"])[0]
    arguments = " ".join(RAW + ["--csv"])
    for path in "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1":
        for redirected in "| cat", ">s.csv; cat s.csv", ">>new.csv; cat new.csv; rm new.csv":
            done = shell(f"isovq {arguments} -o {path} {redirected}")
            check(done.stdout == whole and done.stderr.startswith("psnr_y: "), f"-o {path} {redirected}: {done}")
    for line in "-o - 2>&1 | cat", "-o /dev/fd/3 3>&1 2>&1 | cat", "-o - >s.csv 2>&1; cat s.csv":
        done = shell(f"isovq {arguments} {line}")
        check(done.stdout == whole and not done.stderr, f"{line}: {done}")
    done = shell(f"isovq {arguments} -o /dev/stderr")
    check(done.stderr == whole and done.stdout.startswith("psnr_y: "), f"the log on standard error: {done}")
    done = shell(f"isovq {arguments} -o /dev/fd/3 3>>kept.csv", input=put("kept.csv"))
    check(text_of("kept.csv") == OLD + whole, f"a descriptor that appends: {text_of('kept.csv')}")


# --- one output that cannot be written ---

def test_bad_second_output_leaves_the_first():
    os.makedirs("folder", exist_ok=True)
    for good, bad in (("-o", "--jsonl"), ("-o", "--record"), ("--jsonl", "--record"), ("--record", "--jsonl"),
                      ("--jsonl", "-o"), ("--record", "-o")):
        for target in "/nodir/x", "folder", "folder/", "y" * 256, "ref.y4m/x", "x/" * 3000:
            for name in "old", "new":
                put("old")
                done = run(RAW + [good, name, bad, target])
                check_refused(done, f"{bad} {target[:20]}", f"{target[:20]}", code=OUTPUT)
                check(text_of("old") == OLD and not os.path.exists("new"), f"{good} {name} is changed by {bad} {target}")
    check_no_temporaries("a bad second output")


def test_usage_errors_leave_old_logs():
    for more in ["--feature", "nothing"], ["--device", "abacus"], ["-d", "none.yuv"], ["-m", "path=none.json"]:
        done = run(RAW + ["-o", put("old"), "--jsonl", put("live"), "--record", put("record")] + more)
        check(done.returncode != 0, f"{more}: {done}")
        check(text_of("old") == text_of("live") == text_of("record") == OLD, f"{more} changes an old log")


# --- how a target is replaced ---

def test_replaced_files_keep_what_they_are():
    os.umask(0o027)
    run(RAW + ["-o", "fresh", "--record", "fresh_record", "--jsonl", "fresh_live"])
    for name in "fresh", "fresh_record", "fresh_live":
        check(stat.S_IMODE(os.stat(name).st_mode) == 0o640, f"the mode of a plain new file: {name}")
    os.umask(0o022)
    os.chmod(put("old"), 0o604)
    os.symlink("old", "to_old")
    os.symlink("gone", "to_gone")
    before = os.stat("old")
    for name in "to_old", "to_gone":
        done = run(RAW + ["-o", name])
        check(done.returncode == 0 and os.path.islink(name) and json.loads(text_of(name)), f"{name} stays a link")
    check(stat.S_IMODE(os.stat("old").st_mode) == 0o604, "an old file keeps its mode")
    check(os.stat("old").st_ino != before.st_ino, "an old file is replaced, not written over")
    os.link(put("one"), "two")
    run(RAW + ["-o", "one"])
    check(json.loads(text_of("two")) and os.stat("one").st_ino == os.stat("two").st_ino, "both names of a file")
    if os.getuid() == 0:
        os.chown(put("owned"), 12, 34)
        run(RAW + ["-o", "owned"])
        check((os.stat("owned").st_uid, os.stat("owned").st_gid) == (12, 34), "the owner of an old file")
    check_no_temporaries("replaced files")


def as_nobody():
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def test_folders_that_cannot_be_written():
    """A file that may be written in a folder that may not is written in place, at the end; others are refused."""
    if os.getuid() == 0:
        os.chmod(".", 0o755)
        if subprocess.run([isovq, "--version"], preexec_fn=as_nobody, capture_output=True).returncode:
            raise Skip("nobody else may run the command here")
    os.makedirs("locked", exist_ok=True)
    for name in "open", "closed", "open_live", "open_record":
        put("locked/" + name)
        if os.getuid() == 0:
            os.chown("locked/" + name, 65534, 65534)
    os.chmod("locked/closed", 0o444)
    os.chmod("locked", 0o555)
    done = run(RAW + ["-o", "locked/new"], preexec_fn=as_nobody)
    check_refused(done, "a new file", "locked/new cannot be opened for writing: Permission denied", code=OUTPUT)
    done = run(RAW + ["-o", "locked/closed"], preexec_fn=as_nobody)
    check_refused(done, "a read-only file", "locked/closed cannot be opened", code=OUTPUT)
    done = run(RAW + ["-o", "locked/open", "--record", "locked/new"], preexec_fn=as_nobody)
    check(done.returncode == OUTPUT and text_of("locked/open") == OLD, f"it is not emptied before: {done}")
    done = run(RAW + ["-o", "locked/open", "--record", "locked/open_record", "--jsonl", "locked/open_live"],
               preexec_fn=as_nobody)
    check(done.returncode == 0, f"files in a locked folder: {done}")
    check(len(json.loads(text_of("locked/open"))["frames"]) == FRAMES, "a log in a locked folder")
    check(json.loads(text_of("locked/open_record"))["frames"] == FRAMES, "a record in a locked folder")
    check(len(text_of("locked/open_live").splitlines()) == FRAMES, "live lines in a locked folder")
    os.chmod("locked", 0o755)
    check(text_of("locked/closed") == OLD, "a read-only file stays")
    check_no_temporaries("a locked folder", "locked")


# --- interruption ---

def feeder(arguments, frames=3, extra=100, command=isovq, **more):
    """A run whose distorted clip is a pipe that gives some frames, some bytes, and then nothing."""
    process = subprocess.Popen([command, "-r", "ref.y4m", "-d", "-"] + PSNR + arguments, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    clip = pathlib.Path("dis.y4m").read_bytes()
    start, size = clip.index(b"FRAME\n"), (len(clip) - clip.index(b"FRAME\n")) // FRAMES
    process.stdin.write(clip[:start + frames * size + extra])
    process.stdin.flush()
    return process


def wait_for(condition, what):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.02)
    check(False, f"waited in vain for {what}")


def lines_of(name):
    return text_of(name).count("\n") if os.path.exists(name) else 0


def sleeping(pid):
    """How often a process has gone to sleep, while it sleeps in a system call that polls; None otherwise."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    where = pathlib.Path(f"/proc/{pid}/wchan").read_text()  # "0" where it is kept secret
    return re.search(r"^voluntary_ctxt_switches:\t(\d+)", status, re.M)[1] \
        if "State:\tS" in status and ("poll" in where or where == "0") else None


def waits_for_more(process):
    """All that was given has been read."""
    before = sleeping(process.pid)
    time.sleep(0.05)
    return before is not None and sleeping(process.pid) == before


def without_fps(text):
    return re.sub(r'(fps"?[=:] ?"?)[^",]*', r"\1", text)


def interrupt(arguments, number, frames=3):
    """Sends a signal when `frames` frames have been handed over; returns exit code, output and messages."""
    process = feeder(arguments + ["--progress", "json"], frames)
    wait_for(lambda: waits_for_more(process), "a run that waits")
    process.send_signal(number)
    process.wait(timeout=60)  # before its input is closed
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), "".join(l for l in err.decode().splitlines(True) if l[0] != "{")


def check_partial(kind, name, said):
    """The log is that of a clip that ends there, and says why it ends."""
    expected = run(Y4M + ["--frame_cnt", "3", "--" + kind, "-o", "expected"])
    check(expected.returncode == 0, f"the log to compare with: {expected}")
    text, whole = without_fps(text_of(name)), without_fps(text_of("expected"))
    if kind == "json":
        document = json.loads(text_of(name))
        check(list(document)[:3] == ["version", "isovq", "partial"] and document["partial"] == said, f"JSON: {text[:200]}")
        text = text.replace(f'  "partial": "{said}",\n', "")
    elif kind == "xml":
        check(ElementTree.parse(name).getroot().get("partial") == said, f"XML: {text[:200]}")
        text = text.replace(f' partial="{said}"', "")
    check(text == whole, f"the {kind} of three frames:\n{text}\n---\n{whole}")


def test_interruption_keeps_finished_frames():
    for number, name in (signal.SIGINT, "SIGINT"), (signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP"):
        for kind in KINDS:
            said = f"interrupted by {name} after 3 frames"
            code, out, err = interrupt(["--" + kind, "-o", put("log"), "--record", put("record"), "--jsonl", put("live")],
                                       number)
            check(code == INTERRUPTED and err == f"isovq: {said}\n", f"{name} with {kind}: {code}, {err!r}")
            check("psnr_y: " in out, f"{name}: scores of the finished frames: {out}")
            check_partial(kind, "log", said)
            record = json.loads(text_of("record"))
            check(record["exit_status"] == INTERRUPTED and record["error"] == said, f"the record of {name}")
            check([len(f["scores"]["psnr_y"]) for f in record["features"]] == [3], "scores in the record")
            lines = [json.loads(line)["frameNum"] for line in text_of("live").splitlines()]
            check(lines == [0, 1, 2], f"live lines after {name}: {lines}")
    code, out, err = interrupt(["-o", "-"], signal.SIGTERM)
    check(code == INTERRUPTED and len(json.loads(out)["frames"]) == 3, f"a log on standard output: {out}")
    check_no_temporaries("interrupted runs")
    meanings = run(["--help"]).stdout, run(["help", "--man"]).stdout
    check(all(re.search(rf"^( +|\.B ){INTERRUPTED}\s+a signal", text, re.M) for text in meanings), "the code is in --help and man")


def test_interruption_as_vmaf():
    """The layout of that command stays, but for the attribute."""
    link = pathlib.Path("vmaf").absolute()
    link.symlink_to(isovq)
    process = feeder(["-o", put("log")], command=str(link))
    wait_for(lambda: waits_for_more(process), "a run that waits")
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    process.communicate(timeout=60)
    run(Y4M + ["--frame_cnt", "3", "-o", "expected"], command=str(link))
    said = ' partial="interrupted by SIGTERM after 3 frames"'
    text, whole = without_fps(text_of("log")), without_fps(text_of("expected"))
    check(process.returncode == INTERRUPTED and said in text and text.replace(said, "") == whole, f"as vmaf:\n{text}")


def test_interruption_of_a_file():
    """Between frames, without a pipe to wait for; and of a stream whose writer ends with us."""
    for name in "ref", "dis":
        pathlib.Path(f"long_{name}.yuv").write_bytes(pathlib.Path(f"{name}.yuv").read_bytes() * 20000)
    pathlib.Path("live").unlink(missing_ok=True)
    process = subprocess.Popen([isovq] + raw("long_ref.yuv", "long_dis.yuv") + PSNR + ["-o", put("log"), "--jsonl", "live"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: lines_of("live") > 20, "live lines")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    frames = len(json.loads(text_of("log"))["frames"])
    check(process.returncode == INTERRUPTED and 20 < frames < 20000 * FRAMES, f"a file: {err}")
    check(err == f"isovq: interrupted by SIGINT after {frames} frames\n" and lines_of("live") == frames, f"{err}")
    for name in "ref", "dis":
        os.unlink(f"long_{name}.yuv")
    for extra in 0, 100:
        process = feeder(["-o", put("log")], extra=extra)
        wait_for(lambda: waits_for_more(process), "a run that waits")
        os.kill(process.pid, signal.SIGSTOP)  # it sees the signal and the end of the pipe together
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        process.stdin = None
        os.kill(process.pid, signal.SIGCONT)
        _, err = process.communicate(timeout=60)
        check(process.returncode == INTERRUPTED and len(json.loads(text_of("log"))["frames"]) == 3,
              f"its writer too, {extra} bytes into a frame: {err}")


def test_interruption_before_the_first_frame():
    code, out, err = interrupt(["-o", put("log"), "--jsonl", put("live"), "--record", put("record")], signal.SIGTERM, 0)
    check(code == INTERRUPTED and "before the first frame" in err and not out, f"{code}, {err!r}, {out!r}")
    check(text_of("log") == text_of("live") == text_of("record") == OLD, "no file is changed")
    reader = subprocess.Popen([isovq, "-r", "ref.y4m", "-d", "-"] + PSNR + ["-o", "log"], stdin=subprocess.PIPE)
    time.sleep(0.2)
    reader.send_signal(signal.SIGTERM)
    reader.communicate(timeout=60)
    check(reader.returncode == -signal.SIGTERM and text_of("log") == OLD, "while the header is waited for")


def test_second_signal_ends_at_once():
    """The first cannot take effect while nobody reads the live lines."""
    for name in "ref", "dis":
        pathlib.Path(f"full_{name}.yuv").write_bytes(pathlib.Path(f"{name}.yuv").read_bytes() * 600)
    reader, writer = os.pipe()
    process = subprocess.Popen([isovq] + raw("full_ref.yuv", "full_dis.yuv") + PSNR + ["-o", put("log"), "--jsonl", "-"],
                               stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    check(process.poll() is None, "it waits for its reader")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    os.close(reader)
    check(process.returncode == -signal.SIGTERM and text_of("log") == OLD, f"the second signal: {process.returncode}")
    check_no_temporaries("a second signal")


def test_second_signal_while_a_log_is_written():
    """Its temporary name is removed, and the old log stays."""
    for name in "ref", "dis":
        pathlib.Path(f"full_{name}.yuv").write_bytes(pathlib.Path(f"{name}.yuv").read_bytes() * 6000)
    arguments = raw("full_ref.yuv", "full_dis.yuv") + PSNR + ["-o", put("target"), "--precision", "max"]
    for attempt in range(20):
        process = subprocess.Popen([isovq] + arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None and not any(n.startswith(".isovq") for n in os.listdir(".")):
            time.sleep(0.0005)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        check_no_temporaries("two signals while the log is written")
        if process.returncode in (-signal.SIGTERM, -signal.SIGINT):
            check(text_of("target") == OLD, "the old log stays")
            return
        check(json.loads(text_of("target")), f"a whole log: {process.returncode}")
        put("target")
    raise Skip("the log was always written before the second signal")


def test_kill_leaves_old_logs():
    pathlib.Path("live").unlink(missing_ok=True)
    process = feeder(["-o", put("log"), "--record", put("record"), "--jsonl", "live"])
    wait_for(lambda: waits_for_more(process), "a run that waits")
    process.kill()
    process.communicate(timeout=60)
    check(text_of("log") == text_of("record") == OLD, "kill -9 leaves the old log and record as they were")
    if os.path.exists("live"):
        check(all(json.loads(line) for line in text_of("live").splitlines()), "live lines are whole")
    check_no_temporaries("kill -9")


def test_ignored_signals_stay_ignored():
    """As under nohup, and as for SIGINT in a shell's background."""
    process = feeder(["-o", "log"], preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_for(lambda: waits_for_more(process), "a run that waits")
    process.send_signal(signal.SIGHUP)
    clip = pathlib.Path("dis.y4m").read_bytes()
    given = clip.index(b"FRAME\n") + 3 * ((len(clip) - clip.index(b"FRAME\n")) // FRAMES) + 100
    time.sleep(0.1)
    _, err = process.communicate(clip[given:], timeout=60)
    check(process.returncode == 0 and len(json.loads(text_of("log"))["frames"]) == FRAMES, f"nohup: {err}")


# --- full disks ---

def limited(kib):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * kib, 1024 * kib))


def make_long_clips():
    for name in "ref", "dis":
        pathlib.Path(f"full_{name}.yuv").write_bytes(pathlib.Path(f"{name}.yuv").read_bytes() * 60)
    return raw("full_ref.yuv", "full_dis.yuv") + PSNR


def check_fits(kind, text, whole):
    """Valid, of the first frames, and JSON and XML say that it is not all."""
    if kind == "json":
        document, frames = json.loads(text), json.loads(whole)["frames"]
        check(document["frames"] == frames[:len(document["frames"])] and document["frames"], "frames of a cut JSON")
        check(f'{len(document["frames"])} of {len(frames)} frames fit' in document["partial"], f'{document["partial"]}')
    elif kind == "xml":
        root = ElementTree.fromstring(text)
        check(f'{len(root.findall("frames/frame"))} of 300 frames fit' in root.get("partial"), "frames of a cut XML")
    else:
        check(whole.startswith(text) and text.endswith("\n"), f"lines of a cut {kind}")


def test_full_disk_under_standard_output():
    """`-o -` and `--jsonl -` into a file that cannot grow (ulimit -f): as many frames as fit, nothing cut."""
    arguments = make_long_clips()
    for kind in KINDS:
        whole = log_of(arguments + ["--" + kind])[0]
        for before in "", OLD:  # appending leaves what was there
            line = f"isovq {' '.join(arguments)} --{kind} -o - >>out"
            put("out", before)
            done = shell(line, preexec_fn=limited(8))
            check(done.returncode == OUTPUT and "standard output could not be written: File too large" in done.stderr,
                  f"{line}: {done}")
            text = text_of("out")
            check(text.startswith(before) and 7000 < len(text) <= 8192, f"{line}: {len(text)} bytes")
            check_fits(kind, text[len(before):], whole)
    for redirected in ">out", ">>out":
        put("out", "")
        done = shell(f"isovq {' '.join(arguments)} --jsonl - {redirected}", preexec_fn=limited(16))
        text = text_of("out")
        check(done.returncode == OUTPUT and len(text) > 15000 and text.endswith("\n"), f"--jsonl -: {done}")
        check(all(json.loads(line) for line in text.splitlines()), "whole lines on standard output")


def test_full_disk_cuts_nothing_of_others():
    """Standard output that stands before other bytes of a file."""
    put("out", OLD * 2000)
    done = shell(f"isovq {' '.join(make_long_clips())} -o - 1<>out", preexec_fn=limited(8))
    check(done.returncode == OUTPUT and text_of("out")[8192:] == (OLD * 2000)[8192:], f"1<>out: {done}")


def test_full_disk_under_a_record():
    arguments = make_long_clips()
    run(arguments + ["--record", "whole"])
    whole = json.loads(text_of("whole"))["features"][0]["scores"]["psnr_y"]
    for line in "--record out", "--record - >out":
        pathlib.Path("out").unlink(missing_ok=True)
        done = shell(f"isovq {' '.join(arguments)} {line}", preexec_fn=limited(8))
        check(done.returncode == OUTPUT and re.search(r"File too large; it holds \d+ of 300 frames", done.stderr),
              f"{line}: {done}")
        record = json.loads(text_of("out"))
        scores = record["features"][0]["scores"]["psnr_y"]
        check(0 < len(scores) < 300 and scores == whole[:len(scores)], f"{line}: {len(scores)} frames")
        check(record["exit_status"] == OUTPUT and f"{len(scores)} of 300 frames fit" in record["error"], f"{record['error']}")
    done = run(arguments + ["--record", put("old")], preexec_fn=limited(0))
    check(done.returncode == OUTPUT and text_of("old") == OLD, f"a record of which nothing fits: {done}")
    check_no_temporaries("records")


def test_full_disk_keeps_the_old_log():
    """When not even one frame fits."""
    for kind in KINDS:
        done = run(RAW + ["--" + kind, "-o", put("old")], preexec_fn=limited(0))
        check(done.returncode == OUTPUT and text_of("old") == OLD, f"{kind}: {done}")
    check_no_temporaries("nothing fits")


def test_full_file_system():
    """The same where it is the disk that is full (a small tmpfs in a name space of its own)."""
    arguments = make_long_clips()
    mount = ["unshare", "-rm", "sh", "-c"]
    os.makedirs("small", exist_ok=True)
    inside = "mount -t tmpfs -o size=16k none small && cd small && ref=../full_ref.yuv"
    if not shutil.which("unshare") or subprocess.run(mount + [inside], capture_output=True).returncode:
        raise Skip("no file system can be mounted here")
    given = " ".join(arguments).replace("full_", "../full_")
    whole = log_of(arguments)[0]
    for options, name in ("-o out", "out"), ("-o - >out", "out"), ("--record out", "out"), ("--jsonl out", "out"):
        done = subprocess.run(mount + [f"{inside} && {isovq} {given} {options} 2>../said; echo $? >../code; cp {name} ../got; ls -A"],
                              capture_output=True, text=True, timeout=60)
        check(text_of("code") == f"{OUTPUT}\n" and "No space left" in text_of("said"), f"{options}: {text_of('said')}")
        check(done.stdout.split()[-1:] == ["out"], f"{options} leaves {done.stdout}")
        if "jsonl" in options:
            check(text_of("got").endswith("\n") and all(json.loads(l) for l in text_of("got").splitlines()), options)
        elif "record" in options:
            check(0 < len(json.loads(text_of("got"))["features"][0]["scores"]["psnr_y"]) < 300, options)
        else:
            check_fits("json", text_of("got"), whole)


# --- two runs at once ---

def test_two_runs_at_one_target():
    """Whole logs take their place one after the other; live lines belong to one run."""
    many = [subprocess.Popen([isovq] + RAW + ["-o", "both", "--record", "both_record"], stdout=subprocess.DEVNULL)
            for _ in range(6)]
    check(all(p.wait(60) == 0 for p in many), "runs at once")
    check(len(json.loads(text_of("both"))["frames"]) == FRAMES, "the log is that of one of them")
    check(json.loads(text_of("both_record"))["frames"] == FRAMES, "so is the record")
    pathlib.Path("live").unlink(missing_ok=True)
    process = feeder(["--jsonl", "live"])
    wait_for(lambda: lines_of("live") >= 1, "live lines")
    for option in "--jsonl", "-o", "--record":
        check_refused(run(RAW + [option, "live"]), f"{option} on somebody's live lines",
                      "live cannot be opened for writing: another run writes to it", code=OUTPUT)
    process.kill()
    process.communicate(timeout=60)
    check(run(RAW + ["--jsonl", "live"]).returncode == 0 and lines_of("live") == FRAMES, "when the first is gone")
    check_no_temporaries("runs at once")


def test_pipes_and_devices_as_targets():
    os.mkfifo("fifo")
    for option in "-o", "--record", "--jsonl":
        reader = subprocess.Popen(["cat", "fifo"], stdout=subprocess.PIPE, text=True)
        done = run(RAW + [option, "fifo"])
        check(done.returncode == 0 and '"psnr_y"' in reader.communicate(timeout=60)[0], f"{option} into a named pipe")
        check(stat.S_ISFIFO(os.stat("fifo").st_mode), "a pipe stays a pipe")
        done = run(RAW + [option, "/dev/full"])
        check(done.returncode == OUTPUT and "/dev/full could not be written: No space" in done.stderr, f"{option} /dev/full")


def test_long_names():
    """As long as a file system takes; a temporary name needs no more room."""
    name = "n" * 255
    done = run(RAW + ["-o", name])
    check(done.returncode == 0 and json.loads(text_of(name)), f"a name of 255 bytes: {done}")
    deep = pathlib.Path("/".join(["d" * 200] * 15))
    deep.mkdir(parents=True)
    done = run(RAW + ["-o", str(deep / "log")])
    check(done.returncode == 0 and json.loads((deep / "log").read_text()), f"a long path: {done}")
    for odd in "new\nline", "-o", "a b", "\xff", "%s%n":
        done = run(RAW + ["-o", "./" + odd])
        check(done.returncode == 0 and json.loads(text_of("./" + odd)), f"{odd!r}: {done}")


# --- truncated clips ---

def test_y4m_cut_inside_its_frame_line():
    """A truncated clip, wherever in the line; the whole frames are there."""
    clip = pathlib.Path("dis.y4m").read_bytes()
    second = clip.index(b"FRAME\n", clip.index(b"FRAME\n") + 1)
    for cut in range(1, 6):
        pathlib.Path("inside.y4m").write_bytes(clip[:second + cut])
        text, done = log_of(["-r", "ref.y4m", "-d", "inside.y4m"] + PSNR)
        check(done.returncode == PARTIAL and "inside.y4m ends inside frame 1" in done.stderr, f"{cut} bytes: {done}")
        check(len(json.loads(text)["frames"]) == 1, f"{cut} bytes: the whole frame is scored")
        check("ends inside frame 1" in json.loads(text)["partial"], f"{cut} bytes: the log says so")


if __name__ == "__main__":
    sys.exit(main(globals()))
