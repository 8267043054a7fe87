#!/usr/bin/env bash
# --tcp-connect and --tcp-bind name the TCP ports that there are; every way past them is closed. Where the
# kernel cannot, they are an error.
# vm: 6.1 6.12
. "${0%/*}/../lib.sh" || exit
t_need python3

for words in x 1- -1 1-x 2-1 65536 "1," ,1 none,1 '1 2' +1 0x1; do
    t_run "$HUSK" --tcp-connect "$words" true
    t_is "$status $err" "125 husk: --tcp-connect $words: ports from 0 to 65535 are wanted, as in 443,8000-8080, or none" \
        "not ports: $words"
done

if ! "$HUSK" --tcp-bind 1 true 2> /dev/null; then
    for option in --tcp-bind --tcp-connect; do
        t_run "$HUSK" $option 80 echo ran
        t_is "$status $out" "125 " "this kernel cannot: with $option nothing runs"
        t_like "$err" "^husk: $option 80: needs Landlock(, which this kernel has not, or not switched on|'s ABI 4 .*, and this kernel has [1-3])$" \
            "and why"
    done
    t_done
fi

# The servers are inside: it has its own loopback. Their ports are in the order of the options.
cat > "$T/tcp.py" << 'END'
import ctypes, os, socket, sys
allowed, other = 20001, 20002
libc = ctypes.CDLL(None, use_errno=True)

def show(name, what):
    try:
        what()
        print(name, "works")
    except OSError as e:
        print(name, e.strerror)

def listen(port, family=socket.AF_INET):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))
    s.setsockopt(socket.IPPROTO_TCP, 23, 5) # TCP_FASTOPEN
    s.listen()
    return s

def connect(port, protocol=0, family=socket.AF_INET, type=socket.SOCK_STREAM):
    socket.socket(family, type, protocol).connect(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))

def by_socketcall():
    # i386's, by int 0x80, wants arguments in the low 4 GB, so only its refusal can be seen: EFAULT if not.
    code = bytes.fromhex("53b866000000bb0100000031c9cd805bc3")
    import mmap
    m = mmap.mmap(-1, 4096, prot=7)
    m.write(code)
    f = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))
    r = f()
    print("socketcall", os.strerror(-r))

if sys.argv[1] == "server":
    keep = [listen(p, f) for p in (allowed, other) for f in (socket.AF_INET, socket.AF_INET6)]
    print("ready", flush=True)
    sys.stdin.read()
    sys.exit()
fast = 0x20000000
for port in allowed, other:
    show("connect %d" % port, lambda: connect(port))
    show("connect6 %d" % port, lambda: connect(port, family=socket.AF_INET6))
    show("bind %d" % (port + 10), lambda: listen(port + 10))
    show("fast open %d" % port, lambda: socket.socket().sendto(b"x", fast, ("127.0.0.1", port)))
    show("fast open by sendmsg %d" % port, lambda: socket.socket().sendmsg([b"x"], [], fast, ("127.0.0.1", port)))
    show("MPTCP %d" % port, lambda: connect(port, 262))
    show("SCTP %d" % port, lambda: connect(port, 132))
    show("SMC %d" % port, lambda: socket.socket(43, socket.SOCK_STREAM, 0))
show("UDP", lambda: connect(other, type=socket.SOCK_DGRAM))
show("TCP by its number", lambda: connect(allowed, 6))
pair = socket.socketpair()
show("unix", lambda: pair[0].send(b"x", 0))
def uring():
    if libc.syscall(425, 1, ctypes.create_string_buffer(120)) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
show("io_uring", uring)
if os.uname().machine == "x86_64":
    by_socketcall()
    r = libc.syscall(0x40000000 + 41, 2, 1, 0)
    print("x32", "works" if r >= 0 else os.strerror(ctypes.get_errno()))
END

# Server and clients share a network namespace of their own.
t_need ip unshare nsenter
# shellcheck disable=SC2016 # for the inner shell
coproc SERVER { exec unshare --user --map-root-user --net sh -c 'ip link set lo up && exec /usr/bin/python3 -IS "$0" server' "$T/tcp.py"; }
server=$SERVER_PID
read -r -u "${SERVER[0]}"

# tcp OPTIONS...: what the client can.
tcp()
{
    t_run nsenter --user --net --preserve-credentials --target "$server" \
        "$HUSK" -n host --seccomp-profile "$policy" --ro-bind "$T/tcp.py" /tcp.py "$@" /usr/bin/python3 -IS /tcp.py client
}

policy=none
tcp
for what in 'connect 20001' 'connect 20002' 'connect6 20002' 'bind 20011' 'bind 20012' UDP; do
    t_like "$out" "$what works" "without the options: $what"
done
ways='fast open|MPTCP|SCTP|SMC|io_uring|x32'
t_like "$out" 'fast open 20002 works' "so does a fast open"
t_diag "ways past: $(grep -E "^($ways).* works$" <<< "$out" | xargs)"

for policy in none default; do
    tcp --tcp-connect 20001 --tcp-bind 20011,5000-6000
    t_like "$out" 'connect 20001 works' "policy $policy: the port that is named can be reached"
    t_like "$out" 'connect6 20001 works' "by IPv6 too"
    t_like "$out" 'connect 20002 Permission denied' "another one not"
    t_like "$out" 'connect6 20002 Permission denied' "neither by IPv6"
    t_like "$out" 'bind 20011 works.*bind 20012 Permission denied' "a port of one's own the same"
    t_unlike "$out" "($ways)[a-z 0-9]* works" "no way leads past it"
    t_like "$out" 'fast open 20001 Operation not supported' "a fast open falls back to connect"
    t_like "$out" 'UDP works' "UDP is not limited"
    t_like "$out" 'TCP by its number works.*unix works' "other sockets work"
    [ "$(uname -m)" != x86_64 ] || t_like "$out" 'socketcall Function not implemented.*x32 Function not implemented' \
        "nor do other ABIs"
done
policy=default
tcp --tcp-connect none
t_like "$out" 'connect 20001 Permission denied.*bind 20011 works' "none: no port; what is not named is not limited"
tcp --tcp-connect 1 --tcp-connect 20000-20002
t_like "$out" 'connect 20001 works.*connect 20002 works' "ranges, and more than once"
tcp --landlock none --tcp-connect 1
t_like "$out" 'connect 20001 Permission denied' "it does not take --landlock"
t_run "$HUSK" -p none --bind / / --tcp-connect 1 --dev-bind /dev /dev unshare -rm true
t_is "$status $err" "0 " "and by itself keeps nobody from mounting"
eval "exec ${SERVER[1]}>&-"
wait "$server"
t_done
