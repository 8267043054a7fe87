#!/usr/bin/env bash
# Each process of a launch with a time and a list of refused calls is ended at each of its stages: nothing is left, and the
# status is right.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/kill/kill.sh"

# shellcheck disable=SC2086 # words
t_kill log supervisor=0.1 -- "$HUSK" -p none $SYS --unshare-all --proc /proc --seccomp-profile default --seccomp-log \
    --timeout 60 --report --ro-bind "$HELPERS" "$HELPERS" --chdir /
t_done
