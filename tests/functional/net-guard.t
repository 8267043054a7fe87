#!/usr/bin/env bash
# What a network with a helper does not reach: the host and what is only near it. Each address is reached
# by the same program without husk's rules, so that a refusal shows something.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start

cat > "$T/reach.py" << 'END'
"""Prints each of ADDRESS:PORT... (udp: in front) that answers within WAIT seconds, by any way there is."""
import os, socket, sys

def attempt(address, port, udp, device):
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                      socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
    s.settimeout(float(os.environ.get("WAIT", 3)))
    if device:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"tap0")
    s.connect((address, port))
    s.send(b"GET / HTTP/1.0\r\n\r\n")
    return s.recv(100)

for word in sys.argv[1:]:
    udp = word.startswith("udp:")
    address, port = word.removeprefix("udp:").rsplit(":", 1)
    for device in (False, True):
        try:
            attempt(address, int(port), udp, device)
            print(word, "bound" if device else "plain")
        except OSError as e:
            print(word, type(e).__name__, e, file=sys.stderr)
END
reach=(-r "$T/reach.py" -- /usr/bin/python3 "$T/reach.py")

closed=(10.0.2.2:8000 fd00::2:8000 10.0.2.2:8001 udp:10.0.2.2:7007 10.0.2.3:80 10.0.2.3:8001 fd00::3:8001
    198.51.100.2:8001 2001:db8::2:8001 udp:198.51.100.2:7007 169.254.169.254:80 udp:169.254.169.254:7
    fd00:ec2::254:80 64:ff9b::a9fe:a9fe:80 100.100.100.200:80 255.255.255.255:8001)

guard()
{
    local mode=$1
    t_run "$LAB/husk" -n "$mode" -e WAIT=14 "${reach[@]}" 198.51.100.1:80 udp:198.51.100.1:7 2001:db8::1:80
    t_is "$out" $'198.51.100.1:80 plain\n198.51.100.1:80 bound\nudp:198.51.100.1:7 plain
udp:198.51.100.1:7 bound\n2001:db8::1:80 plain\n2001:db8::1:80 bound' "$mode: the world is reached"
    T_TIMEOUT=110 t_run "$LAB/husk" -n "$mode" "${reach[@]}" "${closed[@]}"
    t_is "$out" "" "$mode: nothing of the host, and no metadata, whatever device a socket is bound to"
    t_run "$LAB/husk" -n "$mode" "${reach[@]}" 169.254.169.254:80 fd00:ec2::254:80
    t_like "$err" '169.254.169.254:80 ConnectionRefusedError' "$mode: refused at once, and not dropped"
    t_like "$err" 'fd00:ec2::254:80 ConnectionRefusedError' "$mode: over IPv6 too"
    t_run "$LAB/husk" -n "$mode" --cap-add ALL -- sh -c 'nft flush ruleset; ip route add 1.2.3.4 dev tap0
        ip link set tap0 down; unshare -Urn true; nsenter -t 1 -n true; curl -s --max-time 5 http://169.254.169.254/'
    t_is "$out" "" "$mode: capabilities do not undo it"
    t_run "$LAB/husk" -n "$mode" --map-root --cap-add ALL -- ip link set tap0 down
    t_like "$err" 'Operation not permitted' "$mode: nor does being root inside"
}
lab_each guard

# The network may pass on by itself, as a host with containers does: then too nothing gets around the rules.
"$LAB/husk" -n user -- sleep 1000 2> /dev/null &
husk=$!
# shellcheck disable=SC2317 # it is called by t_wait
is_up()
{
    for inside in $(t_below $husk); do
        [ "$(cat "/proc/$inside/comm")" != sleep ] || return 0
    done
    return 1
}
t_wait is_up
t_like "$(lab_host nsenter -t "$inside" -n nft list chain inet husk forward)" 'hook forward priority [a-z0-9]+; policy drop;' \
    "nothing is passed on"
kill $husk
wait $husk

# The control: the same programs as they are, without the rules.
bare()
{
    local ns helper
    lab_bare
    if [ "$1" = pasta ]; then
        "$LAB/host" "$LAB/user" pasta -f -q --netns /proc/self/fd/0 --config-net -I tap0 -a 10.0.2.100 -n 24 \
            -g 10.0.2.2 -t none -u none -T none -U none < "/proc/$ns/ns/net" 2> /dev/null &
    else
        "$LAB/host" "$LAB/user" slirp4netns -c --netns-type=path /proc/self/fd/0 tap0 < "/proc/$ns/ns/net" \
            > /dev/null 2>&1 &
    fi
    helper=$!
    t_wait "$LAB/inside" ip route get 1.2.3.4
    WAIT=14 t_run "$LAB/inside" /usr/bin/python3 "$T/reach.py" 10.0.2.2:8000 169.254.169.254:80
    t_is "$out" $'10.0.2.2:8000 plain\n10.0.2.2:8000 bound\n169.254.169.254:80 plain
169.254.169.254:80 bound' "$1 alone reaches the host's loopback and the metadata"
    t_run "$LAB/inside" sh -c "ip route add unreachable 169.254.0.0/16
        exec /usr/bin/python3 $T/reach.py 169.254.169.254:80"
    t_unlike "$out" plain "$1: a route would close one way to it"
    kill -9 $helper $ns
    wait $helper $ns 2> /dev/null
}
lab_each bare

# Abstract sockets are of a network namespace.
"$LAB/host" /usr/bin/python3 -c 'import socket, time
s = socket.socket(socket.AF_UNIX)
s.bind("\0husk-lab")
s.listen()
print("ready", flush=True)
time.sleep(1000)' > "$T/abstract" &
t_wait grep -q ready "$T/abstract"
connect=(/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect("\0husk-lab")')
t_ok "an abstract socket of the host is there for its programs" "$LAB/host" "${connect[@]}"
abstract()
{
    t_run "$LAB/husk" -n "$1" -- "${connect[@]}"
    t_like "$err" ConnectionRefusedError "$1: is out of reach"
}
lab_each abstract

opened()
{
    local mode=$1
    T_TIMEOUT=110 t_run "$LAB/husk" -n "$mode" -e WAIT=14 --allow-host-loopback=8000 "${reach[@]}" 10.0.2.2:8000 10.0.2.2:8001 \
        198.51.100.2:8001 169.254.169.254:80
    t_is "$out" $'10.0.2.2:8000 plain\n10.0.2.2:8000 bound' "$mode: one port of the host's loopback"
    t_run "$LAB/husk" -n "$mode" --allow-host-loopback 8000 -- curl -sS --max-time 25 http://host.husk.internal:8000/
    t_is "$out" host "$mode: which may be the next word"
    t_run "$LAB/husk" -n "$mode" --allow-host-loopback -- curl -sS --max-time 25 http://host.husk.internal:8001/
    t_is "$out" host "$mode: all of it, by name"
    t_run "$LAB/husk" -n "$mode" --allow-host-loopback "${reach[@]}" 169.254.169.254:80 fd00:ec2::254:80
    t_is "$out" "" "$mode: and still no metadata"
}
lab_each opened
t_done
