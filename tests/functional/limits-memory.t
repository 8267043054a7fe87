#!/usr/bin/env bash
# --memory: who takes more is killed, all of it, near the limit, and husk says so.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--memory 200M" "--memory 200M --memory-swap -1"
t_need python3

# Prints how many MiB it has, for each one. It comes to its limit in its own code, by the copy: User Mode Linux can
# panic where the kernel itself writes to a program that gets no memory.
cat > "$T/eat.py" << 'END'
import sys
most = int(sys.argv[1])
have = []
read = bytearray(1 << 20)
with open("/dev/urandom", "rb", buffering=0) as source:
    while len(have) < most:
        source.readinto(read)
        have.append(bytes(read))
        print(len(have), flush=True)
END

t_run "$HUSK" --read "$T/eat.py" --memory 200M python3 "$T/eat.py" 1000
t_is "$status" 137 "who takes more is killed"
eaten=$(tail -n 1 <<< "$out")
t_is "$((eaten > 150 && eaten <= 200))" 1 "near 200 MB: at $eaten"
t_is "$err" "husk: python3: killed: memory limit 200M reached (--memory 200M)" "and husk says so"
t_run "$HUSK" --read "$T/eat.py" --memory 200M python3 "$T/eat.py" 100
t_is "$status:$(tail -n 1 <<< "$out"):$err" "0:100:" "who takes less is not"
# What is written to its own /tmp is its memory as well.
t_run "$HUSK" --memory 50M sh -c 'head -c 100M /dev/zero > /tmp/x; echo alive'
t_is "$status:$out:$err" "137::husk: sh: killed: memory limit 50M reached (--memory 50M)" "files in /tmp count"

# All of it: the shell that waits, and what sleeps beside it.
t_run "$HUSK" --memory 50M --read "$T/eat.py" sh -c "sleep 1001 & python3 $T/eat.py 1000 > /dev/null; echo 'the shell lives'"
t_is "$status:$out" "137:" "it dies whole"

t_run "$HUSK" --report=json --memory 60M --read "$T/eat.py" python3 "$T/eat.py" 1000
json=$(sed -n '/^{/,$p' <<< "$err")
field()
{
    python3 -c 'import json, sys; print(eval("json.load(sys.stdin)" + sys.argv[1]))' "$1" <<< "$json"
}
t_is "$(field '["limit"]'):$(field '["reason"]'):$(field '["status"]'):$(field '["signal"]')" \
    "memory:killed: memory limit 60M reached:137:9" "the report has the reason"
t_is "$(field '["memory"]["from"]')" cgroup "and figures of the cgroup"
peak=$(field '["memory"]["peak_bytes"]')
t_is "$((peak > 50 << 20 && peak <= 60 << 20))" 1 "memory at its peak: $peak"
t_is "$(($(field '["memory"]["oom_kills"]') >= 1))" 1 "and the kills"

"$HUSK" --scope="husk-t-$$-eat" --memory 20M sh -c 'head -c 100M /dev/zero > /tmp/x' 2> /dev/null
t_wait scope_gone "husk-t-$$-eat.scope"
t_is "$(manager show -P LoadState "husk-t-$$-eat.scope")" not-found "no scope is left"

t_done
