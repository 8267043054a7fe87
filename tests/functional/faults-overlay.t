#!/usr/bin/env bash
# Each system call of a launch with overlays fails, one at a time: the command does not run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

# shellcheck disable=SC2086 # words
t_sweep overlay "$HUSK" -p none $SYS --unshare-all --proc /proc --overlay-src /etc --tmp-overlay /etc \
    --ro-bind "$HELPERS" "$HELPERS" --chdir /
t_done
