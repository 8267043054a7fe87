#!/usr/bin/env bash
# Ways around the rules of a network: loopback addresses over the device, what goes to many at once, a source
# that is somebody else's. Each is seen to lead to the host without the rules.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start
t_need nft

# What reaches port 7100 of any address of the host, whether it is answered or not.
cat > "$T/listen.py" << 'END'
import select, socket
sockets = []
for family, address in (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::"):
    for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
        s = socket.socket(family, kind)
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((address, 7100))
        sockets.append(s)
        if kind == socket.SOCK_STREAM:
            s.listen(64)
print("ready", flush=True)
while True:
    for s in select.select(sockets, [], [])[0]:
        if s.type == socket.SOCK_STREAM:
            print("tcp", s.accept()[1][0], flush=True)
        else:
            data, peer = s.recvfrom(100)
            print(data.decode(), flush=True)
            s.sendto(b"answer", peer)
END

# Sends a datagram, and begins a connection, to each address over tap0. What comes of them has a second; with $WAIT
# as long as it takes until each is answered.
cat > "$T/send.py" << 'END'
import os, select, socket, sys, time
begun, device = [], socket.if_nametoindex("tap0")
for address in sys.argv[1:]:
    for kind in socket.SOCK_DGRAM, socket.SOCK_STREAM:
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        s.setblocking(False)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"tap0")
        to = (address, 7100, 0, device if address.startswith("ff") else 0) if ":" in address else (address, 7100)
        try:
            s.connect(to)
            s.send(b"udp " + address.encode())
        except OSError:
            pass
        begun.append(s)
end = time.monotonic() + float(os.environ.get("WAIT", 0))
for s in begun:
    udp = s.type == socket.SOCK_DGRAM # which is answered; a connection is there when it can be written to
    select.select([s] * udp, [s] * (not udp), [], max(0, end - time.monotonic()))
if "WAIT" not in os.environ:
    time.sleep(1)
END

# Has ADDRESS, unlisted, speak first: a packet with its address as the source, from here and to here. Then
# what goes there is an answer. Prints "sent" if it may go.
cat > "$T/forge.py" << 'END'
import socket, sys
IPV6_FREEBIND = 78
address, own = sys.argv[1:]
me, other = (socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) for _ in range(2))
me.bind((own, 4000))
try:
    me.sendto(b"x", (address, 7))
    print("open anyway")
except PermissionError: pass
other.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
other.bind((address, 7))
try:
    other.sendto(b"forged", (own, 4000))
    me.sendto(b"x", (address, 7))
    print("sent")
except PermissionError as e: print(e.strerror)
END

"$LAB/host" /usr/bin/python3 "$T/listen.py" > "$T/heard" 2>&1 &
t_wait grep -q ready "$T/heard"
heard() # what came since the last time; of slirp4netns and pasta each passes on other things
{
    # The socket that is looked at last: what came to the others before this has been written down.
    "$LAB/host" bash -c 'echo marker > /dev/udp/::1/7100'
    t_wait grep -aq marker "$T/heard"
    grep -av -e ready -e marker "$T/heard" | tr -d '\0' | grep . | sort -u | paste -sd,
    : > "$T/heard"
}
hears()
{
    grep -aq "$1" "$T/heard"
}
ways=(127.0.0.1 127.0.0.2 ::1 ::ffff:127.0.0.1 ff02::1 224.0.0.1 10.0.2.2 10.0.2.7 fd00::7)

# The control: a helper without husk's rules.
bare()
{
    local ns helper
    lab_bare
    if [ "$1" = pasta ]; then
        "$LAB/host" "$LAB/user" pasta -f -q --netns /proc/self/fd/0 --config-net -I tap0 --no-map-gw \
            -t none -u none -T none -U none < "/proc/$ns/ns/net" 2> /dev/null &
    else
        "$LAB/host" "$LAB/user" slirp4netns -c -6 --disable-host-loopback --netns-type=path /proc/self/fd/0 tap0 \
            < "/proc/$ns/ns/net" > /dev/null 2>&1 &
    fi
    helper=$!
    t_wait "$LAB/inside" ip route get 1.2.3.4
    heard > /dev/null
    t_run "$LAB/inside" /usr/bin/python3 "$T/send.py" "${ways[@]}"
    t_wait hears 'tcp 127.0.0.1'
    t_wait hears 'udp 127.0.0.1'
    t_like "$(heard)" 'tcp 127.0.0.1,.*udp 127.0.0.1,' "$1 alone hands loopback addresses to the host's loopback"
    kill -9 $helper $ns
    wait $helper $ns 2> /dev/null
}
lab_each bare

