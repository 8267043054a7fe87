#!/usr/bin/env bash
# --nice: the command's nice value; a lower one than husk's takes rights, and is an error without them.
. "${0%/*}/../lib.sh" || exit
t_need nice prlimit
# Who runs the tests may be nice as well.
three=$(nice -n 3 nice) six=$((three + 3)) seven=$((three + 4)) eleven=$((three < 12 ? three + 8 : 19))

for how in "-p default" "-p none --bind / /" "-p none --unshare-user --bind / /" \
    "-p none --unshare-user --unshare-pid --as-pid-1 --bind / /"; do
    read -ra words <<< "$how"
    t_run nice -n 3 "$HUSK" "${words[@]}" --nice $eleven nice
    t_is "$out:$err" $eleven: "[$how] the value is not added but set"
    t_run nice -n 3 "$HUSK" "${words[@]}" --nice "$three" nice
    t_is "$out:$err" "$three:" "[$how] the same as husk's"
    t_run nice -n 3 "$HUSK" "${words[@]}" nice
    t_is "$out:$err" "$three:" "[$how] without the option it is husk's"

    # Who may do it: by a capability on the host, which in the new user namespace nobody has, or a limit.
    t_run nice -n 7 prlimit --nice=0 nice -n -1 nice
    [ "$out" = $six ] && allowed=yes || allowed=no
    t_run nice -n 7 prlimit --nice=0 "$HUSK" "${words[@]}" --nice $six nice
    if [ $allowed = yes ]; then
        t_is "$out:$err" $six: "[$how] lowered by who may"
    else
        t_is "$status:$out" 125: "[$how] not lowered by who may not"
        t_like "$err" "^husk: lowering the nice value from $seven \(--nice $six\): Permission denied
husk: hint: that takes CAP_SYS_NICE on the host, or a limit" "which is said"
    fi
done
t_run "$HUSK" -p none --unshare-user --unshare-pid --bind / / --proc /proc --nice $eleven sh -c \
    'cut -d" " -f19 /proc/1/stat'
t_is "$out" "$(nice)" "the reaper keeps husk's"
for value in "" -21 20 +1 1.5 low; do
    t_run "$HUSK" --nice "$value" echo ran
    t_is "$status:$out" 125: "refused: [$value]"
done
t_done
