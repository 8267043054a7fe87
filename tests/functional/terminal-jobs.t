#!/usr/bin/env bash
# An interactive shell inside has job control.
# shellcheck disable=SC2086 # SHELL_INSIDE is words
. "${0%/*}/../lib.sh"
. "$SRCDIR/tests/helpers/terminal.sh"

for profile in default none; do
    options=(-p "$profile" --setenv PS1 'inner> ')
    [ $profile = default ] || options+=(--bind / / --unshare-user --unshare-pid --proc /proc)
    t_talk "$HUSK" "${options[@]}" $SHELL_INSIDE << 'STEPS'
# a shell inside starts without a complaint
see \A(\r\n)?inner> 
# a job in the background
type sleep 1000 &
see ^\[1\] [0-9]+\r$
type jobs
see ^\[1\]\+? +Running +sleep 1000
# ^Z stops the one in the foreground
type sh -c 'echo run-$((1 + 1)); exec sleep 2000'
see ^run-2
keys ^Z
see ^\[2\]\+ +Stopped
see inner> 
# which jobs lists
type jobs
see ^\[1\]- +Running +sleep 1000
see ^\[2\]\+ +Stopped
# fg continues it
type fg
see exec sleep 2000'
keys ^C
see inner> 
# and ^C ends it
type echo status-$?
see ^status-130
# fg of the first
type fg %1
see ^sleep 1000
keys ^C
see inner> 
type jobs; echo none-$((1 + 1))
see \r\nnone-2
# the shell ends as it says
type exit 7
end 7
STEPS
done
t_done
