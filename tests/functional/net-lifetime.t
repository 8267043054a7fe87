#!/usr/bin/env bash
# The network's helper lives as long as the sandbox, and no longer, however that or husk ends; when it ends
# itself, the command has no network.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start

# find_helper PID: sets helper and keeper, which is its parent, of the husk with that pid.
find_helper()
{
    local child grandchild
    for child in $(pgrep -P "$1"); do
        for grandchild in $(pgrep -P "$child"); do
            case $(cat "/proc/$grandchild/comm") in
            slirp4netns | pasta* | passt*) helper=$grandchild keeper=$child ;;
            esac
        done
    done
}

# start MODE SCRIPT: husk in the background, until the script inside has written $T/up. Sets husk, helper,
# keeper, and all, which is every process that belongs to it.
start()
{
    local mode=$1
    shift
    rm -f "$T/up" "$T/go"
    "$LAB/husk" -n "$mode" -w "$T" -- sh -c "$*" > "$T/said" 2>&1 &
    husk=$!
    t_wait test -e "$T/up"
    find_helper $husk
    mapfile -t all < <(t_below $husk)
}

gone()
{
    local pid
    for pid in "${all[@]}"; do
        [ ! -e "/proc/$pid" ] || [ "$(awk '{ print $3 }' "/proc/$pid/stat" 2> /dev/null)" = Z ] || return 1
    done
}

lifetime()
{
    local mode=$1
    start "$mode" "sleep 60 & echo > $T/up; exec sleep 60"
    t_like "$helper" '^[0-9]+$' "$mode: there is one helper"
    t_unlike "$(tr '\0' '\n' < "/proc/$helper/environ" | grep -v -E '^(PATH|LANG)=')" . "$mode: with a fixed environment"
    t_like "$(grep CapBnd "/proc/$helper/status")$(readlink "/proc/$helper/ns/user")" 'user' "$mode: in a user namespace"
    t_fail "$mode: which is not the host's" test "/proc/$helper/ns/user" -ef /proc/self/ns/user
    kill -KILL $husk
    wait $husk 2> /dev/null
    t_wait gone
    gone
    t_is $? 0 "$mode: husk killed, nothing is left"

    start "$mode" "echo > $T/up; exec sleep 60"
    kill $husk
    wait $husk
    t_is "$?" 143 "$mode: husk ends with its command"
    gone
    t_is $? 0 "$mode: and nothing is left then"

    start "$mode" "curl -s --max-time 25 http://198.51.100.1/; echo > $T/up
        until [ -e $T/go ]; do sleep 0.05; done; ip route show default
        curl -sS --max-time 25 http://198.51.100.1/; exit 7"
    kill -KILL "$helper"
    t_wait sh -c "! kill -0 $helper 2> /dev/null"
    echo > "$T/go"
    wait $husk
    t_is "$?" 7 "$mode: helper killed, the command goes on and its status is husk's"
    t_is "$(grep -c '^world' "$T/said")" 1 "$mode: but it has no network any more"
    t_like "$(cat "$T/said")" "Couldn't connect|No route to host|unreachable" "$mode: and learns that at once"
    t_like "$(cat "$T/said")" 'husk: the command lost its network: .*(signal 9|has ended)' "$mode: husk says so at its end"

    start "$mode" "echo > $T/up; exec sleep 60"
    kill -KILL "$keeper"
    t_wait sh -c "! kill -0 $helper 2> /dev/null"
    t_fail "$mode: the keeper killed, the helper is as well" kill -0 "$helper"
    kill -KILL $husk
    wait $husk 2> /dev/null
    t_wait gone
}
lab_each lifetime

# Killed at each moment of the start, wherever that is.
moments()
{
    local mode=$1 i left=0
    for i in 0 2 4 8 16 24 32 48 64 96 128; do
        "$LAB/husk" -n "$mode" -- sleep 60 2> /dev/null &
        husk=$!
        /usr/bin/python3 -c "import time; time.sleep($i / 1000)"
        mapfile -t all < <(t_below $husk)
        kill -KILL $husk
        wait $husk 2> /dev/null
        t_wait gone || left=1
    done
    t_is $left 0 "$mode: husk killed while it starts, nothing is left"
}
lab_each moments
t_done
