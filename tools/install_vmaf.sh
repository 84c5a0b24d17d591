#!/bin/sh
# The last step of `meson install`: a link vmaf beside isovq. Nothing of that name which is not ours is replaced, unless
# the option vmaf_name is `always`.
#
#   [DESTDIR=...] install_vmaf.sh BINDIR auto|always|never
set -eu
link=${DESTDIR:-}$1/vmaf
[ "$2" != never ] || exit 0

# Meson 1.0 swallows what a script prints unless it fails, so it goes to Meson's own standard error, too.
say()
{
    echo "$1" >&2
    if [ "$(readlink /proc/$$/fd/2)" != "$(readlink "/proc/$PPID/fd/2")" ]; then
        echo "$1" 2>/dev/null >>"/proc/$PPID/fd/2" || :
    fi
}

is_ours()
{
    [ -L "$link" ] && [ "$(readlink "$link")" = isovq ]
}

if { [ -e "$link" ] || [ -L "$link" ]; } && ! is_ours; then
    if [ "$2" != always ]; then
        say "$link is there already and is not isovq: it stays as it is."
        say "To hand the name over: meson configure ${MESON_BUILD_ROOT:-build} -Dvmaf_name=always, and install again."
        exit 0
    fi
    if [ -d "$link" ] && [ ! -L "$link" ]; then
        say "$link is a folder: it stays as it is, and there is no link to isovq."
        exit 0
    fi
fi
rm -f "$link"
ln -s isovq "$link"
