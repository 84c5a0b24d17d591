#!/usr/bin/env python3
"""Peak memory must not grow with the length of a clip.

    long_run.py ISOVQ [--frames N] [--metric METRIC] [--log]

Feeds made-up raw frames through two pipes and compares the peak (VmHWM) once 1,000 frames are read with that at
the end. With --log a log is asked for too, and the last peak is taken while it is being written: nobody
reads it until then.
"""
import argparse
import os
import subprocess
import sys
import threading
import time

WIDTH = HEIGHT = 64
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2  # 4:2:0, 8 bits
FIRST = 1000
ALLOWED = 1.02  # issue 4: within 2 %
# Frames that may still lie in a pipe when its writer has gone on: 1 MiB at most.
SETTLE_SECONDS = 0.5


def pattern(seed):
    """Sixteen frames that differ, to be written in turn."""
    return [bytes((i * (7 + f + seed) + f * 31) % 256 for i in range(FRAME_BYTES)) for f in range(16)]


def feed(fd, frames, seed, first_sent, go_on):
    """Writes all frames; waits after the first thousand until told to go on."""
    chunk = b"".join(pattern(seed))
    with os.fdopen(fd, "wb", buffering=0) as pipe:
        left = frames
        for count in (min(FIRST, frames), frames - min(FIRST, frames)):
            while count > 0:
                part = memoryview(chunk)[:min(count, 16) * FRAME_BYTES]
                while part:
                    part = part[pipe.write(part):]
                count -= min(count, 16)
            first_sent.set()
            go_on.wait()


def peak_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    raise RuntimeError("no VmHWM: the process has ended")


def settled_peak(pid):
    """The peak once it stands still, that is, once what was written has been read."""
    before = -1
    while (now := peak_kib(pid)) != before:
        before = now
        time.sleep(SETTLE_SECONDS)
    return now


def last_peak(process):
    """The largest peak that is seen until the process ends, or stands still because nobody reads its log."""
    largest = 0
    same = 0
    while process.poll() is None and same < 3 / 0.01:
        try:
            now = peak_kib(process.pid)
        except (RuntimeError, OSError):
            break
        same = same + 1 if now == largest and cpu_idle(process.pid) else 0
        largest = max(largest, now)
        time.sleep(0.01)
    return largest


def cpu_idle(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "S"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("isovq")
    parser.add_argument("--frames", type=int, default=100000)
    parser.add_argument("--metric", default="motion")
    parser.add_argument("--log", action="store_true")
    parser.add_argument("--device", default="cpu:scalar")
    options = parser.parse_args()

    sent = [threading.Event(), threading.Event()]
    go_on = threading.Event()
    reads, writes = zip(os.pipe(), os.pipe())
    command = [options.isovq, "-r", f"/dev/fd/{reads[0]}", "-d", f"/dev/fd/{reads[1]}", "-w", str(WIDTH), "-h",
               str(HEIGHT), "-p", "420", "-b", "8", "--no_prediction", "--feature", options.metric, "--device",
               options.device, "--threads", "1", "--progress", "none", "--jsonl", "/dev/null"]
    if options.log:
        command += ["--output", "-"]
    process = subprocess.Popen(command, pass_fds=reads, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for fd in reads:
        os.close(fd)
    started = time.monotonic()
    feeders = [threading.Thread(target=feed, args=(writes[i], options.frames, i, sent[i], go_on), daemon=True)
               for i in range(2)]
    for feeder in feeders:
        feeder.start()
    for event in sent:
        event.wait()
    first = settled_peak(process.pid)
    go_on.set()
    last = last_peak(process)
    out, err = process.communicate()
    seconds = time.monotonic() - started
    print(f"{options.metric}{', with a log' if options.log else ''}: {first} KiB at {FIRST} frames, {last} KiB at "
          f"{options.frames} ({last / first:.3f} times), {seconds:.1f} s")
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: {err.decode(errors='replace')}")
    if options.log and out.count(b"frameNum") != options.frames:
        sys.exit(f"the log holds {out.count(b'frameNum')} frames")
    if last > first * ALLOWED:
        sys.exit(f"grows by more than {(ALLOWED - 1) * 100:.0f} %")


if __name__ == "__main__":
    main()
