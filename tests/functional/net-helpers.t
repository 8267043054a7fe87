#!/usr/bin/env bash
# --net slirp4netns and pasta: real programs reach the world by TCP, UDP and names, over IPv4 and IPv6.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start

cat > "$T/udp.py" << 'END'
import socket, sys
for address in sys.argv[1:]:
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(25)
    s.sendto(b"hello", (address, 7))
    print(s.recv(100).decode())
END

mkdir "$T/www"
lab_repository "$T/www/r.git"
"$LAB/world" /usr/bin/python3 -m http.server --directory "$T/www" --bind :: 81 > /dev/null 2>&1 &
t_wait lab_host curl -sf http://198.51.100.1:81/r.git/info/refs -o /dev/null

modes()
{
    local mode=$1
    t_run "$LAB/husk" -n "$mode" -- curl -sS -4 --max-time 20 http://www.example.net/
    t_is "$out" world "$mode: curl by name, over IPv4"
    t_run "$LAB/husk" -n "$mode" -- curl -sS -6 --max-time 20 http://www.example.net/
    t_is "$out" world "$mode: and over IPv6"
    t_run "$LAB/husk" -n "$mode" -- curl -sS --max-time 20 'http://198.51.100.1/' 'http://[2001:db8::1]/'
    t_is "$out" $'world\nworld' "$mode: by address"
    t_run "$LAB/husk" -n "$mode" -- getent ahostsv4 v4.example.net
    t_like "$out" '^198.51.100.1 +STREAM' "$mode: getent asks the host's name server"
    t_run "$LAB/husk" -n "$mode" -r "$T/udp.py" -- /usr/bin/python3 "$T/udp.py" 198.51.100.1 2001:db8::1
    t_is "$out" $'hello\nhello' "$mode: python over UDP, IPv4 and IPv6"
    t_run "$LAB/husk" -n "$mode" -- sh -c 'cd /tmp && git clone -q http://www.example.net:81/r.git && ls -d r/.git'
    t_is "$out" r/.git "$mode: git clones over HTTP"
    t_run "$LAB/husk" -n "$mode" -- sh -c 'ip -o addr show tap0; ip route; ip -6 route; cat /sys/class/net/tap0/mtu'
    t_like "$out" 'inet 10.0.2.100/24 .*inet6 fd00::100/64 .*default via 10.0.2.2 dev tap0.*default via fd00::2 dev tap0' \
        "$mode: its addresses and routes"
    t_run "$LAB/husk" -n "$mode" --ro-bind /sys /sys -- cat /sys/class/net/tap0/mtu
    t_run "$LAB/husk" -n "$mode" -- ip -o link show tap0
    t_like "$out" 'mtu 65520' "$mode: and its MTU"
}
lab_each modes

t_run "$LAB/husk" -n none -- curl -sS --max-time 20 http://198.51.100.1/
t_like "$err" 'Network is unreachable|Failed to connect|Couldn' "with none it is not reached"
t_run "$LAB/husk" -n host -- curl -sS --max-time 20 http://www.example.net/
t_is "$out" world "with host it is, and that is no helper's doing"
t_run "$LAB/husk" -n user -- curl -sS --max-time 20 http://www.example.net/
t_is "$out" world "user is one of them"

lab_host ip -6 route del default
no_ipv6()
{
    t_run "$LAB/husk" -n "$1" -- ip -6 route show default
    t_is "$status:$out" "0:" "$1: no route of IPv6 where the host has none"
    t_run "$LAB/husk" -n "$1" -- curl -sS --max-time 20 http://www.example.net/
    t_is "$out" world "$1: and IPv4 is as good"
}
lab_each no_ipv6
t_done
