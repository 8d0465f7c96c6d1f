#!/bin/sh
# Starts one container of a topology on a node: fetches heron-core and the topology package into a working folder of its
# own and turns into heron-executor. With the argument "clean", run once the container has ended for good, it leaves only
# the logs in that folder; with "sweep" it only removes logs that were kept long enough. Runs under any POSIX shell, as a raw_exec task of Nomad and as a child of the local scheduler.
#
# Takes from the environment
#   HERON_NOMAD_WORKING_DIR        the container's folder: absolute, at least two levels deep; made if missing. ${HOME} at its
#                                  beginning is the home of the account that this runs as
#   HERON_TOPOLOGY_NAME, HERON_CONTAINER_INDEX
#                                  whose container it is: a folder that is not marked as ours is taken over if it holds a
#                                  container of Heron and nothing in it is another topology's or another container's
#   HERON_USE_CORE_PACKAGE_URI     true: fetch HERON_CORE_PACKAGE_URI; else link HERON_CORE_PACKAGE_DIR
#   HERON_TOPOLOGY_PACKAGE_URI     the topology package; http, https and file are fetched and checked here
#   HERON_TOPOLOGY_PACKAGE_SHA256  its digest, if known
#   HERON_DIRECT_URL               what begins with it is fetched without proxies and without the downloader's own settings
#   HERON_TOPOLOGY_DOWNLOAD_CMD    fetches and unpacks a package whose address only Heron's own downloader understands
#   HERON_EXECUTOR_CMD             the executor's command line as shell words, or HERON_EXECUTOR_CMD_FILE, a file with it
#   METRICS_PORT_FILE              gets the number in NOMAD_PORT_metrics_port, when both are set
#   HERON_DOWNLOAD_RETRY_PAUSE     seconds before the second try, doubled before each further one (2)
#   HERON_OLD_CONTAINER_WAIT       seconds to wait for an earlier run of this container to end (30)
#   HERON_KEEP_RUNS                of how many earlier runs the logs are kept, in previous-runs/1 (the last) and so on (3)
#   HERON_KEEP_RUN_KB              most kilobytes of logs kept of an earlier run (65536)
#   HERON_KEEP_ENDED_SECS          how long the logs of a container that ended for good are kept (86400)
#   HERON_CONTAINERS_ROOT          where folders of containers are looked for whose logs were kept that long; none if not set
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
earlier=previous-runs
step=${1:-start}

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

# Without proxies and settings files for what this topology's server serves: neither knows about it.
is_direct() {
    [ -n "${HERON_DIRECT_URL:-}" ] || return 1
    case $1 in
        "$HERON_DIRECT_URL"*) return 0 ;;
        *) return 1 ;;
    esac
}

fetch_with_curl() {
    # A transfer below one byte a second for a minute is dead.
    if is_direct "$1"; then
        curl -q --noproxy '*' -fsSL --connect-timeout 20 --speed-limit 1 --speed-time 60 -o "$2" "$1"
    else
        curl -fsSL --connect-timeout 20 --speed-limit 1 --speed-time 60 -o "$2" "$1"
    fi
}

# Only what BusyBox knows too; GNU's would try twenty times by itself.
fetch_with_wget() (
    once=
    case $(wget --version 2>/dev/null) in
        *GNU*) once=--tries=1 ;;
    esac

    if is_direct "$1"; then
        unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
        [ -z "$once" ] || once="$once --no-proxy --no-config"
    fi

    # shellcheck disable=SC2086 # Words of ours.
    wget -q $once -T 60 -O "$2" "$1"
)

fetch_once() {
    if command -v curl >/dev/null 2>&1; then
        fetch_with_curl "$1" "$2"
        return
    fi

    case $1 in
        file://*) cp -- "${1#file://}" "$2" ;;
        *)
            command -v wget >/dev/null 2>&1 || fail 70 "there is neither curl nor wget on this node"
            fetch_with_wget "$1" "$2"
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

# --- folders of containers ---

# The process that a mark names, if it still runs.
is_alive() {
    [ -n "$1" ] && [ "$1" != "$$" ] && [ -n "$2" ] && [ "$(started_at "$1")" = "$2" ]
}

# Waits for an earlier run, PID and START, to end; false when it does not.
has_ended() {
    waited=0
    limit=$(number_or "${HERON_OLD_CONTAINER_WAIT:-}" 30)
    while is_alive "$1" "$2"; do
        [ "$waited" -lt "$limit" ] || return 1
        [ "$waited" -gt 0 ] || say "waiting for process $1 of an earlier run to end"
        sleep 1
        waited=$((waited + 1))
    done
}

