#!/usr/bin/env bash
# What a network and its list need of the kernel, in short: nf_tables with all kinds of rules and sets that husk makes,
# in a user namespace. Where there is no nf_tables nothing is run.
# vm: uml 6.1
. "${0%/*}/../lib.sh" || exit
if [ "${HUSK_VM:-}" = uml ]; then
    for options in "-n slirp4netns" "-n pasta" "--allow example.org" "--net-log --allow 192.0.2.1"; do
        # shellcheck disable=SC2086 # words
        t_run "$HUSK" $options echo ran
        t_is "$status $out $(grep -vc '^husk: hint' <<< "$err")" "125  1" "$options: without nf_tables nothing is run"
        t_like "$err" '(nf_tables|External interface not usable)' "$options: which is said, or that there is no way out"
    done
    t_done
fi
. "${0%/*}/../netlab.sh" || exit
lab_start

# One process for all of them: in a virtual machine to start it is what takes time.
cat > "$T/reach.py" << 'END'
import socket, sys
for word in sys.argv[1:]:
    address, port = word.rsplit(":", 1)
    try:
        socket.create_connection((address.strip("[]"), port), 60)
        print(word, "works")
    except OSError as e:
        print(word, e.strerror)
END

# reaches NAME WANTED OPTION...: what comes of connecting to the first words of the lines of WANTED.
reaches()
{
    local name=$1 wanted=$2
    shift 2
    # shellcheck disable=SC2046 # words
    T_TIMEOUT=100 t_run "$LAB/husk" "$@" -r "$T/reach.py" -- /usr/bin/python3 -S "$T/reach.py" $(sed 's/ .*//' <<< "$wanted")
    t_is "$out" "$wanted" "$name"
}

kernel()
{
    local mode=$1
    reaches "$mode: the world, and neither metadata nor host" '198.51.100.1:80 works
[2001:db8::1]:80 works
169.254.169.254:80 Connection refused
[fd00:ec2::254]:80 Connection refused
10.0.2.2:8000 Connection refused
198.51.100.2:8001 Connection refused' -n "$mode"
}
lab_each kernel

reaches "a list: names, a port, networks of both families with and without ports" 'www.example.net:80 works
v4.example.net:80 Name or service not known
198.51.100.1:80 works
198.51.100.2:80 Connection refused
[2001:db8::2]:80 Connection refused
203.0.113.0:80 Connection refused' -n slirp4netns --allow www.example.net:80 --allow '*.example.com' \
    --allow 198.51.100.0/28:81 --allow 198.51.100.0/28:7/udp --allow 192.0.2.0/25 --allow 2001:db8:1::/48 \
    --allow "[2001:db8:2::/48]:443"
reaches "networks that hold it" '198.51.100.1:80 works
[2001:db8::1]:80 works
198.51.100.2:8001 Connection refused' -n pasta --allow 198.51.100.0/24:80 --allow 198.51.100.0/24:8001 --allow 2001:db8::/32
T_TIMEOUT=100 t_run "$LAB/husk" -n slirp4netns --net-log --allow 198.51.100.1:81 --publish 8124:80 -- bash -c ': > /dev/tcp/198.51.100.1/80'
t_like "$err" 'refused 198.51.100.1:80' "a refusal is told of, with ports published"
t_done
