#!/usr/bin/env bash
# --map-auto: root inside is this user, and from 1 on come all ranges that /etc/subuid and
# /etc/subgid give to it. Without any it says how to get one.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

cd "$T" || exit 1
uid=$(id -u)
gid=$(id -g)
show='for map in uid_map gid_map; do
    while read -r a b c; do echo $a $b $c; done < /proc/self/$map; done; id -u; id -g'
# shellcheck disable=SC2206 # SYS is words
none=(-p none --unshare-user --unshare-pid --map-auto $SYS --proc /proc)

# want FILE OWN: the map that FILE's lines for this user make.
want()
{
    awk -F: -v name="$(id -un)" -v id="$uid" -v own="$2" '
        BEGIN { inside = 1; print 0, own, 1 }
        $1 == name || $1 == id { print inside, $2, $3; inside += $3 }' "$1"
}

if [ "$uid" != 0 ]; then
    t_need newuidmap newgidmap
    grep -q "^$(id -un):" /etc/subuid || t_skip_all "this user has no ranges of ids"
    t_run "$HUSK" "${none[@]}" sh -c "$show"
    t_is "$out" "$(want /etc/subuid "$uid")
$(want /etc/subgid "$gid")
0
0" "all of this user's ranges"
    t_run "$HUSK" --map-auto sh -c 'id -u; touch /tmp/x && chown 7:8 /tmp/x && stat -c %u:%g /tmp/x'
    t_is "$out" $'0\n7:8' "in the default profile too"
fi

# Other lists of ranges, where this user may mount them: root also uses them.
cat > subuid << END
# a comment
somebody:100000:65536
$(id -un):200000:1000
$uid:300000:10

root2:400000:10
$(id -un):500000:65536
END
sed -E 's/000(:[0-9]+)$/001\1/' subuid > subgid
give='mount --bind "$1" /etc/subuid; mount --bind "$2" /etc/subgid; shift 2; exec "$@"'
plan='import json, sys
for m in "uid_map", "gid_map":
    for r in json.load(open(sys.argv[1]))["ids"][m]: print(r["inside"], r["outside"], r["count"])'

# dry NAME WANT-UIDS WANT-GIDS: the maps of --dry-run with the lists as they are.
dry()
{
    (t_outer "$give" subuid subgid "$HUSK" --map-auto --dry-run=json true > plan 2> plan.err)
    t_is "$(python3 -c "$plan" plan)" "$2"$'\n'"$3" "$1" || t_diag "$(cat plan.err)"
}
t_need python3
dry "ranges by name and by number, in order" "0 $uid 1
1 200000 1000
1001 300000 10
1011 500000 65536" "0 $gid 1
1 200001 1000
1001 300001 10
1011 500001 65536"
if [ "$uid" = 0 ]; then
    (t_outer "$give" subuid subgid "$HUSK" "${none[@]}" sh -c "$show" > real 2>&1)
    t_is "$(cat real)" "$(python3 -c "$plan" plan)"$'\n0\n0' "what root gets is what is planned"
fi
printf '%s:%s\n' "$(id -un)" 200000:10 "$(id -un)" 200005:10 "$(id -un)" 200000:10 > subuid
cp subuid subgid
dry "a range that is given twice is mapped once" "0 $uid 1
1 200000 10
11 200010 5" "0 $gid 1
1 200000 10
11 200010 5"

# refused NAME REGEX: there are no maps with the lists as they are.
refused()
{
    (t_outer "$give" subuid subgid "$HUSK" --map-auto touch /tmp/ran > /dev/null 2> refusal)
    t_is $? 125 "$1: refused"
    t_like "$(cat refusal)" "$2" "which is said"
}
printf '%s:100000:65536\n' somebody > subuid
refused "no line" "^husk: mapping ids \(--map-auto\): no line for $(id -un) in /etc/subuid
husk: hint: give this user ids of its own: sudo usermod --add-subuids 231072-296607 $(id -un)\$"
printf '%s:200000:1000\n' "$(id -un)" somebody > subuid
: > subgid
refused "only users" "no line for $(id -un) in /etc/subgid"
cp subuid subgid
for line in "200000" "200000:" "200000:-1" "x:10" "4294967295:10" "4294967290:10" "200000:10:1"; do
    echo "$(id -un):$line" > subuid
    refused "a line $line" "^husk: /etc/subuid:1: not NAME:START:COUNT, with ids below 4294967295\$"
done

t_done
