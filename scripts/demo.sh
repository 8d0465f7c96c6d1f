#!/usr/bin/env bash
# Builds the server and shows it on this machine alone. Needs the .NET 10 SDK and curl.
#
#   scripts/demo.sh          submits a topology, shows what runs, kills it. The last line begins with OK; nothing stays behind
#   scripts/demo.sh --keep   goes on instead: prints the address of its page, and what to try
#   scripts/demo.sh --stop   ends what --keep has left: server, containers, folder
#
# Containers run a stand-in for heron-core, the one that the tests use (tests/Heron.StandInCore): its topology manager, its figures and its
# logs are made up, all else is as with the real one.
#
# HERON_DEMO_FOLDER   where a kept demo lives; default artifacts/demo, so that every clone can have one
# HERON_DEMO_BUILT    Debug or Release: takes what is built so, and builds nothing
set -euo pipefail
cd "$(dirname "$0")/.."

kept=$(realpath -m "${HERON_DEMO_FOLDER:-artifacts/demo}")
name=ExclamationTopology
definitions=tests/fixtures/heron-cli/recorded/defn

# The processes of a demo: its server, its containers and what they have started all have its mark in their environment. The server
# passes none on that begins with HERON_.
processes() { grep -lzxF "DEMO_FOLDER=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3; }

# Waits for a condition: wait_for SECONDS COMMAND...
wait_for() {
    local tries=$(($1 * 10))
    shift
    until "$@"; do
        [ $((tries -= 1)) -gt 0 ] || return 1
        sleep 0.1
    done
}

is_empty() { [ -z "$(processes "$1")" ]; }
is_gone() { [[ " $(processes "$1" | tr '\n' ' ')" != *" $2 "* ]]; }

# The server goes first, in good order: what it has begun is then done. Containers outlive it, and are ended by their processes.
end() {
    local folder=$1 server signal
    server=$(cat "$folder/server.pid" 2>/dev/null || true)
    if ! is_gone "$folder" "${server:-none}"; then
        kill -TERM "$server" 2>/dev/null || true
        wait_for 20 is_gone "$folder" "$server" || true
    fi
    for signal in TERM KILL; do
        is_empty "$folder" && break
        # shellcheck disable=SC2046 # one word a process
        kill -$signal $(processes "$folder") 2>/dev/null || true
        wait_for 10 is_empty "$folder" || true
    done
    rm -rf "$folder"
    is_empty "$folder"
}

usage() { sed -n 's/^#   \(scripts.*\)/\1/p' "$0"; }

keep=
case ${1:-} in
    "") ;;
    --keep) keep=yes ;;
    --stop)
        [ -f "$kept/.heron-demo" ] || { echo "no demo is in $kept"; exit 0; }
        end "$kept" || { echo "processes of the demo still run: $(processes "$kept" | tr '\n' ' ')"; exit 1; }
        echo "OK: stopped, and nothing is left of it"
        exit 0
        ;;
    *) echo "unknown: $1"; usage; exit 2 ;;