around()
{
    local mode=$1
    heard > /dev/null
    t_run "$LAB/husk" -n "$mode" -r "$T/send.py" -- /usr/bin/python3 "$T/send.py" "${ways[@]}"
    t_is "$status $(heard)" "0 " "$mode: nothing reaches the host's loopback"
    # With these the helper itself is open to it, and only the rules are not.
    t_run "$LAB/husk" -n "$mode" --allow-host-loopback=7101 -r "$T/send.py" -- /usr/bin/python3 "$T/send.py" "${ways[@]}"
    t_is "$status $(heard)" "0 " "$mode: nor with another port of it open"
    t_run "$LAB/husk" -n "$mode" --publish 7102:7102/udp -r "$T/send.py" -- /usr/bin/python3 "$T/send.py" "${ways[@]}"
    t_is "$status $(heard)" "0 " "$mode: nor with a port published"
    t_run "$LAB/husk" -n "$mode" --allow-host-loopback=7100 -e WAIT=25 -r "$T/send.py" -- /usr/bin/python3 "$T/send.py" 10.0.2.2
    t_is "$status $(heard)" "0 tcp 127.0.0.1,udp 10.0.2.2" "$mode: which would be seen"
    for address in fd00::2 2001:db8::2 fd00:ec2::254; do
        t_run "$LAB/husk" -n "$mode" --publish 7102:7102/udp -r "$T/forge.py" -- /usr/bin/python3 "$T/forge.py" \
            $address fd00::100
        t_is "$status $out" "0 Operation not permitted" "$mode: a forged source does not open $address"
    done
    t_run "$LAB/husk" -n "$mode" --allow 192.0.2.1 -r "$T/forge.py" -- /usr/bin/python3 "$T/forge.py" \
        2001:db8::1 fd00::100
    t_is "$status $out" "0 Operation not permitted" "$mode: nor what is not listed"
    t_run "$LAB/husk" -n "$mode" sh -c 'curl -sS -6 --max-time 20 http://www.example.net; sleep 2
        ip -6 -o addr show tap0 scope global | wc -l; ip -6 route show default'
    t_is "$out" $'world\n1\ndefault via fd00::2 dev tap0 proto static metric 1024 pref medium' \
        "$mode: one address and one gateway, whatever a helper advertises"
    t_run "$LAB/husk" -n "$mode" --allow 10.0.0.0/8:53/udp dig +tries=1 +time=2 @10.0.2.3 v4.example.net
    t_like "$out" "(no servers could be reached|timed out)" \
        "$mode: the helper's name server, which knows of no list, is closed by one"
}
lab_each around

# A host with many addresses.
"$LAB/host" sh -c 'for i in $(seq 600); do echo "addr add 203.0.$((i / 200)).$((i % 200)) dev lo"; done | ip -batch -'
many()
{
    heard > /dev/null
    t_run "$LAB/husk" -n "$1" -r "$T/send.py" -- sh -c 'curl -sS --max-time 20 http://www.example.net
        exec /usr/bin/python3 "$@"' - "$T/send.py" 203.0.0.1 203.0.1.150 203.0.3.0
    t_is "$status $out $(heard)" "0 world " "$1: of 600 addresses of the host none is reached"
}
lab_each many

# The control: answers are let through, and nothing looks at sources.
t_run "$LAB/host" unshare -U -r -n sh -ec 'ip link set lo up
    ip link add tap0 type veth peer name other; ip link set tap0 up; ip link set other up
    ip addr add fd00::100/64 dev tap0 nodad; ip route add default via fd00::2
    nft "add table inet t; add chain inet t o { type filter hook output priority 0; }
        add rule inet t o ct state established accept; add rule inet t o oifname lo accept
        add rule inet t o meta l4proto udp reject with icmpx admin-prohibited"
    exec /usr/bin/python3 "$@"' - "$T/forge.py" 2001:db8::1 fd00::100
t_is "$status $out" "0 sent" "a forged source opens what it names where nothing looks at it"
t_done
