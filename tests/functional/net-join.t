#!/usr/bin/env bash
# --net ns:PATH and ns:FD: the network namespace of somebody else.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start

world=/proc/$lab_world_pid/ns/net
t_run "$LAB/host" "$HUSK" -n "ns:$world" -- sh -c 'readlink /proc/self/ns/net; curl -sS --max-time 25 http://169.254.169.254/'
t_is "$out" "$(readlink "$world")"$'\nworld' "ns:PATH: the command is in it"
t_run "$LAB/host" sh -c "exec \"\$@\" 9< $world" sh "$HUSK" -n ns:9 -- sh -c 'readlink /proc/self/ns/net; ls /proc/self/fd'
t_is "$out" "$(readlink "$world")"$'\n0\n1\n2\n3' "ns:FD: so it is, and the fd is husk's"
t_run "$LAB/host" "$HUSK" -n "ns:$world" -- ip link set host0 down
t_like "$err" 'Operation not permitted' "without rights over it"
t_run "$LAB/host" "$HUSK" -n "ns:$world" -n none -- ip -o link
t_unlike "$out" host0 "the last --net counts"
t_run "$LAB/host" "$HUSK" -n "ns:$world" --dry-run -- true
t_like "$out" 'network +entered +\(-n ns:' "--dry-run says so"

t_run "$LAB/husk" -n "ns:/proc/self/ns/uts" -- true
t_like "$status $err" '^125 .*not a network namespace' "another kind is refused"
t_run "$LAB/husk" -n "ns:$T" -- true
t_like "$status $err" '^125 .*not a network namespace' "and so is a folder"
if [ "$(id -u)" != 0 ]; then
    t_run "$HUSK" -n "ns:$world" -- true
    t_like "$status $err" '^125 .*joining the network namespace.*(not permitted).*that takes rights' \
        "one of another user namespace takes rights"
    t_run "$HUSK" -p none --userns "/proc/$lab_world_pid/ns/user" -n "ns:$world" --bind / / -- readlink /proc/self/ns/net
    t_is "$out" "$(readlink "$world")" "which joining that one gives"
fi
t_done
