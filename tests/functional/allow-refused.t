#!/usr/bin/env bash
# --allow, the engine: what is not of the list is refused at once, by literal address, whatever the protocol;
# so is another name server. What is of the list by address is reached.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

names '198.51.100.10 www.example.org'
name_server

cat > "$T/try.py" << 'END'
import errno, socket, sys
# protocol address port: what it meets, and whether TCP had to ask again, which it does after a second
def meet(protocol, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind, number = {"tcp": (socket.SOCK_STREAM, 0), "udp": (socket.SOCK_DGRAM, 0),
        "icmp": (socket.SOCK_RAW, 58 if family == socket.AF_INET6 else 1), "raw": (socket.SOCK_RAW, 253)}[protocol]
    # An echo request: of IPv4 with its checksum, which the kernel writes for IPv6.
    data = bytes([128, 0, 0, 0, 0, 0, 0, 0] if family == socket.AF_INET6 else [8, 0, 0xf7, 0xff, 0, 0, 0, 0])
    try:
        s = socket.socket(family, kind, number)
        s.settimeout(20)
        if protocol == "tcp":
            s.connect((address, int(port)))
            return "yes"
        s.sendto(data, (address, int(port)))
        if protocol == "raw":
            return "sent"
        s.recv(1000)
        return "yes"
    except OSError as e:
        return errno.errorcode.get(e.errno, str(e))
def asked_again():
    names, values = [line.split() for line in open("/proc/net/snmp") if line.startswith("Tcp:")]
    return int(values[names.index("RetransSegs")])
for word in sys.argv[1:]:
    before = asked_again()
    print(meet(*word.split(",")), *["late"] * (asked_again() > before))
END
try()
{
    # shellcheck disable=SC2046 # one word each
    echo $(in_box python3 "$T/try.py" "$@")
}
doors=(tcp,198.51.100.11,80 tcp,2001:db9::10,80 udp,198.51.100.11,7 udp,2001:db9::10,7
    icmp,198.51.100.11,0 icmp,2001:db9::10,0 raw,198.51.100.11,0)

box_network
t_wait in_box curl -sS -m 30 http://198.51.100.11
t_is "$(try "${doors[@]}")" "yes yes yes yes yes yes sent" "without a list all are reached"
t_is "$(in_box dig +short +time=5 @203.0.113.53 www.example.org)" 198.51.100.10 "and the name server outside"

printf '%s\n' www.example.org > "$T/list"
box_allow
t_is "$(try "${doors[@]}")" "ECONNREFUSED ECONNREFUSED EPERM EPERM EPERM EPERM EPERM" \
    "with one none is, and that is said at once"
t_is "$(try tcp,203.0.113.53,53 udp,203.0.113.53,53 tcp,192.0.2.1,80 udp,192.0.2.1,53)" \
    "ECONNREFUSED EPERM ECONNREFUSED EPERM" "nor a name server or the gateway"
in_box dig +time=2 +tries=1 @203.0.113.53 secret.tunnel.example > /dev/null
in_box dig +time=2 +tries=1 +tcp @203.0.113.53 secret.tunnel.example > /dev/null
t_unlike "$(ask_log)" tunnel "so what is asked there does not leave"
in_box dig +time=2 +tries=1 secret.tunnel.example > /dev/null
t_unlike "$(ask_log)" tunnel "nor does it through the resolver"
t_is "$(get http://www.example.org)" 198.51.100.10 "which asks for what is listed"
in_box dig +time=2 +tries=1 TXT www.example.org > "$T/txt"
t_like "$(tr '\n' ' ' < "$T/txt")" 'NOERROR.*ANSWER: 0' "but only for addresses"
t_unlike "$(ask_log)" TXT "of which nothing goes out either"
t_is "$(try tcp,127.0.0.1,9 tcp,127.0.0.53,53 tcp,::1,9)" "ECONNREFUSED yes ECONNREFUSED" \
    "its own loopback is as it was"
nsenter --preserve-credentials --user --net --target $box_pid \
    python3 -m http.server --bind 127.0.0.1 8000 > /dev/null 2>&1 & # no function: it is to be the job
comes "and carries data" in_box curl -sS -m 30 http://127.0.0.1:8000

box 198.51.100.11:80 198.51.100.11:7/udp '2001:db9::/64' 198.51.100.8/30:81
t_is "$(try "${doors[@]}")" "yes yes yes EPERM EPERM EPERM EPERM" "addresses and networks of the list are reached"
t_is "$(get http://198.51.100.10:81) $(get http://198.51.100.10:80) $(get http://198.51.100.11:81)" \
    "198.51.100.10 7 198.51.100.11" "each on its ports"

box 0.0.0.0/0 '[::/0]:80'
t_is "$(try "${doors[@]}")" "yes yes EPERM EPERM EPERM EPERM EPERM" "a network of all addresses can be listed"
ip addr add 169.254.169.254/32 dev lo
t_is "$(try tcp,169.254.169.254,80)" ECONNREFUSED "but no metadata service"

t_done
