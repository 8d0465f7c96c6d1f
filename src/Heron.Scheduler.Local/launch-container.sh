#!/bin/sh
# Becomes a container of the local scheduler: launch-container.sh LOCK-FILE PID-FILE STDOUT STDERR START-SCRIPT
#
# The lock is held for as long as the container lives, so that there is never a second copy of it; who has the lock
# writes who it is, so that a server started later finds it, whatever happened to the one that started it.
set -u

exec </dev/null >>"$3" 2>>"$4"
exec 9>>"$1"
flock -w 2 9 || exit 75

start=$(sed -e 's/^.*) //' "/proc/$$/stat" | cut -d ' ' -f 20) &&
    boot=$(cat /proc/sys/kernel/random/boot_id) &&
    printf '%s %s %s\n' "$$" "$start" "$boot" >"$2.part" &&
    mv -f "$2.part" "$2" || exit 76

exec /bin/sh "$5"
