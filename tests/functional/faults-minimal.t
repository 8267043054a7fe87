#!/usr/bin/env bash
# Each system call of a launch fails, one at a time: the command does not run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

# shellcheck disable=SC2086 # words
t_sweep minimal "$HUSK" -p none $SYS --ro-bind "$HELPERS" "$HELPERS"
t_done
