#!/usr/bin/env python3
"""No file of a run is lost: inputs, old logs, and what was measured before a fault.

    cli_data_test.py ISOVQ
"""
import json
import pathlib
import sys

from cli_support import PARTIAL, PSNR, check, log_of, main


def test_y4m_cut_inside_its_frame_line():
    """A truncated clip, wherever in the line; the whole frames are there."""
    clip = pathlib.Path("dis.y4m").read_bytes()
    second = clip.index(b"FRAME\n", clip.index(b"FRAME\n") + 1)
    for cut in range(1, 6):
        pathlib.Path("inside.y4m").write_bytes(clip[:second + cut])
        text, done = log_of(["-r", "ref.y4m", "-d", "inside.y4m"] + PSNR)
        check(done.returncode == PARTIAL and "inside.y4m ends inside frame 1" in done.stderr, f"{cut} bytes: {done}")
        check(len(json.loads(text)["frames"]) == 1, f"{cut} bytes: the whole frame is scored")


if __name__ == "__main__":
    sys.exit(main(globals()))
