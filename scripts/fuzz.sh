#!/usr/bin/env bash
# Coverage-guided fuzzing of whatever reads what others have written (tests/Heron.Fuzz): afl-fuzz (Debian: afl++) changes sound inputs, and keeps
# the changes with which the program goes ways that it has not gone yet. The assemblies that are to tell which way they go are changed in a copy.
# Ends with a figure for each reader; with 1, and the files of the inputs, when a reader threw what it does not promise or did not come to an end;
# with 2 when afl-fuzz could not run with one.
#
#   HERON_FUZZ_FOLDER=...     where copy, corpus and findings are kept, and gone on with in the next run (otherwise artifacts/fuzz)
#   HERON_CONFIGURATION=Debug what is built and run
#
# Usage: scripts/fuzz.sh                        all readers, ten minutes each
#        scripts/fuzz.sh READER [SECONDS]       one of them ("all" for all; "list" says their names)
# What an input does: dotnet tests/Heron.Fuzz/bin/Release/net10.0/Heron.Fuzz.dll replay READER FILE
set -euo pipefail
cd "$(dirname "$0")/.."

reader=${1:-all}
seconds=${2:-600}
folder=${HERON_FUZZ_FOLDER:-$PWD/artifacts/fuzz}
configuration=${HERON_CONFIGURATION:-Release}
command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing: install Debian's afl++"; exit 2; }

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build -c "$configuration" tests/Heron.Fuzz -v quiet --nologo -clp:NoSummary >&2
built=tests/Heron.Fuzz/bin/$configuration/net10.0
readers=$(dotnet "$built/Heron.Fuzz.dll" list)
if [ "$reader" = list ]; then
    echo "$readers"
    exit
elif [ "$reader" != all ]; then
    grep -qxF -- "$reader" <<<"$readers" || { echo "there is no reader '$reader'; there are:" $readers; exit 2; }
    readers=$reader
fi

program=$folder/program
rm -rf "$program"
mkdir -p "$program"
cp -r "$built/." "$program"
dotnet "$built/Heron.Fuzz.dll" instrument "$program" >"$folder/instrumented.txt"
dotnet "$built/Heron.Fuzz.dll" words "$folder/words.dict"

# Without a screen, on a machine that is not made ready for it, and without a core that is its own. Whatever is found counts, and the
# program takes a while to start, minutes on a machine with much other work.
export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_BIN_CHECK=1 AFL_NO_AFFINITY=1
export AFL_FAST_CAL=1 AFL_FORKSRV_INIT_TMOUT=900000 AFL_AUTORESUME=1 DOTNET_TieredPGO=0 DOTNET_gcConcurrent=0

findings=()
broken=()
for each in $readers; do
    seeds=$folder/seeds/$each
    found=$folder/$each
    rm -rf "$seeds"
    dotnet "$built/Heron.Fuzz.dll" seeds "$each" "$seeds"
    nice -n 19 afl-fuzz -i "$seeds" -o "$found" -x "$folder/words.dict" -V "$seconds" -t 10000 -m none \
        -- "$(command -v dotnet)" "$program/Heron.Fuzz.dll" run "$each" >"$folder/$each.log" 2>&1 || {
        tail -20 "$folder/$each.log"
        echo "$each: afl-fuzz could not run (all that it said: $folder/$each.log)"
        broken+=("$each")
        continue
    }
    of() { sed -n "s/^$1 *: *//p" "$found/default/fuzzer_stats"; }
    mapfile -t bad < <(find "$found/default/crashes" "$found/default/hangs" -type f ! -name README.txt | sort)
    echo "$each: $(of execs_done) inputs in $(of run_time) s, $(of edges_found) edges, $(of corpus_count) inputs kept, ${#bad[@]} findings"
    findings+=("${bad[@]}")
done

if [ ${#findings[@]} -gt 0 ]; then
    printf '%s\n' "${findings[@]}"
    exit 1
elif [ ${#broken[@]} -gt 0 ]; then
    exit 2
fi
