#!/usr/bin/env bash
# --publish: what connects to a port of the host reaches one inside; a port that cannot be had is an error.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start

cat > "$T/serve.py" << 'END'
import http.server, socket, sys, threading
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"inside %d\n" % self.server.server_port)
    def log_message(self, *args): pass
class S(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
def echo(s):
    while True:
        data, peer = s.recvfrom(100)
        s.sendto(b"inside " + data, peer)
for port in map(int, sys.argv[1:]):
    threading.Thread(target=S(("::", port), H).serve_forever).start()
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.bind(("::", port))
    threading.Thread(target=echo, args=(udp,)).start()
print("all serve", flush=True)
END
cat > "$T/ask.py" << 'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
s.connect((sys.argv[1], int(sys.argv[2])))
for i in range(3):
    try:
        s.send(b"x")
        print(s.recv(100).decode())
        break
    except TimeoutError: pass
END

# serve MODE PORTS... : husk with these published, and a server inside on 80, 81, 82 and 5353.
serve()
{
    local mode=$1 p options=()
    shift
    for p; do options+=(--publish "$p"); done
    rm -f "$T/served" # the last one's
    "$LAB/husk" -n "$mode" "${options[@]}" -r "$T/serve.py" -- /usr/bin/python3 "$T/serve.py" 80 81 82 5353 \
        > "$T/served" 2>&1 &
    served=$!
    t_wait grep -q 'all serve' "$T/served"
}

# get WHERE URL
get()
{
    t_run "$LAB/$1" curl -sS --max-time 25 "$2"
}

publish()
{
    local mode=$1
    serve "$mode" 8080:80 198.51.100.2:8090-8091:81-82 8092-8093:81 5353:5353/udp
    t_wait "$LAB/host" curl -sf -o /dev/null --max-time 2 http://127.0.0.1:8080/
    get host http://127.0.0.1:8080/
    t_is "$out" "inside 80" "$mode: curl on the host reaches the server inside"
    get world http://198.51.100.2:8090/
    t_is "$out" "inside 81" "$mode: from outside, where an address was given"
    get world http://198.51.100.2:8091/
    t_is "$out" "inside 82" "$mode: the second of a range"
    get host http://127.0.0.1:8093/
    t_is "$out" "inside 82" "$mode: and of one that leads to as many from a port on"
    get world http://198.51.100.2:8080/
    t_unlike "$out" inside "$mode: without an address it is not there for others"
    t_run "$LAB/host" /usr/bin/python3 "$T/ask.py" 127.0.0.1 5353
    t_is "$out" "inside x" "$mode: UDP"

    t_run "$LAB/husk" -n "$mode" --publish 9000:80 --publish 8079-8080:80-81 -- touch "$T/ran"
    t_is "$status" 125 "$mode: a port that is taken is an error"
    t_like "$err" 'publishing TCP port 8080 of 127.0.0.1 \(--publish 8079-8080:80-81\): Address already in use' \
        "$mode: which names it"
    t_run "$LAB/husk" -n "$mode" -w "$T" --publish 8080:80 -- touch "$T/ran"
    t_fail "$mode: and nothing was run" test -e "$T/ran"
    kill $served
    wait $served
    t_wait sh -c "! '$LAB/host' curl -s --max-time 5 -o /dev/null http://127.0.0.1:8080/"
    get host http://127.0.0.1:8080/
    t_unlike "$out" inside "$mode: the port is free when the sandbox is gone"
}
lab_each publish

if command -v pasta > /dev/null; then
    serve pasta '[::1]:8080:80'
    t_wait "$LAB/host" curl -sf -o /dev/null --max-time 2 'http://[::1]:8080/'
    get host 'http://[::1]:8080/'
    t_is "$out" "inside 80" "pasta: on an address of IPv6"
    kill $served
    wait $served
fi
if command -v slirp4netns > /dev/null; then
    t_run "$LAB/husk" -n slirp4netns --publish '[::1]:8080:80' -- true
    t_like "$err" 'IPv4 only; pasta can' "slirp4netns: that is an error"
fi

if [ "$("$LAB/host" cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 90 ]; then
    t_run "$LAB/husk" -n user --publish 90:80 -- true
    t_like "$status $err" '^125 .*port 90 of 127.0.0.1 .*: Permission denied' "a port below 1024 is the host's own"
    t_like "$err" 'hint: .*publish on a higher one' "with a hint"
fi
t_run "$LAB/husk" -n user --publish 192.0.2.77:8080:80 -- true
t_like "$err" 'port 8080 of 192.0.2.77 .*: Cannot assign requested address' "an address that the host has not"
for bad in 80 0:80 80:0 65536:80 a:80 80-79:80-79 80-82:80-81 80-81:65535 1.2.3:80:80 ::1:80:80 '[::1]80:80' 80:80/sctp; do
    t_run "$HUSK" -n user --publish "$bad" -- true
    t_like "$status $err" "^125 .*--publish" "$bad is no port"
done
t_run "$HUSK" --publish 8080:80 -- true
t_like "$status $err" '^125 .*--publish 8080:80 needs --net user' "without a network nothing is published"
t_done
