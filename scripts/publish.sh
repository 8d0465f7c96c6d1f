#!/usr/bin/env bash
# Publishes the server with its own .NET runtime: one program, its templates and its licences, for a machine that has neither SDK
# nor runtime. Our own code is compiled beforehand, too (ReadyToRun), since the first submission after a start would otherwise
# wait for the compiler.
#
# Usage: scripts/publish.sh [--runtime linux-x64|linux-arm64] [--describe PROGRAM] [--archive] [DIR]
#   DIR         where to; default artifacts/heron-apiserver. It is replaced as a whole, by renaming, and only when it is absent, empty
#               or an earlier publish: a server that runs from it keeps the files that it has open.
#   --describe  a heron-apiserver of the same sources that runs here, when one for another machine is published: it writes the manual page
#               and the completion in share/. Without it they are left out then.
#   --archive   also writes DIR-VERSION-RUNTIME.tar.gz, the same bytes for the same sources, with its SHA-256 beside it.
#
# SOURCE_DATE_EPOCH in the environment is the time of what stands in the archive; default 0.
set -euo pipefail
working=$PWD
cd "$(dirname "$0")/.."

runtime=linux-x64 archive="" out="" describe=""
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
while [ $# -gt 0 ]; do
    case $1 in
        --runtime) runtime=${2:?--runtime needs linux-x64 or linux-arm64}; shift 2 ;;
        --describe) describe=$(cd "$working" && realpath "${2:?--describe needs a program}"); shift 2 ;;
        --archive) archive=yes; shift ;;
        -*) echo "unknown option $1: see the head of scripts/publish.sh" >&2; exit 2 ;;
        *) [ -z "$out" ] || { echo "one folder, not two: $out and $1" >&2; exit 2; }; out=$1; shift ;;
    esac
done
case $runtime in linux-x64 | linux-arm64) ;; *) echo "--runtime $runtime: use linux-x64 or linux-arm64" >&2; exit 2 ;; esac
# A relative folder is relative to where the caller stands, as everywhere.
case ${out:=$PWD/artifacts/heron-apiserver} in /*) ;; *) out=$working/$out ;; esac
out=$(realpath -m "$out")

# What tells a publish from anybody's folder, which this script must never remove.
mark=.heron-apiserver
if [ -e "$out" ] && [ ! -f "$out/$mark" ] && [ -n "$(ls -A "$out" 2>/dev/null || echo file)" ]; then
    echo "$out is there and is no earlier publish of heron-apiserver; name another folder, or remove it yourself" >&2
    exit 2
fi

mkdir -p "$(dirname "$out")"
made=$(mktemp -d "$out.making.XXXXXX")
trap 'rm -rf "$made"' EXIT
dotnet publish src/Heron.ApiServer -c Release -r "$runtime" --self-contained -o "$made" -v quiet --nologo -clp:NoSummary \
    -p:PublishReadyToRun=true -p:PublishSingleFile=true -p:DebugType=none -p:DebugSymbols=false -p:GenerateDocumentationFile=false \
    -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -p:ContinuousIntegrationBuild=true -p:PathMap="$PWD=/heron-apiserver"

# A build that is called off ends in good order and leaves nothing: an earlier publish must not give way to that.
[ -x "$made/heron-apiserver" ] || { echo "the publish was called off; $out is as it was" >&2; exit 1; }
rm -f "$made"/*.pdb "$made"/*.xml "$made"/web.config "$made"/*.staticwebassets.*.json
cp LICENSE NOTICE THIRD-PARTY-NOTICES "$made"
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
echo "$version" > "$made/$mark"

# What an installation wants beside the program.
share=$made/share
mkdir "$share"
cp deploy/heron-apiserver.service deploy/heron-apiserver-local.conf deploy/apiserver.nomad.hcl "$share"
case $runtime-$(uname -m) in linux-x64-x86_64 | linux-arm64-aarch64) describe=${describe:-$made/heron-apiserver} ;; esac
if [ -n "$describe" ]; then
    "$describe" man > "$share/heron-apiserver.8"
    "$describe" completion bash > "$share/heron-apiserver.bash"
    "$describe" completion zsh > "$share/_heron-apiserver"
else
    echo "no manual page and no completion: they need a program that runs here (--describe)" >&2
fi
if command -v python3 >/dev/null; then
    python3 scripts/sbom.py "$version" src/Heron.ApiServer/obj/project.assets.json > "$share/sbom.cdx.json"
else
    echo "no bill of materials: that needs python3" >&2
fi
chmod 755 "$made"

if [ -n "$archive" ]; then
    file=$out-$version-$runtime.tar.gz
    # Names in order, no owner, one time: the same bytes whoever makes it.
    tar -C "$made" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=ustar --mode='go-w' \
        --transform "s:^\.:heron-apiserver-$version:" -cf - . | gzip -n -9 > "$file.part"
    mv "$file.part" "$file"
    (cd "$(dirname "$file")" && sha256sum "$(basename "$file")" > "$(basename "$file").sha256")
    echo "archive: $file"
fi

if [ -e "$out" ]; then
    old=$(mktemp -d "$out.old.XXXXXX")
    mv -T "$out" "$old/was"
    mv -T "$made" "$out"
    rm -rf "$old"
else
    mv -T "$made" "$out"
fi
trap - EXIT
echo "published $version for $runtime to $out: run $out/heron-apiserver --help"
