#!/usr/bin/env bash
# A shell inside takes the terminal's foreground; when it ends, who ran husk has it back.
# shellcheck disable=SC2086,SC2016 # words; what is in single quotes is for the inside
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

for options in "-p default" "-p none --bind / /" "-p none --bind / / --unshare-user --unshare-pid --as-pid-1"; do
    t_diag "$options"
    t_talk sh -c "$HUSK $options --setenv PS1 'inner> ' $SHELL_INSIDE"'; echo husk-$?; read x; echo "read-$x"; exit 4' << 'STEPS'
# a shell inside a script
see inner> 
type exit 3
see ^husk-3
# after which the script reads from the terminal
type something
see ^read-something
end 4
STEPS
    # The same when the shell inside is killed, and cannot restore anything itself.
    t_talk sh -c "$HUSK $options --setenv PS1 'inner> ' sh -c '$SHELL_INSIDE; exit 2'"'; echo husk-$?; read x; echo "read-$x"; exit 4' << 'STEPS'
# a shell inside that is killed
see inner> 
type kill -9 $$
see ^husk-2
# leaves the terminal to the script
type something
see ^read-something
end 4
STEPS
done
t_done
