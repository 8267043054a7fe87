#!/usr/bin/env bash
# --oom-score-adj: that of everything in the sandbox; a lower one than husk's takes rights.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

score=/proc/self/oom_score_adj
own=$(< $score)
for how in "-p default" "-p none --bind / / --proc /proc" "-p none --unshare-user --bind / / --proc /proc" \
    "-p none --unshare-user --unshare-pid --as-pid-1 --bind / / --proc /proc" \
    "-p none --unshare-user --unshare-pid --map-root --dev-bind / / --proc /proc --dev /dev --disable-userns"; do
    read -ra words <<< "$how"
    t_run "$HUSK" "${words[@]}" --oom-score-adj 901 cat $score
    t_is "$out:$err" 901: "[$how] it is set"
    t_run "$HUSK" "${words[@]}" cat $score
    t_is "$out" "$own" "[$how] without the option it is husk's"
done
t_run "$HUSK" -p none --unshare-user --unshare-pid --bind / / --proc /proc --oom-score-adj 901 cat /proc/1/oom_score_adj
t_is "$out" 901 "for the reaper as well: without it nothing of the sandbox could live"
"$HUSK" -p none --unshare-user --unshare-pid --bind / / --oom-score-adj 901 sh -c "echo > '$T/up'; exec sleep 1000" &
husk=$!
t_wait test -s "$T/up"
t_is "$(< /proc/$husk/oom_score_adj)" "$own" "but not for husk outside"
kill $husk
wait $husk

# lowered BY WHOM: from 700 to 600, and below what this user may go back to.
t_run bash -c 'echo 700 > /proc/self/oom_score_adj && exec "$@"' bash "$HUSK" --oom-score-adj "$own" cat $score
t_is "$out:$err" "$own:" "back to where this user may"
if (echo $((own - 1)) > $score) 2> /dev/null; then
    t_run "$HUSK" --oom-score-adj $((own - 1)) cat $score
    t_is "$out:$err" "$((own - 1)):" "lowered by who may"
else
    for how in "-p default" "-p none --bind / /"; do
        read -ra words <<< "$how"
        t_run "$HUSK" "${words[@]}" --oom-score-adj $((own - 1)) echo ran
        t_is "$status:$out" 125: "[$how] not lowered by who may not"
        t_like "$err" "^husk: lowering oom_score_adj from $own \(--oom-score-adj $((own - 1))\): Permission denied
husk: hint: that takes CAP_SYS_RESOURCE on the host$" "which is said"
    done
fi

# Only procfs is written to.
mkdir "$T/self"
echo 0 > "$T/self/oom_score_adj"
t_outer 'mount --bind "$1" /proc; shift; "$@"' "$T" "$HUSK" -p none --bind / / --oom-score-adj 900 touch "$T/ran" 2> /dev/null
t_is "$?:$(ls "$T/ran" 2> /dev/null)" 125: "a folder in the place of /proc is not taken for it"
t_is "$(cat "$T/self/oom_score_adj")" 0 "and not written to"
for value in "" -1001 1001 +1 1.5 high; do
    t_run "$HUSK" --oom-score-adj "$value" echo ran
    t_is "$status:$out" 125: "refused: [$value]"
done
t_done
