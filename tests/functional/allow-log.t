#!/usr/bin/env bash
# --net-log, the engine: a line for each name and address that is refused, once, and nothing of what is allowed.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

names '198.51.100.10 www.example.org'
name_server
box www.example.org:80
get http://198.51.100.11 > /dev/null
get http://other.example.org > /dev/null
t_is "$(< "$T/allow.err")" "" "without it nothing is said"

box_options+=(--log 9)
box www.example.org:80
get http://www.example.org > /dev/null
for i in 1 2 3; do
    get http://198.51.100.11 > /dev/null
    get "http://[2001:db9::10]" > /dev/null
    get http://other.example.org > /dev/null
    udp 198.51.100.11 53 > /dev/null
    in_box python3 -c 'import socket
try: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).sendto(b"\10\0\367\377\0\0\0\0", ("198.51.100.11", 0))
except OSError: pass'
done
in_box dig +tries=1 'odd\032\027[31mname.example' > /dev/null
five() { [ "$(wc -l < "$T/allow.err")" -ge 5 ]; }
t_wait five
t_is "$(sort "$T/allow.err")" "husk: network: refused 198.51.100.11 (ICMP)
husk: network: refused 198.51.100.11:53/udp
husk: network: refused 198.51.100.11:80
husk: network: refused [2001:db9::10]:80
husk: network: refused the name other.example.org" "one line each, in the words of --allow"

# Who reads it may go.
mkfifo "$T/reader"
head -n 1 < "$T/reader" > /dev/null &
reader=$!
exec 9> "$T/reader"
box_options=(--dns 203.0.113.53 --log 8)
box_network
box_allow 8>&9
exec 9>&-
get http://one.example.net > /dev/null
wait $reader
get http://two.example.net > /dev/null
get http://198.51.100.11 > /dev/null
t_is "$(get http://www.example.org)" 198.51.100.10 "that nobody reads it does no harm"

t_done
