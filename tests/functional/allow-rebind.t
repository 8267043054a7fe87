#!/usr/bin/env bash
# --allow, the engine: a name of the list that leads to an address of a local network, of this machine or of a
# metadata service leads nowhere, unless that address is listed itself.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

for address in 10.0.0.1 192.168.1.1 172.16.0.1 100.64.0.1 169.254.169.254 198.18.0.1; do
    ip addr add $address/32 dev lo
done
ip addr add fd00::1/128 dev lo nodad
ip addr add fd00:ec2::254/128 dev lo nodad
ip addr add 64:ff9b::a9fe:a9fe/128 dev lo nodad
private=(10.0.0.1 192.168.1.1 172.16.0.1 100.64.0.1 198.18.0.1 fd00::1)
never=(127.0.0.1 127.0.0.53 169.254.169.254 0.0.0.0 224.0.0.1 ::1 fe80::1 ::ffff:10.0.0.1 fd00:ec2::254)
lines=('198.51.100.10 www.example.org mixed.example.org' '10.0.0.1 mixed.example.org')
for address in "${private[@]}" "${never[@]}"; do
    lines+=("$address at-${address//[:.]/-}.example.org")
done
names "${lines[@]}"
name_server
rm "$T/.served"
(cd "$T" && exec python3 serve.py 10.0.0.1 fd00::1 169.254.169.254 fd00:ec2::254 64:ff9b::a9fe:a9fe) &
t_wait test -e "$T/.served"

# lookup NAME: its addresses in the box, in one line.
lookup()
{
    in_box getent ahosts "$1" | awk '{ print $1 }' | sort -u | paste -sd' '
}

box_network
t_wait in_box curl -sS -m 30 http://10.0.0.1
t_is "$(get http://10.0.0.1) $(get "http://[fd00::1]") $(get http://169.254.169.254) $(get 'http://[64:ff9b::a9fe:a9fe]')" \
    "10.0.0.1 fd00::1 169.254.169.254 64:ff9b::a9fe:a9fe" "without a list they are reached"
t_is "$(in_box dig +short @203.0.113.53 at-169-254-169-254.example.org)" 169.254.169.254 \
    "and the name server says these addresses"

printf '%s\n' '*.example.org' > "$T/list"
box_options+=(--log 9)
box_allow
t_is "$(lookup www.example.org)" 198.51.100.10 "a public one is answered"
bad=''
for address in "${private[@]}" "${never[@]}"; do
    got=$(lookup "at-${address//[:.]/-}.example.org")
    [ -z "$got" ] || bad+=" $address"
done
t_is "$bad" "" "none of $((${#private[@]} + ${#never[@]})) others is"
t_is "$(lookup mixed.example.org)" 198.51.100.10 "one of both is answered with what is public"
t_is "$(get http://10.0.0.1) $(get "http://[fd00::1]") $(get http://169.254.169.254)" "7 7 7" \
    "and none is open"
t_like "$(< "$T/allow.err")" \
    'refused the name at-10-0-0-1.example.org: it leads to 10.0.0.1, a private address' "--net-log says so"
t_like "$(< "$T/allow.err")" 'at-169-254-169-254.example.org: it leads to 169.254.169.254, a link-local address' \
    "with the reason"

box at-10-0-0-1.example.org 10.0.0.1:80 0.0.0.0/0:81 '[::/0]:81' at-169-254-169-254.example.org
t_is "$(lookup at-10-0-0-1.example.org)" 10.0.0.1 "one that is listed as an address is answered"
t_is "$(get http://at-10-0-0-1.example.org)" 10.0.0.1 "and reached"
t_is "$(in_box nft list set inet husk-allow name4_all | grep -c 10.0.0.1)" 0 "by that address's ports, not by the name's"
t_is "$(lookup at-169-254-169-254.example.org) $(get http://169.254.169.254:81)" " 7" \
    "a metadata service is not, whatever is listed"
t_is "$(get 'http://[fd00:ec2::254]:81') $(get 'http://[2001:db9::10]:81')" "7 2001:db9::10" "nor one of IPv6"
t_is "$(get 'http://[64:ff9b::a9fe:a9fe]:81')" 7 "nor one through a NAT64"

t_done
