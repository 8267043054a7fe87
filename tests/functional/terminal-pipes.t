#!/usr/bin/env bash
# husk in a pipeline: like any program it ends when nobody reads, has no part in what it only passes on,
# and keeps the three standard files apart.
# shellcheck disable=SC2086,SC2016 # words; what is in single quotes is for the inside
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

seq 100000 > "$T/numbers"
for options in "-p default -r $T" "-p none --bind / /"; do
    t_diag "$options"
    export H="$HUSK $options" F=$T/numbers
    t_run bash -c '$H cat $F | head -n 2; echo "${PIPESTATUS[*]}"'
    t_is "$out:$err" $'1\n2\n141 0:' "who writes into a closed pipe ends by SIGPIPE, and husk says so"
    t_run bash -c 'cat $F | $H head -n 2; echo "${PIPESTATUS[*]}"'
    t_is "$out:$err" $'1\n2\n141 0:' "so does who writes to a husk that ended"
    t_run bash -c 'yes | $H head -n 1 | $H cat'
    t_is "$out:$err" y: "several in one pipeline"
    t_run bash -c '$H cat $F | $H sort -n | $H tail -n 1'
    t_is "$out:$err" 100000: "all of it goes through"
    t_run bash -c '$H sh -c "echo out; echo err >&2" 2>&1 > /dev/null | sed s/^/pipe-/'
    t_is "$out" pipe-err "output and errors are apart"
    t_run bash -c 'printf "%s\n" one two | { $H head -c 0; cat; }'
    t_is "$out" $'one\ntwo' "nothing is read that the command does not read"
    t_is "$(printf x | $H wc -c)$($H wc -c < /dev/null)" 10 "end of input is passed on"
done

t_talk_outer << STEPS
# a pipeline at a terminal
see outer> 
type $HUSK -r $T cat $T/numbers 2> /dev/null | head -n 1; echo status-\$?
see ^1\r\nstatus-0
see outer> 
# one that reads from it
type $HUSK sed -u s/^/got-/ | cat
type line
see got-line
keys ^D
see outer> 
# ^C ends all of it
type $HUSK sh -c 'echo run-\$((1 + 1)) >&2; exec sleep 1000' | cat
see ^run-2
keys ^C
see outer> 
type echo status-\$?
see ^status-130
# the shell has the terminal
type exit 0
end 0
STEPS
t_done
