#!/usr/bin/env bash
# --no-core: no dump of the command's memory, as in profile default, unless --rlimit core asks for one.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need prlimit

ask=(prlimit --noheadings --raw --output=SOFT,HARD --core)
ulimit -Sc "$(ulimit -Hc)"
none=(-p none --unshare-user --unshare-pid --bind / /)
[ "$(ulimit -Hc)" != 0 ] || t_skip_all "there are no core dumps here"

# Not 0: with that a program in core_pattern would still get one (do_coredump() of the kernel).
t_run "$HUSK" "${none[@]}" --no-core "${ask[@]}"
t_is "$out" "1 1" "the limit that the kernel takes for no dump at all"
t_run "$HUSK" "${ask[@]}"
t_is "$out" "1 1" "profile default has it"
t_run "$HUSK" -p build "${ask[@]}"
t_is "$out" "1 1" "and so those that include it"
t_run "$HUSK" "${none[@]}" "${ask[@]}"
t_is "$out" "$("${ask[@]}")" "none has not"
t_run "$HUSK" --rlimit core=4096:8192 "${ask[@]}"
t_is "$out:$err" "4096 8192:" "a later --rlimit replaces it"
t_run bash -c 'ulimit -c 0; exec "$@"' bash "$HUSK" "${ask[@]}"
t_is "$out:$err" "0 0:" "where the hard limit is 0, that stays"

# The dump itself, where it would be a file in the current folder.
pattern=$(< /proc/sys/kernel/core_pattern)
if [[ $pattern = [\|@/]* ]]; then
    t_diag "core_pattern is $pattern: not in the folder"
else
    mkdir "$T/dump"
    crash='cd "$1" && kill -SEGV $$'
    t_run "$HUSK" "${none[@]}" sh -c "$crash" sh "$T/dump"
    t_is "$status" 139 "a command crashes"
    if [ -n "$(ls "$T/dump")" ]; then
        t_result 0 "and leaves a dump"
        rm -f "$T"/dump/*
        t_run "$HUSK" "${none[@]}" --no-core sh -c "$crash" sh "$T/dump"
        t_is "$status:$(ls "$T/dump")" 139: "with --no-core it leaves none"
    else
        t_diag "there are no dumps on this machine"
    fi
fi
t_done
