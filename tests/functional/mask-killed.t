#!/usr/bin/env bash
# What a mask has put on the host is gone after the sandbox was killed, whichever of its processes.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir "$T/top"
before=$(t_host)
word=killed-$$-$RANDOM

is_as_before()
{
    [ "$(t_host)" = "$before" ]
}

# start OPTIONS...: a sandbox that waits; husk is its id, inside those of its processes, the guardian's
# (which is in a process group of its own) apart from them.
start()
{
    local p
    "$HUSK" "$@" --mask "$T/top/absent/deeper" sh -c 'exec 9> "$1/up"; while :; do sleep 0.1; done' \
        "$word" "$T/top" &
    husk=$!
    t_wait test -e "$T/top/up"
    init='' guardian=''
    for p in $(pgrep -P "$husk"); do
        if [ "$(ps -o pgid= -p "$p" | tr -d ' ')" = "$p" ]; then
            guardian=$p
        else
            init=$p
        fi
    done
    rm "$T/top/up"
}

finish()
{
    wait "$husk" 2> /dev/null
    t_wait t_gone "$word"
    t_is "$(t_processes "$word")" "" "all of its processes end"
    t_wait is_as_before
    t_is "$(t_host)" "$before" "and nothing is left on the host"
}

for options in "-p none --bind / / --unshare-pid" "-p none --bind / / --unshare-pid --as-pid-1" "-p default -w $T/top"; do
    read -ra words <<< "$options"
    # Without this a sandbox outlives its launcher, as bwrap's does.
    [[ $options = *default* ]] || words+=(--die-with-parent)
    start "${words[@]}"
    t_ok "while it runs the placeholder is there" test -d "$T/top/absent"
    t_ok "it has a guardian" test -n "$guardian"
    kill -KILL "$husk"
    t_diag "the launcher is killed: $options"
    finish
    start "${words[@]}"
    t_ok "there is a first process" test -n "$init"
    kill -KILL "$init"
    t_diag "the first process is killed: $options"
    finish
    # The shell, as pid 1, would not be ended by a signal from its own namespace; husk's come from outside
    # of it, where only SIGKILL and SIGSTOP do.
    [[ $options != *as-pid-1* ]] || continue
    for signal in TERM HUP; do
        start "${words[@]}"
        t_diag "the launcher gets SIG$signal: $options"
        kill -$signal "$husk"
        finish
    done
done
t_done
