#!/usr/bin/env bash
# --allow, the engine: a name whose addresses change goes on working; what is open stays so for its time, and
# what is on its way for as long as it takes.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../allow.sh" || exit

names '198.51.100.10 www.example.org'
name_server
box_options+=(--log 9)
box www.example.org:80 shared.example.org:81
t_is "$(get http://www.example.org)" 198.51.100.10 "at first"

# A connection that stays, and asks again when it is told to.
mkfifo "$T/again"
in_box python3 -c '
import socket, sys
s = socket.create_connection(("198.51.100.10", 80))
for line in open(sys.argv[1]):
    s.sendall(b"x")
    print(s.recv(4096).decode().split()[-1], flush=True)' "$T/again" > "$T/answers" &
exec 8> "$T/again"
echo >&8
t_wait test -s "$T/answers"

names '198.51.100.11 www.example.org'
comes "the name server has changed" eval '[ "$(dig +short +time=2 @203.0.113.53 www.example.org)" = 198.51.100.11 ]'
comes "then with the new address" eval '[ "$(get http://www.example.org)" = 198.51.100.11 ]'
t_is "$(get --resolve www.example.org:80:198.51.100.10 http://www.example.org)" 198.51.100.10 \
    "the one before is open for some time"
elements=$(in_box nft list set inet husk-allow name4)
t_like "$elements" '198.51.100.10 . tcp . 80 timeout (1m5.s|2m)' "which ends"
in_box nft flush set inet husk-allow name4 # as if it had
t_is "$(get --resolve www.example.org:80:198.51.100.10 http://www.example.org)" 7 "then it is closed"
echo >&8
comes "but not to a connection that was there" eval '[ "$(wc -l < "$T/answers")" = 2 ]'
exec 8>&-
comes "the name is asked for again, and opens its address" eval '[ "$(get http://www.example.org)" = 198.51.100.11 ]'

# Two names at one address: the shorter time must not take from the longer one.
names '198.51.100.11 www.example.org shared.example.org'
t_wait eval '[ "$(dig +short +time=2 @203.0.113.53 shared.example.org)" = 198.51.100.11 ]'
comes "a name that shares an address opens its own port" eval '[ "$(get http://shared.example.org:81)" = 198.51.100.11 ]'
t_is "$(get http://www.example.org)" 198.51.100.11 "and leaves that of the other"

names '198.51.100.10 other.example.org'
comes "a name that is gone is gone" eval '[ "$(get http://www.example.org)" = 6 ]'

t_done
