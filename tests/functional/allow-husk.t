#!/usr/bin/env bash
# --allow, with husk: a sandbox reaches what is listed and nothing else, by each helper; files and rules are as
# they should be, and the command cannot undo them.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start

get=(curl -sS --max-time 25)
cat > "$T/udp.py" << 'END'
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
try:
    s.sendto(b"x", (sys.argv[1], int(sys.argv[2])))
    print(s.recv(100).decode())
except OSError as e: print(e.strerror or e)
END

listed()
{
    local mode=$1
    t_run "$LAB/husk" -n "$mode" "${get[@]}" http://www.example.net http://198.51.100.1
    t_is "$status $out" $'0 world\nworld' "$mode: without a list all is reached"
    t_run "$LAB/husk" -n "$mode" --allow www.example.net:80 "${get[@]}" http://www.example.net
    t_is "$status $out" "0 world" "$mode: a name of the list"
    t_run "$LAB/husk" -n "$mode" --allow www.example.net "${get[@]}" -6 http://www.example.net
    t_is "$status $out" "0 world" "$mode: over IPv6"
    t_run "$LAB/husk" -n "$mode" --allow www.example.net "${get[@]}" http://v4.example.net
    t_is "$status" 6 "$mode: there is no other name"
    t_run "$LAB/husk" -n "$mode" --allow v4.example.net:81 "${get[@]}" http://198.51.100.1
    t_is "$status" 7 "$mode: no other address"
    t_run "$LAB/husk" -n "$mode" --allow v4.example.net:81 "${get[@]}" http://v4.example.net
    t_is "$status" 7 "$mode: no other port"
    t_run "$LAB/husk" -n "$mode" --allow 198.51.100.0/24:7/udp -r "$T/udp.py" -- /usr/bin/python3 "$T/udp.py" 198.51.100.1 7
    t_is "$out" x "$mode: UDP of a network that is listed"
    t_run "$LAB/husk" -n "$mode" --allow 198.51.100.1 -r "$T/udp.py" -- /usr/bin/python3 "$T/udp.py" 198.51.100.1 7
    t_is "$out" "Operation not permitted" "$mode: which TCP is not"
    t_run "$LAB/husk" -n "$mode" --allow www.example.net dig +tries=1 +time=2 @198.51.100.1 x.tunnel.example
    t_like "$out" "(no servers could be reached|timed out)" "$mode: no other name server"
    t_run "$LAB/husk" -n "$mode" --allow www.example.net dig +tries=1 +time=2 @10.0.2.3 x.tunnel.example
    t_like "$out" "(no servers could be reached|timed out)" "$mode: not the helper's own either"
    t_run "$LAB/husk" -n "$mode" --allow www.example.net cat /etc/resolv.conf
    t_is "$out" "nameserver 127.0.0.53" "$mode: programs know only husk's"
    t_run "$LAB/husk" -n "$mode" --allow 0.0.0.0/0 "${get[@]}" http://169.254.169.254
    t_is "$status" 7 "$mode: all addresses are not the metadata service"
    t_run "$LAB/husk" -n "$mode" --allow 0.0.0.0/0 "${get[@]}" http://10.0.2.2:8000
    t_is "$status" 7 "$mode: nor the host's loopback"
    t_run "$LAB/husk" -n "$mode" --allow www.example.net --allow-host-loopback=8000 \
        "${get[@]}" http://10.0.2.2:8000 http://www.example.net
    t_is "$out" $'host\nworld' "$mode: which --allow-host-loopback adds to a list"
    t_run "$LAB/husk" -n "$mode" --net-log --allow www.example.net sh -c '
        curl -s --max-time 20 http://other.example.net; curl -s --max-time 20 http://198.51.100.9:81; true'
    t_is "$(grep network: <<< "$err" | sort)" "husk: network: refused 198.51.100.9:81
husk: network: refused the name other.example.net" "$mode: --net-log"
    t_run "$LAB/husk" -n "$mode" --net-log --allow 0.0.0.0/0 --allow 2001:db8::/32 sh -c '
        for host in 198.51.100.2 "[2001:db8::2]" 10.0.2.2 169.254.169.254 198.51.100.1; do
            curl -s --max-time 20 -o /dev/null http://$host:80; done'
    t_is "$status $(grep network: <<< "$err" | sort)" "0 husk: network: refused 10.0.2.2:80
husk: network: refused 169.254.169.254:80
husk: network: refused 198.51.100.2:80
husk: network: refused [2001:db8::2]:80" "$mode: also of the host, which no list opens"
    t_run "$LAB/husk" -n "$mode" --allow 192.0.2.1 --map-root --cap-add ALL sh -c '
        nft flush ruleset; nft delete table inet husk-allow; ip route flush table main; ip link set lo down
        unshare -rn curl -sS --max-time 20 http://198.51.100.1; curl -sS --max-time 20 http://198.51.100.1'
    t_is "$status $out" "7 " "$mode: the command cannot undo it"
}
lab_each listed

# Which network: a list chooses one.
t_run "$LAB/husk" --allow www.example.net "${get[@]}" http://www.example.net
t_is "$status $out" "0 world" "without --net it is a network with a list"
t_run "$LAB/husk" --profile none --bind / / --proc /proc --dev /dev --allow 198.51.100.1 sh -c '
    curl -sS --max-time 20 http://198.51.100.1; curl -sS --max-time 20 http://198.51.100.2:8001; true'
t_is "$out" world "without a profile, too"
mkdir -p "$T/profiles"
printf 'include default\nnet user\nallow www.example.net:80\n' > "$T/net.profile"
t_run "$LAB/husk" --profile "$T/net.profile" "${get[@]}" http://www.example.net
t_is "$status $out" "0 world" "a list can be a profile's"
for net in host none; do
    t_run "$HUSK" --net $net --allow www.example.net true
    t_is "$status $err" "125 husk: --allow www.example.net does not go with --net $net
husk: hint: a list is for --net user, slirp4netns or pasta" "--net $net is an error"
done
t_run "$HUSK" --net-log true
t_is "$status $err" "125 husk: --net-log: there is no --allow" "--net-log alone is an error"
t_run "$HUSK" --allow 169.254.169.254 true
t_is "$status $err" "125 husk: --allow 169.254.169.254: a link-local address, which no list opens" \
    "what no list opens is an error"

t_done
