#!/usr/bin/env bash
# An interactive shell inside has job control.
# shellcheck disable=SC2086 # SHELL_INSIDE is words
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

for profile in default none; do
    options=(-p "$profile" --setenv PS1 'inner> ')
    [ $profile = default ] || options+=(--bind / / --unshare-user --unshare-pid --proc /proc)
    t_talk "$HUSK" "${options[@]}" $SHELL_INSIDE << 'STEPS'
# a shell inside starts without a complaint
see \A(\r\n)?inner> 
# a job in the background
type sleep 1000 &
see ^\[1\] [0-9]+\r\ninner> 
type jobs
see ^\[1\]\+? +Running +sleep 1000.*\r\ninner> 
# ^Z stops the one in the foreground
type bash -c 'trap "echo on-\$((2 + 2))" CONT; echo run-$((1 + 1)); while :; do sleep 0.1; done'
see ^run-2
keys ^Z
see ^\[2\]\+ +Stopped.*\r\ninner> 
# which jobs lists
type jobs
see ^\[1\]- +Running +sleep 1000
see ^\[2\]\+ +Stopped.*\r\ninner> 
# fg continues it
type fg
see ^on-4
# and ^C ends it, and nothing else
keys ^C
see inner> 
type echo status-$?; jobs
see ^status-130
see ^\[1\]\+ +Running.*\r\ninner> 
# bg continues one that was stopped
type bash -c 'trap "echo bg-\$((3 + 3)); exit" CONT; echo run-$((4 + 4)); while :; do sleep 0.1; done'
see ^run-8
keys ^Z
see ^\[2\]\+ +Stopped.*\r\ninner> 
type bg
see bg-6
type
see inner> 
# a job in the background can be killed
type kill %1; wait %1; echo killed-$?
see ^killed-143
# the shell ends as it says
type exit 7
end 7
STEPS
done
t_done
