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

commands=("make demo" "make test")
transcript=$here/build/fresh_transcript.txt
repository=$here
keep=
while [ $# -gt 0 ]; do
    case $1 in
    --demo-only) commands=("make demo") ;;
    --transcript)
        transcript=$(realpath -m "$2")
        shift
        ;;
    --keep) keep=yes ;;
    -*)
        sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
        exit 1
        ;;
    *) repository=$(realpath "$1") ;;
    esac
    shift
done

[ "$(id -u)" = 0 ] || { echo "fresh.sh: needs root, for debootstrap and chroot" >&2; exit 2; }
"$here/tools/install_deps.sh" fresh

root=$(mktemp -d "${TMPDIR:-/var/tmp}/isovq-fresh.XXXXXX")
clean_up()
{
    for mounted in proc sys dev; do
        mountpoint -q "$root/$mounted" && umount -l "$root/$mounted"
    done
    # Never through a mount that would not go.
    if [ -z "$keep" ] && ! grep -q " $root/" /proc/self/mounts; then
        rm -rf --one-file-system "$root"
    else
        echo "kept: $root"
    fi
}
trap clean_up EXIT

mirror()
{
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 2>/dev/null | sed -n 's/^bookworm //p' | head -n 1
}

# What makes downloads work here: copied as it is.
copy_settings()
{
    local path
    for path in /etc/resolv.conf /etc/hosts /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d \
        /etc/pip.conf /root/.config/pip /root/.pip /usr/local/share/ca-certificates \
        /etc/ssl/certs/ca-certificates.crt; do
        if [ -e "$path" ]; then
            mkdir -p "$root$(dirname "$path")"
            cp -rLT "$path" "$root$path"
        fi
    done
}

# Settings that live in the environment, without folders that only this machine has.
settings_of_environment()
{
    local name value
    while read -r name; do
        value=${!name}
        [ -d "$value" ] && [ ! -e "$root$value" ] && continue
        printf '%s\0' "$name=$value"
    done < <(compgen -e | grep -E '^(PIP_|SSL_CERT_|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$)|^(https?|no)_proxy$' || true)
}

mkdir -p "$(dirname "$transcript")"
log=$(dirname "$transcript")/fresh_debootstrap.log
source_of_packages=$(mirror)
echo "debootstrap into $root"
debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$root" \
    "${source_of_packages:-http://deb.debian.org/debian}" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 2; }
copy_settings
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys" || { mount --rbind /sys "$root/sys" && mount --make-rslave "$root/sys"; }
mount --rbind /dev "$root/dev" && mount --make-rslave "$root/dev"
git clone --quiet --no-local "$repository" "$root/root/isovq"

mapfile -d '' environment < <(settings_of_environment)
status=0
{
    echo "A fresh Debian $(cat "$root/etc/debian_version"), $(uname -m), $(nproc) processors; git, make and"
    echo "ca-certificates added. $(date -u +%Y-%m-%d). Commit $(git -C "$root/root/isovq" rev-parse --short HEAD)."
    for command in "${commands[@]}"; do
        started=$SECONDS
        echo
        echo "# $command"
        chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
            "${environment[@]}" /bin/sh -c "cd /root/isovq && $command" </dev/null 2>&1 || status=$?
        echo "# exit status $status after $((SECONDS - started)) s"
        [ $status = 0 ] || break
    done
} | tee "$transcript"
grep -q '^# exit status [1-9]' "$transcript" && exit 1
exit 0
