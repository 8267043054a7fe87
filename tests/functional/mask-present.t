#!/usr/bin/env bash
# --mask of what is there: a folder and a file become empty and read-only, for whoever looks, and nothing
# that the command does brings back what is below. On the host nothing changes.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/top/folder/below" "$T/top/open"
echo secret | tee "$T/top/folder/file" "$T/top/folder/below/file" "$T/top/file" "$T/top/open/file" > /dev/null
chmod 0777 "$T/top/folder" "$T/top/file"
mkfifo "$T/top/pipe"
ln -s file "$T/top/folder/link"
before=$(t_tree "$T/top")

attacks='
exec 2>&- # there may be no /dev/null
cd "$1" || exit 9
cat folder/file folder/below/file file folder/link
ls -A folder
stat -c "%F" folder file
: > folder/new && echo made
mkdir folder/new && echo made
echo x > file && echo wrote
echo x >> file && echo wrote
chmod 777 folder && echo chmod
chmod 777 file && echo chmod
mv folder moved && echo moved
mv file moved && echo moved
mv -T open folder && echo replaced
mv -T open/file file && echo replaced
rm -rf folder && echo removed
rm -f file && echo removed
ln file linked && echo linked
umount folder && echo umount
umount -l file && echo umount
mount -o remount,rw folder && echo remount
mount -o remount,bind,rw file && echo remount
exit 0'
want=$'directory\nregular empty file'

views=("-p none --cap-drop ALL --bind / /" "-p none --cap-drop ALL --bind / / --unshare-user --unshare-pid" "-p none --cap-drop ALL $SYS --dev /dev --bind $T/top $T/top"
    "-p default -w $T/top" "-p none --cap-drop ALL --dev-bind / / --unshare-user")
for view in "${views[@]}"; do
    read -ra options <<< "$view"
    t_run "$HUSK" "${options[@]}" --mask "$T/top/folder" --mask "$T/top/file" sh -c "$attacks" sh "$T/top"
    t_is "$out" "$want" "nothing helps in $view"
    t_is "$(t_tree "$T/top")" "$before" "and the host is as it was"
done

plain=("$HUSK" -p none --bind / /)
t_run "${plain[@]}" --mask "$T/top/folder" --mask "$T/top/file" stat -c '%a' "$T/top/folder" "$T/top/file"
t_is "$out" $'555\n444' "the modes say so"
t_run "${plain[@]}" --mask "$T/top/folder" awk -v at="$T/top/folder" '$5 == at { print $6 }' /proc/self/mountinfo
t_like "$out" '^ro,nosuid,nodev,noexec' "and the mount's flags"
t_is "$("${plain[@]}" --mask "$T/top/pipe" stat -c %F "$T/top/pipe")" "regular empty file" "a pipe becomes a file"
t_is "$("${plain[@]}" --mask "$T/top/folder/" --mask "$T/top//./file" sh -c 'ls -A "$1/folder"; cat "$1/file"' sh "$T/top")" "" \
    "slashes and dots in the path do not matter"

# Order: what comes later counts.
t_is "$("${plain[@]}" --mask "$T/top/folder" --mask "$T/top/folder" ls -A "$T/top/folder")" "" "twice is as good as once"
t_is "$("${plain[@]}" --mask "$T/top/folder/file" --mask "$T/top" ls -A "$T/top")" "" "a folder above comes on top"
t_ok "below a mask there is nothing to mask" "${plain[@]}" --mask "$T/top" --mask "$T/top/folder/file" true
t_is "$("${plain[@]}" --mask "$T/top/folder" --bind "$T/top/open" "$T/top/folder" ls -A "$T/top/folder")" file \
    "a later bind on it is shown"
t_is "$("${plain[@]}" --bind "$T/top/open" "$T/top/folder" --mask "$T/top/folder" ls -A "$T/top/folder")" "" \
    "an earlier one is masked with it"
t_is "$("${plain[@]}" --mask "$T/top/file" --bind "$T/top/open/file" "$T/top/file" cat "$T/top/file")" secret \
    "also of a file"
t_is "$("${plain[@]}" --mask "$T/top/file" -r "$T/top/file" --mask "$T/top/file" cat "$T/top/file")" "" \
    "which can be masked once more"
# But nothing that was masked comes back with a folder above it, as when a profile has the mask.
again=("$HUSK" -p none --mask "$T/top/folder" --mask "$T/top/file")
t_run "${again[@]}" --bind / / echo ran
t_is "$status:$out:$err" "125::husk: what --mask $T/top/file hides would be shown again by --bind / /
husk: hint: mounts are made in the order given: give the mask after it" "a later bind above it is an error"
t_run "${again[@]}" --bind / / --mask "$T/top/file" echo ran
t_like "$status:$out:$err" "^125::husk: what --mask $T/top/folder hides would be" "of each mask"
t_ok "not of those that are given again" "${again[@]}" --bind / / --mask "$T/top/file" --mask "$T/top/folder" test ! -s "$T/top/file"
t_ok "or a folder above them" "${again[@]}" --bind / / --mask "$T/top" test ! -e "$T/top/file"
printf 'include default\nmask %s\n' "$T/top/file" > "$T/masks.profile"
t_run "$HUSK" -p "$T/masks.profile" -w "$T/top" echo ran
t_like "$status:$out:$err" "^125::husk: what $T/masks.profile:2:1: mask $T/top/file hides would be shown again by -w $T/top" \
    "of a profile's mask, too"
for layers in "--overlay-src $T/top --tmp-overlay $T/top" "--ro-bind-try $T $T"; do
    read -ra words <<< "$layers"
    t_run "$HUSK" -p none --bind / / --mask "$T/top/file" "${words[@]}" echo ran
    t_is "$status:$out" 125: "by ${words[0]}"
done

t_fail "/ cannot be masked" "${plain[@]}" --mask / true
t_like "$err" '^husk: [^
]*$' "which is said in a line"
t_is "$status" 125 "with the status of husk's own failures"
t_fail "as bwrap there is no such option" "$BWRAP_HUSK" --bind / / --mask "$T/top/file" true
t_done
