#!/usr/bin/env bash
# --mask of what is not there: it cannot be made, in no way, whatever of the path exists; and nothing is
# left on the host.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

attacks='
exec 2>&- # there may be no /dev/null
cd "$1" || exit 9
echo x > "$2" && echo wrote
mkdir -p "$2/d" && echo mkdir
echo x > "$2/file" && echo inside
chmod 777 "$2" && echo chmod
rmdir "$2" && echo rmdir
rm -rf "$2" && echo removed
ln -sfnT other "$2" && [ -L "$2" ] && echo linked
mkdir -p other/d
mv -T other "$2" && echo moved-to
mv -T "$2" away && echo moved-away
rm -rf away
top=${2%%/*}
mv -T "$top" away && echo top-moved-away
ln -sfnT other "$top" && [ -L "$top" ] && echo top-linked
rm -rf other away
# Beside it, all goes on.
echo x > beside && rm beside && [ ! -e beside ] || echo "beside: no"
exit 0'

views=("-p none --bind / /" "-p none --dev-bind / / --unshare-user --unshare-pid" "-p none $SYS --bind $T/top $T/top"
    "-p default -w $T/top" "-p none --bind / / --host-mountpoints")
for view in "${views[@]}"; do
    read -ra options <<< "$view"
    for path in absent absent/deep/deeper there/absent there/absent/deeper; do
        rm -rf "$T/top"
        mkdir -p "$T/top/there"
        before=$(t_host)
        t_run "$HUSK" "${options[@]}" --mask "$T/top/$path" sh -c "$attacks" sh "$T/top" "$path"
        t_is "$status/$out" 0/ "$path cannot be made in $view"
        t_is "$(t_host)" "$before" "and nothing is left"
    done
    t_run "$HUSK" "${options[@]}" --mask "$T/top/a" --mask "$T/top/a/b" --mask "$T/top/c/d" --mask "$T/top/c/e" \
        sh -c 'for f in a a/b c/d c/e c/d/x; do mkdir "$1/$f" 2>&- && echo "made $f"; done; exit 0' sh "$T/top"
    t_is "$status/$out" 0/ "several of one another's"
    t_is "$(t_host)" "$before" "and nothing is left"
done

# Without --mask the same attacks work.
t_run "$HUSK" -p none --bind / / sh -c "$attacks" sh "$T/top" there/absent
t_like "$out" 'wrote.*removed.*linked.*moved-away.*top-moved-away.*top-linked' "without the mask it can all be done"
rm -rf "$T/top"
mkdir -p "$T/top/there"
before=$(t_host)

# However it ends.
plain=("$HUSK" -p none --bind / / --mask "$T/top/absent/deeper")
t_fail "a command that fails" "${plain[@]}" false
t_is "$(t_host)" "$before" "leaves nothing"
t_fail "one that is not there" "${plain[@]}" /nonexistent/command
t_is "$(t_host)" "$before" "leaves nothing"
t_fail "a set-up that fails after the mask" "${plain[@]}" --bind /nonexistent/source /mnt true
t_is "$(t_host)" "$before" "leaves nothing"
t_fail "one that fails in the end" "${plain[@]}" --chdir /nonexistent/folder true
t_is "$(t_host)" "$before" "leaves nothing"
t_run "${plain[@]}" sh -c 'kill -9 $$'
t_is "$status" 137 "a command that is killed"
t_is "$(t_host)" "$before" "leaves nothing"

# What is not empty, or not a placeholder, stays: nothing of the user's is ever removed.
t_run "${plain[@]}" true
mkdir "$T/top/own"
t_ok "a mask of an empty folder" "$HUSK" -p none --bind / / --mask "$T/top/own" true
t_ok "does not remove it" test -d "$T/top/own"
chmod 0700 "$T/top/own"
t_ok "a mask below it" "$HUSK" -p none --bind / / --mask "$T/top/own/absent" true
t_is "$(stat -c '%a %F' "$T/top/own") $(ls -A "$T/top/own")" "700 directory " "does neither"

# Where nobody can make anything, nothing is needed.
if [ "$(id -u)" != 0 ]; then
    t_ok "in a folder of another user's" "$HUSK" -p none --bind / / --mask /usr/absent-of-husk test ! -e /usr/absent-of-husk
fi
t_ok "in a read-only view" "$HUSK" -p none --ro-bind / / --mask "$T/top/absent" test ! -e "$T/top/absent"
t_is "$(ls -A "$T/top")" $'own\nthere' "nothing was made"
t_done
