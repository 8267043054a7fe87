#!/usr/bin/env bash
# Sandboxes that mask the same absent path at once: the end of one does not lift the mask of the others,
# and the last one leaves nothing.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir "$T/top" "$T/top/out"
: > "$T/made"
before=$(t_host)

is_as_before()
{
    [ "$(t_host)" = "$before" ]
}

# start NAME OPTIONS...: waits until its end is asked for by NAME.end; meanwhile makes what is masked.
start()
{
    local name=$1
    shift
    "$HUSK" -p none --bind / / --unshare-pid --die-with-parent "$@" sh -c '
        echo > "$1/out/$2.up"
        until [ -e "$1/out/$2.end" ]; do
            mkdir -p "$1/absent/deeper/x/y" 2>&- && echo "$2: made"
            rmdir "$1/absent/deeper" 2>&- && echo "$2: removed"
            echo > "$1/out/$2.tried"
            sleep 0.05
        done' sh "$T/top" "$name" >> "$T/made" 2> /dev/null &
    t_wait test -e "$T/top/out/$name.up"
}

# Waits until it has tried again.
tried()
{
    local i
    for i in 1 2; do
        rm -f "$T/top/out/$1.tried"
        t_wait test -e "$T/top/out/$1.tried"
    done
}

finish()
{
    touch "$T/top/out/$1.end"
    wait "$2"
    rm -f "$T/top/out/$1".*
}

start first --mask "$T/top/absent/deeper"
first=$!
start second --mask "$T/top/absent/deeper"
second=$!
finish first $first
t_ok "after the first one's end the placeholder is still there" test -d "$T/top/absent/deeper"
tried second
start third --mask "$T/top/absent/deeper"
third=$!
tried third
finish second $second
tried third

# Killed, as the last one.
kill -KILL $third
wait $third 2> /dev/null
t_wait t_gone "$T/top/absent/deeper"
rm -f "$T/top/out"/*
t_wait is_as_before
t_is "$(t_host)" "$before" "after the last one's end nothing is left"

# Different paths with a common way.
start fourth --mask "$T/top/absent/deeper"
fourth=$!
start fifth --mask "$T/top/absent/deeper/x"
fifth=$!
finish fourth $fourth
t_ok "the way stays while another sandbox needs it" test -d "$T/top/absent"
finish fifth $fifth
t_wait is_as_before
t_is "$(t_host)" "$before" "and goes with that one"
t_is "$(< "$T/made")" "" "no sandbox ever made what is masked"
t_done