esac
[ $# -le 1 ] || { usage; exit 2; }

tell() {
    cat <<TEXT

The demo runs. Its page: $url

Try, in a shell of this folder:

    . $(printf %q "${kept#"$PWD"/}/env")                 # sets SERVER, T (the topology) and DEMO (a folder with files to submit); curl ends its lines then
    curl \$T                               # its state, its containers
    curl \$T/figures                       # what its components do
    curl "\$T/containers/1/logs?tail=5&instance=container_1_exclaim1_1"
    curl -X POST \$T/deactivate
    curl -X POST \$T/activate
    curl -d component_parallelism=word:3 \$T/update
    curl \$T/events

End it:

    ./scripts/demo.sh --stop
TEXT
}

command -v curl >/dev/null || { echo "curl is missing: apt-get install curl"; exit 1; }
command -v dotnet >/dev/null || { echo "dotnet is missing: install the .NET 10 SDK (https://dotnet.microsoft.com/download), and have it in PATH"; exit 1; }
if [ -n "$keep" ]; then
    mkdir -p "$(dirname "$kept")"
    # Only one of several that begin at once makes the folder.
    mkdir "$kept" 2>/dev/null || {
        if [ -f "$kept/url" ] && ! is_empty "$kept"; then
            url=$(cat "$kept/url")
            tell
            exit 0
        fi
        echo "$kept is there, and no demo runs in it, or one is just starting. What an earlier demo has left, ./scripts/demo.sh --stop removes;"
        echo "HERON_DEMO_FOLDER=DIR takes another folder."
        exit 1
    }
    home=$kept
else
    home=$(mktemp -d "${TMPDIR:-/tmp}/heron-demo.XXXXXX")
fi
touch "$home/.heron-demo"

cleanup() {
    local status=$?
    trap - EXIT INT TERM
    if [ "$status" -ne 0 ] && [ -f "$home/server.log" ]; then
        echo "--- the server's log:"
        tail -30 "$home/server.log"
    fi
    if [ "$status" -ne 0 ] || [ -z "$keep" ]; then end "$home" || status=1; fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

built=${HERON_DEMO_BUILT:-Release}
if [ -z "${HERON_DEMO_BUILT:-}" ]; then
    echo "== build (a minute or two)"
    mkdir -p artifacts
    for project in src/Heron.ApiServer tests/Heron.StandInCore; do
        # Two demos that begin at once would write the same files. What a build says is of use when it fails alone.
        flock artifacts/.demo-build dotnet build "$project" -c Release -v quiet --nologo > "$home/build.log" 2>&1 || { cat "$home/build.log"; exit 1; }
    done
fi

echo "== start"
# Copies: a later build must not write over the files of what runs.
cp -R "src/Heron.ApiServer/bin/$built/net10.0" "$home/program"
cp -R "tests/Heron.StandInCore/bin/$built/net10.0" "$home/stand-in"
cp "$definitions/Acking.defn" "$definitions/$name.defn" "$home"
printf 'a topology binary; the stand-in does not run it\n' > "$home/topology.jar"
dotnet "$home/stand-in/Heron.StandInCore.dll" pack "$home/heron-core.tar.gz" "$home/records"

# Nothing here runs Java, so that any folder will do for its home. Port 0: whatever is free, and nobody else's. With diagnostics .NET
# would leave sockets in /tmp of processes that are killed.
DEMO_FOLDER=$home HOME=$home DOTNET_EnableDiagnostics=0 setsid "$home/program/heron-apiserver" --cluster local --base-template local --bind 127.0.0.1 --port 0 \
    --download-hostname 127.0.0.1 --heron-core-package-path "$home/heron-core.tar.gz" \
    -D heron.directory.sandbox.java.home=/usr > "$home/server.log" 2>&1 < /dev/null &
server=$!
echo "$server" > "$home/server.pid"

find_url() { url=$(sed -n 's/.*serving cluster local; nodes reach this server at \(http:[^;]*\);.*/\1/p' "$home/server.log") && [ -n "$url" ]; }
has_begun() { find_url || ! kill -0 "$server" 2>/dev/null; }
wait_for 60 has_begun || true
find_url || { echo "the server does not serve"; exit 1; }
url=${url%/}
topology=$url/api/v1/topologies/local/demo/default/$name
curl -sSf "$url/api/v1/version"; echo

echo "== submit"
curl -sS --fail-with-body -F name=$name -F cluster=local -F role=demo -F environment=default -F user="${USER:-demo}" \
    -F "definition=@$home/$name.defn" -F "topology=@$home/topology.jar" "$url/api/v1/topologies"; echo

echo "== what runs"
# The first state is the topology's; those of its containers follow.
runs() { curl -sS --fail-with-body "$topology" > "$home/description.json" && grep -q '^[^[]*"state":"RUNNING"' "$home/description.json"; }
wait_for 60 runs || { cat "$home/description.json"; echo "the topology does not run"; exit 1; }
cat "$home/description.json"; echo
containers=$(grep -o '{"id":[0-9]*' "$home/description.json" | wc -l)

echo "== its log"
log="$topology/containers/1/logs?tail=3&instance=container_1_exclaim1_1"
works() { curl -sS "$log" | grep -q STDOUT; }
wait_for 30 works || { echo "the instances do not work"; exit 1; }
curl -sSf "$log"

if [ -n "$keep" ]; then
    echo "$url" > "$home/url"
    {
        printf 'SERVER=%q T=%q DEMO=%q\n' "$url" "$topology" "$home"
        # Answers are one line without an end: the next prompt would stand behind it.
        printf 'curl() { command curl -sS -w "\\n" "$@"; }\n'
    } > "$home/env"
    tell
    exit 0
fi

echo "== kill"
curl -sS --fail-with-body -X DELETE "$topology"; echo
kill -TERM "$server"
wait "$server" || { echo "the server ended with status $?"; exit 1; }
is_empty "$home" || { echo "processes of the containers still run: $(processes "$home" | tr '\n' ' ')"; exit 1; }
echo "OK: submitted, ran $containers containers, killed, stopped"
