#!/bin/bash
# The Debian packages in a fresh Debian 12: built in one root, then installed, run and purged in another, which has
# Debian's base and what the packages depend on. Needs root and debootstrap.
#
#   tests/packages.sh [--transcript FILE] [--keep] [REPOSITORY]
#
# The installed command must write the same logs, on each CPU device and to the last bit, as the one that `make build`
# makes of the same commit. What apt and the build print goes to packages.log in the build folder, where the transcript
# (packages_transcript.txt) is by default. Package sources, certificates and pip's settings of this machine are copied
# in when it runs, so that it works behind a mirror; none of them enter the transcript.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
source "$here/tests/debian_root.sh"

share=/srv/isovq # in both roots: packages, clips and logs
width=352 height=288
clip="-r ref.yuv -d dis.yuv -w $width -h $height -p 420 -b 8"
no_questions="DEBIAN_FRONTEND=noninteractive"
install="apt-get -q -y install --no-install-recommends"

own_option()
{
    return 1
}

fail()
{
    echo "packages.sh: FAILED: $*"
    exit 1
}

# Runs a command in a root, build or base, and shows what it prints.
step() # ROOT COMMAND
{
    printf '\n# %s: %s\n' "$1" "$2"
    in_root "$work/$1" "cd $share; $2" || fail "$2"
}

# The same, for commands that print much.
quiet_step() # ROOT COMMAND
{
    local lines started=$SECONDS
    lines=$(wc -l <"$log")
    printf '\n# %s: %s\n' "$1" "$2"
    if ! in_root "$work/$1" "cd $share; export $no_questions; $2" >>"$log"; then
        tail -n "+$((lines + 1))" "$log" | tail -n 30
        fail "$2"
    fi
    echo "$((SECONDS - started)) s"
}

make_roots()
{
    local root
    make_root "$work/base"
    cp -a "$work/base" "$work/build"
    for root in base build; do
        mount_root "$work/$root"
        mkdir -p "$work/$root$share"
        in_root "$work/$root" "apt-get -q update" >>"$log" || { tail -n 20 "$log"; fail "apt-get update"; }
    done
}

build_packages()
{
    quiet_step build "$install git make ca-certificates"
    git clone --quiet --no-local "$repository" "$work/build/root/isovq"
    step build "make -C /root/isovq --no-print-directory deb"
    quiet_step build "make -C /root/isovq --no-print-directory build"
    step build "/root/isovq/build/tests/clipgen --out-ref ref.yuv --out-dis dis.yuv --size ${width}x$height --frames 24"
    cp "$work"/build/root/isovq/build-deb/*.deb "$work"/build$share/*.yuv "$work/base$share/"
}

# DEVICE.json for each CPU device.
measure() # ROOT COMMAND
{
    local device
    in_root "$work/$1" "$2 devices" | sed -n 's/^  \(cpu:[^ ]*\) .*/\1/p' >"$work/$1$share/devices" || fail "$2 devices"
    while read -r device; do
        step "$1" "$2 $clip --device $device --json --precision max -q -o $device.json"
    done <"$work/$1$share/devices"
}

# The rate may differ, only isovq says where it measured, and vmaf names a libvmaf first.
scores_of()
{
    sed -e '/"fps"/d' -e '/"version"/d' -e '/^  "isovq": {/,/^  }/d' "$1"
}

same_logs() # FILE FILE
{
    grep '"vmaf"' "$1" >/dev/null || fail "no score in $1"
    diff <(scores_of "$1") <(scores_of "$2") || fail "$1 and $2 differ"
}

