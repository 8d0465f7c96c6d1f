#!/usr/bin/env bash
# The long forms of the fault tests: every byte, hundreds of rounds, minutes of a dead server, tens of thousands of random
# operations. They are the tests of the category "Soak", which have a short form in every run of scripts/test.sh.
# Usage: scripts/soak.sh [extra arguments for dotnet test, such as --filter "Category=Soak&FullyQualifiedName~ByteCut"]
set -euo pipefail
cd "$(dirname "$0")/.."

export HERON_SOAK=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build HeronApiServer.sln -v quiet --nologo
filter=(--filter "Category=Soak")
for argument in "$@"; do
    if [ "$argument" = "--filter" ]; then filter=(); fi
done
exec dotnet test HeronApiServer.sln --no-build --nologo --logger "console;verbosity=normal" "${filter[@]}" "$@"
