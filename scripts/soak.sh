#!/usr/bin/env bash
# The long forms of the fault tests: every byte, hundreds of rounds, minutes of a dead server, tens of thousands of random
# operations, hundreds of kills at random times, hours of damaged input, and the Debian package in a whole Debian (as root, with
# debootstrap). They are the tests of the category "Soak", which have a short form in every run of scripts/test.sh. After them, when no
# arguments choose among them, five minutes of everything at once in 256 MB (bench/Heron.Packages.Bench, docs/performance.md).
# scripts/takeover.sh, which needs the program of an earlier version, and scripts/fuzz.sh, which needs afl++ and goes on as long as one likes,
# are not among them. At the end stand the figures that they noted.
#
#   HERON_KILLS=500           kills at random times, for each kind of place (HERON_SEED repeats a run)
#   HERON_ATTACKS=600         requests that a server in 256 MB is attacked with
#   HERON_FUZZ_SECONDS=600    seconds of damaged input for each reader
#   HERON_CONFIGURATION=Debug what is built and run
#   HERON_PROGRAM=PROGRAM     the server that end-to-end tests start: one that scripts/publish.sh makes starts in a third of the time, and is what
#                             people run. Without arguments one is made first, unless it is named
#
# Usage: scripts/soak.sh [extra arguments for dotnet test, such as --filter "Category=Soak&FullyQualifiedName~ByteCut"]
#        scripts/soak.sh --filter "FullyQualifiedName~RandomKillTests"    kills, nothing else
#        scripts/soak.sh --filter "FullyQualifiedName~SmallMemoryTests"   attacks in 256 MB
#        scripts/soak.sh --filter "FullyQualifiedName~FuzzTests"          damaged input (scripts/fuzz.sh: such that goes new ways)
set -euo pipefail
cd "$(dirname "$0")/.."

export HERON_SOAK=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
HERON_SOAK_FIGURES=$(mktemp)
export HERON_SOAK_FIGURES
trap 'cat "$HERON_SOAK_FIGURES"; rm -f "$HERON_SOAK_FIGURES"' EXIT
configuration=${HERON_CONFIGURATION:-Debug}
dotnet build HeronApiServer.sln -c "$configuration" -v quiet --nologo
if [ $# -eq 0 ] && [ -z "${HERON_PROGRAM:-}" ]; then
    scripts/publish.sh --runtime "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" artifacts/heron-apiserver
    export HERON_PROGRAM=$PWD/artifacts/heron-apiserver/heron-apiserver
fi

filter=(--filter "Category=Soak")
for argument in "$@"; do
    if [ "$argument" = "--filter" ]; then filter=(); fi
done
dotnet test HeronApiServer.sln -c "$configuration" --no-build --nologo --logger "console;verbosity=normal" "${filter[@]}" "$@"

if [ $# -eq 0 ]; then
    dotnet build -c Release src/Heron.ApiServer -v quiet --nologo

    # A cgroup wants root; the limit of the heap that the run sets itself is the next best.
    server=()
    if [ "$(id -u)" = 0 ] && [ -w /sys/fs/cgroup ]; then server=(--server bench/in-256mb.sh); fi
    dotnet run -c Release --project bench/Heron.Packages.Bench -- mixed --minutes 5 "${server[@]}"
fi
