#!/usr/bin/env bash
# How large the rooms of src are: files, lines, files of 20 lines or less, and public types that are not nested; for docs/design.md.
set -euo pipefail
cd "$(dirname "$0")/.."

row() {
    local name=$1 public='^public .*\b(class|record|struct|interface|enum) '
    shift
    printf '| %s | %d | %d | %d %% | %d |\n' "$name" $# "$(cat "$@" | wc -l)" \
        "$(for file in "$@"; do wc -l <"$file"; done | awk '$1 <= 20 {n++} END {printf "%d", 100 * n / NR + 0.5}')" \
        "$(cat "$@" | grep -cE "$public")"
}

printf '| room | files | lines | of 20 lines or less | public types |\n|---|---|---|---|---|\n'
for project in src/*/; do
    mapfile -t files < <(git ls-files "$project*.cs")
    row "\`$(basename "$project")\`" "${files[@]}"
done
mapfile -t files < <(git ls-files 'src/*.cs')
row 'all' "${files[@]}"
