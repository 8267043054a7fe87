#!/usr/bin/env bash
# No link in a destination leads the set-up out of the new root (CVE-2026-87766 of bwrap, CVE-2026-47766
# of crun): every operation, through every kind of link, leaves the host as it is to the last time stamp.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit

# The host: a folder that is shown inside, whose owner planted links to one that is not.
victim=$T/host/victim
mkdir -p "$T/host/tree/d" "$victim/folder" "$T/source" "$T/low" "$T/up" "$T/work"
echo secret > "$victim/file"
echo data > "$T/source/file"
up=../../../../../../../../../..
ln -s "$victim" "$T/host/tree/absolute"
ln -s ../victim "$T/host/tree/relative"
ln -s "$up$victim" "$T/host/tree/dotdot"
ln -s d/../hop2 "$T/host/tree/hops"
ln -s "$T/host/tree/hop3" "$T/host/tree/hop2"
ln -s ./relative "$T/host/tree/hop3"
ln -s "/proc/self/root$victim" "$T/host/tree/magic"
ln -s "/oldroot$victim" "$T/host/tree/oldroot"

for link in absolute relative dotdot hops magic; do
    before=$(t_tree "$T/host")
    t_ok "without husk, the link $link leads to the victim" mkdir "$T/host/tree/$link/evil"
    t_ok "and one sees that something was done there" test "$(t_tree "$T/host")" != "$before"
    rmdir "$victim/evil"
done
before=$(t_tree "$T/host")

# The twins: the places that the links lead to inside, made there. Fds 7 and 9 are files, 8 a folder.
twins=(--proc /proc)
for place in "$victim" /victim "/oldroot$victim" "$T/host/tree"; do
    twins+=(--dir "$place" --tmpfs "$place/folder")
done
twins+=(--symlink ./relative "$T/host/tree/hop3" --symlink /victim "$T/host/tree/relative")

operations=(
    "--bind $T/source"
    "--bind $T/source/file"
    "--bind-try $T/source"
    "--dev-bind $T/source"
    "--dev-bind-try $T/source/file"
    "--ro-bind $T/source"
    "--ro-bind-try $T/source"
    "--bind-fd 8"
    "--ro-bind-fd 8"
    "--tmpfs"
    "--size 4096 --perms 0700 --tmpfs"
    "--proc"
    "--dev"
    "--mqueue"
    "--dir"
    "--perms 0777 --dir"
    "--file 9"
    "--perms 0777 --file 9"
    "--bind-data 9"
    "--ro-bind-data 9"
    "--symlink target"
    "--chmod 0777"
    "--remount-ro"
    "--overlay-src $T/low --tmp-overlay"
    "--overlay-src $T/low --overlay-src $T/source --ro-overlay"
    "--overlay-src $T/low --overlay $T/up $T/work"
    "--mask"
)

# attempt PROGRAM... -- OPTIONS...: the set-up, and no command: 127 says that all of the set-up worked.
attempt()
{
    "$@" NONE 7< "$T/source/file" 8< "$T/source" 9< "$T/source/file" > /dev/null 2>> "$T/messages"
    [ $? != 127 ] || reached=$((reached + 1))
}

husk=("$HUSK" -p none --unshare-user --unshare-pid --unshare-ipc --bind "$T/host/tree" /tree)
for operation in "${operations[@]}"; do
    read -ra words <<< "$operation"
    reached=0
    for link in absolute relative dotdot hops magic oldroot; do
        for end in /evil /folder /file ""; do
            attempt "${husk[@]}" --host-mountpoints "${twins[@]}" "${words[@]}" "/tree/$link$end"
        done
        for end in /evil/evil /folder ""; do
            attempt "${husk[@]}" "${words[@]}" "tree/$link$end"
        done
    done
    t_is "$(t_tree "$T/host")" "$before" "$operation"
    # A mask on the way of which there is a link is refused; see mask-links.t.
    [ "$operation" = --mask ] || t_unlike "$reached" "^0$" "where there is such a place inside, it works on that"
done

t_unlike "$(< "$T/messages")" 'a stage failed|is not known' "each refusal has a reason"
t_done
