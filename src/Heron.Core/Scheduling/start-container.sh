#!/bin/sh
# Starts one container of a topology on a node: fetches heron-core and the topology package into a working folder of its
# own and turns into heron-executor. Runs under any POSIX shell, as a raw_exec task of Nomad and as a child of the
# local scheduler.
#
# Takes from the environment
#   HERON_NOMAD_WORKING_DIR        the container's folder: absolute, at least two levels deep; made if missing
#   HERON_USE_CORE_PACKAGE_URI     true: fetch HERON_CORE_PACKAGE_URI; else link HERON_CORE_PACKAGE_DIR
#   HERON_TOPOLOGY_PACKAGE_URI     the topology package; http, https and file are fetched and checked here
#   HERON_TOPOLOGY_PACKAGE_SHA256  its digest, if known
#   HERON_TOPOLOGY_DOWNLOAD_CMD    fetches and unpacks a package whose address only Heron's own downloader understands
#   HERON_EXECUTOR_CMD             the executor's command line as shell words, or HERON_EXECUTOR_CMD_FILE, a file with it
#   METRICS_PORT_FILE              gets the number in NOMAD_PORT_metrics_port, when both are set
#   HERON_DOWNLOAD_RETRY_PAUSE     seconds before the second try, doubled before each further one (2)
#   HERON_OLD_CONTAINER_WAIT       seconds to wait for an earlier run of this container to end (30)
#
# Ends with the executor's status, or before it starts with
#   64 a setting is missing or wrong            70 heron-core cannot be fetched
#   65 the working folder cannot be used        71 heron-core cannot be unpacked
#   66 an earlier run of this container lives   72 the topology package cannot be fetched
#                                               73 the topology package is not the one submitted
#                                               74 the topology package cannot be unpacked
set -u

tries=5
marker=.heron-container

say() {
    printf 'heron-container: %s\n' "$*" >&2
}

fail() {
    status=$1
    shift
    say "$*"
    exit "$status"
}

# An address without what may be secret in it: user, password, query.
shown() {
    printf '%s\n' "$1" | sed -e 's|://[^/@]*@|://|' -e 's|?.*|?...|'
}

number_or() {
    case $1 in
        '' | *[!0-9]*) printf '%s\n' "$2" ;;
        *) printf '%s\n' "$1" ;;
    esac
}

# When a process began, in ticks since the machine started; tells it from a later one with the same number.
started_at() {
    [ -r "/proc/$1/stat" ] || return 1
    sed -e 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

fetch_once() {
    if command -v curl >/dev/null 2>&1; then
        # A transfer below one byte a second for a minute is dead.
        curl -fsSL --connect-timeout 20 --speed-limit 1 --speed-time 60 -o "$2" "$1"
        return
    fi

    case $1 in
        file://*) cp -- "${1#file://}" "$2" ;;
        *)
            command -v wget >/dev/null 2>&1 || fail 70 "there is neither curl nor wget on this node"
            wget -q --tries=1 --timeout=60 -O "$2" "$1"
            ;;
    esac
}

digest_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1" | cut -d ' ' -f 1
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1" | cut -d ' ' -f 1
    else
        openssl dgst -sha256 <"$1" | sed -e 's/^.*= *//'
    fi
}

# The steps that are tried again: each leaves nothing behind when it fails, and names its fault in $fault.

get_core() {
    rm -rf .heron-core.part .heron-core.unpacked
    fault=70
    fetch_once "$HERON_CORE_PACKAGE_URI" .heron-core.part || return 1
    fault=71
    mkdir .heron-core.unpacked || return 1
    tar -xzof .heron-core.part -C .heron-core.unpacked || return 1
    rm -f .heron-core.part
    if [ ! -d .heron-core.unpacked/heron-core ]; then
        say "there is no folder heron-core in the package"
        return 1
    fi

    mv .heron-core.unpacked/heron-core heron-core && rm -rf .heron-core.unpacked
}

get_topology() {
    rm -f .heron-topology.part .heron-topology.tar.gz
    fault=72
    fetch_once "$HERON_TOPOLOGY_PACKAGE_URI" .heron-topology.part || return 1
    if [ -n "${HERON_TOPOLOGY_PACKAGE_SHA256:-}" ]; then
        fault=73
        digest=$(digest_of .heron-topology.part) || return 1
        if [ "$digest" != "$HERON_TOPOLOGY_PACKAGE_SHA256" ]; then
            say "the package has the SHA-256 digest $digest, but $HERON_TOPOLOGY_PACKAGE_SHA256 was submitted"
            return 1
        fi
    fi

    mv .heron-topology.part .heron-topology.tar.gz
}

run_downloader() {
    fault=72
    eval "$HERON_TOPOLOGY_DOWNLOAD_CMD"
}

# try WHAT STEP: several times with growing pauses, then the end.
try() {
    pause=$(number_or "${HERON_DOWNLOAD_RETRY_PAUSE:-}" 2)
    count=1
    until "$2"; do
        say "$1: try $count of $tries failed"
        [ "$count" -lt "$tries" ] || fail "$fault" "$1 failed for good"
        sleep "$pause"
        pause=$((pause * 2))
        count=$((count + 1))
    done
}

# --- what is asked for ---

if [ -n "${HERON_EXECUTOR_CMD_FILE:-}" ]; then
    executor=$(cat -- "$HERON_EXECUTOR_CMD_FILE") || fail 64 "HERON_EXECUTOR_CMD_FILE cannot be read"
else
    executor=${HERON_EXECUTOR_CMD:-}
fi

[ -n "$executor" ] || fail 64 "HERON_EXECUTOR_CMD is not set"

