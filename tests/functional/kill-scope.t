#!/usr/bin/env bash
# Each process of a launch with a scope and limits is ended at each of its stages: nothing is left, no scope either, and the
# status is right.
# vm: uml only
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/cgroup.sh"
. "$SRCDIR/tests/kill/kill.sh"

# By this name its scopes are told from those of tests beside it.
ln -s "$HELPERS" "$T/helpers"
HELPERS=$T/helpers

export KILL_RUNTIME=${XDG_RUNTIME_DIR-}
# shellcheck disable=SC2086 # words
t_kill scope cgroup=0.1 scope=0.3 -- "$HUSK" -p none $SYS --unshare-all --proc /proc --memory 200M --pids-limit 50 \
    --ro-bind "$HELPERS" "$HELPERS" --chdir /
t_wait eval '[ -z "$(our_scopes "$HELPERS/state")" ]'
t_is "$(our_scopes "$HELPERS/state")" "" "no scope is left"
t_done