# What a script leaves whose downloads failed: heron-core, or the attempt to link it, and packages.
has_only_downloads() {
    some=
    for entry in ./* ./.[!.]* ./..?*; do
        is_there "$entry" || continue
        case $entry in
            ./heron-core | ./heron-core.tar.gz | ./topology.tar.gz) some=1 ;;
            *) return 1 ;;
        esac
    done

    [ -n "$some" ]
}

# Whether a folder without our mark holds a container of this topology, as another server's script leaves it: heron-core,
# and nothing that names another topology or another container. One that did not get that far has downloads alone.
is_ours_by_content() {
    [ -n "${HERON_TOPOLOGY_NAME:-}" ] && [ -n "${HERON_CONTAINER_INDEX:-}" ] || return 1
    [ -e heron-core/bin/heron-executor ] || has_only_downloads || return 1
    for entry in ./*.defn; do
        [ ! -e "$entry" ] || [ "$entry" = "./$HERON_TOPOLOGY_NAME.defn" ] || return 1
    done

    for entry in ./heron-executor-*.pid; do
        [ ! -e "$entry" ] || [ "$entry" = "./heron-executor-$HERON_CONTAINER_INDEX.pid" ] || return 1
    done
}

is_there() {
    [ -e "$1" ] || [ -h "$1" ]
}

# Leaves at most so many kilobytes in a folder of logs: of what is too much, the ends.
bound() {
    left=$(($2 * 1024))
    for entry in "$1"/* "$1"/*/*; do
        [ -f "$entry" ] && [ ! -h "$entry" ] || continue
        size=$(wc -c <"$entry")
        if [ "$size" -gt "$left" ]; then
            tail -c "$left" "$entry" >"$entry.end" && mv -f -- "$entry.end" "$entry"
            size=$left
        fi

        left=$((left - size))
    done
}

# Puts the logs of the run before into previous-runs/1, the one before that into 2, and so on.
keep_logs() {
    [ ! -h "$earlier" ] || rm -f "$earlier"
    runs=$(number_or "${HERON_KEEP_RUNS:-}" 3)
    if [ "$runs" -eq 0 ]; then
        rm -rf "$earlier"
        return
    fi

    kept=
    for entry in log-files heron-executor-*.stdout heron-executor-*.stderr hs_err_pid*.log; do
        is_there "$entry" && [ ! -h "$entry" ] || continue
        if [ -z "$kept" ]; then
            rm -rf "$earlier/$runs"
            while [ "$runs" -gt 1 ]; do
                [ ! -d "$earlier/$((runs - 1))" ] || mv "$earlier/$((runs - 1))" "$earlier/$runs"
                runs=$((runs - 1))
            done

            mkdir -p "$earlier/1" || return
            kept=1
        fi

        mv -- "$entry" "$earlier/1/" || return
    done

    [ -z "$kept" ] || bound "$earlier/1" "$(number_or "${HERON_KEEP_RUN_KB:-}" 65536)"
}

