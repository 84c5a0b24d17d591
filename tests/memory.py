#!/usr/bin/env python3
"""Peak memory of the command follows the budget, not the threads (issue 7, B2).

    memory.py ISOVQ CLIPGEN

Measures a 1080p clip with the default model: with 64 threads, with --memory, with an address space too small for all frames."""
import os
import resource
import subprocess
import sys
import tempfile

FRAMES = 12
MOST_MIB = 350  # 64 threads
BUDGET_MIB = 64
PROGRAM_MIB = 48  # the program itself, its model, and what malloc keeps for 64 threads


def run(isovq, folder, *options, address_space=None):
    """Peak MiB, exit code, score, messages."""
    def limit():
        if address_space:
            resource.setrlimit(resource.RLIMIT_AS, (address_space << 20, address_space << 20))
    command = [isovq, "-r", folder + "/r.yuv", "-d", folder + "/d.yuv", "-w", "1920", "-h", "1080", "-p", "420", "-b", "8",
               "--device", "cpu", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit)
    output, messages = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss >> 10, os.waitstatus_to_exitcode(status), output, messages


def main(isovq, clipgen):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([clipgen, "--out-ref", folder + "/r.yuv", "--out-dis", folder + "/d.yuv", "--size", "1920x1080",
                        "--frames", str(FRAMES)], check=True)
        alone = run(isovq, folder, "--threads", "1")
        many = run(isovq, folder, "--threads", "64")
        budget = run(isovq, folder, "--threads", "64", "--memory", str(BUDGET_MIB))
        too_small = run(isovq, folder, "--memory", "8")
        narrow = run(isovq, folder, "--threads", "4", address_space=192)
    for name, (peak, code, score, messages) in dict(alone=alone, many=many, budget=budget, narrow=narrow).items():
        print(f"{name}: {peak} MiB, exit code {code}, {score.strip()} {messages.strip()}")
        assert code == 0 and score == alone[2], f"{name} is not as with one thread: {messages}"
    assert many[0] < MOST_MIB, f"64 threads: {many[0]} MiB"
    assert budget[0] < BUDGET_MIB + PROGRAM_MIB, f"a budget of {BUDGET_MIB} MiB: {budget[0]} MiB"
    assert too_small[1] != 0 and "one frame needs" in too_small[3] and "memory limit is 8 MiB" in too_small[3], too_small


if __name__ == "__main__":
    main(*sys.argv[1:])
