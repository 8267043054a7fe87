#!/usr/bin/env bash
# A network that a helper carries, and its list, together with a cgroup's limits: both hold, the helper is not what is
# limited, and nothing is left.
# vm: 6.12
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
. "${0%/*}/../netlab.sh" || exit
scopes_or_refused "-n slirp4netns --memory 200M" "-n pasta --pids-limit 20"
lab_start

get=(curl -sS --max-time 20 http://www.example.net/)
unit=husk-t-$$-net.scope

cat > "$T/full.py" << 'END'
import os, time, urllib.request
try:
    while True:
        if os.fork() == 0:
            time.sleep(100)
except BlockingIOError:
    print("full", urllib.request.urlopen("http://www.example.net/").read().decode(), flush=True)
END

limited()
{
    local mode=$1
    t_run "$LAB/husk" --scope="$unit" -n "$mode" --memory 200M --pids-limit 20 "${get[@]}"
    t_is "$status $out" "0 world" "$mode: the network is there"
    t_wait scope_gone "$unit"
    t_is $? 0 "$mode: the scope ends with it"
    t_run "$LAB/husk" -n "$mode" --memory 64M -- /usr/bin/python3 -c 'x = bytearray(300 << 20)'
    t_like "$status" '^(137|143)$' "$mode: the memory is limited"
    t_run "$LAB/husk" -n "$mode" --pids-limit 12 --allow www.example.net:80 -r "$T/full.py" -- /usr/bin/python3 -S "$T/full.py"
    t_is "$status $out" "0 full world" "$mode: with all processes used up, helper and resolver still work"
    t_run "$LAB/husk" -n "$mode" --memory 200M --allow www.example.net:81 "${get[@]}"
    t_is "$status" 7 "$mode: and the list holds"
}
limited slirp4netns
t_run "$LAB/husk" -n pasta --memory 200M --pids-limit 12 --allow www.example.net:80 -r "$T/full.py" -- /usr/bin/python3 -S "$T/full.py"
t_is "$status $out" "0 full world" "pasta: limits and list"

# What fails once the cgroup is there leaves none, and is one line.
t_run "$LAB/husk" --scope="$unit" -n slirp4netns --memory 200M --publish 127.0.0.1:8000:80 -- touch "$T/ran"
t_is "$status $(grep -vc '^husk: hint' <<< "$err") $(ls "$T/ran" 2> /dev/null)" "125 1 " "a port that is taken: nothing is run"
t_wait scope_gone "$unit"
t_is $? 0 "and no scope is left"
t_done
