#!/usr/bin/env bash
# --no-aslr: the same addresses in each run, where the machine lets a process ask for it.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need setarch

ask='exec cat /proc/self/maps'
if setarch "$(uname -m)" --addr-no-randomize true 2> /dev/null; then
    for how in "-p default" "-p none --bind / / --proc /proc" "-p none --unshare-user --unshare-pid --as-pid-1 --bind / / --proc /proc"; do
        read -ra words <<< "$how"
        t_run "$HUSK" "${words[@]}" --no-aslr sh -c "$ask"
        one=$(grep -F '[stack]' <<< "$out")
        t_run "$HUSK" "${words[@]}" --no-aslr sh -c "$ask"
        t_is "$(grep -F '[stack]' <<< "$out")" "$one" "[$how] the stack is where it was"
        t_like "$one" stack "[$how] and there is one"
        t_run "$HUSK" "${words[@]}" --no-aslr cat /proc/self/personality
        t_is "$out" 00040000 "[$how] by the personality"
    done
else
    t_run "$HUSK" --no-aslr echo ran
    t_is "$status:$out" 125: "where a filter refuses it, it is an error"
    t_like "$err" '^husk: switching off the randomisation of addresses \(--no-aslr\): ' "which is said"
fi
t_run "$HUSK" cat /proc/self/personality
t_is "$out" "$(< /proc/self/personality)" "without the option it is as husk's"
t_run "$HUSK" -p build cat /proc/self/personality
t_is "$out" "$(< /proc/self/personality)" "in profile build as well"
t_done
