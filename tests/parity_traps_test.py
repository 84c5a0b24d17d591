#!/usr/bin/env python3
"""parity_traps_test.py ISOVQ_HOOKS: tries to fool the parity gate in each of the 37 ways of spec parity_gate, part B.

Each trap must make the gate fail under the number of its rule; and must fool it once that rule (with those that
would notice as well) is switched off, which shows that the trap is one. The command is a build of isovq with two
more environment variables: IVQ_TEST_OFF=B14,B32 switches rules off, IVQ_TEST_EXE names the program that is run as
a side: here this file, which runs the real one and tampers with its records on their way."""
import copy
import hashlib
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time

OTHER = "cpu:v2"
BASE = ["--quick", "--features", "psnr,motion", "--devices", OTHER]
NAN = "7ff8000000000000"
MAIN, REPEAT, CANARY = "main", "repeat", "canary"


# --- what is done to a record of a side ---

def features(record, name=None):
    return [f for f in record.get("features", []) if name in (None, f["feature"])]


def psnr(record):
    return features(record, "psnr")[0]["scores"]


def other(change):
    """On the device under test only."""
    return lambda record, side: change(record) if side == OTHER else None


def scalar(change):
    return lambda record, side: change(record) if side == "cpu:scalar" else None


def both(change):
    return lambda record, side: change(record)


def put(*path):
    """Sets record[a][b] = value."""
    def change(record):
        at = record
        for key in path[:-2]:
            at = at[key]
        at[path[-2]] = path[-1]
    return change


def copycat(record):
    entry = copy.deepcopy(features(record, "psnr")[0])
    entry["feature"] = "copycat"
    record["features"].append(entry)


def without_motion(record):
    record["features"] = [f for f in record["features"] if f["feature"] != "motion"]
    record["refused"] = [{"request": "motion", "status": "device", "reason": "no kernel"}]


def pass_on_host(record):
    features(record, "psnr")[0]["stages"][0]["place"] = "host"


def rounded(record):
    for f in features(record):
        for name, values in f["scores"].items():
            f["scores"][name] = [round(struct.unpack(">d", bytes.fromhex(v))[0], 6) for v in values]


def cut(record):
    record["clip"]["frame_count"] = record["frames"] = 2
    for f in features(record):
        f["scores"] = {name: values[:2] for name, values in f["scores"].items()}


def constant(record):
    psnr(record)["psnr_y"] = ["404e000000000000"] * len(psnr(record)["psnr_y"])


def leave_out_10_bit(record):
    if record["clip"]["bit_depth"] == 10:
        record["features"] = record["models"] = []
        record["refused"] = [{"request": f, "status": "device", "reason": "no"} for f in ("psnr", "motion")]


def swap_frames(record):
    if record["job"] != CANARY:
        values = psnr(record)["psnr_y"]
        values[0], values[1] = values[1], values[0]


def nothing_launched(record):
    record["launches"] = {}
    for entry in record["passes"] + record["features"]:
        entry["dispatches"] = 0


def last_bit(record):
    if record["job"] == REPEAT:
        value = psnr(record)["psnr_y"][0]
        psnr(record)["psnr_y"][0] = value[:-1] + ("0" if value[-1] != "0" else "1")


def swap_chroma(record):
    scores = psnr(record)
    scores["psnr_cb"], scores["psnr_cr"] = scores["psnr_cr"], scores["psnr_cb"]


def blind(record):
    """The damaged run has the scores of the sound one."""
    if record["job"] == MAIN and record["number"] == 0:
        pathlib.Path("sound").write_text(json.dumps(record["features"]))
    if record["job"] == CANARY:
        record["features"] = json.loads(pathlib.Path("sound").read_text())


def in_job(number, what):
    return lambda record: what() if record["number"] == number else None


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


# --- logs, for the traps of tolerance mode ---

def log(path, values, first=0, device=None):
    text = {"frames": [{"frameNum": first + i, "metrics": {"integer_vif_scale0": v}} for i, v in enumerate(values)]}
    if device:
        text["isovq"] = {"devices": [{"id": device}]}
    pathlib.Path(path).write_text(json.dumps(text))


