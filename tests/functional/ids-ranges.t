#!/usr/bin/env bash
# --uid-map and --gid-map map ranges, by any numbers: for root directly, for others with newuidmap
# and newgidmap, within the ranges that /etc/subuid and /etc/subgid give.
# vm: uml 6.1
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

cd "$T" || exit 1
mkdir work
uid=$(id -u)
gid=$(id -g)
if [ "$uid" = 0 ]; then
    users=300000 groups=400000
else
    t_need newuidmap newgidmap
    users=$(awk -F: -v u="$(id -un)" '$1 == u && $3 >= 100 { print $2; exit }' /etc/subuid)
    groups=$(awk -F: -v u="$(id -un)" '$1 == u && $3 >= 100 { print $2; exit }' /etc/subgid)
    [[ $users && $groups ]] || t_skip_all "this user has no ranges of ids"
fi
show='for map in uid_map gid_map; do
    while read -r a b c; do echo $a $b $c; done < /proc/self/$map; done'
# shellcheck disable=SC2206 # SYS is words
none=(-p none --unshare-user --unshare-pid $SYS --proc /proc --dev-bind /dev /dev --bind work /work)

t_run "$HUSK" "${none[@]}" --uid-map "0:$uid:1" --uid-map "1:$users:50" --gid-map "0:$gid:1" \
    --gid-map "1:$groups:60" sh -c "$show"
t_is "$out" "0 $uid 1
1 $users 50
0 $gid 1
1 $groups 60" "this user first, a range behind"
t_run "$HUSK" "${none[@]}" --uid-map "5:$((users + 10)):5" --uid-map "1000:$users:10" --uid-map "0:$uid:1" \
    --gid-map "0:$groups:100" sh -c "$show; id -u; id -g"
t_is "$out" "5 $((users + 10)) 5
1000 $users 10
0 $uid 1
0 $groups 100
0
0" "in any order, with gaps"
t_run "$HUSK" "${none[@]}" --uid-map "0:$users:10" --gid-map "0:$groups:10" sh -c "$show; echo x > work/file"
t_unlike "$status" '^0$' "a root that is not this user cannot write to this user's folder"
chmod 777 work
t_ok "but may to one that all can write to" "$HUSK" "${none[@]}" --uid-map "0:$users:10" \
    --gid-map "0:$groups:10" sh -c 'echo x > /work/file'
t_is "$(stat -c %u:%g work/file)" "$users:$groups" "what it makes is the first of the range's"
t_ok "and may remove it" "$HUSK" "${none[@]}" --uid-map "0:$users:10" --gid-map "0:$groups:10" rm /work/file

t_run "$HUSK" "${none[@]}" --uid-map "0:$users:10" --gid-map "0:$groups:10" --uid 7 --gid 8 \
    sh -c 'id -u; id -g; echo x > /work/file'
t_is "$out" $'7\n8' "--uid and --gid choose another"
t_is "$(stat -c %u:%g work/file)" "$((users + 7)):$((groups + 8))" "its files are that one's"
"$HUSK" "${none[@]}" --uid-map "0:$users:10" --gid-map "0:$groups:10" rm /work/file
t_run "$HUSK" --uid-map "0:$uid:1" --uid-map "1:$users:9" --gid-map "0:$gid:1" --gid-map "1:$groups:9" \
    --cap-add CAP_CHOWN sh -c 'echo x > /tmp/x; chown 3:4 /tmp/x; stat -c %u:%g /tmp/x; unshare -U true'
t_is "$out" 3:4 "in the default profile too, where all ids are there in the second namespace"
t_unlike "$status" '^0$' "which allows no third"

# husk's own folders are hidden also from ids that may not look where they are, or nothing runs.
mkdir -p "$T/home/.config/husk/profiles"
chmod 700 "$T/home"
echo "# a profile" > "$T/home/.config/husk/profiles/x.profile"
ranges=("${none[@]}" --cap-add CAP_DAC_OVERRIDE --uid-map "0:$users:10" --gid-map "0:$groups:10")
HOME=$T/home t_run "$HUSK" "${ranges[@]}" --ro-bind "$T" /t echo ran
t_is "$status/$out" 125/ "own folders that the ids cannot come to"
t_like "$err" "husk: masking .*/home/.config/husk \\(--ro-bind $T /t\\): Permission denied
husk: hint: .*: map this user and its group too \\(--uid-map INSIDE:$uid:1 --gid-map INSIDE:$gid:1\\)" "with a hint"
HOME=$T/home t_run "$HUSK" "${ranges[@]}" --uid-map "20:$uid:1" --gid-map "20:$gid:1" --ro-bind "$T" /t \
    sh -c 'ls /t/home/.config /t/home/.config/husk; cat /t/home/.config/husk/profiles/x.profile'
t_is "$out" "/t/home/.config:
husk

/t/home/.config/husk:" "which helps, and they are hidden"
# Who has one id only comes no further than husk, but for what is his own: that he could open.
if [ "$uid" = 0 ]; then
    mkdir -p "$T/closed/husk"
    chown 0:12345 "$T/closed"
    chmod 0 "$T/closed"
    XDG_CACHE_HOME=$T/closed t_run "$HUSK" "${none[@]}" --bind "$T" /t sh -c 'chmod 700 /t/closed; touch /t/closed/husk/x; echo ran'
    t_is "$status/$out" 125/ "own folders in a closed one that the command could open"
    t_like "$err" "husk: masking /t/closed/husk .*: Permission denied" "with the reason"
fi
if [ ! -x /root ]; then
    XDG_CACHE_HOME=/root/cache t_run "$HUSK" -p none --unshare-user --ro-bind / / sh -c 'ls /root/cache/husk 2>&1; echo ran'
    t_is "$status/$out" "0/ls: cannot access '/root/cache/husk': Permission denied
ran" "own folders that one id cannot come to are no error"
fi

# setgroups(2) stays denied where only this user's own group is mapped.
t_run "$HUSK" "${none[@]}" --uid-map "0:$uid:1" --uid-map "1:$users:9" cat /proc/self/setgroups
if [ "$uid" = 0 ]; then
    t_is "$out" allow "root may drop its groups"
else
    t_is "$out" deny "who has only one group mapped cannot drop groups"
fi
t_run "$HUSK" "${none[@]}" --gid-map "0:$groups:9" cat /proc/self/setgroups
t_is "$out" allow "with ranges from subgid groups can be set"
many=()
for ((i = 0; i < 60; i++)); do
    many+=(--uid-map "$((i * 2)):$((users + i)):1")
done
t_run "$HUSK" "${none[@]}" "${many[@]}" --gid-map "0:$groups:1" sh -c 'wc -l < /proc/self/uid_map'
t_is "$out" 60 "60 ranges"

# Not one's own.
if [ "$uid" != 0 ]; then
    for ids in "--uid-map 0:0:1" "--uid-map 0:$((uid + 1)):1" "--uid-map 0:$uid:2" "--gid-map 0:0:1" \
        "--gid-map 0:$gid:2" "--uid-map 0:$((users + 1000000)):1" "--uid-map 0:4294967294:1"; do
        # shellcheck disable=SC2086 # these are words
        t_run "$HUSK" "${none[@]}" $ids touch /work/ran
        t_is "$status" 125 "somebody else's: $ids"
        t_like "$err" "husk: mapping ids \($ids\)" "the message names the option"
    done
    t_fail "nothing ran" test -e work/ran
else
    t_ok "root may map anything" "$HUSK" "${none[@]}" --uid-map 0:4294967290:5 true
fi

t_done