# Removes everything but our mark and the name given.
clear_folder() {
    for entry in ./* ./.[!.]* ./..?*; do
        is_there "$entry" || continue
        case $entry in
            "./$marker" | "./$1") continue ;;
        esac

        rm -rf -- "$entry" || return
    done
}

# Whether what a mark stands for ended longer ago than logs are kept. Without a word about its end it counts as long as
# anything beside it is younger.
is_expired() {
    began=
    read -r ended began <"$1" || return 1
    if [ "$ended" = ended ]; then
        [ $(($(date +%s) - $(number_or "$began" 0))) -ge "$keep" ]
    else
        ! is_alive "$ended" "$began" && [ -z "$(find "${1%/*}" -mmin "-$((keep / 60 + 1))" 2>/dev/null | head -n 1)" ]
    fi
}

# What the local scheduler keeps of a container's outputs beside its folder.
rm_outputs() {
    rm -f -- "$1.stdout" "$1.stdout.1" "$1.stderr" "$1.stderr.1"
}

# Removes the folders of other containers whose logs were kept long enough.
sweep() {
    keep=$(number_or "${HERON_KEEP_ENDED_SECS:-}" 86400)
    root=$(at_home "${HERON_CONTAINERS_ROOT:-}")
    case $root in
        /?*) ;;
        *) return ;;
    esac

    find "$root" \( -name heron-core -o -name log-files -o -name "$earlier" \) -prune \
        -o -name "$marker" -type f -print 2>/dev/null | while IFS= read -r mark; do
        old=${mark%/*}
        if [ "$old" = "$folder" ] || ! is_expired "$mark"; then
            continue
        fi

        # Aside first: a container that begins there now finds its folder gone, or is seen here and gets it back.
        if mv -- "$old" "$old.expired-$$" 2>/dev/null; then
            if is_expired "$old.expired-$$/$marker"; then
                rm -rf -- "$old.expired-$$"
                rm_outputs "$old"
                rmdir -- "${old%/*}" 2>/dev/null
            else
                mv -n -- "$old.expired-$$" "$old"
            fi
        fi
    done
}

# A path, or the file:// address of one, with ${HOME} at its beginning, as this account has it.
at_home() {
    case $1 in
        'file://${HOME}'*) printf 'file://%s\n' "$(at_home "${1#file://}")" ;;
        '${HOME}'*)
            home=${HOME:-$(getent passwd "$(id -u)" 2>/dev/null | cut -d : -f 6)}
            printf '%s\n' "$home${1#'${HOME}'}"
            ;;
        *) printf '%s\n' "$1" ;;
    esac
}

# --- what is asked for ---

folder=$(at_home "${HERON_NOMAD_WORKING_DIR:-}")
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

# --- the end of a container ---

if [ "$step" = sweep ]; then
    sweep
    exit 0
fi

if [ "$step" = clean ]; then
    cd -- "$folder" 2>/dev/null || exit 0
    [ -f "$marker" ] || exit 0
    read -r old_pid old_start <"$marker" || :
    has_ended "$old_pid" "$old_start" || fail 66 "process $old_pid is still alive in '$folder'; nothing is removed"
    if [ "$(number_or "${HERON_KEEP_ENDED_SECS:-}" 86400)" -eq 0 ]; then
        cd / && rm -rf -- "$folder"
        rm_outputs "$folder"
        rmdir -- "${folder%/*}" 2>/dev/null
    else
        # What goes anyhow goes first: on a full disk the logs need its room.
        rm -rf heron-core heron-conf
        keep_logs
        clear_folder "$earlier"
        printf 'ended %s\n' "$(date +%s)" >"$marker"
    fi

    sweep
    exit 0
fi

if [ -n "${HERON_EXECUTOR_CMD_FILE:-}" ]; then
    executor=$(cat -- "$HERON_EXECUTOR_CMD_FILE") || fail 64 "HERON_EXECUTOR_CMD_FILE cannot be read"
else
    executor=${HERON_EXECUTOR_CMD:-}
fi

[ -n "$executor" ] || fail 64 "HERON_EXECUTOR_CMD is not set"

# --- a working folder of our own ---

mkdir -p -- "$folder" || fail 65 "the working folder '$folder' cannot be made"
cd -- "$folder" || fail 65 "the working folder '$folder' cannot be entered"

old_pid=
old_start=
if [ -f "$marker" ]; then
    read -r old_pid old_start <"$marker" || :
elif is_ours_by_content; then
    say "taking over the folder that another server left for this container"
    old_pid=$(cat "heron-executor-$HERON_CONTAINER_INDEX.pid" 2>/dev/null) || :
    if [ "$(readlink "/proc/${old_pid:-0}/cwd" 2>/dev/null)" = "$(pwd -P)" ]; then
        old_start=$(started_at "$old_pid")
    fi
else
    for entry in ./* ./.[!.]* ./..?*; do
        if is_there "$entry"; then
            fail 65 "the folder '$folder' is not empty and was not made for this container; empty it or choose another"
        fi
    done
fi

has_ended "$old_pid" "$old_start" ||
    fail 66 "process $old_pid of an earlier run is still alive in '$folder'; stop it first"

# The marker goes first and stays, so that a folder half cleared is still known as ours.
printf '%s %s\n' "$$" "$(started_at "$$")" >"$marker" || fail 65 "nothing can be written to '$folder'"
keep_logs || say "logs of the run before cannot be kept"
clear_folder "$earlier" || fail 65 "'$folder' cannot be cleared"
sweep

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

# What the executor's command line leaves to the node; an agent that init started may have none.
# shellcheck disable=SC2016 # The notation of at_home.
HOME=$(at_home '${HOME}')
export HOME

# --- heron-core ---

case ${HERON_USE_CORE_PACKAGE_URI:-false} in
    [Tt][Rr][Uu][Ee])
        [ -n "${HERON_CORE_PACKAGE_URI:-}" ] || fail 64 "HERON_CORE_PACKAGE_URI is not set"
        HERON_CORE_PACKAGE_URI=$(at_home "$HERON_CORE_PACKAGE_URI")
        try "fetching heron-core from $(shown "$HERON_CORE_PACKAGE_URI")" get_core
        ;;
    *)
        HERON_CORE_PACKAGE_DIR=$(at_home "${HERON_CORE_PACKAGE_DIR:-}")
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

unset HERON_EXECUTOR_CMD HERON_TOPOLOGY_DOWNLOAD_CMD HERON_TOPOLOGY_PACKAGE_URI HERON_CORE_PACKAGE_URI HERON_DIRECT_URL
eval "exec $executor"
