# Debian 12 in a folder. Sourced by fresh.sh and packages.sh, which run as root and name their roots in `roots`.
#
# Package sources, certificates and pip's settings of this machine are copied in, so that downloads work behind a
# mirror.

transcript=$here/build/$(basename "$0" .sh)_transcript.txt
repository=$here
keep=
roots=()

# The comment at the head of the script.
show_usage()
{
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
}

# Sets transcript, keep and repository. Any other option is the script's own.
read_options()
{
    while [ $# -gt 0 ]; do
        case $1 in
        --transcript)
            [ $# -gt 1 ] || { show_usage; exit 1; }
            transcript=$(realpath -m "$2")
            shift
            ;;
        --keep) keep=yes ;;
        -*) own_option "$1" || { show_usage; exit 1; } ;;
        *) repository=$(realpath "$1") ;;
        esac
        shift
    done
    mkdir -p "$(dirname "$transcript")" "$here/build"
}

# A folder for roots, which goes when the script ends.
make_work_folder()
{
    [ "$(id -u)" = 0 ] || { echo "$(basename "$0"): needs root, for debootstrap and chroot" >&2; exit 2; }
    "$here/tools/install_deps.sh" fresh
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/isovq-$(basename "$0" .sh).XXXXXX")
    trap remove_work_folder EXIT
}

remove_work_folder()
{
    local root mounted
    for root in "${roots[@]}"; do
        for mounted in proc sys dev; do
            mountpoint -q "$root/$mounted" && umount -l "$root/$mounted"
        done
    done
    # Never through a mount that would not go.
    if [ -z "$keep" ] && ! grep -q " $work/" /proc/self/mounts; then
        rm -rf --one-file-system "$work"
    else
        echo "kept: $work"
    fi
}

mirror()
{
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 2>/dev/null |
        awk '$1 == "bookworm" && !uri { uri = $2 } END { print uri ? uri : "http://deb.debian.org/debian" }'
}

# What makes downloads work here: copied as it is.
copy_settings() # ROOT
{
    local path
    for path in /etc/resolv.conf /etc/hosts /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d \
        /etc/pip.conf /root/.config/pip /root/.pip /usr/local/share/ca-certificates \
        /etc/ssl/certs/ca-certificates.crt; do
        if [ -e "$path" ]; then
            mkdir -p "$1$(dirname "$path")"
            cp -rLT "$path" "$1$path"
        fi
    done
}

# Settings that live in the environment, without folders that only this machine has.
settings_of_environment() # ROOT
{
    local name value
    while read -r name; do
        value=${!name}
        [ -d "$value" ] && [ ! -e "$1$value" ] && continue
        printf '%s\0' "$name=$value"
    done < <(compgen -e | grep -E '^(PIP_|SSL_CERT_|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$)|^(https?|no)_proxy$' || true)
}

make_root() # ROOT [debootstrap's options]
{
    local root=$1 log
    shift
    log=$here/build/debootstrap.log
    echo "debootstrap into $root"
    debootstrap --variant=minbase "$@" bookworm "$root" "$(mirror)" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 2; }
    copy_settings "$root"
}

mount_root() # ROOT
{
    roots+=("$1")
    mount -t proc proc "$1/proc"
    mount -t sysfs -o ro sysfs "$1/sys" || { mount --rbind /sys "$1/sys" && mount --make-rslave "$1/sys"; }
    mount --rbind /dev "$1/dev" && mount --make-rslave "$1/dev"
}

in_root() # ROOT COMMAND
{
    local environment
    mapfile -d '' environment < <(settings_of_environment "$1")
    chroot "$1" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${environment[@]}" \
        /bin/bash -euo pipefail -c "$2" </dev/null 2>&1
}

# The first words of a transcript.
describe_root() # ROOT
{
    echo "A fresh Debian $(cat "$1/etc/debian_version"), $(uname -m), $(nproc) processors"
}
