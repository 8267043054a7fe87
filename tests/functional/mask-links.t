#!/usr/bin/env bash
# A link on the way to a mask: where the command could put another in its place, the mask is refused;
# where it cannot, the link is followed.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/top/real/folder"
echo secret | tee "$T/top/real/file" "$T/top/real/folder/file" > /dev/null
ln -s real "$T/top/relative"
ln -s "$T/top/real" "$T/top/absolute"
ln -s relative "$T/top/twice"
ln -s real/file "$T/top/to-file"
ln -s nowhere "$T/top/dangling"
ln -s loop "$T/top/loop"
before=$(t_tree "$T/top")

for view in "-p none --bind / /" "-p none $SYS --bind $T/top $T/top" "-p default -w $T/top"; do
    read -ra options <<< "$view"
    for path in relative/file absolute/file twice/folder to-file dangling dangling/below relative loop; do
        t_run "$HUSK" "${options[@]}" --mask "$T/top/$path" echo ran
        t_is "$status/$out" 125/ "$path is refused in $view"
        t_like "$err" '^husk: masking [^
]* is a link, which the command could replace \(--mask [^
]*\)$' "with the reason in a line"
    done
    t_ok "without links the same works" "$HUSK" "${options[@]}" --mask "$T/top/real/file" test ! -s "$T/top/real/file"
done

for view in "-p none --ro-bind / /" "-p none $SYS --ro-bind $T/top $T/top" "-p default -r $T/top"; do
    read -ra options <<< "$view"
    for path in relative/file absolute/file to-file; do
        t_run "$HUSK" "${options[@]}" --mask "$T/top/$path" sh -c 'cat "$1/real/file" "$1/to-file"' sh "$T/top"
        t_is "$status/$out" 0/ "$path is followed in $view"
    done
done
t_run "$HUSK" -p none $SYS --ro-bind "$T/top" /mnt --dir /d --symlink ../mnt/real /d/link --mask /d/link/file cat /mnt/real/file
t_is "$status/$out" 0/ "a link in a tmpfs of ours is followed"
t_is "$(t_tree "$T/top")" "$before" "the host is as it was"
t_done
