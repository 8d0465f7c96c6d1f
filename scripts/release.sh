#!/usr/bin/env bash
# Makes all that a release has: for x64 and arm64 an archive, a Debian package and a bill of materials, and the SHA-256 of each.
# The same sources make the same bytes, wherever they lie and whoever makes them, with the SDK that global.json names.
#
# Usage: scripts/release.sh [DIR]
#   DIR  where to; default artifacts/release. It must not be there yet, or be empty. It gets all of a release at once, at the end: a
#        run that fails, or is ended, leaves nothing in it, and what it has made beside it goes with the next run.
#   SOURCE_DATE_EPOCH in the environment is the time of all files; default that of the commit.
set -euo pipefail
working=$PWD
cd "$(dirname "$0")/.."

case ${1:-$PWD/artifacts/release} in /*) out=${1:-$PWD/artifacts/release} ;; *) out=$working/$1 ;; esac
out=$(realpath -m "$out")
[ -z "$(ls -A "$out" 2>/dev/null)" ] || { echo "$out is not empty: name another folder, or remove it yourself" >&2; exit 2; }
command -v python3 >/dev/null || { echo "python3 is missing: the bill of materials needs it" >&2; exit 2; }
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null) || { echo "these sources know no commit: set SOURCE_DATE_EPOCH" >&2; exit 2; }
    [ -z "$(git status --porcelain)" ] || echo "what is not committed goes into this release, too" >&2
fi
export SOURCE_DATE_EPOCH

# Beside DIR, so that renaming is all that is left in the end. Whose mark nobody holds is that of a run that was killed.
mark=.heron-release
mkdir -p "$(dirname "$out")"
for left in "$out".making.*; do
    if [ -f "$left/$mark" ] && flock --nonblock "$left/$mark" true; then rm -rf "$left"; fi
done
made=$(mktemp -d "$out.making.XXXXXX")
trap 'rm -rf "$made"' EXIT
exec {held}> "$made/$mark.making"
flock "$held"
mv "$made/$mark.making" "$made/$mark"
release=$made/release
mkdir "$release"

# The one that runs here first: it describes itself, and the other.
case $(uname -m) in aarch64) runtimes="linux-arm64 linux-x64" ;; *) runtimes="linux-x64 linux-arm64" ;; esac
describe=()
for runtime in $runtimes; do
    mkdir "$made/$runtime"
    program=$made/$runtime/heron-apiserver
    # Without the mark: builds leave compilers behind that go on running.
    ./scripts/publish.sh --runtime "$runtime" "${describe[@]}" --archive "$program" {held}>&-
    describe=(--describe "${describe[1]:-$program/heron-apiserver}")
    mv "$made/$runtime"/*.tar.gz "$release"
    version=$(cat "$program/.heron-apiserver")
    cp "$program/share/sbom.cdx.json" "$release/heron-apiserver-$version-$runtime.sbom.cdx.json"
    case $runtime in linux-arm64) architecture=arm64 ;; *) architecture=amd64 ;; esac
    ./scripts/debian-package.sh --architecture "$architecture" "$program" "$release"
done
(cd "$release" && sha256sum -- *.tar.gz *.deb *.json | LC_ALL=C sort -k 2 > SHA256SUMS)
mv -T "$release" "$out"
cat "$out/SHA256SUMS"
