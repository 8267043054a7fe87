#!/usr/bin/env bash
# Each system call of a launch with the default profile fails, one at a time: the command does not run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

t_sweep default "$HUSK" --ro-bind "$HELPERS" "$HELPERS"
t_done
