#!/usr/bin/env bash
# --allow, the engine: whatever fails on the way, there is no word that it is ready, one line says why, and it
# ends with 125. What is lost later leaves the network closed.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit
t_need strace

names '198.51.100.10 www.example.org'
name_server

# fails_at INJECTION WORDS [-f]: in the first process; with -f in both.
fails_at()
{
    box_network
    echo www.example.org > "$T/list"
    # shellcheck disable=SC2086 # -f or nothing
    box_allow strace ${3-} -qq -o "$T/strace" -e "inject=$1"
    err=$(< "$T/allow.err")
    if [ $allow_pid != 0 ]; then
        t_result 1 "$1: it said that it is ready"
        return
    fi
    t_is "$allow_status $(grep -vc hint: <<< "$err")" "125 1" "$1: no network, and one line" &&
        t_like "$err" "^husk: --allow: $2: " "which says what failed"
}

fails_at socketpair:error=EMFILE "socketpair"
fails_at fork,clone:error=EAGAIN "fork"
fails_at setns:error=EPERM:when=1 "entering the user namespace of the sandbox"
fails_at setns:error=EPERM:when=2 "entering the network namespace of the sandbox"
fails_at socket:error=EPROTONOSUPPORT "the kernel's packet filter"
fails_at bind:error=EADDRINUSE:when=2 "listening on 127.0.0.53 port 53 of the sandbox"
fails_at listen:error=EADDRINUSE "listening on 127.0.0.53 port 53 of the sandbox"
fails_at capset:error=EPERM "sealing the resolver"
fails_at seccomp:error=EINVAL "sealing the resolver"
fails_at prctl:error=EINVAL:when=2 "sealing the resolver"
fails_at capset:error=EPERM "sealing what asks the name servers" -f
fails_at seccomp:error=EINVAL "sealing what asks the name servers" -f

# The outer one reads what strangers send, the inner one sets the rules: each may be lost.
box_options+=(--log 9)
box www.example.org 198.51.100.11:80
t_is "$(get http://www.example.org) $(get http://198.51.100.11) $(get http://198.51.100.10:81)" \
    "198.51.100.10 198.51.100.11 198.51.100.10" "it works"
kill -KILL "$(ps -o pid= --ppid $allow_pid)"
wait $allow_pid
t_is $? 125 "without the one that asks the other one ends"
t_like "$(< "$T/allow.err")" "^husk: --allow: the resolver has ended; no more names are allowed: Broken pipe$" \
    "and says so"
t_is "$(get http://www.example.org) $(get http://198.51.100.11) $(get "http://[2001:db9::10]")" \
    "6 198.51.100.11 7" "then there are no names, and what was closed is"
allow_pid=0

box www.example.org
t_is "$(get http://www.example.org)" 198.51.100.10 "it works"
inner=$(ps -o pid= --ppid $allow_pid | tr -d ' ')
kill -KILL $allow_pid
wait $allow_pid 2> /dev/null
t_wait eval '! grep -q . /proc/$inner/cmdline' # a zombie has none
t_is "$(get http://www.example.org) $(get http://198.51.100.11)" "6 7" "without the other one it is the same"
allow_pid=0

box www.example.org
exec {life}>&-
life=''
wait $allow_pid
t_is $? 0 "it ends when husk does"
t_is "$(get http://www.example.org) $(get http://198.51.100.11)" "6 7" "and leaves the network closed"
allow_pid=0

t_done
