#!/usr/bin/env python3
"""list_files.py DIR PATTERN: the files of a glob pattern below a folder, sorted, one a line, as DIR/... for Meson's files().
A relative DIR is taken from the folder of the meson.build that asks."""
import os
import pathlib
import sys

folder, pattern = sys.argv[1:]
base = pathlib.Path(os.environ["MESON_SOURCE_ROOT"], os.environ["MESON_SUBDIR"])
for path in sorted((base / folder).glob(pattern)):
    print(os.path.join(folder, path.relative_to(base / folder)))
