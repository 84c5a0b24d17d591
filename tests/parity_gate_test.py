#!/usr/bin/env python3
"""parity_gate_test.py ISOVQ: `isovq parity` over the CPU levels that are here: what passes, what is refused, reports.

What tries to fool it is in parity_traps_test.py."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from cli_support import Skip, check, isovq, main, raw, run

PASSED, FAILED, NOT_JUDGED, INTERRUPTED = 0, 1, 2, 6
LEVELS = re.findall(r"^  (cpu:\S+)", run(["devices"]).stdout, re.M)


def other_level():
    levels = [level for level in LEVELS if level != "cpu:scalar"]
    if not levels or "cpu:scalar" not in LEVELS:
        raise Skip("one CPU level only")
    return levels[-1]


def gate(*arguments, devices=None):
    pathlib.Path("report").unlink(missing_ok=True)
    # Not run(): all metrics of a slow machine take longer.
    done = subprocess.run([isovq, "parity", "-q", "--devices", devices or other_level(), "--json", "report", *arguments],
                          capture_output=True, text=True, timeout=600, check=False)
    report = pathlib.Path("report")
    return done, json.loads(report.read_text()) if report.exists() else None


def test_quick_run_passes():
    done, report = gate("--quick")
    check(done.returncode == PASSED, done.stdout + done.stderr)
    check(report["schema_version"] == 2 and report["verdict"] == "PASS" and report["complete"], f"{report['verdict']}")
    check({c["status"] for c in report["cells"]} == {"EXACT"}, done.stdout)
    check(all(c["repeat_bit_equal"] and c["canary_seen"] for c in report["cells"]), done.stdout)
    check(report["canaries"]["expected"] == report["canaries"]["noticed"] > 0, f"{report['canaries']}")
    check(all(s["dispatches"] > 0 and s["bytes_to_device"] > 0 for s in report["sides"]), f"{report['sides']}")
    check(report["sides"][0]["cpu_instruction_set"] == "scalar", f"{report['sides'][0]}")


    every_metric_is_there(report)


def every_metric_is_there(report):
    """By itself: nobody adds it to the gate. The models' option sets too."""
    metrics = set(re.findall(r"^(\w+):", run(["metrics"]).stdout, re.M))
    features = {c["feature"] for c in report["cells"]}
    check(metrics <= features, f"not in the gate: {metrics - features}")
    models = set(re.findall(r"^(\S+) +built in$", run(["models"]).stdout, re.M))
    check(models <= features, f"not in the gate: {models - features}")
    if "vmaf_v0.6.1neg" in models:
        check("adm_enhn_gain_limit=1" in {c["options"] for c in report["cells"]}, "options of models")


def test_options_of_metrics():
    done, report = gate("--quick", "--features", "psnr=enable_apsnr=true:enable_mse=true,motion")
    check(done.returncode == PASSED, done.stdout + done.stderr)
    names = [n for c in report["cells"] for n in c["per_metric"]]
    check({"apsnr_y", "mse_cr", "integer_motion2"} <= set(names), f"{names}")
    for wrong in "psnr=foo=1", "foo", "psnr=min_sse=-1":
        done, report = gate("--quick", "--features", wrong)
        check(done.returncode == NOT_JUDGED and not report and done.stderr.count("\n") == 1, f"{wrong}: {done}")


def test_own_clips():
    done, report = gate(*raw("ref10.yuv", "dis10.yuv", depth="10"), "--frames", "3", "--features", "psnr,motion")
    check(done.returncode == PASSED, done.stdout + done.stderr)
    check([f["frame_count"] for f in report["fixtures"]] == [3], f"{report['fixtures']}")
    done, _ = gate("-r", "ref.y4m", "-d", "dis.y4m", "--features", "psnr")
    check(done.returncode == PASSED, done.stdout + done.stderr)


def test_clips_that_prove_nothing_are_refused():
    for arguments, word in ((raw("ref.yuv", "ref.yuv"), "[B20]"), (raw("ref.yuv", "short.yuv"), "[B13]"),
                            (raw("ref.yuv", "cut.yuv"), "cut.yuv"), (raw("ref.yuv", "empty.yuv"), "empty.yuv"),
                            (["-r", "ref.y4m", "-d", "dis444.y4m"], "differ"), (["-r", "ref.yuv"], "--distorted"),
                            (["-r", "ref.y4m", "-d", "missing"], "missing"), (["-w", "48"], "--reference"),
                            (["-r", "ref.yuv", "-d", "dis.yuv", "-w", "48"], "raw clips need")):
        done, report = gate(*arguments)
        check(done.returncode == NOT_JUDGED and word in done.stderr and not report, f"{arguments}: {done}")


def test_devices_are_there_and_named_once():
    for devices in "cpu:v9", "vulkan:99", "cpu:scalar", f"{other_level()},{other_level()}", "":
        done, report = gate("--quick", devices=devices or ",")
        check(done.returncode == NOT_JUDGED and not report and done.stderr.count("\n") == 1, f"{devices}: {done}")


def test_a_device_gets_time():
    done, report = gate("--quick", "--timeout", "0")
    check(done.returncode == NOT_JUDGED and not report and "--timeout" in done.stderr, f"{done}")


def required(text, *arguments):
    pathlib.Path("required").write_text(text)
    return gate("--quick", "--features", "psnr", "--required", "required", *arguments)


def test_required_cells():
    for text, code, word in (("psnr cpu:*\n", PASSED, "PASS"), ("# all\n* cpu:* \n", PASSED, "PASS"),
                             ("psnr cuda:*\n", FAILED, "[B25]"), ("vif cpu:*\n", FAILED, "[B25]"),
                             ("psnr cpu:*\nwaive psnr cpu:* until 2000-01-01: old\n", FAILED, "expired"),
                             ("psnr cpu:*\nwaive psnr cpu:* until 2999-12-31: a reason\n", PASSED, "a reason"),
                             ("psnr\n", NOT_JUDGED, "line 1"), ("psnr cpu:* software\n", NOT_JUDGED, "line 1"),
                             ("waive psnr cpu:* because\n", NOT_JUDGED, "line 1"), ("", NOT_JUDGED, "nothing")):
        done, _ = required(text)
        check(done.returncode == code and word in done.stdout + done.stderr, f"{text!r}: {done}")


def test_a_commit_can_be_demanded():
    done, _ = gate("--quick", "--features", "psnr", "--commit", "0000000")
    check(done.returncode == NOT_JUDGED and "[B30]" in done.stderr, f"{done}")


def test_interruption_leaves_a_partial_report():
    command = [isovq, "parity", "--devices", other_level(), "--json", "report", "--html", "page"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "repeat" in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    report = json.loads(pathlib.Path("report").read_text())
    check(process.returncode == INTERRUPTED and "incomplete" in err, f"{process.returncode}: {err}")
    check(report["complete"] is False and report["verdict"] != "PASS", f"{report['verdict']}")
    check("incomplete" in out and "incomplete" in pathlib.Path("page").read_text(), out)


def test_reports_go_to_standard_output_on_request():
    done = run(["parity", "-q", "--quick", "--features", "psnr", "--devices", other_level(), "--json", "-"])
    check(json.loads(done.stdout)["verdict"] == "PASS", done.stdout)
    check("PASS" in done.stderr, done.stderr)


def test_progress_is_shown():
    done = run(["parity", "--quick", "--features", "psnr", "--devices", other_level()])
    check(f"2/2 {other_level()}: natural-8-420, main" in done.stderr, done.stderr)


if __name__ == "__main__":
    sys.exit(main(globals()))
