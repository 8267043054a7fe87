#!/usr/bin/env bash
# As bwrap: its status is COMMAND's, or 128 and the signal that ended COMMAND.
. "${0%/*}/../lib.sh" || exit

for options in "" --unshare-pid "--unshare-pid --as-pid-1" "--sync-fd 0"; do
    # shellcheck disable=SC2086 # words
    for status in 0 1 7 125 255; do
        same_as_bwrap "[$options] status $status" --ro-bind / / $options sh -c "exit $status"
    done
    export options
    for signal in KILL TERM SEGV; do
        # bash tells that bwrap itself was killed, where COMMAND is in its place.
        same_as_bwrap_sh "[$options] killed by SIG$signal" "
            ulimit -c 0
            \$B --ro-bind / / --proc /proc \$options sh -c 'kill -$signal \$\$; echo alive' 2>&1
            echo \$?"
    done
done

t_done
