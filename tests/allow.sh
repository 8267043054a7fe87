# shellcheck shell=bash
# A small internet for the tests of --allow, in a network namespace of the test's own. After tests/lib.sh:
#
#     . "${0%/*}/../allow.sh" || exit
#     box example.org:80                     a sandbox's network, with this list
#     t_ok "it is reached" in_box curl ...
#
# There are, on the side that is the outside:
#   198.51.100.10, 198.51.100.11, 2001:db9::10   say which one they are over HTTP on port 80 and 81 (files
#                                                ADDRESS), and back to UDP on port 7
#   203.0.113.53     a name server; names TEXT makes it answer; ask_log are the names that it was asked
#   192.0.2.1        the way there, for the box
# The test starts again in there, with rights over it; as root it stays root.
# shellcheck disable=SC2034,SC2154 # for the tests; from lib.sh

ALLOW=$BUILDDIR/husk-allow
PATH=$PATH:/usr/sbin:/sbin
t_need ip nft dnsmasq dig curl python3 nsenter

if [ -z "${HUSK_WORLD:-}" ]; then
    world_flags=(--net --mount)
    [ "$(id -u)" = 0 ] || world_flags+=(--user --map-root-user)
    unshare "${world_flags[@]}" true 2> /dev/null || t_skip_all "no network namespace can be made here"
    rm -rf "$T"
    HUSK_WORLD=1 exec unshare "${world_flags[@]}" bash "$0"
fi

cat > "$T/serve.py" << 'END'
import socket, select, sys
def server(address, port, kind):
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    return s
tcp, udp = {}, {}
for address in sys.argv[1:]:
    for port in 80, 81:
        s = server(address, port, socket.SOCK_STREAM)
        s.listen(64)
        tcp[s] = address
    udp[server(address, 7, socket.SOCK_DGRAM)] = address
open(".served", "w").close()
clients = {}
while True:
    for s in select.select([*tcp, *udp, *clients], [], [])[0]:
        try:
            if s in tcp:
                clients[s.accept()[0]] = tcp[s]
            elif s in udp:
                s.sendto(udp[s].encode(), s.recvfrom(100)[1])
            elif data := s.recv(4096):
                body = clients[s].encode()
                s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            else:
                clients.pop(s)
                s.close()
        except OSError:
            clients.pop(s, None)
END

# names LINE...: the name server's answers, as in hosts(5); they count for a second.
names()
{
    printf '%s\n' "$@" > "$T/hosts"
    [ -z "${dns_pid:-}" ] || kill -HUP "$dns_pid"
}

ask_log()
{
    sed -nE 's/.*(query\[[A-Z]+\] [^ ]+) from .*/\1/p' "$T/dns.log"
}

# As no user that has rights: dnsmasq would want to become one. It answers when this returns.
name_server()
{
    sysctl -qw net.ipv4.ip_unprivileged_port_start=0
    unshare --user --map-user=1000 --map-group=1000 dnsmasq --keep-in-foreground --conf-file=/dev/null \
        --pid-file= --no-resolv --no-hosts --addn-hosts="$T/hosts" --local-ttl=1 --local=/#/ --bind-interfaces \
        --listen-address=203.0.113.53 --log-queries --log-facility="$T/dns.log" "$@" &
    dns_pid=$!
    t_wait grep -q ' read .*/hosts - ' "$T/dns.log"
}

world()
{
    local address
    sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
    ip link set lo up
    for address in 198.51.100.10/32 198.51.100.11/32 203.0.113.53/32 2001:db9::10/128; do
        ip addr add $address dev lo
    done
    (cd "$T" && exec python3 serve.py 198.51.100.10 198.51.100.11 2001:db9::10) &
    t_wait test -e "$T/.served"
}

# box LIST...: ends the one before. $box_options are for husk-allow; its messages go to $T/allow.err.
# $allow_pid is 0 and the status 1 if it did not say that it is ready.
box_options=(--dns 203.0.113.53)
box_pid=0 allow_pid=0
box()
{
    box_network
    printf '%s\n' "$@" > "$T/list"
    box_allow
}

box_network()
{
    box_end
    unshare --user --map-root-user --net sleep 1000 &
    box_pid=$!
    t_wait test /proc/$box_pid/ns/net -nt /proc/self/nowhere # the pid is there
    t_wait box_is_apart
    ip link add outside type veth peer name inside
    ip link set inside netns $box_pid
    ip addr add 192.0.2.1/24 dev outside
    ip addr add 2001:db8::1/64 dev outside nodad
    ip link set outside up
    in_box ip addr add 192.0.2.2/24 dev inside
    in_box ip addr add 2001:db8::2/64 dev inside nodad
    in_box ip link set inside up
    in_box ip link set lo up
    in_box ip route add default via 192.0.2.1
    in_box ip route add default via 2001:db8::1
}

box_is_apart()
{
    [ "$(readlink /proc/$box_pid/ns/net)" != "$(readlink /proc/self/ns/net)" ] &&
        [ "$(cat /proc/$box_pid/uid_map)" != "$(cat /proc/self/uid_map)" ]
}

# box_allow [COMMAND...]: starts husk-allow, by COMMAND if there is one, for the box that is there.
box_allow()
{
    local ready
    mkfifo "$T/ready"
    [ -p "$T/life" ] || mkfifo "$T/life"
    exec {life}<> "$T/life"
    "$@" "$ALLOW" --userns 3 --netns 4 --list 5 --ready 6 --life 7 "${box_options[@]}" \
        3< /proc/$box_pid/ns/user 4< /proc/$box_pid/ns/net 5< "$T/list" 6> "$T/ready" 7< "$T/life" \
        2> "$T/allow.err" 9>&2 {life}>&- &
    allow_pid=$!
    ready=$(head -c 1 "$T/ready") # strace keeps its own fd of it
    rm "$T/ready"
    [ "$ready" = 1 ] && return
    wait $allow_pid
    allow_status=$?
    allow_pid=0
    return 1
}

box_end()
{
    [ -z "${life:-}" ] || exec {life}>&-
    life=''
    [ $allow_pid = 0 ] || kill $allow_pid 2> /dev/null
    [ $box_pid = 0 ] || kill $box_pid
    [ $allow_pid = 0 ] || wait $allow_pid
    [ $box_pid = 0 ] || wait $box_pid
    [ $box_pid = 0 ] || ip link del outside 2> /dev/null
    box_pid=0 allow_pid=0
} 2> /dev/null

# in_box CMD...: in the box's network, with all rights over it, and its name server.
in_box()
{
    nsenter --preserve-credentials --user --net --target $box_pid "$@"
}

# comes NAME CMD...: CMD, which may be a function, succeeds soon.
comes()
{
    t_wait "${@:2}"
    t_is $? 0 "$1"
}

# get URL...: what it says, by curl, or curl's number for what went wrong: 6 is "no such host", 7 is
# "refused", 28 is "took longer than 30 s".
get()
{
    in_box curl -sS -m 30 "$@" 2> "$T/.curl" || echo $?
}

# udp ADDRESS PORT: what comes back, or the error.
udp()
{
    in_box python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
try:
    s.sendto(b"x", (sys.argv[1], int(sys.argv[2])))
    print(s.recv(100).decode())
except OSError as e: print(e.strerror or e)' "$@"
}

mount --make-rprivate / && mount -t tmpfs none /mnt || exit 99
echo "nameserver ${HUSK_BOX_SERVER:-127.0.0.53}" > "$T/resolv.conf"
mount --bind "$T/resolv.conf" /etc/resolv.conf || exit 99
umount /mnt
world
