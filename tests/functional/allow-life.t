#!/usr/bin/env bash
# --allow, with husk: what cannot be listed is not started; what is lost takes the network with it; nothing is
# left; what is published comes in.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit

# A husk of the test's own, whose husk-allow is what the test puts there.
mkdir "$T/bin"
cp "$HUSK" "$T/bin/husk"
HUSK=$T/bin/husk
lab_start

t_run "$LAB/husk" --allow www.example.net touch "$T/ran"
t_is "$status $err" "125 husk: --allow www.example.net: the program husk-allow, which is a part of husk: \
No such file or directory" "without husk-allow there is no list"

# fake SCRIPT WANT NAME
fake()
{
    printf '#!/bin/sh\n%s\n' "$1" > "$T/bin/husk-allow"
    chmod +x "$T/bin/husk-allow"
    t_run "$LAB/husk" -w "$T" --allow www.example.net touch "$T/ran"
    t_is "$status $(grep -v hint: <<< "$err")" "125 $2" "$3"
}
fake 'exit 0' "husk: husk-allow (--allow www.example.net) has ended" "one that ends"
fake 'echo "husk: --allow: setting the rules: Operation not supported" >&2; exit 125' \
    "husk: --allow: setting the rules: Operation not supported" "one that cannot set the rules says why"
fake 'kill -KILL $$' "husk: husk-allow (--allow www.example.net) has ended" "one that is killed"
t_fail "the command was not started by any of them" test -e "$T/ran"

rm "$T/bin/husk-allow"
cp "$BUILDDIR/husk-allow" "$T/bin/"
cat > "$T/loop.sh" << 'END'
curl -sS --max-time 20 -o /dev/null http://www.example.net && echo there > there
read -r line < go
if [ "$line" = lost ]; then
    while grep -q tap0 /proc/net/dev; do sleep 0.05; done # the way out goes with its helper
fi
curl -sS --max-time 20 http://www.example.net
echo "name $?"
curl -sS --max-time 20 http://198.51.100.1
echo "open $?"
curl -sS --max-time 20 http://198.51.100.9
echo "closed $?"
END
cd "$T" || exit
mkfifo there go

# pids PROGRAM: of the test's own.
pids()
{
    t_processes "$T/bin/$1"
}

# lost SIGNALLED: one of the processes of the list is killed while the command runs.
lost()
{
    local which=$1 line pid
    "$LAB/husk" -w "$T" --chdir "$T" --allow www.example.net sh loop.sh > out 2> err &
    pid=$!
    read -r line < there
    kill -KILL "$(pids husk-allow | sort -n | "$which" -n 1)"
    t_wait t_gone "$T/bin/husk-allow"
    echo lost > go
    wait $pid
    t_is "$line $? $(paste -sd' ' out)" "there 0 name 6 open 7 closed 7" \
        "the $which one killed: nothing is reached any more"
    t_like "$(< err)" 'husk: the command lost its network: husk-allow \(--allow www.example.net\) has ended' \
        "and husk says so at the end"
}
lost head
lost tail

# Whatever ends first, nothing stays.
t_run "$LAB/husk" --allow www.example.net true
t_is "$status $(pids husk)$(pids husk-allow)" "0 " "nothing is left when the command ends"
"$LAB/husk" -w "$T" --chdir "$T" --allow www.example.net sh loop.sh > out 2> err &
read -r line < there
t_is "$(($(pids husk-allow | wc -l) > 1))" 1 "two processes keep the list"
kill -KILL $! # the scripts have become husk
wait $! 2> /dev/null
t_wait t_gone "$T/bin/husk"
t_is "$(pids husk)" "" "nor when husk is killed"

# What is published is let in, and nothing besides.
"$LAB/husk" -w "$T" --chdir "$T" --publish 18080:8080 --allow www.example.net python3 -m http.server 8080 \
    > out 2> err &
t_wait "$LAB/host" curl -sS --max-time 5 -o "$T/page" http://127.0.0.1:18080/there.txt
t_like "$(< "$T/page")" 'File not found' "what is published is reached from outside"
kill $!
wait $! 2> /dev/null

t_done
