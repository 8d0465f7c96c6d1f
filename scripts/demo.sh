#!/usr/bin/env bash
# Builds the server and shows its main job on this machine alone: submit a topology, see its containers run and what they
# downloaded, kill it. Needs the .NET 10 SDK and curl; leaves nothing behind. The last line begins with OK.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v curl >/dev/null || { echo "curl is missing: apt-get install curl"; exit 1; }
home=$(mktemp -d /tmp/heron-demo.XXXXXX)
server=
cleanup() {
    status=$?
    if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
        [ -z "${submitted:-}" ] || curl -s -o /dev/null -X DELETE "$url/api/v1/topologies/local/demo/default/ExclamationTopology" || true
        kill -TERM "$server" && wait "$server" 2>/dev/null || true
    fi
    [ "$status" -eq 0 ] || { echo "--- the server's log:"; tail -30 "$home/server.log" 2>/dev/null; }
    rm -rf "$home"
}
trap cleanup EXIT

echo "== build"
dotnet build src/Heron.ApiServer -c Release -v quiet --nologo -clp:NoSummary
program=$PWD/src/Heron.ApiServer/bin/Release/net10.0/heron-apiserver

echo "== start"
tar -C scripts/demo-core -czf "$home/heron-core.tar.gz" .
printf 'a topology binary; the demo does not run it\n' > "$home/exclamation.jar"
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 30000))
    url=http://127.0.0.1:$port
    HOME=$home "$program" --cluster local --base-template local --bind 127.0.0.1 --port "$port" \
        --download-hostname 127.0.0.1 --heron-core-package-path "$home/heron-core.tar.gz" > "$home/server.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        curl -sf -o /dev/null "$url/api/v1/version" && break 2
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    # The port may be taken: try another one.
    kill -0 "$server" 2>/dev/null && { echo "the server does not answer"; exit 1; }
done
curl -sf "$url/api/v1/version"; echo

echo "== submit"
submitted=yes
curl -sS --fail-with-body -F name=ExclamationTopology -F cluster=local -F role=demo -F environment=default -F user="${USER:-demo}" \
    -F "definition=@tests/fixtures/heron-cli/recorded/defn/ExclamationTopology.defn" -F "topology=@$home/exclamation.jar" \
    "$url/api/v1/topologies"; echo

echo "== the containers, and what they downloaded"
expected=${EXPECTED_CONTAINERS:-3}
for _ in $(seq 300); do
    reports=$(find "$home" -name demo-report.txt | sort)
    [ "$(printf '%s' "$reports" | grep -c .)" -ge "$expected" ] && break
    sleep 0.1
done
[ "$(printf '%s' "$reports" | grep -c .)" -ge "$expected" ] || { echo "not all containers came up"; exit 1; }
cat $reports

echo "== kill"
curl -sS --fail-with-body -X DELETE "$url/api/v1/topologies/local/demo/default/ExclamationTopology"; echo
submitted=
for pid in $(sed -n 's/.* of process //p' $reports 2>/dev/null); do
    kill -0 "$pid" 2>/dev/null && { echo "process $pid of a container still runs"; exit 1; }
done
kill -TERM "$server"
wait "$server" || { echo "the server ended with status $?"; exit 1; }
server=
echo "OK: submitted, ran $expected containers, killed, stopped"
