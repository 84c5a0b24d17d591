#!/usr/bin/env python3
"""Names of any bytes, and surroundings that are not as they should be.

    cli_edges_test.py ISOVQ
"""
import json
import os
import pathlib
import shutil
import sys

from cli_support import DEVICE, INPUT, OUTPUT, PSNR, RAW, USAGE, Skip, check, main, raw, run

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


# --- devices and their surroundings ---

DEVICES = run(["devices"]).stdout


def has(device):
    return f"  {device} " in DEVICES


def without(*names, **more):
    """The environment, changed."""
    return {name: value for name, value in {**os.environ, **more}.items() if name not in names}


def test_a_device_that_is_absent_names_those_that_are_there():
    """B7."""
    done = run(RAW + ["--device", "cpu:nothing"])
    check(done.returncode == USAGE and "cpu:scalar (" in done.stderr, f"{done}")
    for backend in "vulkan", "opencl", "cuda":
        done = run(RAW + ["--device", f"{backend}:99"])
        check(done.returncode == DEVICE and done.stderr.startswith(f"isovq: {backend}:99: "), f"{done}")
        if has(f"{backend}:0"):
            check(f"there is {backend}:0 (" in done.stderr or f"there are {backend}:0 (" in done.stderr, f"{done}")
        done = run(RAW + ["--device", f"{backend}:4294967296"])
        check(done.returncode == USAGE and "a number from 0" in done.stderr, f"{done}")


def test_pocl_without_a_folder_says_so():
    """B7: PoCL lists nothing where it cannot write, and does not say why."""
    if "Portable Computing Language" not in DEVICES:
        raise Skip("no PoCL here")
    folders = "HOME", "XDG_CACHE_HOME", "POCL_CACHE_DIR"
    for name, folder in ("HOME", "/dev/null/.cache/pocl"), ("XDG_CACHE_HOME", "/dev/null/pocl"):
        env = without(*folders)
        env[name] = "/dev/null"
        shown = run(["devices"], env=env).stdout
        check(f"cannot write to {folder}" in shown and "POCL_CACHE_DIR" in shown, shown)
        done = run(RAW + ["--device", "opencl:0"], env=env)
        if "opencl:0 " not in shown:
            check(done.returncode == DEVICE and f"cannot write to {folder}" in done.stderr, f"{done}")


def test_a_cache_that_is_not_ours_is_said_once():
    """B6: the run goes on, and standard error has one line."""
    devices = [device for device in ("vulkan:0", "opencl:0") if has(device)]
    if not devices:
        raise Skip("no device that keeps kernels")
    cache = pathlib.Path("cache")
    for device in devices:
        for kind in "open folder", "entries":
            shutil.rmtree(cache, ignore_errors=True)
            cache.mkdir(mode=0o700)
            arguments = RAW + ["--device", device]
            env = without(ISOVQ_CACHE=str(cache))
            quiet = run(arguments, env=env)
            if quiet.returncode == DEVICE and "this build" in quiet.stderr:
                raise Skip("this build has no kernels for it")
            check(quiet.returncode == 0 and not quiet.stderr and list(cache.iterdir()), f"{device}: {quiet}")
            if kind == "open folder":
                cache.chmod(0o777)
            for entry in cache.iterdir() if kind == "entries" else ():
                entry.unlink()
                os.mkfifo(entry)
            done = run(arguments, env=env)
            check(done.returncode == 0 and done.stdout == quiet.stdout, f"{device}, {kind}: {done}")
            check(len(done.stderr.splitlines()) == 1 and "is not used: " in done.stderr, f"{device}, {kind}: {done}")


if __name__ == "__main__":
    sys.exit(main(globals()))
