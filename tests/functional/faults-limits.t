#!/usr/bin/env bash
# Each system call of a launch with limits and a time fails, one at a time: the command does not run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

# shellcheck disable=SC2086 # words
t_sweep limits "$HUSK" -p none $SYS --unshare-all --proc /proc --rlimit nofile=64 --rlimit core=0 --nice 3 \
    --umask 077 --oom-score-adj 100 --cpu-affinity 0 --no-aslr --timeout 60 --seccomp-profile strict \
    --ro-bind "$HELPERS" "$HELPERS" --chdir /
t_done
