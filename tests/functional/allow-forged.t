#!/usr/bin/env bash
# --allow, the engine: what a program sends over the loopback makes no connection to the outside out of
# nothing, whose packets would then count as established.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

# An unlisted ADDRESS gets a datagram over the loopback. If what it then sends from outside comes in, so that
# its port has been open to it, the way out is as well. A line on stdin says that it has been sent.
cat > "$T/outwards.py" << 'END'
import socket, sys
own, address = sys.argv[1:]
def bound(device):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(3) # for what is on its way
    if device:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
    s.bind((own, 4000))
    return s
with bound(b"lo") as s: s.sendto(b"x", (address, 9))
with bound(b"") as s:
    print("listening", flush=True)
    sys.stdin.readline()
    try: print(s.recv(100).decode())
    except TimeoutError: print("nothing")
    try: print(s.sendto(b"x", (address, 9)))
    except PermissionError as e: print(e.strerror)
END

# A datagram that claims to come from an unlisted ADDRESS, over the loopback, and the answer.
cat > "$T/inwards.py" << 'END'
import socket, sys
IPV6_FREEBIND = 78
own, address = sys.argv[1:]
me, other = (socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) for _ in range(2))
me.bind((own, 4000))
other.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
other.bind((address, 9))
other.sendto(b"x", (own, 4000))
try: print(me.sendto(b"x", (address, 9)))
except PermissionError as e: print(e.strerror)
END

outwards()
{
    local inside
    : > "$T/out"
    [ -p "$T/sent" ] || mkfifo "$T/sent"
    in_box python3 "$T/outwards.py" 192.0.2.2 198.51.100.11 > "$T/out" < "$T/sent" &
    inside=$!
    exec 8> "$T/sent"
    t_wait grep -q listening "$T/out"
    python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("198.51.100.11", 9))
s.sendto(b"hello", ("192.0.2.2", 4000))'
    echo >&8
    exec 8>&-
    wait $inside
    paste -sd' ' "$T/out"
}

box 198.51.100.10
t_is "$(outwards)" "listening nothing Operation not permitted" "a datagram to somebody, over the loopback"
t_is "$(in_box python3 "$T/inwards.py" 2001:db8::2 2001:db9::10)" "Operation not permitted" \
    "one from somebody, over the loopback"
t_is "$(get http://198.51.100.10)" 198.51.100.10 "what is listed is reached, and answers"
t_is "$(in_box python3 -c 'import socket
l = socket.create_server(("127.0.0.1", 8080))
c = socket.create_connection(("127.0.0.1", 8080))
l.accept()[0].send(b"hello")
print(c.recv(9).decode())')" hello "so does the loopback"

# The control: were the loopback tracked, both would be ways out.
in_box nft delete chain inet husk-allow loopback
t_is "$(outwards)" "listening hello 1" "if it were tracked, to somebody"
t_is "$(in_box python3 "$T/inwards.py" 2001:db8::2 2001:db9::10)" 1 "if it were tracked, from somebody"
t_done
