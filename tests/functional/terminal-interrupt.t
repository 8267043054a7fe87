#!/usr/bin/env bash
# ^C and ^\ end the foreground job of a shell inside and nothing else; without a shell, the command.
# shellcheck disable=SC2086,SC2016 # SHELL_INSIDE is words; what is in single quotes is for the inside
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

run='echo run-$((1 + 1)); while :; do sleep 0.1; done'
for options in "-p default" "-p none --bind / /" "-p none --bind / / --unshare-user --unshare-pid --as-pid-1"; do
    t_diag "$options"
    t_talk "$HUSK" $options --setenv PS1 'inner> ' $SHELL_INSIDE << STEPS
# ^C ends the foreground job
see inner> 
type sh -c '$run'
see ^run-2
keys ^C
see inner> 
# the shell is there, and says how the job ended
type echo status-\$?
see ^status-130
see inner> 
# so does ^\\
type ulimit -c 0; sh -c '$run'
see ^run-2
keys ^\\
see inner> 
type echo status-\$?
see ^status-131
see inner> 
# at the prompt ^C only makes a new one
keys ^C
see inner> 
type echo still-\$((3 + 3))
see ^still-6
see inner> 
# ^D ends the shell
keys ^D
end 0
STEPS
done

# Without a shell inside husk and the command are one job. What ends the command is husk's status, as the
# shell would have it.
for options in "-p default" "-p none --bind / /"; do
    t_talk "$HUSK" $options sh -c "$run" << 'STEPS'
# ^C ends a plain command
see ^run-2
keys ^C
end 130
STEPS
    t_talk "$HUSK" $options sh -c 'trap "echo caught-\$((2 + 2)); exit 5" INT; echo run-$((1 + 1)); while :; do sleep 0.1; done' << 'STEPS'
# unless it handles that: once
see ^run-2
keys ^C
see caught-4
end 5
STEPS
done
t_done
