#!/bin/bash
# A fresh Debian 12 in a folder, a clone of this repository in it, and the README's two commands. Needs root and
# debootstrap.
#
#   tests/fresh.sh [--demo-only] [--transcript FILE] [--keep] [REPOSITORY]
#
# Package sources, certificates and pip's settings of this machine are copied in when it runs, so that it works
# behind a mirror; none of them enter the transcript (default: fresh_transcript.txt in the build folder).
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
source "$here/tests/debian_root.sh"

commands=("make demo" "make test")
own_option()
{
    [ "$1" = --demo-only ] && commands=("make demo")
}

read_options "$@"
make_work_folder
root=$work/root
make_root "$root" --include=git,make,ca-certificates
mount_root "$root"
git clone --quiet --no-local "$repository" "$root/root/isovq"

status=0
{
    echo "$(describe_root "$root"); git, make and"
    echo "ca-certificates added. $(date -u +%Y-%m-%d). Commit $(git -C "$root/root/isovq" rev-parse --short HEAD)."
    for command in "${commands[@]}"; do
        started=$SECONDS
        echo
        echo "# $command"
        in_root "$root" "cd /root/isovq && $command" || status=$?
        echo "# exit status $status after $((SECONDS - started)) s"
        [ $status = 0 ] || break
    done
} | tee "$transcript"
grep -q '^# exit status [1-9]' "$transcript" && exit 1
exit 0
