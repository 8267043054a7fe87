# shellcheck shell=bash
# A network for tests, of two network namespaces, which ordinary users can make as well: "host", where
# husk is started, and "world", which is all that there is outside of it. A test sources this after lib.sh:
#
#     lab_start          # skips all if it cannot be had here
#     t_run "$LAB/husk" -n user -- curl http://www.example.net/
#
# world   198.51.100.1, 2001:db8::1; the metadata addresses 169.254.169.254, also as a NAT64 has it, and
#         fd00:ec2::254
#         HTTP on port 80 of all of them ("world"), an echo on UDP port 7, a name server (dnsmasq) that
#         knows www.example.net (both addresses) and v4.example.net
# host    198.51.100.2, 2001:db8::2, default routes to the world; it asks the world's name server
#         HTTP on port 8000 ("host") of its loopbacks, and on port 8001 of all its addresses; an echo on UDP
#         port 7007
#
# $LAB/host CMD, $LAB/world CMD   run CMD there, as root of the lab; so do lab_host and lab_world
# $LAB/husk ARGS                  runs husk on the host: as root, or as the user who runs the test
# $LAB/starter CMD                runs CMD as husk is run there
# lab_each NAME                   calls NAME slirp4netns, then NAME pasta, whichever is installed

PATH=$PATH:/usr/sbin:/sbin
LAB=$T/lab
lab_host_pid='' lab_world_pid=''
lab_enter=() # how an ordinary user comes into the lab

lab_host()
{
    "$LAB/host" "$@"
}

lab_world()
{
    "$LAB/world" "$@"
}

# lab_script NAME WORD...: $LAB/NAME runs WORD..., and what it is called with.
lab_script()
{
    local name=$1
    shift
    mkdir -p "$LAB"
    printf '#!/bin/sh\nexec %s "$@"\n' "${*@Q}" > "$LAB/$name"
    chmod +x "$LAB/$name"
}

# In the lab a user is its root; for husk, which is to be started by somebody without rights, himself again.
lab_scripts()
{
    local user=()
    [ ${#lab_enter[@]} = 0 ] || user=(unshare -U --map-user="$(id -u)" --map-group="$(id -g)" --)
    lab_script host nsenter -t "$lab_host_pid" -n -m ${lab_enter[@]+"${lab_enter[@]}"} --
    lab_script starter "$LAB/host" ${user[@]+"${user[@]}"}
    lab_script husk "$LAB/starter" "$HUSK"
    [ -z "$lab_world_pid" ] ||
        lab_script world nsenter -t "$lab_world_pid" -n -m ${lab_enter[@]+"${lab_enter[@]}"} --
}

lab_each()
{
    local mode
    for mode in slirp4netns pasta; do
        if command -v $mode > /dev/null; then
            "$1" $mode
        else
            t_skip "$mode is not installed"
        fi
    done
}

lab_wire()
{
    lab_host ip link add world0 type veth peer name host0 netns "$lab_world_pid" || return 1
    lab_host sh -ec '
        ip link set lo up
        ip link set world0 up
        ip addr add 198.51.100.2/24 dev world0
        ip addr add 2001:db8::2/64 dev world0 nodad
        ip route add default via 198.51.100.1
        ip -6 route add default via 2001:db8::1' || return 1
    lab_world sh -ec '
        ip link set lo up
        ip link set host0 up
        for a in 198.51.100.1/24 169.254.169.254/32 100.100.100.200/32; do ip addr add $a dev host0; done
        for a in 2001:db8::1/64 fd00:ec2::254/128 64:ff9b::a9fe:a9fe/128; do ip addr add $a dev host0 nodad; done'
}

lab_resolver()
{
    printf 'nameserver 198.51.100.1\n' > "$T/resolv.conf"
    lab_host mount --bind "$T/resolv.conf" /etc/resolv.conf
}

# lab_serve NAME WHERE ARGS...: a server of netlab.py, which says NAME.
lab_serve()
{
    local name=$1 where=$2
    shift 2
    "$LAB/$where" /usr/bin/python3 "$SRCDIR/tests/netlab.py" "$name" "$@" > "$T/.lab-$name" 2>&1 &
    t_wait grep -q ready "$T/.lab-$name"
}

lab_dns()
{
    # It gives up its rights for a user that a lab of one mapped id has not: so it keeps root, which has
    # none outside of the lab.
    "$LAB/world" dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --no-daemon \
        --user=root --group=root --pid-file= --local-ttl=1 --bind-interfaces --interface=host0 \
        --address=/www.example.net/198.51.100.1 --address=/www.example.net/2001:db8::1 \
        --address=/v4.example.net/198.51.100.1 > "$T/.lab-dns" 2>&1 &
    t_wait grep -q 'started, version' "$T/.lab-dns"
}

# lab_repository FOLDER: makes there a git repository of one commit, to be fetched from a server that knows only files.
lab_repository()
{
    local made=$T/${1##*/}.work
    git init -q --bare "$1"
    git init -q "$made"
    git -C "$made" -c user.name=t -c user.email=t@example.net commit -q --allow-empty -m first
    git -C "$made" push -q "$1" HEAD:refs/heads/main
    git -C "$1" symbolic-ref HEAD refs/heads/main
    git -C "$1" update-server-info
}

# lab_start [quiet]: with that word, without servers.
lab_start()
{
    local ns=(-n -m)
    t_need ip nsenter unshare dnsmasq curl
    [ -x /usr/bin/python3 ] || t_skip_all "python3 is not installed"
    [ -r /dev/net/tun ] && [ -w /dev/net/tun ] || t_skip_all "/dev/net/tun cannot be opened"
    if [ "$(id -u)" != 0 ]; then
        ns=(-U -r -n -m)
        lab_enter=(-U --preserve-credentials)
    fi
    unshare "${ns[@]}" sleep infinity 2> /dev/null &
    lab_host_pid=$!
    t_wait lab_is_made "$lab_host_pid" || t_skip_all "no network namespaces here"
    lab_scripts
    "$LAB/host" unshare -n -m sleep infinity &
    lab_world_pid=$! # nsenter and unshare become it
    t_wait lab_is_made "$lab_world_pid"
    lab_scripts
    lab_wire && lab_resolver || t_skip_all "no veth devices here"
    [ "${1-}" != quiet ] || return 0
    lab_dns
    lab_serve world world 0.0.0.0:80 :::80 udp:0.0.0.0:7 udp::::7
    lab_serve host host 127.0.0.1:8000 ::1:8000 0.0.0.0:8001 :::8001 udp:0.0.0.0:7007
}

# Is process $1 in a network namespace of its own by now? It has become sleep when all is set.
lab_is_made()
{
    [ "$(cat /proc/"$1"/comm 2> /dev/null)" = sleep ] &&
        [ "$(readlink /proc/"$1"/ns/net)" != "$(readlink /proc/self/ns/net)" ]
}

# lab_bare: a network namespace that no husk has made, of process $ns; $LAB/user has the rights there, and what $LAB/inside
# runs is in it.
lab_bare()
{
    "$LAB/host" unshare -U -r -n sleep infinity &
    ns=$!
    t_wait lab_is_made $ns
    lab_script user nsenter -t "$ns" -U --preserve-credentials --
    lab_script inside "$LAB/host" "$LAB/user" nsenter -t "$ns" -n --
}
