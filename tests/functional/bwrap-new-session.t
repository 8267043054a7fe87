#!/usr/bin/env bash
# As bwrap: --new-session gives COMMAND a session of its own, without a terminal.
. "${0%/*}/../lib.sh" || exit
t_need script

# Field 3 behind the name in stat is the process group, field 4 the session.
export shows='set -- $(sed "s/.*) //" /proc/$$/stat)
    [ "$4" = $$ ] && echo leads a session; [ "$3" = $$ ] && echo leads a group
    (: > /dev/tty) 2> /dev/null && echo has a terminal || echo has none'
export inside='$B --ro-bind / / --dev /dev --proc /proc $options bash -c "$shows"'
for options in "" --new-session "--unshare-pid" "--unshare-pid --new-session" "--unshare-pid --as-pid-1 --new-session"; do
    export options
    same_as_bwrap_sh "[$options] in a terminal" \
        'script -qec "bash -c \"\$inside\"" /dev/null < /dev/null | tr -d "\r"'
done
same_as_bwrap_sh "without a terminal" 'options=--new-session setsid -w bash -c "$inside"'

# That there is a difference.
t_run script -qec "$BWRAP_HUSK --ro-bind / / --dev-bind /dev /dev sh -c ': > /dev/tty && echo open'" /dev/null
t_like "$out" open "without it the terminal can be opened"
t_run script -qec "$BWRAP_HUSK --ro-bind / / --dev-bind /dev /dev --new-session sh -c ': > /dev/tty && echo open'" /dev/null
t_unlike "$out" open "with it not"

t_done
