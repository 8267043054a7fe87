#!/usr/bin/env bash
# Each system call of a launch with a scope and limits fails, one at a time: the command does not run, or in the same sandbox.
# vm: uml only
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/cgroup.sh"
. "$SRCDIR/tests/faults/faults.sh"

# By this name its scopes are told from those of tests beside it.
ln -s "$HELPERS" "$T/helpers"
HELPERS=$T/helpers

# All of them take two minutes there, so it is one in six: SWEEP_STEP=1 is for all.
export SWEEP_STEP=${SWEEP_STEP:-6}
# shellcheck disable=SC2086 # words
t_sweep scope "$HUSK" -p none $SYS --unshare-all --proc /proc --memory 200M --pids-limit 50 \
    --ro-bind "$HELPERS" "$HELPERS" --chdir /
t_wait eval '[ -z "$(our_scopes "$HELPERS/state")" ]'
t_is "$(our_scopes "$HELPERS/state")" "" "no scope is left"
t_done
