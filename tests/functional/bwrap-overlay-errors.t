#!/usr/bin/env bash
# As bwrap from 0.11 on: an overlay that cannot be as it was asked for is an error, and no command runs.
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/one" "$T/two" "$T/up" "$T/work"
echo file > "$T/file"

# fails REGEX ARGS...: with one line that is like it.
fails()
{
    local like=$1
    shift
    # shellcheck disable=SC2086 # words without blanks
    t_run "$BWRAP_HUSK" $SYS "$@" echo run
    t_like "$status $out $err" "^1  bwrap: [^"$'\n'"]*$like" "${*//"$T"/}: $like"
}
one=(--overlay-src "$T/one")
two=(--overlay-src "$T/two")

fails "--overlay requires at least one --overlay-src" --overlay "$T/up" "$T/work" /mnt
fails "--tmp-overlay requires at least one --overlay-src" --tmp-overlay /mnt
fails "--ro-overlay requires at least two --overlay-src" --ro-overlay /mnt
fails "--ro-overlay requires at least two --overlay-src" "${one[@]}" --ro-overlay /mnt
pending="--overlay-src must be followed by another --overlay-src or one of --overlay, --tmp-overlay, or --ro-overlay"
fails "$pending" "${one[@]}"
fails "$pending" "${one[@]}" --
fails "$pending" "${one[@]}" --unshare-all
fails "$pending" "${one[@]}" --bind / / "${two[@]}" --ro-overlay /mnt
fails "$pending" "${one[@]}" --chdir / --tmp-overlay /mnt
fails "" "${one[@]}" --perms 0700 --tmp-overlay /mnt
fails "" --perms 0700 "${one[@]}" --tmp-overlay /mnt
fails "" --size 4096 "${one[@]}" --tmp-overlay /mnt
fails "Can't find source path $T/absent" --overlay-src "$T/absent" --tmp-overlay /mnt
fails "Can't find source path $T/absent" "${one[@]}" --overlay-src "$T/absent" --ro-overlay /mnt
fails "Can't find source path $T/absent" "${one[@]}" --overlay "$T/absent" "$T/work" /mnt
fails "Can't find source path $T/absent" "${one[@]}" --overlay "$T/up" "$T/absent" /mnt
fails "" --overlay-src "$T/file" --tmp-overlay /mnt
fails "" "${one[@]}" --overlay "$T/file" "$T/work" /mnt
fails "" "${one[@]}" --overlay "$T/up" "$T/file" /mnt
fails "" "${one[@]}" --overlay "$T/up" "$T/up" /mnt
fails "" "${one[@]}" --overlay "$T/up" /proc /mnt
fails "" --ro-bind "$T/file" /mnt "${one[@]}" --tmp-overlay /mnt

# The words of each one are counted.
for words in --overlay-src --overlay "--overlay $T/up" "--overlay $T/up $T/work" --tmp-overlay --ro-overlay; do
    read -ra args <<< "$words"
    t_run "$BWRAP_HUSK" "${args[@]}"
    t_like "$status $err" "^1 bwrap: ${args[0]} takes " "${words//"$T"/}: too few arguments"
done
t_is "$(find "$T/one" "$T/two" "$T/up" | wc -l)" 3 "nothing was made in the sources"

t_done
