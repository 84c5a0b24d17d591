#!/bin/sh
# Unpacks the AArch64 libraries that the cross build needs into a folder, and writes FOLDER/paths.ini for
# Meson beside them. The system's own package lists and architectures stay as they are; no root needed.
#
#   arm64_packages.sh FOLDER
set -eu

[ $# -eq 1 ] || { echo "usage: arm64_packages.sh FOLDER" >&2; exit 1; }
packages="libjansson4 libjansson-dev libnettle8 nettle-dev libcmocka0 libcmocka-dev"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
# Of another list: made anew.
[ -f "$folder/paths.ini" ] && [ "$(cat "$folder/packages")" = "$packages" ] && exit 0
rm -rf "$folder/usr" "$folder/paths.ini"

mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
apt()
{
    apt-get -qq -o Dir::State="$folder/apt/state" -o Dir::State::status=/dev/null \
        -o Dir::Cache="$folder/apt/cache" -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
        -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}
apt update
# shellcheck disable=SC2086
(cd "$folder/apt" && apt download $packages)
for package in "$folder"/apt/*.deb; do
    dpkg -x "$package" "$folder"
done
rm -rf "$folder/apt"
echo "$packages" >"$folder/packages"

libraries=$folder/usr/lib/aarch64-linux-gnu
cat >"$folder/paths.ini" <<END
[properties]
sys_root = '$folder'
pkg_config_libdir = '$libraries/pkgconfig'

[binaries]
exe_wrapper = ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu', '-E', 'LD_LIBRARY_PATH=$libraries']
END
