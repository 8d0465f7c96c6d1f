#!/usr/bin/env bash
# A server of an earlier version and this one take over each other's topologies: store, journal, state and containers on this machine.
#
# Usage: scripts/takeover.sh EARLIER [THIS]
#   EARLIER  the program heron-apiserver of the earlier version, published or built
#   THIS     that of this one; default artifacts/heron-apiserver/heron-apiserver
#
# EARLIER submits three topologies. THIS lists and describes them, restarts a container of the first, kills the second, and submits a
# fourth. EARLIER takes the others back, restarts a container of each and kills them. Containers that nobody restarts keep their
# processes throughout; at the end nothing is left. The last line begins with OK.
set -euo pipefail
working=$PWD
cd "$(dirname "$0")/.."
earlier=$(cd "$working" && realpath "${1:?give the program of the earlier version}")
case ${2:-} in '') this=$PWD/artifacts/heron-apiserver/heron-apiserver ;; /*) this=$2 ;; *) this=$working/$2 ;; esac

home=$(mktemp -d /tmp/heron-takeover.XXXXXX)
server=
fail() { echo "FAILED: $*" >&2; exit 1; }
finish() {
    status=$?
    if [ -n "$server" ] && kill -TERM "$server" 2>/dev/null; then wait "$server" || true; fi
    # What a failure left running.
    find "$home" -name demo-report.txt -exec sed -n 's/.* of process //p' {} + | while read -r pid; do kill -TERM "$pid" 2>/dev/null || true; done
    if [ "$status" -ne 0 ]; then tail -n 20 "$home"/*.log; echo "all of it is in $home"; else rm -rf "$home"; fi
}
trap finish EXIT

tar -C tests/fixtures/noting-core -czf "$home/heron-core.tar.gz" .
printf 'a topology binary that nobody runs\n' > "$home/topology.jar"

# serve HOME PROGRAM LOG PORT: becomes the server.
serve() {
    HOME=$1 exec "$2" --cluster local --base-template local --bind 127.0.0.1 --port "$4" --download-hostname 127.0.0.1 \
        --heron-core-package-path "$home/heron-core.tar.gz" >> "$home/$3.log" 2>&1
}
start() {
    serve "$home" "$1" "$2" "$port" &
    server=$!
    for _ in $(seq 300); do
        curl -sf --max-time 10 -o /dev/null "$url/topologies" && return
        kill -0 "$server" 2>/dev/null || fail "$2 does not start"
        sleep 0.1
    done
    fail "$2 does not answer"
}
stop() { kill "-${1:-TERM}" "$server"; wait "$server" || [ "${1:-TERM}" = KILL ] || fail "the server ended with status $?"; server=; }
submit() {
    curl -sS --fail-with-body -o /dev/null -F "name=$1" -F cluster=local -F role=ops -F environment=default -F user=ops \
        -F "definition=@tests/fixtures/heron-cli/recorded/defn/$1.defn" -F "topology=@$home/topology.jar" "$url/topologies" || fail "submission of $1"
}
ask() { curl -sS --fail-with-body -o "$home/answer" "$@" || fail "$* answered $(cat "$home/answer")"; }
restart() { ask -X POST -d container_id=1 "$url/topologies/local/ops/default/$1/restart"; }
kill_topology() { ask -X DELETE "$url/topologies/local/ops/default/$1"; }
listed() { curl -sS "$url/topologies" | grep -oE '"(ExclamationTopology|Acking|MultiSpout|CustomGrouping)"' | tr -d '"' | sort -u | paste -sd ' '; }
# The process of a container, once it runs; not the one that is given.
process() {
    for _ in $(seq 300); do
        report=$(find "$home/.herondata/topologies" -path "*/$1*/container-$2/demo-report.txt")
        pid=$([ -z "$report" ] || sed -n 's/.* of process //p' "$report" 2>/dev/null || true)
        if [ -n "$pid" ] && [ "$pid" != "${3:-}" ] && kill -0 "$pid" 2>/dev/null; then echo "$pid"; return; fi
        sleep 0.1
    done
    fail "container $2 of $1 does not run"
}
expect() { [ "$1" = "$2" ] || fail "$3: expected '$1', got '$2'"; }

# Containers fetch their package from the same port whichever server runs: a server with a home of its own asks the kernel for a free one.
mkdir "$home/port"
serve "$home/port" "$this" port 0 &
server=$!
port=
for _ in $(seq 300); do
    port=$(sed -n 's|.*nodes reach this server at http://127.0.0.1:\([0-9]*\).*|\1|p' "$home/port.log" 2>/dev/null || true)
    if [ -n "$port" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
done
[ -n "$port" ] || fail "this version does not start"
stop
url=http://127.0.0.1:$port/api/v1

echo "== the earlier version submits"
start "$earlier" earlier
for name in ExclamationTopology Acking MultiSpout; do submit "$name"; done
one=$(process ExclamationTopology 1) two=$(process ExclamationTopology 2) other=$(process MultiSpout 1)
stop

echo "== this version takes over, after an orderly end"
start "$this" this
expect "Acking ExclamationTopology MultiSpout" "$(listed)" "the list"
ask "$url/topologies/local/ops/default/ExclamationTopology"
expect "$two" "$(process ExclamationTopology 2)" "container 2 goes on"
restart ExclamationTopology
one=$(process ExclamationTopology 1 "$one")
kill_topology Acking
submit CustomGrouping
third=$(process CustomGrouping 1)
expect "CustomGrouping ExclamationTopology MultiSpout" "$(listed)" "the list"
stop

echo "== the earlier version takes them back"
start "$earlier" earlier
expect "CustomGrouping ExclamationTopology MultiSpout" "$(listed)" "the list"
ask "$url/topologies/local/ops/default/ExclamationTopology"
expect "$one $two $other $third" "$(process ExclamationTopology 1) $(process ExclamationTopology 2) $(process MultiSpout 1) $(process CustomGrouping 1)" "containers go on"
for name in ExclamationTopology CustomGrouping; do restart "$name"; done
one=$(process ExclamationTopology 1 "$one") third=$(process CustomGrouping 1 "$third")
stop KILL

echo "== this version again, after kill -9, and the earlier one for the last"
start "$this" this
expect "$one $two $third" "$(process ExclamationTopology 1) $(process ExclamationTopology 2) $(process CustomGrouping 1)" "containers go on"
kill_topology ExclamationTopology
stop
start "$earlier" earlier
for name in MultiSpout CustomGrouping; do kill_topology "$name"; done
expect "" "$(listed)" "the list"
# One whose parent is gone may wait to be collected.
for pid in $one $two $other $third; do
    state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null || true)
    case $state in '' | Z*) ;; *) fail "process $pid of a killed container runs: $state" ;; esac
done
stop
# What only this version knows it tidies up itself.
start "$this" this
for _ in $(seq 100); do [ -n "$(find "$home/.herondata/repository/topologies/.content" -type f 2>/dev/null)" ] || break; sleep 0.1; done
stop
left=$(find "$home/.herondata/repository" -type f ! -name lock ! -name '*.jsonl' | head -5)
expect "" "$left" "what is left in store and state"
echo "OK: submitted, taken over, taken back, killed; containers that nobody restarted kept their processes"
