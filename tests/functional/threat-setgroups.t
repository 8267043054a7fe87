#!/usr/bin/env bash
# Inside nobody drops a group to get past an access rule that denies that group something
# (CVE-2014-8989, CVE-2018-7169): setgroups is denied in the sandbox's user namespace.
# vm: uml
. "${0%/*}/../lib.sh" || exit

system=(-p none --unshare-user --unshare-pid --ro-bind / / --bind "$T" "$T" --proc /proc)

for how in "" --disable-userns "--dev /dev" --map-root "--map-root --cap-add ALL" "--uid 5 --gid 6 --cap-add ALL"; do
    read -ra words <<< "$how"
    t_run "$HUSK" "${system[@]}" "${words[@]}" cat /proc/self/setgroups
    t_is "$out" deny "setgroups reads back as denied${how:+ ($how)}"
    # shellcheck disable=SC2016 # it is the inner shell's
    t_run "$HUSK" "${system[@]}" "${words[@]}" sh -c 'echo allow > /proc/self/setgroups'
    t_unlike "$status" '^0$' "and cannot be allowed"
    t_fail "nor groups be dropped" "$HUSK" "${system[@]}" "${words[@]}" setpriv --clear-groups true
done
t_run "$HUSK" -p none --unshare-user --ro-bind / / --proc /proc --gid 6 cat /proc/self/gid_map
t_like "$out" "^ *6 +$(id -g) +1\$" "there is one group in the map"

if [ "$(id -u)" = 0 ]; then
    # The attack: a file that all may read but the members of a group, by one of them.
    mkdir "$T/folder"
    echo secret > "$T/folder/file"
    chmod 755 "$T" "$T/folder"
    chgrp 54321 "$T/folder/file"
    chmod 604 "$T/folder/file"
    member=(env "HOME=$T" setpriv --reuid 54320 --regid 54320 --groups 54321)
    t_fail "a member may not read the file" "${member[@]}" cat "$T/folder/file"
    t_ok "without that group the same user may" \
        setpriv --reuid 54320 --regid 54320 --clear-groups cat "$T/folder/file"
    cp "$HUSK" "$T/husk" # where that user may execute it
    for how in "" --map-root "--map-root --cap-add ALL"; do
        read -ra words <<< "$how"
        t_fail "inside the member may not either${how:+ ($how)}" \
            "${member[@]}" "$T/husk" "${system[@]}" "${words[@]}" cat "$T/folder/file"
        t_like "$err" 'cat: .*Permission denied' "since it may not be read"
        t_fail "and finds no way to" "${member[@]}" "$T/husk" "${system[@]}" "${words[@]}" \
            setpriv --clear-groups cat "$T/folder/file"
    done
else
    groups=$(sed -n 's/^Groups:\s*//p' /proc/self/status | wc -w)
    t_run "$HUSK" "${system[@]}" sed -n 's/^Groups:\s*//p' /proc/self/status
    t_is "$(wc -w <<< "$out")" "$groups" "the groups that this user has are still there inside"
fi
t_done
