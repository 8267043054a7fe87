#!/usr/bin/env bash
# While somebody swaps the paths that husk is told to show or to make things in, again and again, each
# launch shows what was checked, or nothing (CVE-2024-42472 and CVE-2026-34078 of flatpak).
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/races.sh"

system=(--unshare-user --unshare-pid --ro-mirror /usr --ro-mirror /bin --ro-mirror /lib --ro-mirror /lib64)

# husk's own folder for profiles, and two folders that may be shown; a link leads from one to the other.
export HOME=$T/home XDG_RUNTIME_DIR=$T/run
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME
mkdir -p "$HOME/.config/husk" "$T/race/d" "$T/race/other" "$T/run"
echo own > "$HOME/.config/husk/name"
echo plain > "$T/race/d/name"
echo other > "$T/race/other/name"
ln -s "$HOME/.config/husk" "$T/race/link"

t_is "$(cat "$T/race/link/name")" own "without husk, the link leads to husk's own folder"
race -n plain -n refused "$T/race/d" "$T/race/link" 500 \
    "$HUSK" -p none "${system[@]}" --bind "$T/race/d" /d cat /d/name
t_unlike "$saw" own "it never comes to be shown"
t_like "$saw" '[0-9] plain' "while the plain folder is"
t_like "$saw" '[0-9] refused' "and the others are refused"

cd "$T/race/d" || exit 99
race -n plain "$T/race/d" "$T/race/link" 300 "$HUSK" -p none "${system[@]}" --cwd write cat name
t_unlike "$saw" own "nor in the place of the current folder"
t_like "$saw" '[0-9] plain' "which is the folder that husk was started in"
cd "$T" || exit 99

race -n plain "$T/race/d" "$T/race/other" 300 \
    "$HUSK" -p none "${system[@]}" --bind-fd 9 /d cat /d/name 9< "$T/race/d"
t_unlike "$saw" other "of an open folder nothing else is ever shown"
t_like "$saw" '[0-9] plain' "and it is"

mkdir -p "$T/tree/x" "$T/victim"
ln -s "$T/victim" "$T/tree/y"
before=$(t_tree "$T/victim")
for operation in "--dir" "--file 9" "--tmpfs" "--symlink to"; do
    read -ra words <<< "$operation"
    race "$T/tree/x" "$T/tree/y" 150 "$HUSK" -p none --unshare-user --bind "$T/tree" /tree --host-mountpoints \
        "${words[@]}" /tree/x/made "${words[@]}" /tree/x/a/b/made NONE 9< "$T/race/d/name"
    t_is "$(t_tree "$T/victim")" "$before" "$operation never reaches what a link in its way leads to"
    rm -rf "$T/tree/x/"* "$T/tree/y/"*
done
t_done
