#!/usr/bin/env bash
# A network that cannot be had is an error that says why; the command is not run, and not with another one.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
t_need strace
lab_start

# without PROGRAM...: a husk for which these are not there, in a mount namespace of its own.
without()
{
    local script='' p
    for p; do script+="for d in /usr/bin /bin; do [ ! -e \$d/$p ] || mount --bind $T/nothing \$d/$p; done; "; done
    lab_script without "$LAB/host" unshare -m sh -c "$script exec \"\$@\"" sh "$HUSK"
}
: > "$T/nothing"

# refused REGEX NAME ARG...: husk with these fails, and runs nothing.
refused()
{
    local regex=$1 name=$2
    shift 2
    rm -f "$T/ran"
    t_run "$@" -w "$T" -- touch "$T/ran"
    t_is "$status" 125 "$name: an error of husk's"
    t_like "$err" "$regex" "$name: $regex"
    t_fail "$name: nothing was run" test -e "$T/ran"
}

without slirp4netns pasta
refused 'slirp4netns is not installed.*install the package slirp4netns' "no slirp4netns" "$LAB/without" -n slirp4netns
refused 'pasta is not installed.*install the package passt' "no pasta" "$LAB/without" -n pasta
refused 'neither pasta nor slirp4netns is installed' "neither" "$LAB/without" -n user
without pasta
t_run "$LAB/without" -n user -- curl -sS --max-time 20 http://www.example.net/
t_is "$out" world "without pasta, user is slirp4netns"

no_tun()
{
    lab_script no-tun "$LAB/host" unshare -m sh -c "mount --bind $T/nothing /dev/net/tun && exec \"\$@\"" sh "$HUSK"
    refused "$1" "$1: no device" "$LAB/no-tun" -n "$1"
    lab_script no-tun "$LAB/host" unshare -m sh -c 'mount -t tmpfs none /dev/net && exec "$@"' sh "$HUSK"
    refused 'there is no /dev/net/tun: load the module tun' "$1: no /dev/net/tun" "$LAB/no-tun" -n "$1"
}
lab_each no_tun

# A version that does not know an option, stood in for by a script that fails as such a one does.
printf '#!/bin/sh\necho "slirp4netns: unrecognized option %s" >&2\necho "Usage: x" >&2\nexit 1\n' \
    "'--enable-seccomp'" > "$T/old"
chmod 755 "$T/old"
lab_script old "$LAB/host" unshare -m sh -c "mount --bind $T/old /usr/bin/slirp4netns && exec \"\$@\"" sh "$HUSK"
refused "unrecognized option '--enable-seccomp'.*is too old" "an old version" "$LAB/old" -n slirp4netns

# A kernel without nf_tables: the child's second socket is the one for the rules, the first for its loopback.
lab_script strace "$LAB/host" strace -f -qq -o /dev/null -e trace=socket \
    -e inject=socket:error=EAFNOSUPPORT:when=2 "$HUSK"
refused "closing the host to the sandbox's network .*Address family not supported.*nf_tables" \
    "no nf_tables" "$LAB/strace" -n slirp4netns

# No default route.
if command -v pasta > /dev/null; then
    lab_script no-route "$LAB/host" unshare -n "$HUSK"
    refused 'pasta .-n pasta.: .*hint: pasta takes the interface of the host.s default route' "no route" "$LAB/no-route" -n pasta
fi

t_run "$HUSK" --allow-host-loopback -- true
t_like "$status $err" '^125 .*needs --net user' "--allow-host-loopback without such a network"
for mode in x '' USER ns: ns:/nowhere ns:99 "ns:$T/nothing" ns:/proc/self/ns/uts; do
    t_run "$HUSK" -n "$mode" -- true
    t_like "$status $err" '^125 .*(network|Invalid fd|Bad file|opening)' "no network is called ${mode@Q}"
done
t_run "$HUSK" -n ns:name -- true
t_is "$err" "husk: -n ns:name: ns: takes an fd or a path with a slash in it, such as /run/netns/name" \
    "a name of ip-netns is none, and what it takes is said"
t_run "$HUSK" -n user --userns 0 -- true
t_is "$status" 125 "a helper does not go with --userns"
t_done
