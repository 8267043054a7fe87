#!/usr/bin/env bash
# The size of the terminal, and the signal of its change, reach the command.
# shellcheck disable=SC2086,SC2016 # SHELL_INSIDE is words; what is in single quotes is for the inside
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

for options in "-p default" "-p none --bind / /" "-p none --dev-bind / / --unshare-user --unshare-pid --as-pid-1"; do
    t_diag "$options"
    t_talk "$HUSK" $options --setenv PS1 'inner> ' $SHELL_INSIDE << 'STEPS'
# the size inside is that of the terminal
see inner> 
size 31 101
type stty size
see ^31 101
see inner> 
# a new size is that inside too
size 42 77
type stty size
see ^42 77
see inner> 
# and the command hears of it
type sh -c 'trap "echo changed-\$((2 + 2)); stty size; exit" WINCH; echo run-$((1 + 1)); while :; do sleep 0.1; done'
see ^run-2
size 20 60
see ^changed-4
see ^20 60
see inner> 
type exit
end 0
STEPS
done
t_done
