#!/bin/bash
# Debian packages: build-deb/*.deb, and what lintian says of them (`make deb`). No network: model files lie in
# build/models. dpkg-buildpackage writes beside the source, so it works on a copy.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$PWD/build-deb
version=$(dpkg-parsechangelog --show-field Version)
source=$out/isovq-$version
declared=$(sed -n "s/^project('isovq'.* version: '\([^']*\)'.*/\1/p" meson.build)
if [ "$version" != "$declared" ]; then
    echo "make_deb.sh: debian/changelog says $version, meson.build $declared" >&2
    exit 1
fi
ls build/models/*.json >/dev/null 2>&1 || { echo "make_deb.sh: no models; run tools/fetch_models.sh build/models" >&2; exit 1; }

rm -rf "$out"
mkdir -p "$source/build"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --preserve=mode,timestamps -t "$source"
cp -r build/models "$source/build/"
(cd "$source" && dpkg-buildpackage --build=binary --no-sign --jobs="${JOBS:-auto}") >"$out/build.log" 2>&1 ||
    { tail -n 40 "$out/build.log"; exit 1; }
ls "$out"/*.deb
lintian --allow-root --tag-display-limit 0 --info --fail-on error,warning "$out"/*.changes
echo "lintian: no error and no warning"
