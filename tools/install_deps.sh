#!/bin/sh
# Installs the Debian packages that are missing for the named purposes: build, demo, test, fuzz, deb, fresh.
# Without root or a sudo that asks for no password it prints the line to run and exits 2.
# docs/dependencies.md says what each package is for.
set -eu

build="gcc libc6-dev meson ninja-build pkg-config python3 python3-pip libjansson-dev nettle-dev libcmocka-dev clang
       glslang-tools libvulkan-dev opencl-headers"
demo="libvulkan1 mesa-vulkan-drivers ocl-icd-libopencl1 pocl-opencl-icd"
test="git clang-format clang-tidy spirv-tools libxml2-utils gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user abigail-tools"
fuzz="libclang-rt-dev llvm"
deb="build-essential debhelper dpkg-dev lintian"
fresh="debootstrap"

wanted=
for purpose in "$@"; do
    case $purpose in
    build) wanted="$wanted $build" ;;
    demo) wanted="$wanted $demo" ;;
    test) wanted="$wanted $test" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    deb) wanted="$wanted $deb" ;;
    fresh) wanted="$wanted $fresh" ;;
    *)
        echo "install_deps.sh: unknown purpose $purpose: build, demo, test, fuzz, deb or fresh" >&2
        exit 1
        ;;
    esac
done

if ! command -v dpkg-query >/dev/null; then
    echo "not a Debian system: what is needed is listed in docs/dependencies.md" >&2
    exit 0
fi

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "missing packages; as root run:" >&2
    echo "  apt-get install --no-install-recommends$missing" >&2
    exit 2
fi

echo "installing:$missing"
install()
{
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y install --no-install-recommends $missing </dev/null
}
# The package lists may be old or not there: a second try after an update.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install >"$log" 2>&1 && exit 0
$as_root apt-get -q update </dev/null >"$log" 2>&1 && install >>"$log" 2>&1 && exit 0
tail -n 20 "$log" >&2
echo "these could not be installed:$missing" >&2
exit 2