compare_logs()
{
    local device devices built=$work/build$share installed=$work/base$share
    mapfile -t devices <"$built/devices"
    [ ${#devices[@]} != 0 ] || fail "no CPU device"
    cmp "$built/devices" "$installed/devices" || fail "checkout and package have other CPU devices"
    for device in "${devices[@]}"; do
        same_logs "$built/$device.json" "$installed/$device.json"
    done
    printf '\nCheckout and package write the same logs, to the last bit, on %s.\n' "${devices[*]}"
}

# Packages, files, and contents in /etc of the base root; without apt's and dpkg's own, logs and caches.
list_base()
{
    in_root "$work/base" "dpkg-query -W -f '\${Package} \${db:Status-Status}\n'
        find / -xdev \( -path $share -o -path /tmp -o -path /var/cache -o -path /var/log -o -path /var/lib/apt \
            -o -path /var/lib/dpkg \) -prune -o -print | sort
        find /etc -type f -print0 | sort -z | xargs -0 sha256sum"
}

purge() # PACKAGES
{
    quiet_step base "apt-get -q -y purge $1 && apt-get -q -y autoremove --purge"
    diff "$work/before" <(list_base) || fail "$1 left something behind, or took something away"
    echo "Packages and files are what they were before."
}

# What the packages do not depend on, or should bring in themselves (binutils, too, needs jansson).
check_bare()
{
    local path
    for path in "$work/base"/usr/bin/{cc,gcc,clang,ld,python3} "$work/base"/usr/lib/*/libjansson.so.*; do
        [ ! -e "$path" ] || fail "$path is there before anything is installed"
    done
}

try_command()
{
    check_bare
    list_base >"$work/before" || fail "no list of files"
    quiet_step base "$install ./isovq_*.deb"
    step base "dpkg --verify isovq && dpkg-query -W"' -f '\''${Package} ${Version}\n'\'' isovq "libjansson*"'
    step base "isovq --version"
    step base "isovq devices"
    measure build /root/isovq/build/isovq
    measure base isovq
    compare_logs
    step base "vmaf --version"
    step base "vmaf $clip --device cpu:scalar --json --precision max -q -o vmaf.json"
    same_logs "$work/base$share/cpu:scalar.json" "$work/base$share/vmaf.json"
    purge isovq
}

# Everything at once, beside a compiler: documentation is found, examples and headers compile.
try_development()
{
    local strict="-Wall -Wextra -Wpedantic -Werror"
    local headers='for header in /usr/include/isovq/*.h; do echo "#include <isovq/${header##*/}>" >header.cc'
    local others="gcc g++ pkg-config man-db bash-completion"
    quiet_step base "$install $others"
    list_base >"$work/before" || fail "no list of files"
    quiet_step base "$install ./isovq_*.deb ./libisovq0_*.deb ./libisovq-dev_*.deb"
    step base "man -w isovq vmaf"
    step base 'set +eu; . /usr/share/bash-completion/bash_completion
        for name in isovq vmaf; do _completion_loader $name; complete -p $name || exit 1; done'
    step base "pkg-config --modversion libisovq; pkg-config --cflags --libs libisovq"
    step base 'for name in live vmaf; do gcc '"$strict"' -std=c11 -o example_$name \
        /usr/share/doc/libisovq-dev/examples/$name.c $(pkg-config --cflags --libs libisovq); done'
    step base "$headers
        g++ $strict -std=c++11 -fsyntax-only \$(pkg-config --cflags libisovq) header.cc; done"
    step base 'echo "#include <isovq/isovq.h>
        int main() { ivq_meter_params p = IVQ_METER_DEFAULTS; return p.threads || !ivq_catalog_backend(0); }" >main.cc
        g++ -std=c++11 main.cc $(pkg-config --cflags --libs libisovq) && ./a.out'
    purge "isovq libisovq0 libisovq-dev"
    quiet_step base "apt-get -q -y purge $others && apt-get -q -y autoremove --purge"
}

# The library alone serves what was compiled with the other package.
try_library()
{
    local score pooled="/\"pooled_metrics\"/,\$p" mean='/"vmaf"/,/}/s/.*"mean": \([^,]*\).*/\1/p'
    check_bare
    list_base >"$work/before" || fail "no list of files"
    quiet_step base "$install ./libisovq0_*.deb"
    # Four frames, whatever the number of devices.
    step base "./example_live | sed 's/^[^ ]* *//' | sort | uniq -c | tee frames"
    [ "$(wc -l <"$work/base$share/frames")" = 4 ] || fail "devices differ in example_live"
    step base "./example_vmaf ref.yuv dis.yuv $width $height | tee score"
    score=$(sed -n "$pooled" "$work/base$share/cpu:scalar.json" | sed -n "$mean")
    [ "$(cat "$work/base$share/score")" = "$(printf '%f' "$score")" ] || fail "the example's score is not $score"
    purge libisovq0
}

read_options "$@"
make_work_folder
log=$here/build/packages.log
: >"$log"
make_roots
{
    echo "$(describe_root "$work/base")."
    echo "$(date -u +%Y-%m-%d). Commit $(git -C "$repository" rev-parse --short HEAD)."
    build_packages
    try_command
    try_development
    try_library
    printf '\nAll of it passed.\n'
} | tee "$transcript"
