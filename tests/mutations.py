#!/usr/bin/env python3
"""mutations.py [--count N] [--seed S] [--list] [FOLDER]: single constants of kernels changed, to see who notices.

A mutation in one target's code only (SPIR-V, OpenCL C, or the objects of cpu:v2) must make `isovq parity` fail on that
device. The same mutation in all targets leaves them equal: then the goldens must fail. N takes a random part of the
table, the default is all of it; the seed is printed. Works on a copy of this tree in FOLDER (build-mutations), which is
built once and kept. Exit status 1 if a mutation is not noticed."""
import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# metric, file below src, text, its replacement
MUTATIONS = [
    ("psnr", "metrics/psnr/psnr_sse.k", "MIN(TILE_W, width - x0)", "MIN(TILE_W, width - x0 - 1)"),
    ("psnr", "metrics/psnr/psnr_sse.k", "MIN(TILE_H, height - y0)", "MIN(TILE_H, height - y0 - 1)"),
    ("motion", "metrics/motion/motion_sad.k", "3571 * outer", "3572 * outer"),
    ("motion", "metrics/motion/motion_sad.k", "16004 * inner", "16003 * inner"),
    ("motion", "metrics/motion/motion_sad.k", "26386 * centre", "26385 * centre"),
    ("motion", "metrics/motion/motion_sad.k", "(1 << (n - 1))", "(1 << (n - 2))"),
    ("motion", "metrics/motion/motion_sad.k", "blurred[at + 2], 16)", "blurred[at + 2], 15)"),
    ("vif", "metrics/vif/vif_stat.k", "NOISE 131072", "NOISE 131073"),
    ("vif", "metrics/vif/vif_stat.k", "2048 * 17", "2049 * 17"),
    ("vif", "metrics/vif/vif_stat.k", "MAX(I32(xy - MULHI_ROUND(mx, my)), 0)", "MAX(I32(xy - MULHI_ROUND(mx, my)), 1000)"),
    ("vif", "metrics/vif/vif_down.k", "32768u", "32767u"),
    ("vif", "metrics/vif/vif_down.k", "shift - 1u", "shift - 2u"),
    ("vif", "metrics/vif/vif_log.kh", "0x007fff00u", "0x007fe000u"),
    ("vif", "metrics/vif/vif_log.kh", "9.124174118e+00f", "9.134174118e+00f"),
    ("vif", "metrics/vif/vif_log.kh", "3.647684097e+01f", "3.657684097e+01f"),
    ("adm", "metrics/adm/adm_dwt.k", "LOW, 4, 15826", "LOW, 4, 15827"),
    ("adm", "metrics/adm/adm_dwt.k", "-7345, 27411", "-7345, 27410"),
    ("adm", "metrics/adm/adm_dwt.k", "DOT(tap, v) + 32768", "DOT(tap, v) + 32767"),
    ("adm", "metrics/adm/adm_dwt.k", "2 * n - 1 - p", "2 * n - 2 - p"),
    ("adm", "metrics/adm/adm_stat.k", "29 + diagonal, 30", "29 + diagonal, 31"),
    ("adm", "metrics/adm/adm_mask.kh", "4369 * c", "4370 * c"),
    ("adm", "metrics/adm/adm_mask.kh", "286331153u", "286331253u"),
    ("adm", "metrics/adm/adm_mask.kh", "* 1024", "* 1023"),
    ("adm", "metrics/adm/adm_decouple.kh", "COS2_1_DEGREE 16772106", "COS2_1_DEGREE 16672106"),
    ("adm", "metrics/adm/adm_rows.k", "(U64(1) << n) >> 1", "(U64(1) << n) >> 3"),
]

# name of a target: device, how its outputs are called
TARGETS = {"spirv": ("vulkan:0", "{}.spv"), "opencl": ("opencl:0", "{}.cl"), "cpu:v2": ("cpu:v2", "{}_v2.o")}
ALL_OUTPUTS = ["{}.spv", "{}.cl", "{}_v2.o", "{}_scalar.o"]


