#!/usr/bin/env bash
# Each system call of a launch with ids of its own fails, one at a time: the command does not run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

# shellcheck disable=SC2086 # words
t_sweep ids "$HUSK" -p none $SYS --unshare-all --unshare-user --uid 1234 --gid 2345 --proc /proc --dev /dev --disable-userns \
    --ro-bind "$HELPERS" "$HELPERS" --chdir /
t_done
