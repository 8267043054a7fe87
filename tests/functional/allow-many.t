#!/usr/bin/env bash
# --allow, the engine: the work for a packet or a question does not grow with the list: it has the same rules
# for one name as for a thousand, and asks for none before it is needed.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

lines=() list=()
for ((i = 0; i < 1000; i++)); do
    lines+=("198.51.100.$((10 + i % 2)) host$i.example.org")
    list+=("host$i.example.org:80" "*.domain$i.example.net" "10.$((i / 250)).$((i % 250)).0/24:443")
done
names "${lines[@]}" '198.51.100.10 www.domain999.example.net'
name_server

box www.example.org 192.0.2.0/24:443
rules=$(in_box nft list table inet husk-allow | grep -cE 'accept|goto|drop|reject')
box "${list[@]}"
t_is "$(in_box nft list table inet husk-allow | grep -cE 'accept|goto|drop|reject')" "$rules" \
    "3000 lines have as many rules as two: $rules"
t_is "$(in_box nft list set inet husk-allow net4_6_443 | grep -oE '10\.[0-9./]+' | wc -l)" 1000 "a thousand networks are in a set"
t_is "$(ask_log)" "" "no name is asked for before it is needed"
for i in 0 1 499 998 999; do
    t_is "$(get http://host$i.example.org)" "198.51.100.$((10 + i % 2))" "number $i is reached"
done
t_is "$(get http://www.domain999.example.net:81)" 198.51.100.10 "the last domain, too"
t_is "$(get http://host1000.example.org)" 6 "the next one is not"
t_is "$(ask_log | sort -u | wc -l)" 12 "six names have been asked for, in two kinds"
t_is "$(in_box python3 -c '
import socket
from concurrent.futures import ThreadPoolExecutor
def missed(i):
    try: socket.getaddrinfo(f"host{i}.example.org", 80)
    except OSError: return 1
    return 0
with ThreadPoolExecutor(100) as threads: print(sum(threads.map(missed, range(100))), end=" ")
print(sum(map(missed, range(1000))))')" "0 0" "a hundred can be asked for at once, and all of them one by one"

list=(0.0.0.0/0:81 '[::/0]:81')
for ((i = 1; i <= 300; i++)); do
    list+=("192.0.2.0/24:$((8000 + i))" "192.0.2.0/24:$((8000 + i))/udp" "[2001:db8::/32]:$((8000 + i))")
done
box "${list[@]}" 198.51.100.11:80
t_is "$(get http://198.51.100.11) $(get http://198.51.100.10) $(get http://198.51.100.10:81)" \
    "198.51.100.11 7 198.51.100.10" "networks at six hundred ports, and all networks at one"
t_is "$(get 'http://[2001:db9::10]:81') $(get 'http://[2001:db9::10]')" "2001:db9::10 7" "of both families"

list=()
for ((i = 0; i < 5000; i++)); do
    list+=("10.$((i / 250)).$((i % 250)).0/24:443")
done
box "${list[@]}" 198.51.100.11:80
t_is "$(get http://198.51.100.11) $(get http://198.51.100.10)" "198.51.100.11 7" "five thousand networks"

lines=() list=()
for ((i = 0; i < 16; i++)); do lines+=("198.51.100.$((10 + i)) many.example.org"); done
for ((i = 1; i <= 100; i++)); do list+=("many.example.org:$i"); done
names "${lines[@]}"
t_wait sh -c 'dig +short @203.0.113.53 many.example.org | grep -q 25' # dnsmasq has read them
box "${list[@]}"
t_is "$(in_box dig +short many.example.org A | wc -l) $(in_box nft list set inet husk-allow name4 | grep -c expires)" \
    "16 1600" "a name with sixteen addresses at a hundred ports"

t_done
