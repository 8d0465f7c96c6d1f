#!/usr/bin/env bash
# Installs what the tests need when it is missing, runs every check and test and ends with "N passed, N failed".
# Usage: scripts/test.sh [extra arguments for dotnet test, such as --filter ...]
# When everything runs, that is without extra arguments, the layout of the sources is checked, where a fault counts as a failed test, and
# it is told how much of the rooms below the HTTP floor unit tests have run.
set -uo pipefail
cd "$(dirname "$0")/.."

command -v dotnet >/dev/null || { echo "dotnet is missing: install the SDK that global.json names"; exit 1; }

# What a test starts and this machine lacks, as Debian packages.
missing() {
    command -v javac >/dev/null || echo default-jdk-headless
    [ -e /usr/share/java/zookeeper.jar ] || echo zookeeper
    [ -e /usr/share/java/curator-recipes.jar ] || echo libcurator-recipes-java
    [ -x /usr/bin/python3 ] || echo python3
    /usr/bin/python3 -c 'import kazoo' 2>/dev/null || echo python3-kazoo
    /usr/bin/python3 -c 'import google.protobuf' 2>/dev/null || echo python3-protobuf
    /usr/bin/python3 -c 'import yaml' 2>/dev/null || echo python3-yaml
    [ -e /usr/share/java/snakeyaml.jar ] || echo libyaml-snake-java
    command -v protoc >/dev/null || echo protobuf-compiler
    command -v curl >/dev/null || echo curl
    command -v openssl >/dev/null || echo openssl
    [ -x /bin/kill ] || echo procps
    [ -x /usr/bin/chromium ] || echo chromium
    command -v zsh >/dev/null || echo zsh
    command -v groff >/dev/null || echo groff-base
    command -v systemd-analyze >/dev/null || echo systemd
}

# Runs a command until it succeeds, a few times: another package manager may hold the lock, or a server be away.
persist() {
    for wait in 10 20 40 0; do
        "$@" && return
        [ "$wait" -eq 0 ] || { echo "failed, trying again in $wait s: $*"; sleep "$wait"; }
    done
    return 1
}

install() {
    # Without fresh lists it can do, too: what is wanted may be in the old ones.
    "${root[@]}" apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 update
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 install -y --no-install-recommends "$@"
}

mapfile -t need < <(missing)
if [ ${#need[@]} -gt 0 ]; then
    root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo -n)
    echo "installing: ${need[*]}"
    log=$(mktemp)
    persist install "${need[@]}" >"$log" 2>&1 || {
        tail -20 "$log"
        echo "the tests need these packages, and they could not be installed: ${need[*]} (all that was said: $log)"
        exit 1
    }
    rm -f "$log"
    mapfile -t need < <(missing)
    [ ${#need[@]} -eq 0 ] || { echo "installed, and still not found: ${need[*]}"; exit 1; }
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# Exactly the versions and contents of packages.lock.json. A changed reference is no reason to try again.
restore() {
    dotnet restore HeronApiServer.sln --locked-mode -v quiet 2>&1 | tee "$results/restore.log"
    [ "${PIPESTATUS[0]}" -eq 0 ] || grep -q NU1004 "$results/restore.log"
}
persist restore || { echo "the packages could not be fetched"; exit 1; }
if grep -q NU1004 "$results/restore.log"; then
    echo "packages.lock.json does not fit the projects: run 'dotnet restore HeronApiServer.sln', and commit what it changes"
    exit 1
fi

dotnet build HeronApiServer.sln --no-restore -v quiet --nologo || { echo "the build failed"; exit 1; }
layout=0
if [ $# -eq 0 ]; then
    # As files, without the projects, which would take a minute to load.
    format=(dotnet format whitespace . --folder --exclude '**/obj/**' '**/bin/**' artifacts)
    "${format[@]}" --verify-no-changes || {
        layout=1
        echo "the layout of the sources is not the formatter's: run '${format[*]}'"
    }
fi

[ $# -gt 0 ] || export HERON_COVERAGE=1 # See tests/Directory.Build.props.
# As many projects at once as there are cores, in the order of the solution, in which the longest stand first.
dotnet test HeronApiServer.sln --no-build --nologo --logger trx --results-directory "$results" "$@"
status=$?

# One counter line per test project stands in its .trx file.
total() { cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | sed "s/.* $1=\"\([0-9]*\)\".*/\1/" | awk '{n += $1} END {print n + 0}'; }
passed=$(total passed)
failed=$(($(total failed) + layout))
if [ "$passed" -eq 0 ]; then echo "no test ran"; exit 1; fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
[ $# -gt 0 ] || /usr/bin/python3 scripts/coverage.py "$results" || echo "coverage: not known"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
