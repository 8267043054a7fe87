#!/usr/bin/env bash
# Many sandboxes at once, each in its scope; and none is left when husk is killed, at whatever moment.
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--memory 20M"

word=husk-t-many-$$
pids=()
for ((i = 0; i < 50; i++)); do
    "$HUSK" --memory 20M --argv0 "$word" sleep 1000 &
    pids+=($!)
done
disown -a # the shell need not tell of the end of each
# at_work N: N commands are.
at_work()
{
    [ "$(t_processes "$word" | while read -r pid; do tr '\0' ' ' < "/proc/$pid/cmdline"; echo; done 2> /dev/null |
        grep -c "^$word")" = "$1" ]
}
t_wait at_work 50 || t_wait at_work 50
t_is "$(our_scopes "$word" | sort -u | grep -c .)" 50 "50 at once have a scope each"
wrong=0
for unit in $(our_scopes "$word"); do
    [ "$(cat "$(scope_folder "$unit")/sandbox/memory.max")" = $((20 << 20)) ] || wrong=$((wrong + 1))
done
t_is "$wrong" 0 "each with its limit"
kill -KILL "${pids[@]}"
t_wait no_scopes "$word"
t_is "$(our_scopes "$word")" "" "when husk is killed no scope is left"
t_wait t_gone "$word"
t_is "$(t_processes "$word")" "" "and no process"

# From the first moments on: before there is a scope, while it is made, and after.
for ((i = 0; i < 25; i++)); do
    "$HUSK" --memory 20M --argv0 "$word" sleep 1000 &
    sleep "0.0$((RANDOM % 100 + 100))"
    kill -KILL $!
    wait $! 2> /dev/null
done
t_wait no_scopes "$word"
t_is "$(our_scopes "$word")" "" "killed at random moments no scope is left"
t_wait t_gone "$word"
t_is "$(t_processes "$word")" "" "and no process"
# Without a pid namespace, and nobody else who would end it.
"$HUSK" -p none --dev-bind / / --memory 20M --argv0 "$word" sh -c "setsid bash -c 'exec -a $word sleep 1000' & sleep 1000" &
husk=$!
t_wait at_work 2
t_is "$(($(t_processes "$word" | grep -c .) >= 4))" 1 "a command without a pid namespace, and one in the background"
kill -KILL $husk
wait $husk 2> /dev/null
t_wait t_gone "$word"
t_is "$(t_processes "$word")" "" "nor where the kernel does not end what is inside"
t_wait no_scopes "$word"
t_is "$(manager --failed --no-legend --plain | grep -c husk)" 0 "no unit has failed"

t_done
