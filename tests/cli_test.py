#!/usr/bin/env python3
"""The options and errors of the command isovq: exit codes, what it says, what is made from its tables.

    cli_test.py ISOVQ

Every option must occur in a case below; every case gives the exit code and what standard error and output say.
"""
import json
import os
import pathlib
import pty
import re
import subprocess
import sys

from cli_support import (Skip, USAGE, INPUT, DEVICE, PARTIAL, OUTPUT, PSNR, RAW, Y4M, check, clip, has_model, isovq,
                         log_of, main, raw, run, used_arguments)


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
    (RAW + ["--memory", "64"], 0, "", "psnr_y"),
    (RAW + ["--memory", "1e3"], USAGE, "--memory: '1e3' is not a number from 0 to", ""),
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
    (RAW + ["--record", "-", "-o", "-"], USAGE, "--output - and --record - cannot both go to one file", ""),
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
        shown = b""
        try:
            while part := os.read(terminal, 4096):
                shown += part
        except OSError:  # the end: the other side is closed
            pass
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
                            ("isovq --pixel_format 42", "420 422"), ("isovq --feature vi", "vif"),
                            ("isovq -r ref.y", "ref.yuv ref.y4m")):
        script = f"source ./complete.sh; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _isovq; " \
                 'echo "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
        check(sorted(done.stdout.split()) == sorted(expected.split()), f"completion of {words}: {done}")


def test_default_model():
    """Where this build has it: the default is vmaf_v0.6.1, printed under its version."""
    if not has_model("vmaf_v0.6.1"):
        done = run(raw() + ["--device", "cpu"])
        check(done.returncode == USAGE and "vmaf_v0.6.1" in done.stderr, f"a model that cannot be measured: {done}")
        raise Skip("vmaf_v0.6.1 is not in this build: its file was not there")
    text, done = log_of(raw() + ["--device", "cpu"])
    check(done.returncode == 0 and re.search(r"^vmaf_v0\.6\.1: \d", done.stdout), f"default model: {done}")
    check(list(json.loads(text)["frames"][0]["metrics"])[-1] == "vmaf", "column of the model")
    done = run(raw() + ["--device", "cpu", "-m", "version=vmaf_v0.6.1", "-m", "version=vmaf_v0.6.1neg"])
    check(done.returncode == USAGE and "name=" in done.stderr, "two models of one name")
    done = run(raw() + ["--device", "cpu", "-n", "-m", "version=vmaf_v0.6.1"])
    check("integer_adm2" in done.stdout and "vmaf" not in done.stdout, "features without prediction")


def test_collection():
    done = run(raw() + ["--device", "cpu", "-m", "version=vmaf_b_v0.6.3"])
    if not has_model("vmaf_b_v0.6.3"):
        check(done.returncode == USAGE and "vmaf_b_v0.6.3.json" in done.stderr and "path=" in done.stderr,
              f"a model whose file was not there: {done}")
        raise Skip("vmaf_b_v0.6.3 is not in this build: its file was not there")
    check(re.search(r"^vmaf_b_v0\.6\.3: [\d.]+, ci\.p95: \[[\d.]+, [\d.]+\], stddev: [\d.]+$", done.stdout, re.M),
          f"a collection: {done}")


if __name__ == "__main__":
    sys.exit(main(globals(), last=(test_every_option_is_documented_and_tried,)))