folder=${HERON_NOMAD_WORKING_DIR:-}
while :; do
    case $folder in
        */) folder=${folder%/} ;;
        *) break ;;
    esac
done

case $folder in
    *'${'*) fail 64 "the working folder '$folder' contains a token that nothing replaced" ;;
    *//* | */./* | */../* | */. | */..) fail 64 "the working folder '$folder' must be a plain path" ;;
    /?*/?*) ;;
    *) fail 64 "the working folder '$folder' must be an absolute path at least two levels deep" ;;
esac

# --- a working folder of our own ---

mkdir -p -- "$folder" || fail 65 "the working folder '$folder' cannot be made"
cd -- "$folder" || fail 65 "the working folder '$folder' cannot be entered"

if [ -f "$marker" ]; then
    waited=0
    limit=$(number_or "${HERON_OLD_CONTAINER_WAIT:-}" 30)
    old_pid=
    old_start=
    read -r old_pid old_start <"$marker" || :
    while [ -n "$old_pid" ] && [ "$old_pid" != "$$" ] && [ -n "$old_start" ] &&
        [ "$(started_at "$old_pid")" = "$old_start" ]; do
        [ "$waited" -lt "$limit" ] ||
            fail 66 "process $old_pid of an earlier run is still alive in '$folder'; stop it first"
        [ "$waited" -gt 0 ] || say "waiting for process $old_pid of an earlier run to end"
        sleep 1
        waited=$((waited + 1))
    done
else
    for entry in ./* ./.[!.]* ./..?*; do
        if [ -e "$entry" ] || [ -h "$entry" ]; then
            fail 65 "the folder '$folder' is not empty and was not made for a container; empty it or choose another"
        fi
    done
fi

# The marker goes first and stays, so that a folder half cleared is still known as ours.
printf '%s %s\n' "$$" "$(started_at "$$")" >"$marker" || fail 65 "nothing can be written to '$folder'"
for entry in ./* ./.[!.]* ./..?*; do
    [ "$entry" != "./$marker" ] || continue
    if [ -e "$entry" ] || [ -h "$entry" ]; then
        rm -rf -- "$entry" || fail 65 "'$folder' cannot be cleared"
    fi
done

# --- the Java of this node ---

if [ -z "${JAVA_HOME:-}" ] || [ ! -x "$JAVA_HOME/bin/java" ]; then
    [ -z "${JAVA_HOME:-}" ] || say "there is no bin/java in JAVA_HOME '$JAVA_HOME'; looking on the PATH"
    if java=$(command -v java); then
        java=$(readlink -f "$java" 2>/dev/null || printf '%s\n' "$java")
        JAVA_HOME=$(dirname "$(dirname "$java")")
    else
        say "there is no java on this node: neither in JAVA_HOME nor on the PATH"
    fi
fi

JAVA_HOME=${JAVA_HOME:-}
export JAVA_HOME

# --- heron-core ---

case ${HERON_USE_CORE_PACKAGE_URI:-false} in
    [Tt][Rr][Uu][Ee])
        [ -n "${HERON_CORE_PACKAGE_URI:-}" ] || fail 64 "HERON_CORE_PACKAGE_URI is not set"
        try "fetching heron-core from $(shown "$HERON_CORE_PACKAGE_URI")" get_core
        ;;
    *)
        [ -d "${HERON_CORE_PACKAGE_DIR:-}" ] ||
            fail 70 "the folder '${HERON_CORE_PACKAGE_DIR:-}' with heron-core is not on this node"
        ln -s -- "$HERON_CORE_PACKAGE_DIR" heron-core || fail 71 "heron-core cannot be linked"
        ;;
esac

# --- the topology ---

case ${HERON_TOPOLOGY_PACKAGE_URI:-} in
    http://* | https://* | file://*)
        try "fetching the topology from $(shown "$HERON_TOPOLOGY_PACKAGE_URI")" get_topology
        tar -xzof .heron-topology.tar.gz || fail 74 "the topology package cannot be unpacked"
        rm -f .heron-topology.tar.gz
        ;;
    *)
        [ -n "${HERON_TOPOLOGY_DOWNLOAD_CMD:-}" ] || fail 64 "HERON_TOPOLOGY_DOWNLOAD_CMD is not set"
        # Heron's downloader reads from a configuration folder which class serves which protocol.
        mkdir -p heron-conf || fail 65 "nothing can be written to '$folder'"
        cat >heron-conf/downloader.yaml <<'YAML' || fail 65 "nothing can be written to '$folder'"
heron.downloader.registry:
  http: org.apache.heron.downloader.HttpDownloader
  https: org.apache.heron.downloader.HttpDownloader
  distributedlog: org.apache.heron.downloader.DLDownloader
  file: org.apache.heron.downloader.FileDownloader
YAML
        try "fetching the topology with Heron's downloader" run_downloader
        ;;
esac

# heron-core opens this file without asking whether it is there.
mkdir -p heron-conf || fail 65 "nothing can be written to '$folder'"
[ -e heron-conf/override.yaml ] || printf '{}\n' >heron-conf/override.yaml ||
    fail 65 "nothing can be written to '$folder'"

if [ -n "${METRICS_PORT_FILE:-}" ] && [ -n "${NOMAD_PORT_metrics_port:-}" ]; then
    printf '%s\n' "$NOMAD_PORT_metrics_port" >"$METRICS_PORT_FILE" ||
        say "the metrics port cannot be written to '$METRICS_PORT_FILE'"
fi

# --- the executor takes this process over: signals reach it, its status is ours ---

unset HERON_EXECUTOR_CMD HERON_TOPOLOGY_DOWNLOAD_CMD HERON_TOPOLOGY_PACKAGE_URI HERON_CORE_PACKAGE_URI
eval "exec $executor"
