#!/usr/bin/env bash
# --keep-groups: the supplementary groups stay where ranges are mapped. Without it they are dropped,
# so that the command has no rights by groups that are not its own inside.
# vm: uml
. "${0%/*}/../lib.sh" || exit
cd "$T" || exit 1

# A user of many groups is root of a sandbox; in that another sandbox is started. Root has its own.
outer=() program=$HUSK
if [ "$(id -u)" != 0 ]; then
    t_need newuidmap newgidmap
    grep -q "^$(id -un):" /etc/subgid || t_skip_all "this user has no ranges of ids"
    # shellcheck disable=SC2206 # SYS is words
    outer=("$HUSK" -p none --unshare-pid --map-auto --cap-add ALL $SYS --proc /proc --dev-bind /dev /dev
        --ro-bind "$HUSK" /husk)
    program=/husk
fi
outer+=(setpriv --groups "20,21,22")
# shellcheck disable=SC2206 # SYS is words
inner=("$program" -p none --unshare-user $SYS)
ranges=(--uid-map 0:0:1 --uid-map 1:1:50 --gid-map 0:0:1 --gid-map 1:1:50)

# groups WANT NAME OPTIONS...: the groups that a command has, 0 for its own.
groups()
{
    t_run "${outer[@]}" "${inner[@]}" "${@:3}" id -G
    t_is "$out" "$1" "$2"
}

t_run "${outer[@]}" id -G
t_is "$out" "0 20 21 22" "husk is started with groups"
groups 0 "ranges: they are dropped" "${ranges[@]}"
groups "0 20 21 22" "ranges and --keep-groups: they stay" "${ranges[@]}" --keep-groups
groups "0 20 65534" "those that are not mapped are nobody's" --uid-map 0:0:1 --gid-map 0:0:1 \
    --gid-map 20:20:1 --keep-groups
groups "0 65534" "a single id: the kernel allows nobody to drop them" --map-root

t_done
