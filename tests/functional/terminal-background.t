#!/usr/bin/env bash
# A husk that ends in the background leaves the terminal to the shell, though it was in the foreground when it
# began: continued by bg, or ended by --timeout while it was stopped. What is typed before the shell's prompt has
# that before its answer.
# shellcheck disable=SC2086,SC2016 # words; what is in single quotes is for the inside
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

cat > "$T/command" << 'END'
echo run-$((1 + 1))
while [ ! -e "$1/end" ]; do sleep 0.1; done
exit 6
END
for options in "-p default -r $T" "-p none --bind / /"; do
    t_diag "$options"
    rm -f "$T/end"
    # With set -b the shell tells of the end while it reads the next line.
    t_talk_outer << STEPS
# husk runs
see outer> 
type set -b; $HUSK $options bash $T/command $T
see ^run-2
# stopped and continued in the background
keys ^Z
see Stopped.*\r\nouter> 
type bg
see outer> 
# it ends there
type : > $T/end
see Exit 6
# and the shell can read
type echo alive-\$((1 + 1))
see alive-2
type exit 3
end 3
STEPS
    rm -f "$T/end"
    t_talk_outer << STEPS
# husk runs with a timeout
see outer> 
type set -b; $HUSK $options --timeout 5 bash $T/command $T
see ^run-2
# stopped
keys ^Z
see Stopped.*\r\nouter> 
# it ends when its time comes
see timeout of 5s reached
see Exit 124
# and the shell can read
type echo alive-\$((1 + 1))
see alive-2
type exit 3
end 3
STEPS
done
t_done
