#!/usr/bin/env bash
# By default one user and one group are mapped: to themselves, or to what --uid and --gid say.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

cd "$T" || exit 1
mkdir work
uid=$(id -u)
gid=$(id -g)
none=(-p none --unshare-user --dev-bind / /)
show='awk "{ print \$1, \$3 }" /proc/self/uid_map /proc/self/gid_map; id -u; id -g; cat /proc/self/setgroups'

# maps WANT-UID WANT-GID NAME OPTIONS...
maps()
{
    local want
    want=$(printf '%s 1\n%s 1\n%s\n%s\ndeny' "$1" "$2" "$1" "$2")
    t_run "$HUSK" "${@:4}" sh -c "$show"
    t_is "$out" "$want" "$3"
}

maps "$uid" "$gid" "the same ids inside" "${none[@]}"
maps "$uid" "$gid" "also in the default profile, with its second namespace"
maps 1234 "$gid" "--uid" "${none[@]}" --uid 1234
maps "$uid" 1234 "--gid" "${none[@]}" --gid 1234
maps 1234 5678 "both" "${none[@]}" --uid 1234 --gid 5678
maps 1234 5678 "both, in the default profile" --uid 1234 --gid 5678
maps 0 0 "both 0" --uid 0 --gid 0
maps 0 0 "--map-root" "${none[@]}" --map-root
maps 0 0 "--map-root in the default profile" --map-root
maps 5 0 "--map-root and --uid" --map-root --uid 5
maps 4294967294 4294967294 "the highest ids" --uid 4294967294 --gid 4294967294
maps 2147483648 3000000000 "ids above 2^31" "${none[@]}" --uid 2147483648 --gid 3000000000

# Who it is outside does not change.
for ids in "" "--uid 4294967294 --gid 7" --map-root; do
    rm -f work/file
    # shellcheck disable=SC2086 # these are words
    t_ok "a file is made as ${ids:-this user}" "$HUSK" -w work $ids sh -c 'echo x > work/file'
    t_is "$(stat -c %u:%g work/file)" "$uid:$gid" "outside it is this user's"
done
t_run "$HUSK" -r work --map-root stat -c %u:%g work /usr
if [ "$uid" = 0 ]; then
    t_is "$out" $'0:0\n0:0' "as root, root's files are root's"
else
    t_is "$out" $'0:0\n65534:65534' "this user's files are root's inside, others' are nobody's"
fi
t_fail "nobody else's id can be taken on" "$HUSK" --map-root chown 1 /tmp
t_run "$HUSK" --uid 1234 sh -c 'id -un; echo ~'
name=$(id -un)
# There is one root in the list of users, and it has the id 0.
t_is "$out" "${name/#root/user}"$'\n'"$HOME" "the user keeps name and home"
t_run "$HUSK" --map-root sh -c 'id -un; id -gn'
t_is "$out" $'root\nroot' "root is called root"

# setgroups(2), by which a group that refuses could be dropped (CVE-2018-7169).
t_fail "groups cannot be dropped" "$HUSK" -p none --unshare-user --map-root --cap-add ALL --dev-bind / / \
    setpriv --clear-groups true
t_like "$err" "not permitted" "the kernel refuses it"
t_fail "nor can setgroups be allowed again" "$HUSK" -p none --unshare-user --map-root --cap-add ALL --dev-bind / / \
    sh -c 'echo allow > /proc/self/setgroups'

t_done
