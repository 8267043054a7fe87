# shellcheck shell=bash
# No test leaves a process behind; for tests/run and tests/vm/suite.

# processes_of BUILDDIR: the processes that its tests started, as PID COMMAND.
processes_of()
{
    local pid
    for pid in /proc/[0-9]*; do
        if tr '\0' '\n' < "$pid/environ" | grep -qxF "HUSK_BUILDDIR=$1"; then
            echo "${pid#/proc/} $(tr '\0' ' ' < "$pid/cmdline")"
        fi
    done 2> /dev/null
}

# left_behind BUILDDIR: the same, where they do not go. What is about to end gets a moment.
left_behind()
{
    local left tries
    for ((tries = 0; tries < 50; tries++)); do
        left=$(processes_of "$1")
        [ -n "$left" ] || return 0
        sleep 0.1
    done
    echo "$left"
}
