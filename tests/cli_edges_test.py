#!/usr/bin/env python3
"""Names of any bytes, and surroundings that are not as they should be.

    cli_edges_test.py ISOVQ
"""
import json
import os
import pathlib
import subprocess
import sys

from cli_support import DEVICE, INPUT, OUTPUT, PSNR, RAW, USAGE, check, isovq, main, raw, run

HOSTILE = "a\nb\x1b[31mc\x7fd\x85e\udcff"  # control characters of both kinds, and a byte that is no UTF-8
SPELLED = r"a\nb\x1b[31mc\x7fd\xc2\x85e\xff"

# The shape of tests/data/models/base.json, over a feature of psnr.
MODEL = {"param_dict": {"score_clip": None},
         "model_dict": {"model_type": "LIBSVMNUSVR", "feature_names": ["psnr_y"], "norm_type": "linear_rescale",
                        "slopes": [0.5, 0.02], "intercepts": [-1, 0.25],
                        "model": "svm_type nu_svr\nkernel_type rbf\ngamma 0.5\nnr_class 2\ntotal_sv 1\nrho 1\n"
                                 "SV\n4 1:1.25 \n"}}


def is_printable(text):
    return all(c == "\n" or c.isprintable() for c in text)


# --- names ---

def test_names_are_escaped_in_messages():
    """B4: one line of a terminal, whatever a name holds."""
    for code, arguments in ((INPUT, raw(HOSTILE)), (INPUT, ["-r", HOSTILE, "-d", "dis.y4m"] + PSNR),
                            (INPUT, RAW + ["-m", f"path={HOSTILE}"]), (USAGE, RAW + ["-m", f"version={HOSTILE}"]),
                            (USAGE, RAW + ["--feature", HOSTILE]), (USAGE, RAW + ["--device", HOSTILE]),
                            (USAGE, RAW + ["--pool", HOSTILE]), (USAGE, RAW + ["--" + HOSTILE]),
                            (USAGE, [HOSTILE]), (USAGE, ["help", HOSTILE]),
                            (OUTPUT, RAW + ["-o", f"/nowhere/{HOSTILE}"])):
        done = run(arguments)
        check(done.returncode == code, f"{arguments}: exit code {done.returncode}: {done.stderr}")
        check(SPELLED in done.stderr and len(done.stderr.splitlines()) == 1 and is_printable(done.stderr),
              f"{arguments}: {done.stderr!r}")


def test_names_are_escaped_in_printed_scores():
    """B4: the label of a model is the path that it came from."""
    path = pathlib.Path("grün" + HOSTILE.replace(":", ""))
    path.write_text(json.dumps(MODEL))
    done = run(raw() + ["--device", "cpu:scalar", "--pool", "min", "-m", f"path={path}"])
    check(done.returncode == 0 and done.stdout.startswith("grün" + SPELLED + ": "), f"{done}")
    check(len(done.stdout.splitlines()) == 2 and is_printable(done.stdout), f"{done.stdout!r}")


def test_names_are_escaped_in_remarks():
    """B4: the clip that ended early."""
    short = pathlib.Path(HOSTILE)
    short.write_bytes(pathlib.Path("short.yuv").read_bytes())
    done = run(raw(dis=HOSTILE) + PSNR)
    check(done.returncode == 0 and f"{SPELLED} ended after 3 frames" in done.stderr and is_printable(done.stderr), f"{done}")


if __name__ == "__main__":
    sys.exit(main(globals()))