def logs(a, b, row=None, device=None, gpu="cuda:9.0", **more):
    def make():
        log("a", a)
        log("b", b, device=device, **more)
        pathlib.Path("table").write_text(f"gpus:\n  - id: cuda:9.0\n    status: placeholder\n    features: {{{row or ''}}}\n")
        return ["--log", "a", "--log", "b"] + (["--calibration-table", "table", "--gpu-id", gpu] if row or device else [])
    return make


def required(text):
    def make():
        pathlib.Path("required").write_text(text)
        return BASE + ["--required", "required"]
    return make


def software(record, side):
    for entry in record.get("devices", []):
        if entry["selector"] == OTHER:
            entry["device"]["device_type"] = "software"


# --- the table: rule, what is done to records, arguments, what else must be off for the gate to be fooled ---

TRAPS = [
    (1, other(put("device", "backend", "opencl")), BASE, ()),
    (2, other(put("device", "device_uuid", "0" * 32)), BASE, ()),
    (3, both(copycat), BASE, ()),
    (4, other(put("error", "the driver did not start")), BASE, ()),
    (5, None, BASE[:-1] + [OTHER + ",vulkan:99"], ()),
    (6, other(without_motion), BASE, (13,)),
    (7, other(pass_on_host), BASE, ()),
    (8, software, required(f"psnr {OTHER} hardware\n"), ()),
    (9, other(put("device", "pci_address", "0000:99:00.0")), BASE, ()),
    (10, None, BASE[:-1] + [f"{OTHER},{OTHER}"], ()),
    (11, other(put("run_id", "00000000-0000-4000-8000-000000000000")), BASE, ()),
    (12, both(rounded), BASE, (33,)),
    (13, both(cut), BASE, ()),
    (14, both(lambda r: psnr(r)["psnr_y"].__setitem__(0, NAN)), BASE, (32, 36)),
    (15, None, logs([0.0], [98.5], "vif: 100"), (26,)),
    (16, both(lambda r: psnr(r).pop("psnr_cr")), BASE, (33,)),
    (17, other(lambda r: psnr(r).pop("psnr_cr")), BASE, (16,)),
    (18, None, logs([0.5] * 3, [0.5] * 3, first=1), ()),
    (19, both(constant), BASE, (33,)),
    (20, other(put("clip", "sha256", "0" * 64)), BASE, ()),
    (21, both(leave_out_10_bit), BASE, ()),
    (22, other(lambda r: features(r, "psnr")[0]["options"].update(enable_chrome="true")), BASE, ()),
    (23, both(lambda r: psnr(r)["psnr_y"].__setitem__(0, None)), BASE, ()),
    (24, other(swap_frames), BASE, (36,)),
    (25, None, required("psnr vulkan:*\n"), ()),
    (26, None, logs([0.0], [5e-4], "vif: 1e-3"), ()),
    (27, None, logs([0.5], [0.5], device="cuda:8.9"), ()),
    (28, scalar(put("device", "cpu_instruction_set", "v3")), BASE, ()),
    (29, other(put("binary_sha256", "0" * 64)), BASE, ()),
    (30, other(put("commit", "0" * 40)), BASE, ()),
    (31, other(nothing_launched), BASE, ()),
    (32, other(last_bit), BASE, ()),
    (33, both(swap_chroma), BASE, ()),
    (34, other(put("calibration", {"model": "corrected"})), BASE, ()),
    (35, other(put("side_key", "of another side")), BASE, ()),
    (36, other(blind), BASE, ()),
    (37, other(in_job(4, crash)), BASE, (32,)),
    (37, other(in_job(4, lambda: time.sleep(60))), BASE + ["--timeout", "1"], (32,)),
    # The same rules by other ways.
    (30, None, BASE + ["--commit", "0000000"], ()),
]


# --- as a side ---

def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def real_records():
    """The real side's records, measured once for all traps."""
    arguments = [a for a in sys.argv[1:]]
    for name in "--side-run", "--side-key", "--side-first", "--timeout":
        if name in arguments:
            del arguments[arguments.index(name):arguments.index(name) + 2]
    cache = pathlib.Path("cache-" + hashlib.sha256(repr(arguments).encode()).hexdigest())
    if not cache.exists():
        command = [os.environ["TRAP_ISOVQ"]] + arguments + ["--side-run", "RUN", "--side-key", "KEY"]
        command[command.index("--side-out") + 1] = "1"
        cache.write_bytes(subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=120).stdout)
    for line in cache.read_text().splitlines():
        yield json.loads(line)


