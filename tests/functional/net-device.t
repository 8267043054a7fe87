#!/usr/bin/env bash
# The helper's end does not wait for the end of its device, which goes away with the network namespace; and that
# goes away.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
t_need strace
lab_start quiet

# start MODE OPTIONS...: husk in the background. Sets husk, and inside, a process in the sandbox's network: all of
# husk's are but the keeper and what it started.
start()
{
    local mode=$1
    shift
    rm -f "$T/up" "$T/go"
    "$LAB/starter" "$@" "$HUSK" -n "$mode" -w "$T" -- sh -c "echo > $T/up; until [ -e $T/go ]; do sleep 0.05; done" &
    husk=$!
    t_wait test -e "$T/up"
    for inside in $(t_below $husk); do
        [ "$(cat "/proc/$inside/comm")" != sh ] || break
    done
}

# end: the command ends, and husk.
end()
{
    echo > "$T/go"
    wait $husk
}

# hang: a device in the lab whose other end is in the sandbox's network, with which both go away.
hang()
{
    lab_host ip link add probe0 type veth peer name probe1 netns "$inside"
}

is_gone()
{
    ! lab_host ip link show probe0 > /dev/null 2>&1
}

check()
{
    local mode=$1
    start "$mode" strace -qq -f -o "$T/trace" -e trace=pidfd_getfd,ioctl
    hang
    t_is $? 0 "$mode: a device in the sandbox's network"
    end
    t_is $? 0 "$mode: the command has ended"
    t_like "$(cat "$T/trace")" 'TUNSETPERSIST, (0x)?1\) *= 0' "$mode: its device is left to the network namespace"
    t_wait is_gone
    is_gone
    t_is $? 0 "$mode: which goes away then"

    start "$mode" strace -qq -f -o "$T/trace" -e trace=pidfd_getfd,ioctl -e inject=pidfd_getfd:error=EPERM
    hang
    end
    t_is $? 0 "$mode: where that is forbidden, the end takes its time"
    t_unlike "$(cat "$T/trace")" TUNSETPERSIST "$mode: since the device goes with the helper"
    t_wait is_gone
    is_gone
    t_is $? 0 "$mode: and the network namespace after it"

    start "$mode" env
    hang
    kill -KILL $husk
    wait $husk 2> /dev/null
    t_wait is_gone
    is_gone
    t_is $? 0 "$mode: husk killed, the network namespace goes away"
}
lab_each check
t_done
