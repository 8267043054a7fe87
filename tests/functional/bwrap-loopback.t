#!/usr/bin/env bash
# As bwrap: a new network namespace has a loopback that is up, and nothing else.
. "${0%/*}/../lib.sh" || exit

export inside='cat /proc/net/dev | wc -l; cat /proc/net/fib_trie /proc/net/if_inet6 | grep -c 127.0.0.1'
same_as_bwrap_sh "one interface, with its addresses" \
    '$B --unshare-net --ro-bind / / --proc /proc sh -c "$inside"'
# A connection over it, which needs it to be up.
export talk='
import socket
for family, host in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
    try:
        server = socket.create_server((host, 0), family=family)
        client = socket.create_connection(server.getsockname()[:2])
        client.sendall(b"hello")
        print(host, server.accept()[0].recv(5))
    except OSError as e:
        print(host, e)
try:
    socket.create_connection(("192.0.2.1", 9), 1)
except OSError as e:
    print(e)'
if [ -x /usr/bin/python3 ]; then
    same_as_bwrap_sh "it carries data, and leads nowhere else" \
        '$B --unshare-net --ro-bind / / /usr/bin/python3 -c "$talk"'
    t_run "$BWRAP_HUSK" --unshare-net --ro-bind / / /usr/bin/python3 -c "$talk"
    t_like "$status $out" "^0 127.0.0.1 b'hello'.*Network is unreachable" "which is so"
else
    t_skip "python3 is not installed"
fi
same_as_bwrap_sh "the same with all of them" \
    '$B --unshare-all --ro-bind / / --proc /proc sh -c "$inside"'

t_done
