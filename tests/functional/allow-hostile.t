#!/usr/bin/env bash
# --allow, the engine: what a name server sends that is forged, broken, too much or nothing at all opens no
# address, and holds up no other name.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

cat > "$T/hostile.py" << 'END'
import socket, select, struct, time
def listen(kind):
    s = socket.socket(socket.AF_INET, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("203.0.113.53", 53))
    return s
udp, tcp = listen(socket.SOCK_DGRAM), listen(socket.SOCK_STREAM)
tcp.listen(16)
def name_of(query):
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]])
        at += 1 + query[at]
    return b".".join(labels).decode().lower(), query[12:at + 5]
def labels(name):
    return b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\0"
def rr(owner, kind, data, ttl=60):
    return owner + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data
def message(query, question, records, flags=0x8180, count=None):
    return query[:2] + struct.pack(">HHHHH", flags, 1, len(records) if count is None else count, 0, 0) + question + b"".join(records)
good, evil, me = socket.inet_aton("198.51.100.10"), socket.inet_aton("198.51.100.11"), b"\xc0\x0c"
ports, ids = set(), set()
def answers(query, over_tcp, port):
    name, question = name_of(query)
    which = name.split(".")[0]
    right = message(query, question, [rr(me, 1, good)])
    if question[-4:-2] != b"\0\1":
        return [message(query, question, [])]
    if not over_tcp:
        ports.add(port)
        ids.add(query[:2])
    wrong = message(query, question, [rr(me, 1, evil)])
    if which == "forged-id":
        return [bytes([query[0] ^ 1]) + wrong[1:], wrong[:1] + bytes([query[1] ^ 1]) + wrong[2:], right]
    if which == "forged-question":
        other = labels("other.example.org") + question[-4:]
        return [message(query, other, [rr(me, 1, evil)]), message(query, question[:-4] + b"\0\x1c\0\1", [rr(me, 1, evil)]), right]
    if which == "cut":
        return [right] if over_tcp else [message(query, question, [rr(me, 1, evil)], 0x8380)]
    if which == "cut-always":
        return [message(query, question, [], 0x8380)]
    if which == "loop":
        return [message(query, question, [rr(me, 5, struct.pack(">H", 0xc000 | (len(question) + 12 + 12)))])]
    if which == "alias-loop":
        return [message(query, question, [rr(me, 5, me)])]
    if which == "foreign":
        return [message(query, question, [rr(labels("www.example.org"), 1, evil)])]
    if which == "chain":
        return [message(query, question, [rr(me, 5, labels("cdn.example.net")), rr(labels("cdn.example.net"), 1, good)])]
    if which == "long":
        return [message(query, question, [rr(me, 1, good + b"\0")])]
    if which == "count":
        return [message(query, question, [rr(me, 1, evil)], count=65535)]
    if which == "many":
        return [message(query, question, [rr(me, 1, bytes([198, 51, 100, i])) for i in range(40)])]
    if which == "huge":
        return [message(query, question, [rr(me, 1, good)] * 4000)] if over_tcp else [message(query, question, [], 0x8380)]
    if which == "empty":
        return [b"", query[:2], query[:11], message(query, question, [])]
    if which == "refused":
        return [message(query, question, [], 0x8185)]
    if which == "ports":
        print(len(ports), len(ids), file=open("seen", "w"))
    if which.startswith("silent"):
        return []
    return [right]
open("listening", "w").close()
clients = []
while True:
    for s in select.select([udp, tcp, *clients], [], [])[0]:
        if s is udp:
            query, address = udp.recvfrom(600)
            for a in answers(query, False, address[1]):
                udp.sendto(a[:4000], address)
        elif s is tcp:
            clients.append(tcp.accept()[0])
        else:
            try: query = s.recv(600)
            except OSError: query = b""
            if len(query) > 14:
                for a in answers(query[2:], True, 0):
                    try: s.sendall(struct.pack(">H", min(65535, len(a))) + a[:65535])
                    except OSError: pass
            else:
                clients.remove(s)
                s.close()
END
(cd "$T" && exec python3 hostile.py) &
t_wait test -e "$T/listening"
box '*.example.org'

# a NAME: what the box is told, as STATUS ADDRESSES.
a()
{
    in_box dig +tries=1 +time=20 "$1.example.org" A > "$T/dig"
    sed -nE 's/.*status: ([A-Z]+),.*/\1/p; s/^[a-z][^;]*\sIN\sA\s+([0-9.]+)$/\1/p' "$T/dig" | paste -sd' '
}

in_box dig +tries=1 +time=20 silent.example.org > "$T/silent" &
silent=$!
t_is "$(a plain)" "NOERROR 198.51.100.10" "a good answer"
t_is "$(a forged-id)" "NOERROR 198.51.100.10" "one with another id does not count"
t_is "$(a forged-question)" "NOERROR 198.51.100.10" "one to another question neither"
t_is "$(a cut)" "NOERROR 198.51.100.10" "one that was cut off is asked for over TCP"
t_is "$(a chain)" "NOERROR 198.51.100.10" "an alias leads to its addresses"
t_is "$(a empty)" "NOERROR" "scraps are not answers"
t_is "$(a foreign)" "NOERROR" "an address of another name is left out"
for name in cut-always loop alias-loop long count huge refused; do
    t_is "$(a $name)" SERVFAIL "$name: none"
done
t_is "$(a many | wc -w)" 17 "sixteen of many addresses"
t_is "$(in_box nft list set inet husk-allow name4_all | grep -oE '198[0-9.]+ ' | sort -u | wc -l)" 16 \
    "and as many are open: all that was ever answered"
t_is "$(in_box nft list set inet husk-allow name4_all | grep -c '198.51.100.16 ')" 0 "nothing else is"
wait $silent
t_like "$(< "$T/silent")" SERVFAIL "one that is not answered ends, and held up nobody"
a ports > /dev/null
read -r ports ids < "$T/seen"
t_is $((ports > 10 && ids > 10)) 1 "each question has its own port and id: $ports and $ids"

# What a client sends.
t_is "$(in_box python3 -c '
import os, socket, struct
random = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for size in *range(0, 600, 7), 65000:
    random.sendto(os.urandom(size), ("127.0.0.53", 53))
many = [socket.create_connection(("127.0.0.53", 53)) for i in range(40)]
for s in many[:8]: s.sendall(b"\xff\xff")
many[8].sendall(b"\0")
print("sent")')" sent "scraps, long ones and many connections"
t_is "$(a plain2)" "NOERROR 198.51.100.10" "do not end it"
t_is "$(in_box dig +tcp +short +tries=1 +time=20 plain3.example.org)" 198.51.100.10 "nor over TCP"
# One at a time, as its socket holds only so many; what has no room is refused at once.
t_is "$(in_box python3 -c '
import select, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(20000):
    name = b"silent%d" % i
    s.sendto(b"\0\1\1\0\0\1\0\0\0\0\0\0" + bytes([len(name)]) + name + b"\7example\3org\0\0\1\0\1", ("127.0.0.53", 53))
    if select.select([s], [], [], 0.001)[0]:
        print("answer", s.recv(512)[3] & 15)
        break')" "answer 2" "questions that nobody answers take all the room that there is"
t_is "$(in_box dig +short +tries=5 +time=4 plain.example.org)" 198.51.100.10 \
    "and then what is known is answered"
t_ok "and it lives" kill -0 $allow_pid

t_done
