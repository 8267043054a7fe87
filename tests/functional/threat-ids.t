#!/usr/bin/env bash
# Ids are whole numbers of 32 bits and nothing else (CVE-2026-30892 of crun): what cannot be one is
# refused before anything is done, and never taken for 0 or for "leave it as it is".
# vm: uml
. "${0%/*}/../lib.sh" || exit

system=(-p none --unshare-user --ro-bind / /)
bad=("" " " -1 +0 -0 4294967295 4294967296 18446744073709551616 99999999999999999999 0x0 1000x x 1e3 1.0
    " 0" "0 " $'0\n' root ٠ 0,0)

for id in "${bad[@]}"; do
    for option in --uid --gid; do
        t_run "$HUSK" "${system[@]}" $option "$id" id
        t_is "$status/$out" 125/ "$option ${id@Q} is refused"
    done
done
t_like "$err" "^husk: [^ ]*.*Invalid gid: 0,0" "with the reason"
for id in "" -1 4294967295 4294967296 1000x; do
    t_run "$BWRAP_HUSK" --unshare-user --ro-bind / / --uid "$id" id
    t_is "$status/$out" 1/ "--uid '$id' is refused as bwrap too"
done

# refused RANGE: it is, by --uid-map and --gid-map, for what it is.
refused()
{
    local option
    for option in --uid-map --gid-map; do
        t_run "$HUSK" "${system[@]}" $option "$1" id
        [ "$status/$out" = 125/ ] && [[ $err == *"Invalid range of ids: "* ]] || return 1
    done
}
for id in "${bad[@]}"; do
    t_is "$(refused "$id:0:1" && echo yes)" yes "${id@Q} is refused in a range, inside"
    t_is "$(refused "0:$id:1" && echo yes)" yes "outside"
    [ "$id" = 4294967295 ] || t_is "$(refused "0:0:$id" && echo yes)" yes "and as a count" # all ids that there are
done
for range in "" : :: 0 0: 0:0 0:0: 0:0:0 0:0:1: 0:0:1:1 4294967294:0:2 0:4294967290:6 1:0:4294967295 --; do
    t_is "$(refused "$range" && echo yes)" yes "the range '$range' is refused"
done
t_run "$HUSK" "${system[@]}" --uid-map 0:1:5 --uid-map 4:10:1 id
t_is "$status/$out" 125/ "ranges that overlap are refused"

for id in 0 1 65535 65536 2147483647 2147483648 4294967294; do
    t_run "$HUSK" "${system[@]}" --uid $id --gid $id sh -c 'id -u; id -g'
    t_is "$out" "$id"$'\n'"$id" "$id is an id, for both"
done
t_run "$HUSK" "${system[@]}" --proc /proc --unshare-pid --uid 4294967294 cat /proc/self/uid_map
t_like "$out" "^ *4294967294 +$(id -u) +1\$" "and the map says so"
t_done
