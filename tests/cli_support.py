#!/usr/bin/env python3
"""What the tests of the command share: small clips, running it, saying what is wrong. argv[1] is the command.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback

WIDTH, HEIGHT, FRAMES = 48, 34, 5
USAGE, INPUT, DEVICE, PARTIAL, OUTPUT, INTERRUPTED = 1, 2, 3, 4, 5, 6  # DECISIONS 19; src/base/error.c

isovq = os.path.abspath(sys.argv[1])
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


def log_of(arguments, **more):
    path = pathlib.Path("log")
    path.unlink(missing_ok=True)
    done = run(arguments + ["-o", "log"], **more)
    return path.read_text(), done


def has_model(version):
    return re.search(rf"^{re.escape(version)} +built in$", run(["models"]).stdout, re.M)


class Skip(Exception):
    """Raised by a test that cannot run here, with the reason."""


def run_test(number, function):
    """One line of TAP, which tools/count_tests.py counts."""
    before, note = len(failures), ""
    try:
        function()
    except Skip as reason:
        note = f" # SKIP {reason}"
    except Exception:  # the tests after it still run
        failures.append(function.__name__)
        traceback.print_exc()
    print("not ok" if len(failures) > before else "ok", number, function.__name__ + note)


def main(tests, last=()):
    """Runs every test_... of a module's globals, `last` at the end, in a folder with the clips."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_clips()
        functions = [f for name, f in tests.items() if name.startswith("test_") and f not in last]
        for number, function in enumerate(functions + list(last), 1):
            run_test(number, function)
        os.chdir("/")
    return 1 if failures else 0
