#!/usr/bin/env bash
# /etc/resolv.conf and /etc/hosts of a network: what is generated, and what options make of it.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
lab_start
printf 'search example.net\noptions timeout:7\nnameserver 198.51.100.1\nnameserver 2001:db8::1\n' > "$T/resolv.conf"

t_run "$LAB/husk" -n user -- cat /etc/resolv.conf
t_is "$out" $'search example.net\noptions timeout:7\nnameserver 10.0.2.3\nnameserver fd00::3' \
    "the helper's name servers, with the host's domain and options"
t_run "$LAB/husk" -n user -- curl -sS --max-time 20 http://v4/
t_is "$out" world "so that short names are found as on the host"
t_run "$LAB/husk" -n user -- cat /etc/hosts
t_is "$out" $'127.0.0.1 localhost husk\n::1 localhost ip6-localhost husk' "the hosts file knows only the sandbox"
t_run "$LAB/husk" -n user --dns 198.51.100.1 --dns 2001:db8::1 -- sh -c 'grep nameserver /etc/resolv.conf
    curl -sS --max-time 20 http://www.example.net/'
t_is "$out" $'nameserver 198.51.100.1\nnameserver 2001:db8::1\nworld' "--dns: these instead, in order"
t_run "$LAB/husk" -n user --hostname box --add-host web:198.51.100.1 --add-host 'web6:[2001:db8::1]' -- \
    sh -c 'cat /etc/hosts; curl -sS --max-time 20 http://web/ http://web6/'
t_is "$out" $'198.51.100.1 web\n2001:db8::1 web6\n127.0.0.1 localhost box\n::1 localhost ip6-localhost box\nworld\nworld' \
    "--add-host and --hostname"
t_run "$LAB/husk" -n host --add-host web:198.51.100.1 -- sh -c 'tail -n 1 /etc/hosts; curl -sS --max-time 20 http://web/'
t_is "$out" "$(tail -n 1 /etc/hosts)"$'\nworld' "--add-host with the host's network adds to the host's file"
t_run "$HUSK" -n none --dns 192.0.2.53 -- cat /etc/resolv.conf
t_like "$out" 'nameserver 192.0.2.53$' "--dns goes with any network"
t_run "$HUSK" -n user -r /etc -- cat /etc/resolv.conf
t_like "$out" '^nameserver (10.0.2.3|fd00::3)$|nameserver 10.0.2.3' "where a folder shows the host's, it is covered"
t_ok "and the host's own file is as it was" cmp -s "$T/resolv.conf" <("$LAB/host" cat /etc/resolv.conf)

# Where systemd-resolved runs it is a link to what the sandbox has not.
mkdir "$T/etc"
touch "$T/etc/hosts"
ln -s ../run/resolve/stub.conf "$T/etc/resolv.conf"
t_run "$HUSK" -n user --ro-bind "$T/etc" /etc -- cat /etc/resolv.conf
t_like "$out" 'nameserver' "a link that leads nowhere inside leads to it"
t_is "$(find "$T/etc" | sort | paste -sd' ')" "$T/etc $T/etc/hosts $T/etc/resolv.conf" "and nothing is made on the host"

echo "nameserver 192.0.2.1" > "$T/own"
t_run "$HUSK" -n user --ro-bind "$T/own" /etc/resolv.conf -- cat /etc/resolv.conf
t_is "$out" "nameserver 192.0.2.1" "an option's own file stays"
t_run "$HUSK" -n user -- sh -c 'echo > /etc/resolv.conf'
t_like "$err" 'Read-only file system|Permission denied' "the command cannot change it"
# shellcheck disable=SC2086 # words
t_run "$HUSK" -p none $SYS --dev /dev --proc /proc --unshare-user -n user -- cat /etc/resolv.conf
t_like "$out" 'nameserver' "without a profile it is made"

for bad in x 1.2.3 ::g 'fe80::1%eth0' ''; do
    t_run "$HUSK" --dns "$bad" -- true
    t_like "$status $err" '^125 .*--dns.*an address of IPv4 or IPv6' "--dns $bad"
done
for bad in x web: :1.2.3.4 'a b:1.2.3.4' $'a\nb:1.2.3.4' web:x; do
    t_run "$HUSK" --add-host "$bad" -- true
    t_like "$status $err" '^125 .*--add-host' "--add-host ${bad@Q}"
done
t_done
