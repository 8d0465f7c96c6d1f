#!/usr/bin/env bash
# Publishes the server with its own .NET runtime into artifacts/heron-apiserver (or the folder given):
# copy that folder to any linux-x64 machine; neither SDK nor runtime is needed there.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-artifacts/heron-apiserver}
rm -rf "$out"
dotnet publish src/Heron.ApiServer -c Release -r linux-x64 --self-contained -o "$out" -v quiet --nologo -clp:NoSummary
echo "published to $out: run $out/heron-apiserver --help"
