#!/usr/bin/env bash
# --cpu-affinity: the command runs on these processors; one that it could not use is an error.
. "${0%/*}/../lib.sh" || exit

allowed()
{
    sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "$@"
}
mine=$(allowed /proc/self/status)
first=${mine%%[-,]*} last=${mine##*[-,]}
ask=(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p')
for how in "-p default" "-p none --bind / / --proc /proc" "-p none --unshare-user --unshare-pid --as-pid-1 --bind / / --proc /proc"; do
    read -ra words <<< "$how"
    t_run "$HUSK" "${words[@]}" --cpu-affinity "$last" "${ask[@]}" /proc/self/status
    t_is "$out:$err" "$last:" "[$how] one processor"
    t_run "$HUSK" "${words[@]}" --cpu-affinity "$mine" "${ask[@]}" /proc/self/status
    t_is "$out:$err" "$mine:" "[$how] all of them"
    t_run "$HUSK" "${words[@]}" "${ask[@]}" /proc/self/status
    t_is "$out" "$mine" "[$how] those of husk without the option"
    # The kernel drops such ones in silence.
    t_run "$HUSK" "${words[@]}" --cpu-affinity "$first,8191" echo ran
    t_is "$status:$out:$err" "125::husk: processor 8191 is not there, or not for this process (--cpu-affinity $first,8191)" \
        "[$how] one that is not there"
    t_run "$HUSK" "${words[@]}" --cpu-affinity 8190-8191 echo ran
    t_is "$status:$out" 125: "[$how] nor any of them"
done
t_run "$HUSK" -p none --unshare-user --unshare-pid --bind / / --proc /proc --cpu-affinity "$last" "${ask[@]}" /proc/1/status
t_is "$out" "$mine" "the reaper may run on all"
for value in "" "," "0," 1-0 -1 0x1 8192 all 0-1-2; do
    t_run "$HUSK" --cpu-affinity "$value" echo ran
    t_is "$status:$out" 125: "refused: [$value]"
done
t_done
