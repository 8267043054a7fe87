#!/usr/bin/env bash
# husk is a job like any other of the shell that runs it: ^Z stops it, fg and bg continue it.
# shellcheck disable=SC2086,SC2016 # words; what is in single quotes is for the inside
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

# SIGCONT comes twice, from the shell and from husk, so it may say so once more at any time.
cat > "$T/command" << 'END'
trap 'echo on-$((2 + 2))' CONT
echo run-$((1 + 1))
while [ ! -e "$1/end" ]; do sleep 0.1; done
exit 6
END
for options in "-p default -r $T" "-p none --bind / /"; do
    t_diag "$options"
    rm -f "$T/end"
    t_talk_outer << STEPS
# husk runs
see outer> 
type $HUSK $options bash $T/command $T
see ^run-2
# ^Z stops it, and the shell has its prompt
keys ^Z
see Stopped.*\r\nouter> 
# the shell has the terminal
type read x; echo read-\$x
type something
see ^read-something
see outer> 
# fg continues it
type fg
see ^on-4
# and ^Z stops it again
keys ^Z
see Stopped.*\r\nouter> 
# bg continues it
type bg
see on-4
# it goes on in the background
type jobs
see Running.*\r\n(on-4\r\n)*outer> 
# and ends with its status
type touch $T/end; wait %1; echo status-\$?
see ^status-6
see outer> 
type exit 3
end 3
STEPS
done
t_done
