#!/usr/bin/env bash
# Each process of a launch with the default profile is ended at each of its stages: nothing is left, and the status is right.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/kill/kill.sh"

t_kill default -- "$HUSK" --ro-bind "$HELPERS" "$HELPERS"
t_done