def be_a_side():
    side, change = option("--side"), TRAPS[int(os.environ["TRAP"])][1] if os.environ["TRAP"] != "-" else None
    if side.startswith("list:") and side != "list:cpu":
        return
    with os.fdopen(int(option("--side-out")), "w", encoding="utf-8") as out:
        for record in real_records():
            if record.get("number", 0) < int(option("--side-first")):
                continue
            record["run_id"], record["side_key"] = option("--side-run"), option("--side-key")
            if change and ("job" in record or change is software):
                change(record, side)
            print(json.dumps(record), file=out, flush=True)


# --- as the test ---

def gate(number, arguments, off=()):
    arguments = arguments() if callable(arguments) else arguments
    environment = dict(os.environ, TRAP=str(number), TRAP_ISOVQ=ISOVQ, IVQ_TEST_EXE=os.path.abspath(__file__),
                       IVQ_TEST_OFF=",".join(f"B{rule}" for rule in off))
    pathlib.Path("report").unlink(missing_ok=True)
    done = subprocess.run([ISOVQ, "parity", "-q", "--json", "report"] + arguments, capture_output=True, text=True,
                          env=environment, timeout=120)
    text = done.stdout + done.stderr
    rules = set(re.findall(r"\[(B\d+)\]", text))
    if pathlib.Path("report").exists():
        for cell in json.loads(pathlib.Path("report").read_text())["cells"]:
            rules.update(cell["rules_broken"])
    return done.returncode, rules, text


def try_trap(number, rule, arguments, also_off):
    code, rules, text = gate(number, arguments)
    faults = []
    if code not in (1, 2) or f"B{rule}" not in rules:
        faults.append(f"not noticed: exit {code}, rules {sorted(rules)}\n{text}")
    code, rules, text = gate(number, arguments, [rule])
    if f"B{rule}" in rules:
        faults.append(f"noticed although switched off: {text}")
    if also_off:
        code, rules, text = gate(number, arguments, [rule, *also_off])
    if code != 0:
        faults.append(f"is no trap: without the rule exit {code}, rules {sorted(rules)}\n{text}")
    return faults


def main():
    missing = set(range(1, 38)) - {t[0] for t in TRAPS}
    failures = [f"no trap for B{rule}" for rule in sorted(missing)]
    root = pathlib.Path(__file__).resolve().parent.parent
    for rule, text in enumerate(re.findall(r'^    "(.*)",$', (root / "src/parity/rules.c").read_text(), re.M), 1):
        if f"| B{rule} | {text} |" not in (root / "docs/parity.md").read_text():
            failures.append(f"docs/parity.md does not say of B{rule}: {text}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        code, rules, text = gate("-", BASE)
        if code or rules:
            failures.append(f"the gate does not pass untouched records: {code}\n{text}")
        print("not ok" if failures else "ok", 1, "untouched")
        code, rules, text = gate("-", BASE, [24])
        broken = [] if code == 2 and "B36" in rules else [f"a broken comparison is not noticed: {code}\n{text}"]
        print("not ok" if broken else "ok", 2, "broken_comparison")
        failures += broken
        for number, (rule, _, arguments, also_off) in enumerate(TRAPS):
            faults = try_trap(number, rule, arguments, also_off)
            print("not ok" if faults else "ok", number + 3, f"B{rule}")
            failures += [f"B{rule}: {fault}" for fault in faults]
        os.chdir("/")
    print(*failures, sep="\n", file=sys.stderr, end="\n" if failures else "")
    return 1 if failures else 0


if __name__ == "__main__":
    if "--side" in sys.argv:
        be_a_side()
    else:
        ISOVQ = os.path.abspath(sys.argv[1])
        if f"  {OTHER} " not in subprocess.run([ISOVQ, "devices"], capture_output=True, text=True, check=True).stdout:
            print(f"1..0 # SKIP no {OTHER} here")
            sys.exit(77)
        sys.exit(main())
