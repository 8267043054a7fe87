#!/usr/bin/env bash
# --allow, the engine: names of the list are reached, on their ports, over both families; others are not.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

names '198.51.100.10 www.example.org both.example.org' '2001:db9::10 v6.example.org both.example.org' \
    '198.51.100.11 other.example.org a.example.net b.c.example.net example.net'
name_server --cname=alias.example.org,www.example.org

box_network
echo nameserver 203.0.113.53 > "$T/outside.conf"
mount --bind "$T/outside.conf" /etc/resolv.conf
t_wait in_box curl -sS -m 30 http://other.example.org
t_is "$(get http://other.example.org) $(get http://www.example.org:81)" "198.51.100.11 198.51.100.10" \
    "without a list all are reached"
umount /etc/resolv.conf
before=$(ask_log | wc -l)

box www.example.org:80 v6.example.org alias.example.org:81 '*.example.net:80' both.example.org:7/udp
t_is "$(get http://www.example.org)" 198.51.100.10 "a name of the list"
t_is "$(get http://WWW.Example.org.)" 198.51.100.10 "in any case, with a dot at its end"
t_is "$(get http://v6.example.org)" 2001:db9::10 "one with an address of IPv6"
t_is "$(get http://v6.example.org:81)" 2001:db9::10 "without a port each port counts"
t_is "$(get http://alias.example.org:81)" 198.51.100.10 "an alias"
t_is "$(get http://a.example.net) $(get http://b.c.example.net)" "198.51.100.11 198.51.100.11" \
    "all below a name, at any depth"
t_is "$(udp 198.51.100.10 7)" "Operation not permitted" "an address that nobody asked for is closed"
in_box getent ahosts both.example.org > /dev/null
t_is "$(udp 198.51.100.10 7) $(udp 2001:db9::10 7)" "198.51.100.10 2001:db9::10" "UDP, of both families"
t_is "$(get http://other.example.org)" 6 "there is no name that is not of the list"
t_is "$(get http://example.net)" 6 "nor that which the others are below of"
t_is "$(get http://www.example.net.evil.example)" 6 "nor one that only looks like them"
t_is "$(get http://a.example.net:81)" 7 "a port that is not of the list is refused"
t_is "$(get --resolve other.example.org:81:198.51.100.11 http://other.example.org:81)" 7 \
    "also by an address that is known"
t_is "$(in_box nft list set inet husk-allow name4 | grep -c '198.51.100.1[01] . tcp')" 3 \
    "open are the three doors that were asked for"
t_unlike "$(ask_log | tail -n +$((before + 1)))" 'other|evil|\] example.net' \
    "the name server outside is not asked for what is not of the list"

t_done
