#!/usr/bin/env bash
# Each process of a launch with a seccomp profile that is to be compiled is ended at each of its stages: nothing is left, and
# the status is right.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/kill/kill.sh"

printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO"}]}' > "$T/profile.json"
export XDG_CACHE_HOME=$T/profile.json/none # so that it is compiled each time
# shellcheck disable=SC2086 # words
t_kill compiler compiler=0.1 -- "$HUSK" -p none $SYS --unshare-all --proc /proc --die-with-parent \
    --seccomp-profile "$T/profile.json" --ro-bind "$HELPERS" "$HELPERS" --chdir /
t_done
