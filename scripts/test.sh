#!/usr/bin/env bash
# Installs what the tests need when it is missing, runs every test and ends with "N passed, N failed".
# Usage: scripts/test.sh [extra arguments for dotnet test, such as --filter ...]
set -uo pipefail
cd "$(dirname "$0")/.."

need=()
command -v javac >/dev/null || need+=(default-jdk-headless)
[ -e /usr/share/java/zookeeper.jar ] || need+=(zookeeper)
[ -e /usr/share/java/curator-recipes.jar ] || need+=(libcurator-recipes-java)
python3 -c '' 2>/dev/null || need+=(python3)
/usr/bin/python3 -c 'import kazoo' 2>/dev/null || need+=(python3-kazoo)
/usr/bin/python3 -c 'import google.protobuf' 2>/dev/null || need+=(python3-protobuf)
command -v protoc >/dev/null || need+=(protobuf-compiler)
command -v curl >/dev/null || need+=(curl)
command -v openssl >/dev/null || need+=(openssl)
if [ ${#need[@]} -gt 0 ]; then
    echo "installing: ${need[*]}"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${need[@]}"; } \
        >/tmp/heron-apiserver-apt.log 2>&1 || { tail -20 /tmp/heron-apiserver-apt.log; exit 1; }
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

dotnet build HeronApiServer.sln -v quiet --nologo || { echo "the build failed"; exit 1; }
dotnet test HeronApiServer.sln --no-build --nologo --logger trx --results-directory "$results" "$@"
status=$?

# One counter line per test project stands in its .trx file.
total() { cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | sed "s/.* $1=\"\([0-9]*\)\".*/\1/" | awk '{n += $1} END {print n + 0}'; }
passed=$(total passed)
failed=$(total failed)
if [ "$passed" -eq 0 ]; then echo "no test ran"; exit 1; fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
