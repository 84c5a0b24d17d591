#!/usr/bin/env python3
"""parity_log_test.py ISOVQ: `isovq parity --log A --log B`: verdicts, tolerances, calibration tables, what is refused.
"""
import csv
import json
import os
import pathlib
import sys

from cli_support import Skip, check, main, run

SHARED = pathlib.Path(os.environ.get("ISOVQ_SHARED", "/nowhere"))
PASSED, FAILED, NOT_JUDGED = 0, 1, 2


def log(path, frames, aggregates=(), numbers=None, device=None):
    numbers = numbers or range(len(frames))
    text = {"version": "test", "frames": [{"frameNum": n, "metrics": m} for n, m in zip(numbers, frames)],
            "pooled_metrics": {}, "aggregate_metrics": dict(aggregates)}
    if device:
        text["isovq"] = {"devices": [{"id": device}]}
    pathlib.Path(path).write_text(json.dumps(text))
    return str(path)


def vif(*values):
    return [{"integer_vif_scale0": v} for v in values]


def parity(a, b, *more):
    """The exit code, the text, and the report's cells by feature."""
    pathlib.Path("report").unlink(missing_ok=True)
    done = run(["parity", "--log", str(a), "--log", str(b), "--json", "report", *more])
    report = pathlib.Path("report")
    cells = {c["feature"]: c for c in json.loads(report.read_text())["cells"]} if report.exists() else {}
    return done.returncode, done.stdout + done.stderr, cells


def expect(a, b, code, word, *more):
    got, text, cells = parity(a, b, *more)
    check(got == code, f"exit {got}, not {code}: {more}: {text}")
    check(word in text, f"{more}: no '{word}' in: {text}")
    check("Traceback" not in text and text, f"{more}: {text}")
    return cells


def table(text):
    pathlib.Path("table.yaml").write_text(text)
    return ["--calibration-table", "table.yaml", "--gpu-id"]


# --- comparison ---

def test_equal_logs_pass_and_bits_are_counted():
    cells = expect(log("a", vif(0.5, 0.25)), log("b", vif(0.5, 0.25)), PASSED, "PASS")
    check(cells["vif"]["status"] == "EXACT" and cells["vif"]["n_bit_equal"] == 2, f"{cells}")
    check(cells["vif"]["side_a"]["label"] == "a", f"{cells}")


def test_a_difference_within_tolerance_is_ok_not_exact():
    cells = expect(log("a", vif(0.5)), log("b", vif(0.50004)), PASSED, "PASS")
    check(cells["vif"]["status"] == "OK", f"{cells}")
    expect(log("a", vif(0.5)), log("b", vif(0.5001)), FAILED, "[B24]")


def test_equality_with_the_tolerance_passes():
    expect(log("a", [{"ciede2000": 0.0}]), log("b", [{"ciede2000": 5e-3}]), PASSED, "PASS")
    expect(log("a", [{"ciede2000": 0.0}]), log("b", [{"ciede2000": 5.0000001e-3}]), FAILED, "FAIL")


def test_signed_zeros_differ_in_bits_only():
    cells = expect(log("a", vif(0.0)), log("b", vif(-0.0)), PASSED, "PASS")
    check(cells["vif"]["status"] == "OK" and cells["vif"]["per_metric"]["integer_vif_scale0"]["max_ulp_diff"] == 1,
          f"{cells}")


def test_nan_fails_even_on_both_sides():
    for other in None, 0.5:
        expect(log("a", vif(None)), log("b", vif(other)), FAILED, "[B14]")


def test_opposite_errors_do_not_cancel():
    expect(log("a", vif(0.1, 0.2)), log("b", vif(0.2, 0.1)), FAILED, "[B24]")


def test_frames_are_paired_by_number():
    expect(log("a", vif(0.1, 0.2)), log("b", vif(0.1, 0.2), numbers=[1, 2]), FAILED, "[B18]")


def test_a_score_of_one_side_is_an_error():
    both = [{"integer_vif_scale0": 0.5, "integer_vif_scale1": 0.5}]
    for a, b, word in (both, vif(0.5), "only in the first"), (vif(0.5), both, "only in the second"):
        cells = expect(log("a", a), log("b", b), FAILED, word)
        check(cells["vif"]["status"] == "ERROR" and cells["vif"]["rules_broken"] == ["B17"], f"{cells}")


def test_aggregates_are_compared():
    expect(log("a", vif(0.5), {"apsnr_y": 40.0}), log("b", vif(0.5), {"apsnr_y": 41.0}), FAILED, "apsnr_y")


def test_options_in_names_belong_to_their_feature():
    cells = expect(log("a", [{"integer_adm2_egl_1": 1, "psnr_hvs_y": 1, "float_ms_ssim_l_scale0": 1}]),
                   log("b", [{"integer_adm2_egl_1": 1, "psnr_hvs_y": 1, "float_ms_ssim_l_scale0": 1}]), PASSED, "PASS")
    check(set(cells) == {"adm", "psnr_hvs", "float_ms_ssim_lcs"}, f"{set(cells)}")


