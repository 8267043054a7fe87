#!/usr/bin/env bash
# Each shell finds a terminal in the profiles with a seccomp policy: job control, ^C,
# ^Z and a new size, with no complaint at the start.
# shellcheck disable=SC2086,SC2016 # words; what is in single quotes is for the inside
# vm: none (shells alone)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"
t_need zsh dash

# What each takes to print nothing of its own but the prompt. When dash ends it gives the terminal back to the
# process group that it started in; that one is husk's and has no number in a pid namespace, so dash fails, as
# it does under bwrap.
shells=(
    "dash -i"
    "zsh -f +Z -i"
    "bash --norc --noprofile --noediting -i"
)
run='bash -c '\''trap "echo on-\$((2 + 2))" CONT; echo run-$((1 + 1)); while :; do sleep 0.1; done'\'
for profile in default build shell browser; do
    for shell in "${shells[@]}"; do
        end=5
        [ "${shell%% *}" != dash ] || end=2
        t_talk "$HUSK" -p $profile --setenv PS1 'inner> ' $shell << STEPS
# $profile: ${shell%% *} starts without a complaint
see \A[^a-zA-Z]*inner> 
# ^Z stops a job
type $run
see ^run-2
keys ^Z
see (Stopped|suspended).*[\r\n]+(.*)inner> 
# it knows the new size
size 33 99
type stty size
see ^33 99
# fg continues the job
type fg
see ^on-4
# ^C ends it, and the shell can be left
keys ^C
see inner> 
type echo status-\$?
see ^status-(130|1)
type exit 5
end $end
STEPS
    done
done
t_done
