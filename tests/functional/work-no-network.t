#!/usr/bin/env bash
# By default there is no network: a listener on the host's loopback, an abstract socket and an
# address elsewhere cannot be reached. With -n host they can.
# vm: uml
. "${0%/*}/../lib.sh" || exit
t_need python3

cd "$T" || exit 1
cat > listen.py << 'END'
import os, select, socket, sys
name = sys.argv[1]
tcp = socket.create_server(("127.0.0.1", 0))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0" + name)
abstract.listen()
with open("ports.new", "w") as f:
    print(tcp.getsockname()[1], udp.getsockname()[1], file=f)
os.rename("ports.new", "ports")
while True:
    for s in select.select([tcp, udp, abstract], [], [])[0]:
        if s is udp:
            s.sendto(b"hello", s.recvfrom(10)[1])
        else:
            s.accept()[0].sendall(b"hello")
END
cat > connect.py << 'END'
import socket, sys
tcp, udp, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def try_it(what, family, kind, address):
    try:
        s = socket.socket(family, kind)
        s.settimeout(5)
        s.connect(address)
        if kind == socket.SOCK_DGRAM:
            s.send(b"x")
        print(what, s.recv(5).decode())
    except OSError as e:
        print(what, "refused")
try_it("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", tcp))
try_it("localhost", socket.AF_INET, socket.SOCK_STREAM, ("localhost", tcp))
try_it("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", udp))
try_it("abstract", socket.AF_UNIX, socket.SOCK_STREAM, "\0" + name)
END
name="husk test $$"
python3 listen.py "$name" &
t_wait test -e ports
read -r tcp udp < ports
all=$'tcp hello\nlocalhost hello\nudp hello\nabstract hello'
none=$'tcp refused\nlocalhost refused\nudp refused\nabstract refused'

t_run python3 connect.py "$tcp" "$udp" "$name"
t_is "$out" "$all" "outside they answer"
t_run "$HUSK" python3 connect.py "$tcp" "$udp" "$name"
t_is "$out" "$none" "by default nothing does"
t_run "$HUSK" -n none python3 connect.py "$tcp" "$udp" "$name"
t_is "$out" "$none" "nor with -n none"
t_run "$HUSK" -n host -n none python3 connect.py "$tcp" "$udp" "$name"
t_is "$out" "$none" "where -n none is last"
t_run "$HUSK" -p build python3 connect.py "$tcp" "$udp" "$name"
t_is "$out" "$none" "nor in profile build"
t_run "$HUSK" -n host --landlock none python3 connect.py "$tcp" "$udp" "$name"
t_is "$out" "$all" "with -n host all do"
# Landlock keeps the host's abstract sockets closed where the kernel can: landlock-signals.t and threat-sockets.t.
t_run "$HUSK" -n host python3 connect.py "$tcp" "$udp" "$name"
t_is "${out%abstract*}" "${all%abstract*}" "with Landlock all of the network"

interfaces="import socket; print(*sorted(n for i, n in socket.if_nameindex()))"
t_run "$HUSK" python3 -c "$interfaces"
t_is "$out" lo "the only interface is a loopback"
t_run "$HUSK" -n host python3 -c "$interfaces"
t_is "$out" "$(python3 -c "$interfaces")" "with -n host they are the host's"
t_run "$HUSK" python3 -c 'import socket
try: socket.create_connection(("192.0.2.1", 80), 5)
except OSError as e: print(e.strerror)'
t_is "$out" "Network is unreachable" "there is no way out"
t_run "$HUSK" python3 -c 'import socket
try: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
except OSError as e: print(e.strerror)'
t_is "$out" "Operation not permitted" "no raw packets"

t_done