def test_what_is_no_log_is_refused():
    good = log("a", vif(0.5))
    for name, text in {"empty": "", "no object": "[]", "no frames": "{}", "zero frames": '{"frames": []}',
                       "score twice": '{"frames": [{"frameNum": 0, "metrics": {"vif": 1, "vif": 1}}]}',
                       "frame twice": '{"frames": [{"frameNum": 0, "metrics": {}}, {"frameNum": 0, "metrics": {}}]}',
                       "text": '{"frames": [{"frameNum": 0, "metrics": {"vif": "1"}}]}',
                       "no number": '{"frames": [{"metrics": {"vif": 1}}]}'}.items():
        pathlib.Path("bad").write_text(text)
        code, said, _ = parity(good, "bad")
        check(code == NOT_JUDGED and "bad" in said and said.count("\n") == 1, f"{name}: {code}: {said}")
    expect(good, "missing", NOT_JUDGED, "missing")
    expect(good, good, NOT_JUDGED, "[B20]")


# --- tolerances ---

def test_places_are_half_a_unit():
    logs = log("a", vif(0.0)), log("b", vif(5e-3))
    expect(*logs, PASSED, "widened", "--places", "2")
    expect(*logs, FAILED, "FAIL", "--places", "3")
    for wrong in "1", "16", "-1", "x", "":
        expect(*logs, NOT_JUDGED, "--places", "--places", wrong)


def test_fp16_features_are_known_ones():
    logs = log("a", vif(0.0)), log("b", vif(9e-3))
    expect(*logs, PASSED, "fp16", "--fp16-features", "adm,vif")
    expect(*logs, FAILED, "default", "--fp16-features", "adm")
    expect(*logs, NOT_JUDGED, "no feature 'viff'", "--fp16-features", "viff")


ROWS = """# a comment
version: 1
default_fp32_tolerance: 5.0e-5
gpus:
  - id: "vulkan:0x10005:*"   # lavapipe
    status: calibrated
    corpus: docs/somewhere
    features: {vif: 1e-3, adm: 1e-3}
  - id: vulkan:0x10005:0x0000
    label: the exact one
    status: placeholder
    features:
      vif: 1.0e-5
    notes: >
      text that
      goes on: here
  - id: cuda:9.0
"""


def test_the_most_specific_row_gives_the_tolerance():
    logs = log("a", [{"integer_vif_scale0": 0, "integer_adm2": 0, "psnr_y": 0}]), \
        log("b", [{"integer_vif_scale0": 0, "integer_adm2": 0, "psnr_y": 0}])
    for gpu, sources in {
            "vulkan:0x10005:0x0001": ["calibrated:vulkan:0x10005:*"] * 2 + ["placeholder-default:vulkan:0x10005:*"],
            "vulkan:0x10005:0x0000": ["placeholder:vulkan:0x10005:0x0000"] +
                                     ["placeholder-default:vulkan:0x10005:0x0000"] * 2,
            "cuda:9.0": ["placeholder-default:cuda:9.0"] * 3,
            "cuda:8.9": ["no-calibration:cuda:8.9"] * 3}.items():
        cells = expect(*logs, PASSED, "PASS", *table(ROWS), gpu)
        got = [cells[f]["tolerance_source"] for f in ("vif", "adm", "psnr")]
        check(got == sources, f"{gpu}: {got}")


def test_malformed_tables_are_refused():
    logs = log("a", vif(0.0)), log("b", vif(98.5))
    row = "gpus:\n  - id: cuda:9.0\n    status: calibrated\n    corpus: x\n    features:\n      vif: "
    for text, word in {row + ".nan": "[B15]", row + "nan": "[B15]", row + "-1e-5": "[B15]", row + "0.1": "[B15]",
                       row + "1e999": "[B15]", row.replace("calibrated", "calibratd") + "1e-5": "[B26]",
                       row.replace("    corpus: x\n", "") + "1e-3": "[B26]",
                       row.replace("calibrated", "placeholder") + "1e-3": "[B26]",
                       row.replace("vif", "viff") + "1e-5": "viff", "version: 2\n": "version",
                       "gpus:\n  - status: calibrated\n": "id", "gpus:\n\t- id: x\n": "tab",
                       "gpus:\n  - id: 'x\n": "line 2", "rows\n": "line 1", "": "empty"}.items():
        expect(*logs, NOT_JUDGED, word, *table(text), "cuda:9.0")
    expect(*logs, NOT_JUDGED, "cannot be read", "--calibration-table", "missing", "--gpu-id", "cuda:9.0")
    expect(*logs, NOT_JUDGED, "[B26]", "--gpu-id", "cuda:9.0")


