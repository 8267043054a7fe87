#!/usr/bin/env bash
# As bwrap from 0.11 on: --overlay RWSRC WORKDIR DEST is a union of the --overlay-src before it, with
# all changes kept in RWSRC.
# vm: uml 6.1
. "${0%/*}/../lib.sh" || exit

[ "$(stat -f -c %T "$T")" != overlayfs ] || t_skip_all "an overlay cannot have its changes on another one"

mkdir -p "$T/low/deep" "$T/up" "$T/work"
echo low > "$T/low/file"
echo low > "$T/low/deep/file"
echo low > "$T/low/removed"
ln -s file "$T/low/link"
echo up > "$T/up/own"
before=$(t_tree "$T/low")

# shellcheck disable=SC2086 # words without blanks
over=("$BWRAP_HUSK" $SYS --overlay-src "$T/low" --overlay "$T/up" "$T/work" /mnt)

t_run "${over[@]}" sh -c 'cd /mnt && ls && cat file deep/file link own'
t_is "$status $(echo $out)" "0 deep file link own removed low low low up" "both layers are seen"
t_ok "changes are possible" "${over[@]}" sh -ec 'cd /mnt; echo new > new; echo changed >> file
    echo deep >> deep/file; rm removed; mkdir folder; chmod 0700 folder'
t_is "$(cat "$T/up/new" "$T/up/file" "$T/up/deep/file" | xargs)" "new low changed low deep" \
    "they are in RWSRC"
t_is "$(stat -c %a "$T/up/folder")" 700 "with their modes"
t_is "$(stat -c %u:%g "$T/up/new")" "$(id -u):$(id -g)" "they are ours"
t_is "$(t_tree "$T/low")" "$before" "and the source is what it was"
t_run "${over[@]}" sh -c 'cd /mnt && ls && cat file new'
t_is "$status $(echo $out)" "0 deep file folder link new own low changed new" \
    "the next sandbox has them, a removal too"
t_run "${over[@]}" --proc /proc sh -c 'grep " /mnt overlay " /proc/self/mounts | cut -d" " -f4'
t_like "$out" '^rw,nosuid,nodev,' "it is nosuid and nodev"
t_run "${over[@]}" --remount-ro /mnt sh -c 'echo > /mnt/no'
t_like "$status $err" '^[12] .*Read-only file system' "--remount-ro works on it"

# Names that would be separators in the options of mount(8), and relative ones.
odd="$T/a,b:c\\d e=f"
mkdir -p "$odd/low" "$odd/up" "$odd/work"
echo odd > "$odd/low/file"
# shellcheck disable=SC2086
t_run "$BWRAP_HUSK" $SYS --overlay-src "$odd/low" --overlay "$odd/up" "$odd/work" "/a,b:c\\d" \
    sh -c 'cd "/a,b:c\\d" && cat file && echo new > new'
t_is "$status $out $(cat "$odd/up/new")" "0 odd new" "no name is special"
# shellcheck disable=SC2086
t_run bash -c 'cd "$1" && shift && exec "$@"' - "$odd" \
    "$BWRAP_HUSK" $SYS --overlay-src low --overlay up work mnt/deep cat /mnt/deep/new /mnt/deep/file
t_is "$status $(echo $out)" "0 new odd" "relative sources are of the current folder, DEST of the root"

# Strictly in order.
# shellcheck disable=SC2086
t_run "$BWRAP_HUSK" $SYS --overlay-src "$T/low" --overlay "$T/up" "$T/work" /mnt --tmpfs /mnt/deep \
    --ro-bind "$T/up/own" /mnt/deep/bound sh -c 'cat /mnt/deep/*; ls /mnt'
t_is "$status $(echo $out)" "0 up deep file folder link new own" "mounts go on it"
# shellcheck disable=SC2086
t_run "$BWRAP_HUSK" $SYS --tmpfs /mnt --dir /mnt/x --overlay-src "$T/low" --overlay "$T/up" "$T/work" /mnt \
    ls /mnt
t_is "$status $(echo $out)" "0 deep file folder link new own" "and it goes on others"
# shellcheck disable=SC2086
t_run "$BWRAP_HUSK" $SYS --bind "$T" /mnt --overlay-src /mnt/low --overlay "$T/up" "$T/work" /mnt2 true
t_is "$status" 1 "sources are the host's, not the sandbox's"
t_is "$(cd "$T" && echo *)" "${odd##*/} low up work" "nothing else was made"

t_done
