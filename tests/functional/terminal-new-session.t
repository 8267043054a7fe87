#!/usr/bin/env bash
# --new-session: the command has no controlling terminal, so it cannot push characters into that
# (TIOCSTI); ^C and ^\ still end it, as husk passes them on.
# shellcheck disable=SC2086,SC2016 # words; what is in single quotes is for the inside
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"

run='echo run-$((1 + 1)); while :; do sleep 0.1; done'
for options in "-p default" "-p none --dev-bind / /" "-p none --dev-bind / / --unshare-user --unshare-pid --as-pid-1"; do
    t_diag "$options"
    t_talk "$HUSK" $options sh -c ': < /dev/tty && echo tty-$((1 + 1)); echo end-$((2 + 2))' << 'STEPS'
# without it there is a controlling terminal
see ^tty-2
end 0
STEPS
    t_talk "$HUSK" $options --new-session sh -c '(: < /dev/tty) 2> /dev/null || echo none-$((1 + 1)); [ -t 0 ] && echo still-$((2 + 2))' << 'STEPS'
# with it there is none
see ^none-2
# though its files are those of the terminal
see ^still-4
end 0
STEPS
    t_talk "$HUSK" $options --new-session sh -c "trap 'echo caught-\$((3 + 3)); exit 7' INT; $run" << 'STEPS'
# ^C reaches it
see ^run-2
keys ^C
see caught-6
end 7
STEPS
    [[ $options != *as-pid-1* ]] || continue
    t_talk "$HUSK" $options --new-session sh -c "$run" << 'STEPS'
# and ends it
see ^run-2
keys ^C
end 130
STEPS
done
t_done