class Tree:
    """The copy, with its build."""

    def __init__(self, folder):
        self.folder, self.source, self.build = folder, folder / "tree", folder / "build"
        self.environment = dict(os.environ, ISOVQ_CACHE=str(folder / "cache"), ISOVQ_TEST_DEVICES="cpu:v2",
                                ISOVQ_SHARED=str(ROOT.parent / "shared"), ISOVQ_TEST_DATA=str(ROOT / "tests/data"),
                                ISOVQ_TEST_GOLDEN=str(ROOT / "tests/golden"))

    def prepare(self):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        for name in filter(None, listed.decode().split("\0")):
            at = self.source / name
            at.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).exists() and (not at.exists() or at.read_bytes() != (ROOT / name).read_bytes()):
                shutil.copy2(ROOT / name, at)
        if not (self.build / "build.ninja").exists():
            subprocess.run(["meson", "setup", self.build, self.source, "-Dcpu_levels=scalar,v2", "-Dptx=none",
                            f"-Dmodels={ROOT / 'build/models'}"], check=True, stdout=subprocess.DEVNULL)
        self.ninja("isovq", "tests/golden_test")

    def ninja(self, *targets):
        done = subprocess.run(["ninja", "-C", self.build, *targets], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout[-3000:])

    def variants(self, file):
        """The variants of all kernels that the file is a part of."""
        using, found = {file}, []
        kernels = sorted((self.source / "src").rglob("*.k")) + sorted((self.source / "src").rglob("*.kh"))
        for _ in range(4):
            for path in kernels:
                if any(f'"{name}"' in path.read_text() for name in using):
                    using.add(str(path.relative_to(self.source / "src")))
        listed = subprocess.run([sys.executable, self.source / "tools/kgen.py", "list"] +
                                [str(k) for k in kernels if k.suffix == ".k" and
                                 str(k.relative_to(self.source / "src")) in using],
                                stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in listed.splitlines():
            found.append(line.split("\t")[0])
        return found

    def mutate(self, mutation, patterns):
        """Builds the outputs of some targets from the changed text; returns what restores them. Everything else
        keeps its text, as the file gets its old time back."""
        _, file, old, new = mutation
        path = self.source / "src" / file
        text, when = path.read_text(), path.stat()
        if old not in text:
            sys.exit(f"{file} has no '{old}': mend the table of mutations")
        outputs = [f"src/kernel/{pattern.format(v)}" for v in self.variants(file) for pattern in patterns]
        kept = {o: (self.build / o).read_bytes() for o in outputs}
        path.write_text(text.replace(old, new, 1))
        try:
            self.ninja(*outputs)
        finally:
            path.write_text(text)
            os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))
        if all((self.build / o).read_bytes() == data for o, data in kept.items()):
            sys.exit(f"{file}: '{new}' changes nothing")
        return kept

    def restore(self, kept):
        for output, data in kept.items():
            (self.build / output).write_bytes(data)

    def gate(self, metric, device):
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        done = subprocess.run([self.build / "isovq", "parity", "-q", "--quick", "--features", metric, "--devices", device,
                               "--json", report], env=self.environment, capture_output=True, text=True, check=False)
        cells = json.loads(report.read_text())["cells"] if report.exists() else []
        worst = max((m["max_ulp_diff"] for c in cells for m in c["per_metric"].values()), default=0)
        return done.returncode, worst

    def golden(self, metric):
        done = subprocess.run([self.build / "tests/golden_test"], capture_output=True, text=True, check=False,
                              env=dict(self.environment, ISOVQ_TEST_METRICS=metric))
        return done.returncode


def one_target(tree, mutations, shift):
    """One build serves three: another mutation in each target. Yields mutation, target, noticed, what."""
    chosen = {t: mutations[(shift + i * (len(mutations) // 3 or 1)) % len(mutations)] for i, t in enumerate(TARGETS)}
    kept = {}
    for target, mutation in chosen.items():
        kept.update(tree.mutate(mutation, [TARGETS[target][1]]))
    tree.ninja("isovq")
    for target, mutation in chosen.items():
        code, ulp = tree.gate(mutation[0], TARGETS[target][0])
        yield mutation, target, code == 1, f"exit {code}, {ulp:.3g} ulp"
    tree.restore(kept)


def all_targets(tree, mutation):
    kept = tree.mutate(mutation, ALL_OUTPUTS)
    tree.ninja("tests/golden_test")
    code = tree.golden(mutation[0])
    tree.restore(kept)
    return mutation, "all", code not in (0, 77), f"golden exits {code}"


def show(outcome, failures):
    mutation, target, noticed, what = outcome
    print(f"{'noticed' if noticed else 'MISSED':8} {target:7} {mutation[1].split('/')[-1]:17} {mutation[2]} -> {mutation[3]}"
          f"  ({what})", flush=True)
    return failures + (not noticed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=ROOT / "build-mutations", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=len(MUTATIONS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    if arguments.list:
        print(*[" ".join(m) for m in MUTATIONS], sep="\n")
        return 0
    mutations = random.Random(arguments.seed).sample(MUTATIONS, min(arguments.count, len(MUTATIONS)))
    print(f"{len(mutations)} of {len(MUTATIONS)} mutations, seed {arguments.seed}")
    tree = Tree(arguments.folder.resolve())
    tree.folder.mkdir(exist_ok=True)
    tree.prepare()
    clean = {device: tree.gate("psnr", device)[0] for device, _ in TARGETS.values()}
    if any(clean.values()):
        sys.exit(f"the gate does not pass without mutations: {clean}")
    failures, tried = 0, 0
    for i in range(len(mutations)):
        for outcome in one_target(tree, mutations, i):
            failures, tried = show(outcome, failures), tried + 1
        failures, tried = show(all_targets(tree, mutations[i]), failures), tried + 1
    print(f"{tried - failures} of {tried} noticed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
