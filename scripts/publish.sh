#!/usr/bin/env bash
# Publishes the server with its own .NET runtime into artifacts/heron-apiserver (or the folder given):
# copy that folder to any linux-x64 machine; neither SDK nor runtime is needed there. Our own code is compiled beforehand, too
# (ReadyToRun), since the first submission after a start would otherwise wait for the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-artifacts/heron-apiserver}
rm -rf "$out"
dotnet publish src/Heron.ApiServer -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true -o "$out" -v quiet --nologo -clp:NoSummary
echo "published to $out: run $out/heron-apiserver --help"
