#!/usr/bin/env bash
# --allow, the engine: both of its processes have given up what they do not need before the command starts: they read
# what strangers send.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

# has PID: its capabilities, filters and files.
has()
{
    awk '$1 ~ /^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs|Seccomp):$/ { printf "%s%s ", $1, $2 }
        $1 == "Max" && $2 == "core" { print "core:" $5 }' "/proc/$1/status" "/proc/$1/limits"
}

box example.org 198.51.100.0/24:80
outer=$(cat "/proc/$allow_pid/task/$allow_pid/children")
sealed='NoNewPrivs:1 Seccomp:2 core:0'
t_is "$(has "$allow_pid")" \
    "CapInh:0000000000000000 CapPrm:0000000000001000 CapEff:0000000000001000 CapAmb:0000000000000000 $sealed" \
    "what sets the rules has the right to do that, and no other"
t_is "$(has "${outer% }")" \
    "CapInh:0000000000000000 CapPrm:0000000000000000 CapEff:0000000000000000 CapAmb:0000000000000000 $sealed" \
    "what asks the name servers has none"
t_is "$(ls -x "/proc/${outer% }/fd")" "0  1  2" "and no file but the way to the other"
t_is "$(readlink "/proc/${outer% }/ns/net")" "$(readlink /proc/self/ns/net)" "it stayed in the network outside"
t_is "$(readlink "/proc/$allow_pid/ns/net")" "$(readlink "/proc/$box_pid/ns/net")" "and the first is in the box"
t_done