def test_the_id_must_be_that_of_the_log():
    a, b = log("a", vif(0.5), device="cpu:scalar"), log("b", vif(0.5), device="cuda:9.0")
    expect(a, b, PASSED, "PASS", *table(ROWS), "cuda:9.0")
    expect(a, b, NOT_JUDGED, "[B27]", *table(ROWS), "vulkan:0x10005:0x0000")
    for wrong in "cuda", "cuda:9", "cuda:9.0.1", "vulkan:10005:0x0", "cpu:v3", "":
        expect(a, b, NOT_JUDGED, "--gpu-id", *table(ROWS), wrong)


# --- reports, and logs of others ---

def test_markdown_and_html_say_the_same():
    a, b = log("a", vif(0.5, 0.5, 0.25)), log("b", vif(0.5, 0.75, 0.25))
    expect(a, b, FAILED, "FAIL", "--markdown", "report.md", "--html", "report.html")
    markdown, page = pathlib.Path("report.md").read_text(), pathlib.Path("report.html").read_text()
    check("| `vif` | a ↔ b | 5.0e-05 | `default` | 3 | 2.500e-01 | FAIL | 2/3 |" in markdown, markdown)
    check("## Failures detail" in markdown, markdown)
    check("<svg" in page and "verdict FAIL" in page and "src=" not in page and "<script" not in page, page)
    expect(a, b, NOT_JUDGED, "cannot", "--html", "/nowhere/report.html")


def foreign(name):
    path = SHARED / "foreign" / name
    if not path.exists():
        raise Skip(f"no {path}")
    return path


def test_three_cpu_levels_of_the_vmaf_command_disagree():
    for size, most in ("66x50", 8.6), ("270x480", 1.0):
        for level in "avx2", "avx512":
            cells = expect(foreign(f"vmaf_{size}_c.json"), foreign(f"vmaf_{size}_{level}.json"), FAILED, "2 of 5 cells")
            status = {f: c["status"] for f, c in cells.items()}
            check(status == {"adm": "FAIL", "vmaf": "FAIL", "vif": "EXACT", "motion": "EXACT", "psnr": "EXACT"},
                  f"{size} {level}: {status}")
            check(cells["vmaf"]["per_metric_max_abs_diff"]["vmaf"] > most, f"{size} {level}")


def test_its_cuda_code_has_equal_vif_and_lacks_scores():
    for clip in "p270x480", "p66x50", "q160_8", "src01_8", "src01_10":
        cells = expect(foreign(f"h200/{clip}.vif.cpu.json"), foreign(f"h200/{clip}.vif.cuda.json"), PASSED, "PASS")
        check(cells["vif"]["status"] == "EXACT", f"{clip}")
        cells = expect(foreign(f"h200/{clip}.motion.cpu.json"), foreign(f"h200/{clip}.motion.cuda.json"), FAILED, "[B17]")
        check(cells["motion"]["per_metric_max_abs_diff"]["integer_motion2"] > 5e-5, f"{clip}: {cells}")


def golden_log(path, name, features):
    """The reference's scores as it would log them."""
    frames = {}
    with open(name, encoding="utf-8") as f:
        for row in csv.DictReader(f):
            if row["run"] in features and row["frame"]:
                frames.setdefault(int(row["frame"]), {})[row["metric"]] = float(row["value"])
    return log(path, [frames[i] for i in sorted(frames)], numbers=sorted(frames))


def test_the_references_scores_are_ours():
    clips, name = SHARED / "clips", SHARED / "golden/q160_8.csv"
    if not name.exists():
        raise Skip(f"no {name}")
    features = ["adm", "vif", "motion"]
    golden = golden_log("golden", name, [f"feature={f}" for f in features])
    done = run(["-r", str(clips / "q160_ref_160x90_420p8.yuv"), "-d", str(clips / "q160_dis_160x90_420p8.yuv"), "-w",
                "160", "-h", "90", "-p", "420", "-b", "8", "-n", "--precision", "max", "-o", "own", "--device", "cpu"] +
               [x for f in features for x in ("--feature", f)])
    check(done.returncode == 0, done.stderr)
    cells = expect(golden, "own", PASSED, "PASS")
    check({c["status"] for c in cells.values()} == {"EXACT"}, f"{ {f: c['status'] for f, c in cells.items()} }")


def test_usage():
    a = log("a", vif(0.5))
    for arguments in ["--log", a], ["--log", a, "--log", a, "--log", a], ["--nonsense"], ["--log"], ["more"]:
        done = run(["parity"] + arguments)
        check(done.returncode == NOT_JUDGED and done.stderr.count("\n") == 1, f"{arguments}: {done}")
    check("--places" in run(["parity", "--help"]).stdout, "help")


if __name__ == "__main__":
    sys.exit(main(globals()))
