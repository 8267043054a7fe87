#!/usr/bin/env bash
# The first process of a sandbox is killed while husk waits for something else: it says so, and ends.
. "${0%/*}/../lib.sh" || exit

word=waiting-$$-$RANDOM
mkfifo "$T/block" "$T/info"
exec 9<> "$T/block"

# start HUSK...: which waits for a byte, before there are maps. Sets husk, and child, its first process.
start()
{
    "$@" --unshare-user --unshare-pid --ro-bind / / --userns-block-fd 9 --info-fd 8 sh -c "echo ran" "$word" \
        8> "$T/info" > "$T/out" 2> "$T/err" &
    husk=$!
    child=$(sed -n 's/.*"child-pid": \([0-9]*\).*/\1/p' "$T/info")
}

for when in "and no byte comes" "and the byte comes then"; do
    start "$HUSK" -p none
    t_ok "husk waits" kill -0 $husk
    kill -KILL "$child"
    [[ $when = *no* ]] || printf x >&9
    t_wait eval "! kill -0 $husk 2> /dev/null"
    kill -KILL $husk 2> /dev/null
    wait $husk
    t_is "$?" 125 "its child is killed, $when: it ends"
    ! read -rt 0 -u 9 || read -rN 1 -u 9 # which nobody has taken
    t_is "$(< "$T/err")" "husk: the sandbox was ended by signal 9 before its command was started" "and says why"
done
start "$BWRAP_HUSK"
kill -KILL "$child"
t_wait eval "! kill -0 $husk 2> /dev/null"
kill -KILL $husk 2> /dev/null
wait $husk
t_is $? 137 "as bwrap it has the status of that process"
start "$HUSK" -p none
printf x >&9
wait $husk
t_like "$?/$(< "$T/err")" "^125/.*nobody wrote uid_map" "left alone, with the byte it goes on, and misses the maps"
t_wait t_gone "$word"
t_is "$(t_processes "$word")" "" "nothing is left"
t_done
