#!/usr/bin/env bash
# Each system call of an application's launch by bwrap's command line fails, one at a time: the command does not run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

# shellcheck disable=SC2086 # words
t_sweep realistic "$BWRAP_HUSK" $SYS --unshare-all --die-with-parent --new-session --hostname sandbox \
    --proc /proc --dev /dev --tmpfs /tmp --tmpfs /run --dir /var/tmp --symlink /run /var/run \
    --ro-bind-try /etc/passwd /etc/passwd --ro-bind-try /etc/nothing /etc/nothing --tmpfs /home/user \
    --clearenv --setenv HOME /home/user --ro-bind "$HELPERS" "$HELPERS" --chdir /tmp
t_done
