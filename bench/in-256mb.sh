#!/bin/sh
# Runs the server in a memory cgroup of 256 MB, as a container would: the kernel kills what takes more. Needs root.
# Usage: bench/in-256mb.sh ARGUMENT ... (of heron-apiserver), or as --server of bench/Heron.Packages.Bench.
set -eu
program=${HERON_PROGRAM:-$(dirname "$0")/../src/Heron.ApiServer/bin/Release/net10.0/heron-apiserver}
if [ -d /sys/fs/cgroup/memory ]; then
  root=/sys/fs/cgroup/memory
else
  root=/sys/fs/cgroup
fi

# Groups of earlier runs: one that still has a process stays.
for old in "$root"/heron-bench-*; do
  rmdir "$old" 2>/dev/null || true
done

group=$root/heron-bench-$$
mkdir "$group"
if [ "$root" = /sys/fs/cgroup/memory ]; then
  echo 268435456 > "$group/memory.limit_in_bytes"
else
  echo 268435456 > "$group/memory.max"
  echo 0 > "$group/memory.swap.max" 2>/dev/null || true
fi
echo $$ > "$group/cgroup.procs"
exec "$program" "$@"
